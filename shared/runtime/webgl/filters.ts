import type { WeightStore } from '../backend.ts';
import type { FilterSource } from '../plan/graph.ts';
import type { ConvolutionSpec } from './kernels/convolution-spec.ts';

/** Filters ready to be packed: what each output channel's weights are multiplied by, and its bias. */
export interface FoldedFilters {
  /** Undefined for a batch norm that stands alone: every channel passes through. */
  readonly weight: Float32Array | undefined;
  readonly scale: Float64Array;
  readonly bias: Float64Array;
}

/**
 * Folds a batch norm into the filters before it: w·γ/√(σ² + ε), and (b − μ)·γ/√(σ² + ε) + β. Then whatever else is done to
 * each channel.
 */
export function foldFilters(spec: ConvolutionSpec): FoldedFilters {
  const { filters, store, output } = spec;
  const { channels } = output.layout.view;
  const scale = new Float64Array(channels).fill(1);
  const bias = new Float64Array(channels);
  const given = filters.bias === undefined ? undefined : tensorData(store, filters.node, filters.bias);
  if (given) bias.set(given);
  const { norm } = filters;
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
  for (const { by, node, weight } of filters.changes ?? []) {
    const data = tensorData(store, node, weight);
    for (let c = 0; c < channels; c++) {
      const value = data[data.length === 1 ? 0 : c]!;
      bias[c] = by === 'add' ? bias[c]! + value : bias[c]! * value;
      if (by === 'multiply') scale[c]! *= value;
    }
  }
  return { weight: filterValues(spec), scale, bias };
}

/** [out][in per group][height][width], however the layer keeps them. */
function filterValues({
  filters,
  store,
  input,
  output,
  window,
  groups,
}: ConvolutionSpec): Float32Array | undefined {
  if (filters.weight === undefined) return undefined;
  const data = tensorData(store, filters.node, filters.weight);
  const taps = window.kernel[0] * window.kernel[1];
  const ins = input.layout.view.channels / groups;
  const { channels } = output.layout.view;
  const wanted = channels * ins * taps;
  if (filters.rightOperand) {
    const columns = new Float32Array(wanted);
    for (let o = 0; o < channels; o++) {
      for (let i = 0; i < ins; i++) columns[o * ins + i] = data[i * channels + o]!;
    }
    return columns;
  }
  if (!filters.transposed) {
    // One value for all channels, where a layer has but one.
    return data.length === 1 && wanted > 1 ? new Float32Array(wanted).fill(data[0]!) : data;
  }
  const outs = channels / groups;
  const turned = new Float32Array(wanted);
  for (let o = 0; o < channels; o++) {
    const group = Math.floor(o / outs);
    for (let i = 0; i < ins; i++) {
      const from = ((group * ins + i) * outs + (o % outs)) * taps;
      for (let tap = 0; tap < taps; tap++) turned[(o * ins + i) * taps + tap] = data[from + taps - 1 - tap]!;
    }
  }
  return turned;
}

/** The same for two steps whose folded filters are the same. */
export function filterKey({ node, weight, bias, norm, changes, rightOperand }: FilterSource): string {
  return JSON.stringify([node, weight, bias, norm, changes, rightOperand]);
}

function tensorData(store: WeightStore, node: string, name: string): Float32Array {
  const tensor = store[node]?.[name];
  if (!tensor) throw new Error(`The weights of "${node}" lack "${name}".`);
  return tensor.data;
}
