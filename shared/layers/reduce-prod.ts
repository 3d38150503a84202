import { defineReduction } from './reduce.ts';

export const reduceProd = defineReduction({
  kind: 'reduceProd',
  title: 'Reduce product',
  summary: 'The product over some axes.',
  formula: 'y = Π x',
  traits: { keepsSign: true },
  doc: `Multiplies over the chosen axes; of nothing it is 1.

Source: ONNX operator ReduceProd.`,
  empty: 1,
  fold(run) {
    let total = 1;
    for (const x of run) total *= x;
    return total;
  },
  examples: [
    {
      title: 'Over the last axis',
      params: { axes: [2] },
      inputs: [[3, 2, 2]],
      outputs: [[3, 2]],
      source: 'ONNX operator ReduceProd',
      values: { inputs: [[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]], outputs: [[2, 12, 30, 56, 90, 132]] },
    },
    {
      title: 'Over all axes',
      params: { axes: [], keepDims: true },
      inputs: [[3, 2, 2]],
      outputs: [[1, 1, 1]],
      source: 'ONNX operator ReduceProd',
      values: { inputs: [[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]], outputs: [[479001600]] },
    },
  ],
});
