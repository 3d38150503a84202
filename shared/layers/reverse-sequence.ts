import { type Dims, elementCount, formatDims } from '../base/dims.ts';
import { messages } from '../base/problem.ts';
import { type FloatTensor, Tensor } from '../base/tensor.ts';
import { param } from '../schema/params.ts';
import { defineLayer, free } from './define.ts';

export const say = messages('layers/reverse-sequence', {
  'lengths-do-not-fit': [
    'Reverse sequence of {{dims}} cannot take lengths of {{lengths}}.',
    'Give it two axes or more, and a length for each of its {{samples}} sequences.',
  ],
});

export const reverseSequence = defineLayer({
  kind: 'reverseSequence',
  title: 'Reverse sequence',
  group: 'shape',
  icon: 'reverseSequence',
  summary: 'Turns the first elements of every sequence around, as many as it is long.',
  words: ['reverse', 'flip', '序列反转'],
  formula: 'y[t, n] = x[l[n] − 1 − t, n] for t < l[n], x[t, n] behind',
  traits: { keepsSign: true },
  doc: `Of the first two axes one counts samples and the other steps of time. Of every sample, as many steps as it is long come in
the opposite order; what is behind stays. A length that is larger than the axis is that of the axis. It moves data and counts no
operations.

Source: ONNX operator ReverseSequence.`,
  params: {
    axis: param.int({
      title: 'Time axis',
      doc: 'The axis that is reversed, 0 or 1; samples are the other one.',
      default: 0,
      min: 0,
      max: 1,
    }),
  },
  headline: ['axis'],
  inputs: [
    { name: 'in', doc: 'The sequences.' },
    { name: 'lengths', doc: 'How long each is, as whole numbers.' },
  ],
  shape({ params: { axis }, inputs }) {
    const [x, lengths] = inputs as readonly [Dims, Dims];
    const samples = x[1 - axis];
    if (x.length >= 2 && lengths.length === 1 && lengths[0] === samples) return [x];
    return say(
      'lengths-do-not-fit',
      { dims: formatDims(x), lengths: formatDims(lengths), samples: samples ?? 0 },
      { port: 'lengths' },
    );
  },
  cost: () => free,
  reach: () => ({ kind: 'global' }),
  forward({ params: { axis }, inputs }) {
    const [x, lengths] = inputs as readonly [FloatTensor, FloatTensor];
    const [rows, columns] = x.dims as readonly [number, number];
    const [steps, samples] = axis === 0 ? [rows, columns] : [columns, rows];
    const run = elementCount(x.dims.slice(2));
    const at = (step: number, sample: number) =>
      (axis === 0 ? step * columns + sample : sample * columns + step) * run;
    const y = Tensor.zeros(x.dims);
    for (let sample = 0; sample < samples; sample++) {
      const length = Math.min(Math.max(Math.trunc(lengths.data[sample]!), 0), steps);
      for (let step = 0; step < steps; step++) {
        const from = at(step < length ? length - 1 - step : step, sample);
        y.data.set(x.data.subarray(from, from + run), at(step, sample));
      }
    }
    return [y];
  },
  examples: [
    {
      title: 'Time first',
      params: {},
      inputs: [[4, 4], [4]],
      outputs: [[4, 4]],
      source: 'ONNX operator ReverseSequence, reversesequence_time',
      values: {
        inputs: [
          [0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15],
          [4, 3, 2, 1],
        ],
        outputs: [[3, 6, 9, 12, 2, 5, 8, 13, 1, 4, 10, 14, 0, 7, 11, 15]],
      },
    },
    {
      title: 'Samples first',
      params: { axis: 1 },
      inputs: [[4, 4], [4]],
      outputs: [[4, 4]],
      source: 'ONNX operator ReverseSequence, reversesequence_batch',
      values: {
        inputs: [
          [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
          [1, 2, 3, 4],
        ],
        outputs: [[0, 1, 2, 3, 5, 4, 6, 7, 10, 9, 8, 11, 15, 14, 13, 12]],
      },
    },
  ],
});
