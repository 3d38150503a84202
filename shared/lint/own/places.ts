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
  const most = (counts: readonly number[], among: readonly Step[]): number =>
    among.reduce((longest, { index }) => Math.max(longest, counts[index]!), 0);
  for (const step of steps) depth.push(own(step) + most(depth, step.before));
  for (const step of steps.toReversed()) left[step.index] = own(step) + most(left, step.after);
  return { depth, left, stepOf: new Map(steps.map((step) => [step.facts, step])) };
}

/** Of a block, that of all that is inside of it; undefined for what is bypassed or could not be opened. */
export function placeOf(facts: NodeFacts, analysis: Analysis): Place | undefined {
  const { depth, left, stepOf } = depthsIn(networkOf(analysis));
  const steps = new Set([...layersIn(facts)].flatMap((layer) => stepOf.get(layer) ?? []));
  if (steps.size === 0) return undefined;
  const most = (counts: readonly number[]): number =>
    [...steps].reduce((longest, { index }) => Math.max(longest, counts[index]!), 0);
  const kinds = (of: (step: Step) => readonly Step[]): ReadonlySet<string> =>
    new Set(
      [...steps].flatMap((step) => of(step).flatMap((other) => (steps.has(other) ? [] : kindsOf(other)))),
    );
  return {
    depth: most(depth),
    left: most(left),
    before: kinds(({ before }) => before),
    after: kinds(({ after }) => after),
  };
}

const kindsOf = ({ facts, owner }: Step): readonly string[] => [facts.node.kind, owner.node.kind];
