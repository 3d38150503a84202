import { defineReduction } from './reduce.ts';

export const reduceMean = defineReduction({
  kind: 'reduceMean',
  title: 'Reduce mean',
  summary: 'The mean over some axes.',
  words: ['mean', 'average', '求均值'],
  formula: 'y = 1/n · Σ x',
  traits: { linear: true, keepsSign: true, sums: true },
  doc: `Averages over the chosen axes; over height and width it is a global average pool.

Source: ONNX operator ReduceMean.`,
  fold: (run, sum) => sum() / run.length,
  examples: [
    {
      title: 'Two channels of four',
      params: {},
      inputs: [[1, 2, 2, 2]],
      outputs: [[1, 2]],
      source: 'PyTorch 1.13, torch.mean',
      values: { inputs: [[1, -2, 3, 0.5, -1, 2, -3, 4.5]], outputs: [[0.625, 0.625]] },
    },
    {
      title: 'The first axis, kept',
      params: { axes: [0], keepDims: true },
      inputs: [[2, 3]],
      outputs: [[1, 3]],
      source: 'PyTorch 1.13, torch.mean',
      values: { inputs: [[1, 2, -3, 4, -5, 6]], outputs: [[2.5, -1.5, 1.5]] },
    },
  ],
});
