import { defineReduction } from './reduce.ts';

export const reduceMin = defineReduction({
  kind: 'reduceMin',
  title: 'Reduce min',
  summary: 'The smallest value over some axes.',
  words: ['求最小'],
  formula: 'y = min x',
  traits: { keepsSign: true },
  doc: `Keeps the smallest value over the chosen axes; of nothing it is ∞.

Source: ONNX operator ReduceMin.`,
  empty: Infinity,
  fold(run) {
    let smallest = Infinity;
    for (const x of run) smallest = Math.min(smallest, x);
    return smallest;
  },
  examples: [
    {
      title: 'Two channels of four',
      params: {},
      inputs: [[1, 2, 2, 2]],
      outputs: [[1, 2]],
      source: 'PyTorch 1.13, torch.amin',
      values: { inputs: [[1, -2, 3, 0.5, -1, 2, -3, 4.5]], outputs: [[-2, -3]] },
    },
    {
      title: 'The first axis, kept',
      params: { axes: [0], keepDims: true },
      inputs: [[2, 3]],
      outputs: [[1, 3]],
      source: 'PyTorch 1.13, torch.amin',
      values: { inputs: [[1, 2, -3, 4, -5, 6]], outputs: [[1, -5, -3]] },
    },
  ],
});
