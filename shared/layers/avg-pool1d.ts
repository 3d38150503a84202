import { avgPool } from './avg-pool.ts';
import { defineAlong } from './line.ts';
import { poolAlongDocs } from './pool.ts';

export const avgPool1d = defineAlong(avgPool, {
  kind: 'avgPool1d',
  title: 'Average pool 1d',
  summary: 'Keeps the mean of each window of a signal.',
  words: ['avg', 'mean pool', 'average', 'averagepool', '一维平均池化'],
  formula: 'y[c, j] = 1/n · Σ_v x[c, j·s + v·d − p]',
  doc: `Shortens a signal by averaging each window; what counts of the padding is as for maps.

Sources: ONNX operator AveragePool; PyTorch AvgPool1d.`,
  docs: poolAlongDocs,
  headline: ['kernel', 'stride', 'padding'],
  examples: [
    {
      title: 'Windows of two',
      params: {},
      inputs: [[1, 1, 6]],
      outputs: [[1, 1, 3]],
      source: 'PyTorch AvgPool1d, by hand',
      values: { inputs: [[1, -2, 3, 0, 5, -1]], outputs: [[-0.5, 1.5, 2]] },
    },
    {
      title: 'Padding that does not count',
      params: { kernel: 3, stride: 2, padding: [1, 1], countIncludePad: false },
      inputs: [[1, 1, 5]],
      outputs: [[1, 1, 3]],
      source: 'PyTorch AvgPool1d, by hand: means of 1 2, of 2 3 4, of 4 5',
      values: { inputs: [[1, 2, 3, 4, 5]], outputs: [[1.5, 3, 4.5]] },
    },
  ],
});
