import type { WeightStore } from '../machine.ts';
import type { FilterSource } from '../plan/graph.ts';

/** Filters ready to be packed: what each output channel's weights are multiplied by, and its bias. */
export interface FoldedFilters {
  /** Undefined for a batch norm that stands alone: every channel passes through. */
  readonly weight: Float32Array | undefined;
  readonly scale: Float64Array;
  readonly bias: Float64Array;
}

/** Folds a batch norm into the filters before it: w·γ/√(σ² + ε), and (b − μ)·γ/√(σ² + ε) + β. */
export function foldFilters(source: FilterSource, channels: number, store: WeightStore): FoldedFilters {
  const scale = new Float64Array(channels).fill(1);
  const bias = new Float64Array(channels);
  const given = source.bias === undefined ? undefined : tensorData(store, source.node, source.bias);
  if (given) bias.set(given);
  const { norm } = source;
  if (norm) {
    const mean = tensorData(store, norm.node, norm.mean);
    const variance = tensorData(store, norm.node, norm.variance);
    const gamma = norm.scale === undefined ? undefined : tensorData(store, norm.node, norm.scale);
    const beta = norm.shift === undefined ? undefined : tensorData(store, norm.node, norm.shift);
    for (let c = 0; c < channels; c++) {
      scale[c] = (gamma?.[c] ?? 1) / Math.sqrt(variance[c]! + norm.epsilon);
      bias[c] = (bias[c]! - mean[c]!) * scale[c]! + (beta?.[c] ?? 0);
    }
  }
  const weight = source.weight === undefined ? undefined : tensorData(store, source.node, source.weight);
  return { weight, scale, bias };
}

/** The same for two steps whose folded filters are the same. */
export function filterKey({ node, weight, bias, norm }: FilterSource): string {
  return JSON.stringify([node, weight, bias, norm]);
}

function tensorData(store: WeightStore, node: string, name: string): Float32Array {
  const tensor = store[node]?.[name];
  if (!tensor) throw new Error(`The weights of "${node}" lack "${name}".`);
  return tensor.data;
}
