import { type Dims, formatDims } from '../base/dims.ts';
import { isIssue, messages } from '../base/problem.ts';
import { type FloatTensor, Tensor } from '../base/tensor.ts';
import { product, zero } from '../base/term.ts';
import { param } from '../schema/params.ts';
import { defineLayer } from './define.ts';
import { expectMap } from './expect.ts';

export const say = messages('layers/roi-align', {
  'boxes-do-not-fit': [
    'RoI align got boxes of {{boxes}} and images of {{images}}.',
    'Give it four numbers for each box, and the image of each.',
  ],
});

/** Along each side of a bin, where the number follows the size of a box: He et al. take four samples of a bin. */
const USUAL_SAMPLES = 2;
/** Of a bilinear mean. */
const TAPS = 4;

export const roiAlign = defineLayer({
  kind: 'roiAlign',
  title: 'RoI align',
  group: 'pooling',
  icon: 'roiAlign',
  summary: "Cuts a detector's boxes out of a map, each as a small map of one size.",
  words: ['roi', 'region of interest', 'mask r-cnn', 'detection', '感兴趣区域'],
  formula: 'y[k, c, i, j] = mean of x[n_k, c] at samples of bin (i, j) of box k',
  traits: { keepsSign: true },
  doc: `Every box is cut into bins, and every bin is the mean, or the largest, of what lies at evenly spaced places in it, by bilinear
interpolation. Boxes are x and y of two corners, in pixels of the picture; *scale* brings them to the map. Places that lie more than
a pixel outside count as 0. Where no number of samples is given, it is what covers the bin with one for each pixel.

Counted as ${TAPS} operations per sample of a bin; where their number follows the boxes, as the ${USUAL_SAMPLES}×${USUAL_SAMPLES} of the paper.

Sources: He et al. 2017 (Mask R-CNN), section 3; ONNX operator RoiAlign; torchvision roi_align.`,
  params: {
    size: param.pair({ title: 'Size', doc: 'Height and width of what a box becomes.', default: 7 }),
    samples: param.int({
      title: 'Samples',
      doc: 'Along each side of a bin; 0 is one for each pixel that it covers.',
      default: 0,
      min: 0,
      max: 64,
    }),
    scale: param.float({
      title: 'Scale',
      doc: 'Pixels of the map for one of the picture: 1/16 after four halvings.',
      default: 1,
      min: 1e-6,
      max: 1e6,
    }),
    mode: param.choice({
      title: 'Method',
      doc: 'What becomes of the samples of a bin.',
      default: 'mean',
      options: [
        { value: 'mean', title: 'mean' },
        { value: 'max', title: 'the largest part of one' },
      ],
    }),
    aligned: param.flag({
      title: 'Half pixel',
      doc: 'Moves boxes by half a pixel, so that pixels are areas, not points.',
      default: true,
    }),
  },
  headline: ['size', 'samples'],
  inputs: [
    { name: 'in', doc: 'The map.' },
    { name: 'boxes', doc: 'Left, top, right and bottom of each box: boxes×4.' },
    { name: 'images', doc: 'The image of the batch that each box lies in, as a whole number.' },
  ],
  shape({ params: { size }, inputs }) {
    const map = expectMap('RoI align', inputs[0]!);
    if (isIssue(map)) return map;
    const [, boxes, images] = inputs as readonly [Dims, Dims, Dims];
    const fits = boxes.length === 2 && boxes[1] === 4 && images.length === 1 && images[0] === boxes[0];
    if (fits) return [[boxes[0]!, map.channels, ...size]];
    const shapes = { boxes: formatDims(boxes), images: formatDims(images) };
    return say('boxes-do-not-fit', shapes, { port: 'boxes' });
  },
  cost({ params: { size, samples }, inputs: [map, boxes] }) {
    const each = samples === 0 ? USUAL_SAMPLES : samples;
    const bins = [
      ['boxes', boxes![0]!],
      ['C', map![1]!],
      ['H', size[0]],
      ['W', size[1]],
    ] as const;
    return { macs: zero, otherOps: product([String(TAPS * each * each), TAPS * each * each], ...bins) };
  },
  reach: () => ({ kind: 'global' }),
  forward({ params, inputs, outputs, tally }) {
    const [x, boxes, images] = inputs as readonly [FloatTensor, FloatTensor, FloatTensor];
    const [, channels, height, width] = x.dims as readonly [number, number, number, number];
    const { size, samples, scale, mode, aligned } = params;
    const y = Tensor.zeros(outputs[0]!);
    const counted = samples === 0 ? USUAL_SAMPLES : samples;
    const offset = aligned ? 0.5 : 0;
    for (let k = 0; k < boxes.dims[0]!; k++) {
      const side = (at: number) => Math.fround(Math.fround(boxes.data[4 * k + at]! * scale) - offset);
      const rows = new BinsOfSide(side(1), side(3), size[0], height, samples, aligned);
      const columns = new BinsOfSide(side(0), side(2), size[1], width, samples, aligned);
      const image = Math.trunc(images.data[k]!);
      for (let c = 0; c < channels; c++) {
        const plane = x.data.subarray(
          (image * channels + c) * height * width,
          (image * channels + c + 1) * height * width,
        );
        for (let i = 0; i < size[0]; i++) {
          for (let j = 0; j < size[1]; j++) {
            y.data[((k * channels + c) * size[0] + i) * size[1] + j] =
              image >= 0 && image < x.dims[0]!
                ? binOf(plane, width, rows.bin(i), columns.bin(j), mode)
                : Number.NaN;
            tally.otherOps += TAPS * counted * counted;
          }
        }
      }
    }
    return [y];
  },
  examples: [
    {
      title: 'Between the pixels of a slope',
      params: { size: [2, 2], samples: 1, aligned: false },
      inputs: [[1, 1, 4, 4], [1, 4], [1]],
      outputs: [[1, 1, 2, 2]],
      source: 'ONNX operator RoiAlign, its definition: a slope is itself between its pixels',
      values: {
        inputs: [[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15], [0, 0, 2, 2], [0]],
        outputs: [[2.5, 3.5, 6.5, 7.5]],
      },
    },
    {
      title: 'Half a pixel before, of the second picture',
      params: { size: [2, 2], samples: 1 },
      inputs: [[2, 1, 3, 3], [1, 4], [1]],
      outputs: [[1, 1, 2, 2]],
      source: 'ONNX operator RoiAlign, its definition: samples lie on pixels',
      values: {
        inputs: [[0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 1, 3, 3], [1]],
        outputs: [[5, 6, 8, 9]],
      },
    },
  ],
});

/** The two pixels that a sample lies between, and how much it takes of each. */
interface Between {
  readonly low: number;
  readonly high: number;
  readonly toLow: number;
  readonly toHigh: number;
}

/** The samples of a bin along one side: how many there are, and those that lie in the map; others are 0. */
interface Samples {
  readonly count: number;
  readonly inside: readonly Between[];
}

/** Where the samples of each bin lie along one side of a box. */
class BinsOfSide {
  private readonly start: number;
  private readonly width: number;
  private readonly count: number;
  private readonly extent: number;

  constructor(start: number, end: number, bins: number, extent: number, samples: number, aligned: boolean) {
    const length = Math.fround(end - start);
    // Without the half pixel, a box is a pixel wide at least.
    this.width = Math.fround((aligned ? length : Math.max(length, 1)) / bins);
    this.start = start;
    this.extent = extent;
    this.count = samples === 0 ? Math.max(0, Math.ceil(this.width)) : samples;
  }

  bin(at: number): Samples {
    const { start, width, count, extent } = this;
    const [from, step] = [start + at * width, width / count];
    if (!Number.isFinite(from) || !Number.isFinite(count)) return { count: Number.NaN, inside: [] };
    // A box may be larger than its map by any factor: only samples that lie in the map are looked at.
    const ends = [-1, extent].map((place) => (place - from) / step - 0.5);
    const first = step === 0 ? 0 : Math.max(0, Math.floor(Math.min(...ends)) - 1);
    const last = step === 0 ? count - 1 : Math.min(count - 1, Math.ceil(Math.max(...ends)) + 1);
    const inside: Between[] = [];
    for (let i = first; i <= last; i++) {
      const sample = this.sample(Math.fround(start + at * width + ((i + 0.5) * width) / count));
      if (sample) inside.push(sample);
    }
    return { count, inside };
  }

  private sample(place: number): Between | undefined {
    const { extent } = this;
    if (place < -1 || place > extent) return undefined;
    const at = Math.max(place, 0);
    const low = Math.floor(at);
    if (low >= extent - 1) return { low: extent - 1, high: extent - 1, toLow: 1, toHigh: 0 };
    return { low, high: low + 1, toLow: 1 - (at - low), toHigh: at - low };
  }
}

/** One bin: of what its samples are, the mean, or the largest that one pixel adds to one. */
function binOf(
  plane: Float32Array,
  width: number,
  rows: Samples,
  columns: Samples,
  mode: 'mean' | 'max',
): number {
  const count = rows.count * columns.count;
  const isWhole = rows.inside.length * columns.inside.length === count;
  let total = 0;
  let largest = isWhole && count > 0 ? -Infinity : 0;
  for (const row of rows.inside) {
    for (const column of columns.inside) {
      const parts = [
        row.toLow * column.toLow * plane[row.low * width + column.low]!,
        row.toLow * column.toHigh * plane[row.low * width + column.high]!,
        row.toHigh * column.toLow * plane[row.high * width + column.low]!,
        row.toHigh * column.toHigh * plane[row.high * width + column.high]!,
      ];
      for (const part of parts) {
        total += part;
        largest = Math.max(largest, part);
      }
    }
  }
  if (Number.isNaN(count)) return Number.NaN;
  return mode === 'max' ? largest : total / Math.max(1, count);
}
