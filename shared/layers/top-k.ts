import { elementCount } from '../base/dims.ts';
import { isIssue, messages } from '../base/problem.ts';
import { Tensor } from '../base/tensor.ts';
import { product, zero } from '../base/term.ts';
import { param } from '../schema/params.ts';
import { defineLayer } from './define.ts';
import { resolveAxis } from './expect.ts';
import { lanesOf } from './lanes.ts';

export const say = messages('layers/top-k', {
  'k-larger-than-axis': [
    'Top k keeps {{k}} elements, but axis {{axis}} is only {{extent}} long.',
    'Keep at most {{extent}}, or choose a longer axis.',
  ],
});

export const topK = defineLayer({
  kind: 'topK',
  title: 'Top k',
  group: 'math',
  icon: 'topK',
  summary: 'The k largest elements along an axis, and where they lie.',
  formula: 'y = the k largest of x, in order',
  traits: { keepsSign: true },
  doc: `Sorts along one axis and keeps the k largest (or smallest) elements, with their positions as a second output; among equal
elements the first comes first. Detectors keep their best boxes by it. Counted as one operation per input element.

Source: ONNX operator TopK.`,
  params: {
    k: param.int({ title: 'k', doc: 'How many are kept.', default: 1, symbol: 'k' }),
    axis: param.int({ title: 'Axis', doc: 'The axis that is sorted.', default: -1, min: -8, max: 7 }),
    largest: param.flag({ title: 'Largest', doc: 'Keeps the largest; off, the smallest.', default: true }),
  },
  headline: ['k', 'axis'],
  outputs: () => [
    { name: 'values', doc: 'The elements, in order.' },
    { name: 'indices', doc: 'Their positions along the axis.' },
  ],
  shape({ params: { k, axis }, inputs }) {
    const x = inputs[0]!;
    const at = resolveAxis('Top k', axis, x.length);
    if (isIssue(at)) return at;
    const extent = x[at.axis]!;
    if (k <= extent) return [x.with(at.axis, k), x.with(at.axis, k)];
    return say('k-larger-than-axis', { k, axis: at.axis, extent }, { param: 'k' });
  },
  cost: ({ inputs }) => ({ macs: zero, otherOps: product(['inputs', elementCount(inputs[0]!)]) }),
  reach: ({ params: { axis }, inputs }) => ({
    kind: (axis + inputs[0]!.length) % inputs[0]!.length > 1 ? 'global' : 'pointwise',
  }),
  forward({ params: { k, axis, largest }, inputs, outputs, tally }) {
    const { data, dims } = inputs[0]!;
    const at = (axis + dims.length) % dims.length;
    const [values, indices] = [Tensor.zeros(outputs[0]!), Tensor.zeros(outputs[1]!)];
    const [from, to] = [lanesOf(dims, at), lanesOf(outputs[0]!, at)];
    const sign = largest ? -1 : 1;
    for (let lane = 0; lane < to.count; lane++) {
      const [start, into] = [from.at(lane), to.at(lane)];
      const value = (i: number) => data[start + i * from.step]!;
      const order = Int32Array.from({ length: from.length }, (_, i) => i);
      order.sort((a, b) => sign * (value(a) - value(b)) || a - b);
      for (let i = 0; i < k; i++) {
        values.data[into + i * to.step] = value(order[i]!);
        indices.data[into + i * to.step] = order[i]!;
      }
      tally.otherOps += from.length;
    }
    return [values, indices];
  },
  examples: [
    {
      title: 'The three largest of each row',
      params: { k: 3, axis: 1 },
      inputs: [[3, 4]],
      outputs: [
        [3, 3],
        [3, 3],
      ],
      source: 'ONNX operator TopK, top_k',
      values: {
        inputs: [[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]],
        outputs: [
          [3, 2, 1, 7, 6, 5, 11, 10, 9],
          [3, 2, 1, 3, 2, 1, 3, 2, 1],
        ],
      },
    },
    {
      title: 'The three smallest of each row',
      params: { k: 3, axis: 1, largest: false },
      inputs: [[3, 4]],
      outputs: [
        [3, 3],
        [3, 3],
      ],
      source: 'ONNX operator TopK, top_k_smallest',
      values: {
        inputs: [[0, 1, 2, 3, 4, 5, 6, 7, 11, 10, 9, 8]],
        outputs: [
          [0, 1, 2, 4, 5, 6, 8, 9, 10],
          [0, 1, 2, 0, 1, 2, 3, 2, 1],
        ],
      },
    },
  ],
});
