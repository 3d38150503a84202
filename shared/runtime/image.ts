import { type FloatTensor, Tensor } from '../base/tensor.ts';

/** Decoded pixels: red, green, blue, alpha per pixel, row by row from the top. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array | Uint8ClampedArray;
}

/** How a picture becomes the network's input. */
export interface Preprocessing {
  /**
   * `crop`: the shorter side is scaled to `resizeTo` × the input (1.143 = 256/224), and the middle is cut out.
   * `stretch`: both sides are scaled to the input. `fit`: all of it is kept, with bars of black.
   */
  readonly fit: 'crop' | 'stretch' | 'fit';
  readonly resizeTo: number;
  readonly order: 'rgb' | 'bgr';
  /** Values run from 0 to this before mean and std. */
  readonly range: 1 | 255;
  /** Per channel, in the order above; one value serves a single channel. */
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

/** The preprocessings that published models were trained with. */
export const preprocessings = {
  imagenet: {
    fit: 'crop',
    resizeTo: 256 / 224,
    order: 'rgb',
    range: 1,
    mean: [0.485, 0.456, 0.406],
    std: [0.229, 0.224, 0.225],
  },
  caffe: {
    fit: 'crop',
    resizeTo: 256 / 224,
    order: 'bgr',
    range: 255,
    mean: [104, 117, 123],
    std: [1, 1, 1],
  },
  unit: { fit: 'stretch', resizeTo: 1, order: 'rgb', range: 1, mean: [0, 0, 0], std: [1, 1, 1] },
  raw: { fit: 'stretch', resizeTo: 1, order: 'rgb', range: 255, mean: [0, 0, 0], std: [1, 1, 1] },
} as const satisfies Readonly<Record<string, Preprocessing>>;
export type PreprocessingName = keyof typeof preprocessings;

/**
 * A picture as a [1, C, H, W] tensor. Three channels are red, green and blue (or the reverse), one is their luma
 * (ITU-R 601), as PIL's "L". Resampling is bilinear with antialiasing, as PIL and torchvision do it.
 */
export function imageToTensor(
  pixels: Pixels,
  [channels, height, width]: readonly [channels: number, height: number, width: number],
  how: Preprocessing,
): FloatTensor {
  const planes = planesOf(pixels, channels, how);
  const placed = placement(pixels, height, width, how);
  const columns = taps(pixels.width, placed.scaledWidth, placed.left, width);
  const rows = taps(pixels.height, placed.scaledHeight, placed.top, height);
  const y = Tensor.zeros([1, channels, height, width]);
  const middle = new Float32Array(pixels.height * width);
  for (let c = 0; c < channels; c++) {
    const mean = how.mean[c % how.mean.length] ?? 0;
    const std = how.std[c % how.std.length] ?? 1;
    const plane = planes[c]!;
    for (let i = 0; i < pixels.height; i++) {
      for (let j = 0; j < width; j++) {
        middle[i * width + j] = weighted(columns[j]!, (at) => plane[i * pixels.width + at]!);
      }
    }
    const scale = how.range / 255;
    for (let i = 0; i < height; i++) {
      for (let j = 0; j < width; j++) {
        // 8-bit pictures are resampled to 8 bits, so values are whole before they are scaled.
        const value = Math.round(weighted(rows[i]!, (at) => middle[at * width + j]!));
        y.data[(c * height + i) * width + j] = (value * scale - mean) / std;
      }
    }
  }
  return y;
}

interface Placement {
  readonly scaledWidth: number;
  readonly scaledHeight: number;
  /** Where the input's first column and row lie in the scaled picture; negative for bars. */
  readonly left: number;
  readonly top: number;
}

function placement(
  pixels: Pixels,
  height: number,
  width: number,
  { fit, resizeTo }: Preprocessing,
): Placement {
  if (fit === 'stretch') return { scaledWidth: width, scaledHeight: height, left: 0, top: 0 };
  const scale =
    fit === 'crop'
      ? Math.max((width * resizeTo) / pixels.width, (height * resizeTo) / pixels.height)
      : Math.min(width / pixels.width, height / pixels.height);
  const scaledWidth = Math.max(1, Math.floor(pixels.width * scale + 1e-9));
  const scaledHeight = Math.max(1, Math.floor(pixels.height * scale + 1e-9));
  return {
    scaledWidth,
    scaledHeight,
    left: Math.round((scaledWidth - width) / 2),
    top: Math.round((scaledHeight - height) / 2),
  };
}

/** The source pixels that feed one output pixel. */
interface Taps {
  readonly first: number;
  readonly weights: readonly number[];
}

const noTaps: Taps = { first: 0, weights: [] };

/** Triangle filter, as wide as the reduction: Pillow's bilinear. */
function taps(source: number, scaled: number, offset: number, count: number): readonly Taps[] {
  const scale = source / scaled;
  const reach = Math.max(1, scale);
  return Array.from({ length: count }, (_, i) => {
    const at = i + offset;
    if (at < 0 || at >= scaled) return noTaps;
    const centre = (at + 0.5) * scale;
    const first = Math.max(0, Math.floor(centre - reach + 0.5));
    const end = Math.min(source, Math.floor(centre + reach + 0.5));
    const weights: number[] = [];
    for (let x = first; x < end; x++) weights.push(Math.max(0, 1 - Math.abs((x + 0.5 - centre) / reach)));
    const sum = weights.reduce((total, value) => total + value, 0);
    return { first, weights: weights.map((value) => value / sum) };
  });
}

function weighted({ first, weights }: Taps, read: (at: number) => number): number {
  let total = 0;
  for (let i = 0; i < weights.length; i++) total += weights[i]! * read(first + i);
  return total;
}

/** Channel planes with alpha laid over black. */
function planesOf(
  { width, height, data }: Pixels,
  channels: number,
  { order }: Preprocessing,
): readonly Float32Array[] {
  const count = width * height;
  const planes = Array.from({ length: channels }, () => new Float32Array(count));
  for (let i = 0; i < count; i++) {
    const alpha = data[4 * i + 3]! / 255;
    const red = data[4 * i]! * alpha;
    const green = data[4 * i + 1]! * alpha;
    const blue = data[4 * i + 2]! * alpha;
    if (channels === 1) {
      planes[0]![i] = 0.299 * red + 0.587 * green + 0.114 * blue;
      continue;
    }
    const ordered = order === 'rgb' ? [red, green, blue] : [blue, green, red];
    for (let c = 0; c < channels; c++) planes[c]![i] = ordered[c % 3]!;
  }
  return planes;
}

export interface Score {
  readonly index: number;
  /** 0 to 1. */
  readonly probability: number;
}

/** The k most likely classes of one sample; logits are turned into probabilities, what sums to one already is not. */
export function topK(scores: ArrayLike<number>, k: number): readonly Score[] {
  const values = Array.from(scores);
  const sum = values.reduce((total, value) => total + value, 0);
  const isDistribution = values.every((value) => value >= 0) && Math.abs(sum - 1) < 1e-3;
  const probabilities = isDistribution ? values : softmax(values);
  return probabilities
    .map((probability, index) => ({ index, probability }))
    .sort((a, b) => b.probability - a.probability || a.index - b.index)
    .slice(0, k);
}

function softmax(values: readonly number[]): readonly number[] {
  const largest = values.reduce((most, value) => Math.max(most, value), -Infinity);
  const powers = values.map((value) => Math.exp(value - largest));
  const sum = powers.reduce((total, value) => total + value, 0);
  return powers.map((value) => value / sum);
}
