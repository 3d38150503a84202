import type { WeightStore } from '../backend.ts';
import type { FilterSource, Window } from '../plan/graph.ts';

/** A convolution as its filters are folded: where they come from, and between which channels they stand. */
export interface FilterShape {
  readonly filters: FilterSource;
  readonly store: WeightStore;
  /** Channels of the whole input and of the whole output. */
  readonly ins: number;
  readonly outs: number;
  readonly groups: number;
  readonly window: Window;
}

/** Filters ready to be packed: what each output channel's weights are multiplied by, and its bias. */
export interface FoldedFilters {
  /** [out][in per group][height][width]; undefined for a batch norm that stands alone: every channel passes through. */
  readonly weight: Float32Array | undefined;
  readonly scale: Float64Array;
  readonly bias: Float64Array;
}

/**
 * Folds a batch norm into the filters before it: w·γ/√(σ² + ε), and (b − μ)·γ/√(σ² + ε) + β. Then whatever else is done to
 * each channel.
 */
export function foldFilters(shape: FilterShape): FoldedFilters {
  const { filters, store, outs } = shape;
  const scale = new Float64Array(outs).fill(1);
  const bias = new Float64Array(outs);
  const given = filters.bias === undefined ? undefined : tensorData(store, filters.node, filters.bias);
  if (given) bias.set(given);
  const { norm } = filters;
  if (norm) {
    const mean = tensorData(store, norm.node, norm.mean);
    const variance = tensorData(store, norm.node, norm.variance);
    const gamma = norm.scale === undefined ? undefined : tensorData(store, norm.node, norm.scale);
    const beta = norm.shift === undefined ? undefined : tensorData(store, norm.node, norm.shift);
    for (let c = 0; c < outs; c++) {
      scale[c] = (gamma?.[c] ?? 1) / Math.sqrt(variance[c]! + norm.epsilon);
      bias[c] = (bias[c]! - mean[c]!) * scale[c]! + (beta?.[c] ?? 0);
    }
  }
  for (const { by, node, weight } of filters.changes ?? []) {
    const data = tensorData(store, node, weight);
    for (let c = 0; c < outs; c++) {
      const value = data[data.length === 1 ? 0 : c]!;
      bias[c] = by === 'add' ? bias[c]! + value : bias[c]! * value;
      if (by === 'multiply') scale[c]! *= value;
    }
  }
  return { weight: filterValues(shape), scale, bias };
}

/** [out][in per group][height][width], however the layer keeps them. */
function filterValues({ filters, store, ins, outs, window, groups }: FilterShape): Float32Array | undefined {
  if (filters.weight === undefined) return undefined;
  const data = tensorData(store, filters.node, filters.weight);
  const taps = window.kernel[0] * window.kernel[1];
  const depth = ins / groups;
  const wanted = outs * depth * taps;
  if (filters.rightOperand) {
    const columns = new Float32Array(wanted);
    for (let o = 0; o < outs; o++) {
      for (let i = 0; i < depth; i++) columns[o * depth + i] = data[i * outs + o]!;
    }
    return columns;
  }
  if (!filters.transposed) {
    // One value for all channels, where a layer has but one.
    return data.length === 1 && wanted > 1 ? new Float32Array(wanted).fill(data[0]!) : data;
  }
  const filtersOfGroup = outs / groups;
  const turned = new Float32Array(wanted);
  for (let o = 0; o < outs; o++) {
    const group = Math.floor(o / filtersOfGroup);
    for (let i = 0; i < depth; i++) {
      const from = ((group * depth + i) * filtersOfGroup + (o % filtersOfGroup)) * taps;
      for (let tap = 0; tap < taps; tap++)
        turned[(o * depth + i) * taps + tap] = data[from + taps - 1 - tap]!;
    }
  }
  return turned;
}

/** The same for two steps whose folded filters are the same. */
export function filterKey({ node, weight, bias, norm, changes, rightOperand }: FilterSource): string {
  return JSON.stringify([node, weight, bias, norm, changes, rightOperand]);
}

/** A weight by its node and name. */
export function tensorData(store: WeightStore, node: string, name: string): Float32Array {
  const tensor = store[node]?.[name];
  if (!tensor) throw new Error(`The weights of "${node}" lack "${name}".`);
  return tensor.data;
}
