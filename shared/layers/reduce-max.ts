import { defineReduction } from './reduce.ts';

export const reduceMax = defineReduction({
  kind: 'reduceMax',
  title: 'Reduce max',
  summary: 'The largest value over some axes.',
  words: ['求最大'],
  formula: 'y = max x',
  traits: { keepsSign: true },
  doc: `Keeps the largest value over the chosen axes; of nothing it is −∞.

Source: ONNX operator ReduceMax.`,
  empty: -Infinity,
  fold(run) {
    let largest = -Infinity;
    for (const x of run) largest = Math.max(largest, x);
    return largest;
  },
  examples: [
    {
      title: 'Two channels of four',
      params: {},
      inputs: [[1, 2, 2, 2]],
      outputs: [[1, 2]],
      source: 'PyTorch 1.13, torch.amax',
      values: { inputs: [[1, -2, 3, 0.5, -1, 2, -3, 4.5]], outputs: [[3, 4.5]] },
    },
    {
      title: 'The first axis, kept',
      params: { axes: [0], keepDims: true },
      inputs: [[2, 3]],
      outputs: [[1, 3]],
      source: 'PyTorch 1.13, torch.amax',
      values: { inputs: [[1, 2, -3, 4, -5, 6]], outputs: [[4, 2, 6]] },
    },
  ],
});
