import { defineReduction } from './reduce.ts';

export const reduceL1 = defineReduction({
  kind: 'reduceL1',
  title: 'Reduce L1',
  summary: 'The sum of absolute values over some axes.',
  formula: 'y = Σ |x|',
  traits: { keepsSign: true, nonNegative: true },
  doc: `Adds the absolute values over the chosen axes; of nothing it is 0.

Source: ONNX operator ReduceL1.`,
  empty: 0,
  fold(run) {
    let total = 0;
    for (const x of run) total += Math.abs(x);
    return total;
  },
  examples: [
    {
      title: 'Over the last axis',
      params: { axes: [2] },
      inputs: [[3, 2, 2]],
      outputs: [[3, 2]],
      source: 'ONNX operator ReduceL1',
      values: { inputs: [[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]], outputs: [[3, 7, 11, 15, 19, 23]] },
    },
    {
      title: 'Over all axes',
      params: { axes: [], keepDims: true },
      inputs: [[3, 2, 2]],
      outputs: [[1, 1, 1]],
      source: 'ONNX operator ReduceL1',
      values: { inputs: [[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]], outputs: [[78]] },
    },
  ],
});
