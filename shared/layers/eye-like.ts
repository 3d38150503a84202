import { formatDims } from '../base/dims.ts';
import { messages } from '../base/problem.ts';
import { Tensor } from '../base/tensor.ts';
import { param } from '../schema/params.ts';
import { defineLayer, free } from './define.ts';

export const say = messages('layers/eye-like', {
  'rank-differs': ['Identity matrix needs a matrix, got {{dims}}.', 'Give it a tensor of two axes.'],
});

export const eyeLike = defineLayer({
  kind: 'eyeLike',
  title: 'Identity matrix',
  group: 'shape',
  icon: 'eyeLike',
  summary: 'Ones on a diagonal, in the shape of a matrix.',
  formula: 'y[i, j] = 1 where j − i = k, else 0',
  traits: { linear: true, keepsSign: true, nonNegative: true, whole: true },
  doc: `A matrix as large as the one that comes in, with ones on a diagonal and zeros elsewhere.

Source: ONNX operator EyeLike.`,
  params: {
    diagonal: param.int({
      title: 'Diagonal',
      doc: 'Which one; above the main one when positive.',
      default: 0,
      min: -(1 << 20),
      symbol: 'k',
    }),
  },
  headline: ['diagonal'],
  shape({ inputs }) {
    const x = inputs[0]!;
    if (x.length === 2) return [x];
    return say('rank-differs', { dims: formatDims(x) }, { port: 'in' });
  },
  cost: () => free,
  forward({ params: { diagonal }, outputs }) {
    const y = Tensor.zeros(outputs[0]!);
    const [rows, columns] = y.dims as readonly [number, number];
    for (let i = 0; i < rows; i++) {
      if (i + diagonal >= 0 && i + diagonal < columns) y.data[i * columns + i + diagonal] = 1;
    }
    return [y];
  },
  examples: [
    {
      title: 'The main diagonal',
      params: {},
      inputs: [[2, 3]],
      outputs: [[2, 3]],
      source: 'ONNX operator EyeLike, its definition',
      values: { inputs: [[5, 5, 5, 5, 5, 5]], outputs: [[1, 0, 0, 0, 1, 0]] },
    },
    {
      title: 'The one above',
      params: { diagonal: 1 },
      inputs: [[3, 3]],
      outputs: [[3, 3]],
      source: 'ONNX operator EyeLike, its definition',
      values: { inputs: [[0, 0, 0, 0, 0, 0, 0, 0, 0]], outputs: [[0, 1, 0, 0, 0, 1, 0, 0, 0]] },
    },
  ],
});
