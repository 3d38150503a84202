import { formatDims } from '../base/dims.ts';
import { messages } from '../base/problem.ts';
import { Tensor } from '../base/tensor.ts';
import { param } from '../schema/params.ts';
import { defineLayer, free } from './define.ts';

export const say = messages('layers/trilu', {
  'rank-too-small': ['Triangle needs matrices, got {{dims}}.', 'Give it a tensor of two or more axes.'],
});

export const trilu = defineLayer({
  kind: 'trilu',
  title: 'Triangle',
  group: 'shape',
  icon: 'trilu',
  summary: 'Keeps the upper or lower triangle of matrices.',
  formula: 'y[i, j] = x[i, j] where j − i ≥ k, else 0',
  traits: { linear: true, keepsSign: true },
  doc: `Zeroes what lies below (or above) a diagonal of the last two axes: the mask of attention that looks back only. It moves data and
counts no operations.

Source: ONNX operator Trilu.`,
  params: {
    part: param.choice({
      title: 'Part',
      doc: 'Which triangle stays.',
      default: 'upper',
      options: [
        { value: 'upper', title: 'upper' },
        { value: 'lower', title: 'lower' },
      ],
    }),
    diagonal: param.int({
      title: 'Diagonal',
      doc: 'Its first diagonal (the last, of the lower part); above the main one when positive.',
      default: 0,
      min: -(1 << 20),
      symbol: 'k',
    }),
  },
  headline: ['part', 'diagonal'],
  shape({ inputs }) {
    const x = inputs[0]!;
    if (x.length >= 2) return [x];
    return say('rank-too-small', { dims: formatDims(x) }, { port: 'in' });
  },
  cost: () => free,
  forward({ params: { part, diagonal }, inputs }) {
    const { data, dims } = inputs[0]!;
    const y = Tensor.zeros(dims);
    const [rows, columns] = dims.slice(-2) as [number, number];
    for (let at = 0; at < data.length; at++) {
      const over = (at % columns) - (Math.floor(at / columns) % rows);
      if (part === 'upper' ? over >= diagonal : over <= diagonal) y.data[at] = data[at]!;
    }
    return [y];
  },
  examples: [
    {
      title: 'The upper triangle',
      params: {},
      inputs: [[3, 3]],
      outputs: [[3, 3]],
      source: 'ONNX operator Trilu, triu',
      values: { inputs: [[4, 7, 3, 1, 2, 8, 9, 4, 1]], outputs: [[4, 7, 3, 0, 2, 8, 0, 0, 1]] },
    },
    {
      title: 'Below the main diagonal',
      params: { part: 'lower', diagonal: -1 },
      inputs: [[3, 3]],
      outputs: [[3, 3]],
      source: 'ONNX operator Trilu, tril_neg',
      values: { inputs: [[4, 7, 3, 1, 2, 8, 9, 4, 1]], outputs: [[0, 0, 0, 1, 0, 0, 9, 4, 0]] },
    },
  ],
});
