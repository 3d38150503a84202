import { defineReduction } from './reduce.ts';

export const reduceSumSquare = defineReduction({
  kind: 'reduceSumSquare',
  title: 'Reduce sum of squares',
  summary: 'The sum of squares over some axes.',
  formula: 'y = Σ x²',
  traits: { keepsSign: true, nonNegative: true },
  doc: `Adds the squares over the chosen axes; of nothing it is 0.

Source: ONNX operator ReduceSumSquare.`,
  empty: 0,
  fold(run) {
    let total = 0;
    for (const x of run) total += x * x;
    return total;
  },
  examples: [
    {
      title: 'Over the last axis',
      params: { axes: [2] },
      inputs: [[3, 2, 2]],
      outputs: [[3, 2]],
      source: 'ONNX operator ReduceSumSquare',
      values: { inputs: [[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]], outputs: [[5, 25, 61, 113, 181, 265]] },
    },
    {
      title: 'Over all axes',
      params: { axes: [], keepDims: true },
      inputs: [[3, 2, 2]],
      outputs: [[1, 1, 1]],
      source: 'ONNX operator ReduceSumSquare',
      values: { inputs: [[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]], outputs: [[650]] },
    },
  ],
});
