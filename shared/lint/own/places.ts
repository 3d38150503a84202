import type { Analysis, NodeFacts } from '../../analysis/facts.ts';
import { type Network, networkOf, type Step } from '../network.ts';
import { layersIn } from '../views.ts';

/** Where a node stands on the way from the inputs to the outputs. */
export interface Place {
  /** Layers with multiply-adds on the longest path from an input up to it, itself among them. */
  readonly depth: number;
  /** Likewise, from it to an output. */
  readonly left: number;
  /** Whether a kind of what feeds it, or of what it feeds, fits; of a layer inside a block, its block's too. */
  isAfter(fits: (kind: string) => boolean): boolean;
  isBefore(fits: (kind: string) => boolean): boolean;
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
  const own: Step[] = [];
  for (const layer of facts.inside === undefined ? [facts] : layersIn(facts)) {
    const step = stepOf.get(layer);
    if (step) own.push(step);
  }
  return own.length === 0 ? undefined : new PlaceOfSteps(own, depth, left);
}

class PlaceOfSteps implements Place {
  readonly depth: number;
  readonly left: number;
  readonly #own: readonly Step[];

  constructor(own: readonly Step[], depth: readonly number[], left: readonly number[]) {
    this.#own = own;
    this.depth = mostOf(depth, own);
    this.left = mostOf(left, own);
  }

  isAfter(fits: (kind: string) => boolean): boolean {
    return this.#some(({ before }) => before, fits);
  }
  isBefore(fits: (kind: string) => boolean): boolean {
    return this.#some(({ after }) => after, fits);
  }

  #some(around: (step: Step) => readonly Step[], fits: (kind: string) => boolean): boolean {
    const own = this.#own.length > 1 ? new Set(this.#own) : undefined;
    for (const step of this.#own)
      for (const other of around(step))
        if (!own?.has(other) && (fits(other.facts.node.kind) || fits(other.owner.node.kind))) return true;
    return false;
  }
}

function mostOf(counts: readonly number[], among: readonly Step[]): number {
  let most = 0;
  for (const { index } of among) most = Math.max(most, counts[index]!);
  return most;
}
