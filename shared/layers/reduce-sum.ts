import { defineReduction } from './reduce.ts';

export const reduceSum = defineReduction({
  kind: 'reduceSum',
  title: 'Reduce sum',
  summary: 'The sum over some axes.',
  words: ['sum over axes', '按轴求和'],
  formula: 'y = Σ x',
  traits: { linear: true, keepsSign: true, sums: true },
  doc: `Sums over the chosen axes.

Source: ONNX operator ReduceSum.`,
  empty: 0,
  fold: (_, sum) => sum(),
  examples: [
    {
      title: 'Two channels of four',
      params: {},
      inputs: [[1, 2, 2, 2]],
      outputs: [[1, 2]],
      source: 'PyTorch 1.13, torch.sum',
      values: { inputs: [[1, -2, 3, 0.5, -1, 2, -3, 4.5]], outputs: [[2.5, 2.5]] },
    },
    {
      title: 'The first axis, kept',
      params: { axes: [0], keepDims: true },
      inputs: [[2, 3]],
      outputs: [[1, 3]],
      source: 'PyTorch 1.13, torch.sum',
      values: { inputs: [[1, 2, -3, 4, -5, 6]], outputs: [[5, -3, 3]] },
    },
  ],
});
