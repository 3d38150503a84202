import type { FlatStep } from '../../analysis/flatten.ts';
import { type Dims, sameDims } from '../../base/dims.ts';
import type { FloatTensor } from '../../base/tensor.ts';
import type { Tally } from '../../layers/define.ts';
import { layerOf } from '../../layers/index.ts';
import type { WeightStore } from '../backend.ts';

/** What a layer gives for these inputs, by its `forward`; `outputs` are the extents that were inferred. */
export function computeStep(
  step: FlatStep,
  inputs: readonly FloatTensor[],
  store: WeightStore,
  outputs: readonly Dims[],
): readonly FloatTensor[] {
  const tally: Tally = { macs: 0, otherOps: 0 };
  const weights = store[step.id] ?? {};
  const results = layerOf(step.kind).forward({ params: step.params, inputs, weights, outputs, tally });
  for (const [port, dims] of outputs.entries()) {
    if (!sameDims(dims, results[port]!.dims)) {
      throw new Error(`${step.id}: forward returned ${results[port]!.dims} where ${dims} was inferred.`);
    }
  }
  return results;
}

/** One operation at least, so that progress moves through layers without multiply-adds. */
export function workOf({ cost }: FlatStep): number {
  return 1 + cost.macs.value + cost.otherOps.value;
}
