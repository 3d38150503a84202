/** How an output position maps to an input position; the names are ONNX's. */
export type CoordinateMode =
  | 'half_pixel'
  | 'half_pixel_symmetric'
  | 'pytorch_half_pixel'
  | 'align_corners'
  | 'asymmetric';

export type NearestMode = 'round_prefer_floor' | 'round_prefer_ceil' | 'floor' | 'ceil';

export interface Sampling {
  readonly mode: 'nearest' | 'linear' | 'cubic';
  readonly coordinates: CoordinateMode;
  readonly nearest: NearestMode;
  readonly cubicCoefficient: number;
  readonly excludeOutside: boolean;
}

/** For every output position along one axis, `count` input positions and their weights. */
export interface AxisTaps {
  readonly count: number;
  readonly index: Int32Array;
  readonly weight: Float64Array;
}

export function tapCount(mode: Sampling['mode']): number {
  return mode === 'nearest' ? 1 : mode === 'linear' ? 2 : 4;
}

/** Positions outside the input read its edge, or with `excludeOutside` nothing, the others taking over their weight. */
export function axisTaps(sampling: Sampling, extent: number, output: number, scale: number): AxisTaps {
  const count = tapCount(sampling.mode);
  const index = new Int32Array(output * count);
  const weight = new Float64Array(output * count);
  for (let o = 0; o < output; o++) {
    const x = sourceOf(sampling.coordinates, o, extent, output, scale);
    const first =
      sampling.mode === 'nearest' ? roundBy(sampling.nearest, x) : Math.floor(x) - (count / 2 - 1);
    const weights = weightsOf(sampling, x - Math.floor(x));
    if (sampling.mode === 'cubic' && sampling.excludeOutside) {
      for (let t = 0; t < count; t++) if (first + t < 0 || first + t >= extent) weights[t] = 0;
      const total = weights.reduce((sum, w) => sum + w, 0);
      for (let t = 0; t < count; t++) weights[t]! /= total;
    }
    for (let t = 0; t < count; t++) {
      index[o * count + t] = Math.min(Math.max(first + t, 0), extent - 1);
      weight[o * count + t] = weights[t]!;
    }
  }
  return { count, index, weight };
}

const single = Math.fround;

/**
 * Computed in single precision, step by step, as onnxruntime and PyTorch do: which element is the nearest, and between
 * which two a position lies, hangs on its last bit. `scale` is a number of single precision. Where nothing changes
 * size, nothing moves.
 */
function sourceOf(mode: CoordinateMode, o: number, extent: number, output: number, scale: number): number {
  if (scale === 1) return o;
  const centred = () => single(single((o + 0.5) / scale) - 0.5);
  switch (mode) {
    case 'half_pixel':
      return centred();
    case 'half_pixel_symmetric': {
      const offset = single((extent / 2) * single(1 - single(output / single(scale * extent))));
      return single(offset + (o + 0.5) / scale - 0.5);
    }
    case 'pytorch_half_pixel':
      return output > 1 ? centred() : 0;
    case 'align_corners':
      return output > 1 ? single(single(o * (extent - 1)) / (output - 1)) : 0;
    case 'asymmetric':
      return single(o / scale);
  }
}

/** So near to a half, a position is one: 5.4999995 is what single precision makes of (o + 0.5) / 0.1 − 0.5. */
const HALF_TOLERANCE = 1e-6;

function roundBy(mode: NearestMode, x: number): number {
  switch (mode) {
    case 'round_prefer_floor':
      return Math.ceil(x - 0.5 - HALF_TOLERANCE);
    case 'round_prefer_ceil':
      return Math.floor(x + 0.5 + HALF_TOLERANCE);
    case 'floor':
      return Math.floor(x);
    case 'ceil':
      return Math.ceil(x);
  }
}

/** Weights of the taps for a position `t` of the way from the inner left tap to the inner right one. */
export function weightsOf(
  { mode, cubicCoefficient: a }: Pick<Sampling, 'mode' | 'cubicCoefficient'>,
  t: number,
): number[] {
  if (mode === 'nearest') return [1];
  if (mode === 'linear') return [1 - t, t];
  return [
    ((a * (t + 1) - 5 * a) * (t + 1) + 8 * a) * (t + 1) - 4 * a,
    ((a + 2) * t - (a + 3)) * t * t + 1,
    ((a + 2) * (1 - t) - (a + 3)) * (1 - t) * (1 - t) + 1,
    ((a * (2 - t) - 5 * a) * (2 - t) + 8 * a) * (2 - t) - 4 * a,
  ];
}
