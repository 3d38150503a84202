import type { Analysis, NodeFacts } from '../../shared/analysis/facts.ts';
import type { NodeId } from '../../shared/graph/design.ts';

/** What of a layer is not told anywhere, since it is to be worked out. */
export interface Veiled {
  /** Not only its costs. */
  readonly shape: boolean;
}
export type Veil = ReadonlyMap<NodeId, Veiled>;

export const noVeil: Veil = new Map();

interface Made {
  readonly veil: Veil;
  readonly analysis: Analysis;
}
const made = new WeakMap<Analysis, Made>();

/**
 * An analysis in which what is veiled is unknown: a layer's costs, and its shape, also where it comes into others. Totals
 * stay, which tell nothing of one layer.
 */
export function veiled(analysis: Analysis, veil: Veil): Analysis {
  if (veil.size === 0) return analysis;
  const before = made.get(analysis);
  if (before?.veil === veil) return before.analysis;
  const under = { ...analysis, facts: factsUnder(analysis, veil) };
  made.set(analysis, { veil, analysis: under });
  return under;
}

function factsUnder({ facts, order, topology }: Analysis, veil: Veil): ReadonlyMap<NodeId, NodeFacts> {
  /** The shapes that are not told, by the layers that give them. */
  const hidden = new Map<NodeId, string>();
  const under = new Map(facts);
  for (const id of order) {
    const known = facts.get(id)!;
    const own = veil.get(id);
    const shape = shapeOf(known);
    const comesIn = (topology.into.get(id) ?? []).flatMap(({ from }) => hidden.get(from.node) ?? []);
    // A layer that keeps the shape that comes in tells it as well.
    if (own?.shape || comesIn.includes(shape)) hidden.set(id, shape);
    if (!own && comesIn.length === 0) continue;
    under.set(id, {
      ...known,
      inputs: comesIn.length === 0 ? known.inputs : known.inputs.map(() => undefined),
      outputs: hidden.has(id) ? undefined : known.outputs,
      // What comes in stands in the numbers of a cost, and the cost of a shape tells the shape.
      weights: [],
      cost: undefined,
      inside: undefined,
      fragment: undefined,
    });
  }
  return under;
}

const shapeOf = ({ outputs }: NodeFacts): string => Object.values(outputs ?? {}).join(' ');

/** What is known of the document, as far as it may be told. */
export const toldOf = ({
  whole,
  veil,
}: {
  readonly whole: { readonly analysis: Analysis };
  readonly veil: Veil;
}): Analysis => veiled(whole.analysis, veil);
