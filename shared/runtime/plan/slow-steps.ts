import type { FlatNetwork, FlatStep } from '../../analysis/flatten.ts';
import { layerOf } from '../../layers/index.ts';
import { runsByReference } from './lowerings.ts';

/**
 * The steps of a network that run as their `forward` is written: those without a fast form, and sums that are rounded to a
 * grid, where the last bit decides and the reference adds up in onnxruntime's order.
 */
export function slowSteps({ steps }: FlatNetwork): readonly FlatStep[] {
  const rounded = new Set(
    steps
      .flatMap(({ kind, inputs }) => (kind === 'quantize' ? inputs.slice(0, 1) : []))
      .map(({ step }) => step),
  );
  return steps.filter(
    ({ kind, params }, i) =>
      runsByReference(kind, params) || (rounded.has(i) && layerOf(kind).traits(params).sums === true),
  );
}
