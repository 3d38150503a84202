import { defineReduction } from './reduce.ts';

export const reduceL2 = defineReduction({
  kind: 'reduceL2',
  title: 'Reduce L2',
  summary: 'The Euclidean length over some axes.',
  formula: 'y = √(Σ x²)',
  traits: { keepsSign: true, nonNegative: true },
  doc: `The root of the sum of squares over the chosen axes; of nothing it is 0.

Source: ONNX operator ReduceL2.`,
  empty: 0,
  fold(run) {
    let total = 0;
    for (const x of run) total += x * x;
    return Math.sqrt(total);
  },
  examples: [
    {
      title: 'Over the last axis',
      params: { axes: [2] },
      inputs: [[3, 2, 2]],
      outputs: [[3, 2]],
      source: 'ONNX operator ReduceL2',
      values: {
        inputs: [[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]],
        outputs: [
          [2.23606797749979, 5, 7.810249675906654, 10.63014581273465, 13.45362404707371, 16.278820596099706],
        ],
      },
    },
    {
      title: 'Over all axes',
      params: { axes: [], keepDims: true },
      inputs: [[3, 2, 2]],
      outputs: [[1, 1, 1]],
      source: 'ONNX operator ReduceL2',
      values: { inputs: [[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]], outputs: [[25.495097567963924]] },
    },
  ],
});
