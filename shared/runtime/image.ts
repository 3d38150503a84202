import type { Dims } from '../base/dims.ts';
import { type FloatTensor, Tensor } from '../base/tensor.ts';
import { unreachable } from '../base/unreachable.ts';
import { type Preprocessing, preprocessingParams, type RunSettings } from '../graph/run-settings.ts';
import { defaultsOf } from '../schema/params.ts';

/** Decoded pixels: red, green, blue, alpha per pixel, row by row from the top. */
export interface Pixels {
  /** In pixels. */
  readonly width: number;
  /** In pixels. */
  readonly height: number;
  /** 4 · `width` · `height` numbers from 0 to 255. */
  readonly data: Uint8Array | Uint8ClampedArray;
}

/** The preprocessings that published models were trained with. */
export const preprocessingNames = ['imagenet', 'caffe', 'tensorflow', 'unit', 'raw'] as const;
/** A preprocessing by name. */
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
    case 'tensorflow':
      return { ...plain, resize, mean: [0.5], std: [0.5] };
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
  const placed = placement(pixels, height, width, how);
  const columns = taps(pixels.width, placed.scaledWidth, placed.left, width);
  const rows = taps(pixels.height, placed.scaledHeight, placed.top, height);
  const narrowed = narrow(pixels, channels, how, columns, rows);
  const y = Tensor.zeros([1, channels, height, width]);
  const scale = how.range === '0-1' ? 1 / 255 : 1;
  for (let c = 0; c < channels; c++) {
    const mean = how.mean[c % how.mean.length] ?? 0;
    const std = how.std[c % how.std.length] ?? 1;
    for (let i = 0; i < height; i++) {
      const { first, weights } = rows[i]!;
      for (let j = 0; j < width; j++) {
        let total = 0;
        for (let k = 0; k < weights.length; k++)
          total += weights[k]! * narrowed[((first + k) * channels + c) * width + j]!;
        // 8-bit pictures are resampled to 8 bits, so values are whole before they are scaled.
        const grey = Math.round(total);
        // Bars stay black: with ink turned to light, black is what the paper became.
        const isBar = rows[i] === noTaps || columns[j] === noTaps;
        const value = how.invert && !isBar ? 255 - grey : grey;
        y.data[(c * height + i) * width + j] = (value * scale - mean) / std;
      }
    }
  }
  return y;
}

/**
 * The rows of a picture that `rows` reads, each resampled to the columns of the input: [row, channel, column]. Works
 * through one row at a time, since a photo of many megapixels has no room for its channels as numbers.
 */
function narrow(
  pixels: Pixels,
  channels: number,
  { order }: Preprocessing,
  columns: readonly Taps[],
  rows: readonly Taps[],
): Float32Array {
  const width = columns.length;
  const narrowed = new Float32Array(pixels.height * channels * width);
  const line = new Float32Array(channels * pixels.width);
  const { from, end } = reachOf(rows);
  for (let row = from; row < end; row++) {
    readRow(pixels, row, channels, order, line);
    for (let c = 0; c < channels; c++) {
      const to = (row * channels + c) * width;
      for (let j = 0; j < width; j++) {
        const { first, weights } = columns[j]!;
        const at = c * pixels.width + first;
        let total = 0;
        for (let k = 0; k < weights.length; k++) total += weights[k]! * line[at + k]!;
        narrowed[to + j] = total;
      }
    }
  }
  return narrowed;
}

/** From the first source pixel that any of these reads to one past the last. */
function reachOf(all: readonly Taps[]): { readonly from: number; readonly end: number } {
  let [from, end] = [Number.POSITIVE_INFINITY, 0];
  for (const { first, weights } of all) {
    if (weights.length === 0) continue;
    from = Math.min(from, first);
    end = Math.max(end, first + weights.length);
  }
  return { from: Math.min(from, end), end };
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

/** One row's channels, one after the other, with alpha laid over black. */
function readRow(
  { width, data }: Pixels,
  row: number,
  channels: number,
  order: Preprocessing['order'],
  line: Float32Array,
): void {
  for (let x = 0, at = 4 * row * width; x < width; x++, at += 4) {
    const alpha = data[at + 3]! / 255;
    const red = data[at]! * alpha;
    const green = data[at + 1]! * alpha;
    const blue = data[at + 2]! * alpha;
    if (channels === 1) {
      line[x] = 0.299 * red + 0.587 * green + 0.114 * blue;
      continue;
    }
    const [first, third] = order === 'rgb' ? [red, blue] : [blue, red];
    for (let c = 0; c < channels; c++)
      line[c * width + x] = c % 3 === 0 ? first : c % 3 === 1 ? green : third;
  }
}

/** A class and how likely it is. */
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
