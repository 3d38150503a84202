/** How an output position maps to an input position; the names are ONNX's. */
export type CoordinateMode =
  | 'half_pixel'
  | 'half_pixel_symmetric'
  | 'pytorch_half_pixel'
  | 'align_corners'
  | 'asymmetric'
  | 'tf_half_pixel_for_nn'
  | 'tf_crop_and_resize';

export type NearestMode = 'round_prefer_floor' | 'round_prefer_ceil' | 'floor' | 'ceil';

export interface Sampling {
  readonly mode: 'nearest' | 'linear' | 'cubic';
  readonly coordinates: CoordinateMode;
  readonly nearest: NearestMode;
  readonly cubicCoefficient: number;
  readonly excludeOutside: boolean;
  /** Widens the kernel when shrinking, so that every element counts. */
  readonly antialias: boolean;
  /** What is cut out, as shares of the map: top, left, bottom, right. */
  readonly region: readonly number[];
}

/** For every output position along one axis, `count` input positions and their weights. */
export interface AxisTaps {
  readonly count: number;
  readonly index: Int32Array;
  readonly weight: Float64Array;
  /** Output positions that lie outside of the input, where these are filled instead. */
  readonly outside: readonly boolean[];
}

export function tapCount(mode: Sampling['mode']): number {
  return mode === 'nearest' ? 1 : mode === 'linear' ? 2 : 4;
}

/** Taps of one output position along an axis that is scaled so. */
export function tapsFor({ mode, antialias }: Pick<Sampling, 'mode' | 'antialias'>, scale: number): number {
  const count = tapCount(mode);
  if (!antialias || count === 1 || scale >= 1) return count;
  return 2 * Math.ceil(count / 2 / scale);
}

/** On the last element two positions are one: each counts half, as in onnxruntime, for the last bit of a sum hangs on it. */
const LAST_TWICE = [0.5, 0.5] as const;

/**
 * Positions outside the input read its edge, or with `excludeOutside` nothing, the others taking over their weight. `axis`
 * says which sides of the region count: 0 for rows, 1 for columns.
 */
export function axisTaps(
  sampling: Sampling,
  extent: number,
  output: number,
  scale: number,
  axis: 0 | 1 = 1,
): AxisTaps {
  const count = tapsFor(sampling, scale);
  const index = new Int32Array(output * count);
  const weight = new Float64Array(output * count);
  const outside: boolean[] = [];
  for (let o = 0; o < output; o++) {
    const source = sourceOf(sampling, o, extent, output, scale, axis);
    outside.push(sampling.coordinates === 'tf_crop_and_resize' && (source < 0 || source > extent - 1));
    const between = sampling.mode === 'linear' && !sampling.antialias;
    const x = between ? Math.min(Math.max(source, 0), extent - 1) : source;
    const first =
      sampling.mode === 'nearest' ? roundBy(sampling.nearest, x) : Math.floor(x) - (count / 2 - 1);
    const weights =
      count > tapCount(sampling.mode)
        ? smoothing(sampling, count, x - Math.floor(x), scale)
        : between && x === extent - 1
          ? [...LAST_TWICE]
          : weightsOf(sampling, x - Math.floor(x));
    if (
      sampling.excludeOutside &&
      sampling.mode !== 'nearest' &&
      (sampling.mode === 'cubic' || sampling.antialias)
    ) {
      for (let t = 0; t < count; t++) if (first + t < 0 || first + t >= extent) weights[t] = 0;
      const total = weights.reduce((sum, w) => sum + w, 0);
      for (let t = 0; t < count; t++) weights[t]! /= total;
    }
    for (let t = 0; t < count; t++) {
      index[o * count + t] = Math.min(Math.max(first + t, 0), extent - 1);
      weight[o * count + t] = weights[t]!;
    }
  }
  return { count, index, weight, outside };
}

/** The kernel stretched by 1 / scale, which makes a mean of all that an output position stands for. */
function smoothing(sampling: Sampling, count: number, t: number, scale: number): number[] {
  const first = -(count / 2 - 1);
  const weights = Array.from({ length: count }, (_, i) =>
    kernelAt(sampling, Math.abs(first + i - t) * scale),
  );
  const total = weights.reduce((sum, w) => sum + w, 0);
  return weights.map((w) => w / total);
}

/** The interpolation kernel at a distance. */
function kernelAt({ mode, cubicCoefficient: a }: Sampling, d: number): number {
  if (mode === 'linear') return Math.max(0, 1 - d);
  if (d < 1) return ((a + 2) * d - (a + 3)) * d * d + 1;
  return d < 2 ? ((a * d - 5 * a) * d + 8 * a) * d - 4 * a : 0;
}

const single = Math.fround;

/**
 * Computed in single precision, step by step, as onnxruntime and PyTorch do: which element is the nearest, and between
 * which two a position lies, hangs on its last bit. `scale` is a number of single precision. Where nothing changes
 * size, nothing moves.
 */
function sourceOf(
  { coordinates: mode, region }: Sampling,
  o: number,
  extent: number,
  output: number,
  scale: number,
  axis: 0 | 1,
): number {
  if (scale === 1 && mode !== 'tf_crop_and_resize') return o;
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
    case 'tf_half_pixel_for_nn':
      return single((o + 0.5) / scale);
    case 'tf_crop_and_resize': {
      const [start, end] = [region[axis] ?? 0, region[axis + 2] ?? 1];
      if (output === 1) return single(0.5 * (start + end) * (extent - 1));
      return single(start * (extent - 1) + (o * (end - start) * (extent - 1)) / (output - 1));
    }
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
