import type { Analysis, NodeFacts } from '../../analysis/facts.ts';
import { type Network, networkOf, type Step } from '../network.ts';
import { layersIn } from '../views.ts';

/** Where a node stands on the way from the inputs to the outputs. */
export interface Place {
  /** Layers with multiply-adds on the longest path from an input up to it, itself among them. */
  readonly depth: number;
  /** Likewise, from it to an output. */
  readonly left: number;
  /** The kinds of what feeds it and of what it feeds; of a layer inside a block, its block's too. */
  readonly before: ReadonlySet<string>;
  readonly after: ReadonlySet<string>;
}

interface Depths {
  readonly depth: readonly number[];
  readonly left: readonly number[];
  readonly stepOf: ReadonlyMap<NodeFacts, Step>;
}

const depths = new WeakMap<Network, Depths>();

/** Worked out once for each network, where a rule asks. */
function depthsIn(network: Network): Depths {
  const known = depths.get(network) ?? countDepths(network);
  depths.set(network, known);
  return known;
}

function countDepths({ steps }: Network): Depths {
  const depth: number[] = [];
  const left: number[] = new Array<number>(steps.length);
  const own = ({ macs }: Step): number => (macs > 0 ? 1 : 0);
  for (const step of steps) depth.push(own(step) + mostOf(depth, step.before));
  for (const step of steps.toReversed()) left[step.index] = own(step) + mostOf(left, step.after);
  return { depth, left, stepOf: new Map(steps.map((step) => [step.facts, step])) };
}

/** Of a block, that of all that is inside of it; undefined for what is bypassed or could not be opened. */
export function placeOf(facts: NodeFacts, analysis: Analysis): Place | undefined {
  const { depth, left, stepOf } = depthsIn(networkOf(analysis));
  const own = [...layersIn(facts)].flatMap((layer) => stepOf.get(layer) ?? []);
  return own.length === 0 ? undefined : new PlaceOfSteps(own, depth, left);
}

/** What only some rules ask for is worked out when they do. */
class PlaceOfSteps implements Place {
  readonly depth: number;
  readonly left: number;
  readonly #own: readonly Step[];
  #before: ReadonlySet<string> | undefined;
  #after: ReadonlySet<string> | undefined;

  constructor(own: readonly Step[], depth: readonly number[], left: readonly number[]) {
    this.#own = own;
    this.depth = mostOf(depth, own);
    this.left = mostOf(left, own);
  }

  get before(): ReadonlySet<string> {
    this.#before ??= this.#kinds(({ before }) => before);
    return this.#before;
  }
  get after(): ReadonlySet<string> {
    this.#after ??= this.#kinds(({ after }) => after);
    return this.#after;
  }

  #kinds(of: (step: Step) => readonly Step[]): ReadonlySet<string> {
    const own = new Set(this.#own);
    const kinds = new Set<string>();
    for (const step of own)
      for (const other of of(step)) {
        if (own.has(other)) continue;
        kinds.add(other.facts.node.kind);
        kinds.add(other.owner.node.kind);
      }
    return kinds;
  }
}

function mostOf(counts: readonly number[], among: readonly Step[]): number {
  let most = 0;
  for (const { index } of among) most = Math.max(most, counts[index]!);
  return most;
}
