import type { FlatStep } from '../../analysis/flatten.ts';
import { type Dims, sameDims } from '../../base/dims.ts';
import type { FloatTensor } from '../../base/tensor.ts';
import type { Tally } from '../../layers/define.ts';
import { layerOf } from '../../layers/index.ts';
import type { Params, ParamValues } from '../../schema/params.ts';
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
  const layer = layerOf(step.kind);
  const params = inSinglePrecision(layer.params, step.params);
  const results = layer.forward({ params, inputs, weights, outputs, tally });
  for (const [port, dims] of outputs.entries()) {
    if (!sameDims(dims, results[port]!.dims)) {
      throw new Error(`${step.id}: forward returned ${results[port]!.dims} where ${dims} was inferred.`);
    }
  }
  return results;
}

/**
 * Parameters as whoever else computes with the network has them: a slope of 0.1 is the float32 next to it, which shows
 * where what comes out is rounded to whole numbers or compared.
 */
function inSinglePrecision(specs: Params, params: ParamValues): ParamValues {
  const rounded = Object.entries(params).map(([name, value]) => {
    const kind = specs[name]?.kind;
    if (kind === 'float' && typeof value === 'number') return [name, Math.fround(value)];
    if (kind === 'floats' && Array.isArray(value)) return [name, value.map(Math.fround)];
    return [name, value];
  });
  return Object.fromEntries(rounded);
}

/** One operation at least, so that progress moves through layers without multiply-adds. */
export function workOf({ cost }: FlatStep): number {
  return 1 + cost.macs.value + cost.otherOps.value;
}
