import { type Dims, elementCount, formatDims } from '../base/dims.ts';
import { messages } from '../base/problem.ts';
import { type FloatTensor, Tensor } from '../base/tensor.ts';
import { product, zero } from '../base/term.ts';
import { param } from '../schema/params.ts';
import { defineLayer } from './define.ts';

export const say = messages('layers/non-max-suppression', {
  'boxes-do-not-fit': [
    'Non-max suppression got boxes of {{boxes}} and scores of {{scores}}.',
    'Give it images×boxes×4 and images×classes×boxes.',
  ],
});

export const nonMaxSuppression = defineLayer({
  kind: 'nonMaxSuppression',
  title: 'Non-max suppression',
  group: 'math',
  icon: 'nonMaxSuppression',
  summary: "Keeps a detector's best boxes, and none that overlaps a better one.",
  words: ['nms', 'detection', 'boxes', '非极大值抑制'],
  formula: 'y = rows (image, class, box) of the boxes kept, best first',
  traits: { rowsAtMost: true, whole: true },
  doc: `Of each class of each image, takes boxes from the highest score down, and leaves out those that overlap one taken before
by more than the limit: intersection over union. Scores must be above the least score.

How many boxes stay is known after the run only: the shape is the most that there can be, C·min(boxes, most) rows for each image.
Rows that are over hold −1 and come last; a model's own output is cut to the rows that count. Counted as one operation per
score.

Sources: Girshick et al. 2014, section 2.2; ONNX operator NonMaxSuppression.`,
  params: {
    most: param.int({ title: 'Most', doc: 'How many boxes of a class are kept at most.', default: 100 }),
    overlap: param.float({
      title: 'Overlap',
      doc: 'Boxes whose intersection is a larger part of their union than this leave the worse one out.',
      default: 0.5,
      min: 0,
      max: 1,
    }),
    least: param.float({
      title: 'Least score',
      doc: 'Only scores above this count.',
      default: -1e30,
    }),
    boxes: param.choice({
      title: 'Boxes',
      doc: 'What the four numbers of a box are.',
      default: 'corners',
      options: [
        { value: 'corners', title: 'two corners' },
        { value: 'centre', title: 'centre and size' },
      ],
    }),
  },
  inputs: [
    { name: 'boxes', doc: 'Of each image, four numbers for each box: images×boxes×4.' },
    { name: 'scores', doc: 'Of each image and class, one number for each box: images×classes×boxes.' },
  ],
  headline: ['most', 'overlap'],
  shape({ params: { most }, inputs }) {
    const [boxes, scores] = inputs as readonly [Dims, Dims];
    const fits =
      boxes.length === 3 &&
      boxes[2] === 4 &&
      scores.length === 3 &&
      scores[0] === boxes[0] &&
      scores[2] === boxes[1];
    if (fits) return [[scores[0]! * scores[1]! * Math.min(scores[2]!, most), 3]];
    const shapes = { boxes: formatDims(boxes), scores: formatDims(scores) };
    return say('boxes-do-not-fit', shapes, { port: 'boxes' });
  },
  cost: ({ inputs: [, scores] }) => ({
    macs: zero,
    otherOps: product(['images', scores![0]!], ['classes', scores![1]!], ['boxes', scores![2]!]),
  }),
  reach: () => ({ kind: 'global' }),
  forward({ params: { most, overlap, least, boxes: form }, inputs, outputs, tally }) {
    const [boxes, scores] = inputs as readonly [FloatTensor, FloatTensor];
    const [images, classes, count] = scores.dims as readonly [number, number, number];
    // Scores are of single precision, and so is what they must be above.
    const limit = Math.fround(least);
    const y = new Tensor('float32', new Float32Array(outputs[0]![0]! * 3).fill(-1), outputs[0]!);
    let row = 0;
    for (let image = 0; image < images; image++) {
      const box = (i: number) => cornersOf(boxes.data, 4 * (image * count + i), form === 'centre');
      for (let at = 0; at < classes; at++) {
        const first = (image * classes + at) * count;
        const score = (i: number) => scores.data[first + i]!;
        const order = Array.from({ length: count }, (_, i) => i).filter((i) => score(i) > limit);
        order.sort((a, b) => score(b) - score(a) || a - b);
        const kept: (readonly [number, Corners])[] = [];
        for (const i of order) {
          if (kept.length >= most) break;
          const corners = box(i);
          if (kept.every(([, other]) => !overlaps(corners, other, overlap))) kept.push([i, corners]);
        }
        for (const [i] of kept) y.data.set([image, at, i], 3 * row++);
        tally.otherOps += count;
      }
    }
    return [y];
  },
  examples: [
    {
      title: 'Two of six boxes',
      params: { most: 3, overlap: 0.5, least: 0 },
      inputs: [
        [1, 6, 4],
        [1, 1, 6],
      ],
      outputs: [[3, 3]],
      source: 'ONNX operator NonMaxSuppression, nonmaxsuppression_suppress_by_IOU',
      values: {
        inputs: [
          [0, 0, 1, 1, 0, 0.1, 1, 1.1, 0, -0.1, 1, 0.9, 0, 10, 1, 11, 0, 10.1, 1, 11.1, 0, 100, 1, 101],
          [0.9, 0.75, 0.6, 0.95, 0.5, 0.3],
        ],
        outputs: [[0, 0, 3, 0, 0, 0, 0, 0, 5]],
      },
    },
    {
      title: 'By centre and size, and by score',
      params: { most: 3, overlap: 0.5, least: 0.4, boxes: 'centre' },
      inputs: [
        [1, 6, 4],
        [1, 1, 6],
      ],
      outputs: [[3, 3]],
      source:
        'ONNX operator NonMaxSuppression, nonmaxsuppression_center_point_box_format, with the least score of suppress_by_IOU_and_scores',
      values: {
        inputs: [
          [
            ...[0.5, 0.5, 1, 1, 0.5, 0.6, 1, 1, 0.5, 0.4, 1, 1],
            ...[0.5, 10.5, 1, 1, 0.5, 10.6, 1, 1, 0.5, 100.5, 1, 1],
          ],
          [0.9, 0.75, 0.6, 0.95, 0.5, 0.3],
        ],
        outputs: [[0, 0, 3, 0, 0, 0, -1, -1, -1]],
      },
    },
  ],
});

/** Without the rows that are over. */
export function rowsThatCount({ data, dims }: FloatTensor): FloatTensor {
  const [most, ...rest] = dims as readonly [number, ...number[]];
  const width = elementCount(rest);
  let rows = most;
  while (rows > 0 && data[(rows - 1) * width] === -1) rows--;
  return new Tensor('float32', data.slice(0, rows * width), [rows, ...rest]);
}

type Corners = readonly [top: number, left: number, bottom: number, right: number];

/** Two opposite corners in any order, or a centre (x, y) with width and height. */
function cornersOf(data: Float32Array, at: number, centre: boolean): Corners {
  const [a, b, c, d] = [data[at]!, data[at + 1]!, data[at + 2]!, data[at + 3]!];
  const f = Math.fround;
  if (centre) return [f(b - d / 2), f(a - c / 2), f(b + d / 2), f(a + c / 2)];
  return [Math.min(a, c), Math.min(b, d), Math.max(a, c), Math.max(b, d)];
}

/** Whether two boxes have more than the limit of their union in common; such without an area have nothing. */
function overlaps(a: Corners, b: Corners, limit: number): boolean {
  const height = Math.fround(Math.min(a[2], b[2]) - Math.max(a[0], b[0]));
  const width = Math.fround(Math.min(a[3], b[3]) - Math.max(a[1], b[1]));
  if (height <= 0 || width <= 0) return false;
  const common = Math.fround(height * width);
  const [first, second] = [areaOf(a), areaOf(b)];
  const union = Math.fround(Math.fround(first + second) - common);
  return first > 0 && second > 0 && union > 0 && Math.fround(common / union) > Math.fround(limit);
}

function areaOf([top, left, bottom, right]: Corners): number {
  return Math.fround(Math.fround(bottom - top) * Math.fround(right - left));
}
