import type { Dims } from '../base/dims.ts';
import { type FloatTensor, Tensor } from '../base/tensor.ts';
import { unreachable } from '../base/unreachable.ts';
import { type Preprocessing, preprocessingParams, type RunSettings } from '../graph/run-settings.ts';
import { defaultsOf } from '../schema/params.ts';

/** Decoded pixels: red, green, blue, alpha per pixel, row by row from the top. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array | Uint8ClampedArray;
}

/** The preprocessings that published models were trained with. */
export const preprocessingNames = ['imagenet', 'caffe', 'unit', 'raw'] as const;
export type PreprocessingName = (typeof preprocessingNames)[number];

/** How much larger than the input the shorter side is before the middle is cut out: torchvision's 256 for 224. */
const IMAGENET_ZOOM = 256 / 224;

/** A named preprocessing for an input of this height and width. */
export function preprocessingNamed(
  name: PreprocessingName,
  [height, width]: readonly [height: number, width: number],
): Preprocessing {
  const plain = defaultsOf(preprocessingParams);
  const resize = Math.round(IMAGENET_ZOOM * Math.min(height, width));
  switch (name) {
    case 'imagenet':
      return { ...plain, resize, mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] };
    case 'caffe':
      return { ...plain, resize, order: 'bgr', range: '0-255', mean: [104, 117, 123] };
    case 'unit':
      return { ...plain, fit: 'stretch' };
    case 'raw':
      return { ...plain, fit: 'stretch', range: '0-255' };
    default:
      return unreachable(name);
  }
}

/** Inputs from this size on are taken to be for photographs. */
const PHOTOGRAPH_SIDE = 64;

/** What a design runs with: its own preprocessing, or what is likely for an input of this sample shape (C, H, W). */
export function preprocessingFor({ preprocessing }: RunSettings, sample: Dims): Preprocessing {
  if (preprocessing) return preprocessing;
  const [channels = 1, height = 1, width = 1] = sample;
  const forPhotographs = channels === 3 && Math.min(height, width) >= PHOTOGRAPH_SIDE;
  return preprocessingNamed(forPhotographs ? 'imagenet' : 'unit', [height, width]);
}

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
    const scale = how.range === '0-1' ? 1 / 255 : 1;
    for (let i = 0; i < height; i++) {
      for (let j = 0; j < width; j++) {
        // 8-bit pictures are resampled to 8 bits, so values are whole before they are scaled.
        const grey = Math.round(weighted(rows[i]!, (at) => middle[at * width + j]!));
        // Bars stay black: with ink turned to light, black is what the paper became.
        const isBar = rows[i] === noTaps || columns[j] === noTaps;
        const value = how.invert && !isBar ? 255 - grey : grey;
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

function placement(pixels: Pixels, height: number, width: number, { fit, resize }: Preprocessing): Placement {
  if (fit === 'stretch') return { scaledWidth: width, scaledHeight: height, left: 0, top: 0 };
  const scale =
    fit === 'crop'
      ? Math.max(resize / Math.min(pixels.width, pixels.height), width / pixels.width, height / pixels.height)
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
