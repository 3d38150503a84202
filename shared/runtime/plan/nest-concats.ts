import type { PlanGraph, PlanOp, ValueId } from './graph.ts';

/** The values that concatenations begin with, one after the other. */
interface Beginning {
  /** What is put together of just these, if anything is. */
  whole?: ValueId;
  readonly next: Map<ValueId, Beginning>;
}

/**
 * What is put together of everything that came before, as in every layer of a DenseNet, begins with what the layer before
 * put together: the smaller is then a part of the larger, in whose memory it is computed, and nothing is copied.
 */
export function nestConcats(graph: PlanGraph): PlanGraph {
  const root: Beginning = { next: new Map() };
  const ops = graph.ops.map((op): PlanOp => {
    if (op.kind !== 'concat') return op;
    let at = root;
    let longest: { readonly value: ValueId; readonly count: number } | undefined;
    for (const [i, input] of op.inputs.entries()) {
      if (at.whole !== undefined) longest = { value: at.whole, count: i };
      const next: Beginning = at.next.get(input) ?? { next: new Map() };
      at.next.set(input, next);
      at = next;
    }
    at.whole ??= op.output;
    return longest ? { ...op, inputs: [longest.value, ...op.inputs.slice(longest.count)] } : op;
  });
  return { ...graph, ops };
}
