import { globalMaxPool } from './global-max-pool.ts';
import { defineAlong } from './line.ts';

export const globalMaxPool1d = defineAlong(globalMaxPool, {
  kind: 'globalMaxPool1d',
  title: 'Global max pool 1d',
  summary: 'One maximum per channel of a signal of any length.',
  words: ['gmp', 'global pool', 'global max pooling', '一维全局最大池化'],
  formula: 'y[c] = max_j x[c, j]',
  doc: `Keeps the largest value of every channel of a signal, of whatever length. It has no weights.

Sources: ONNX operator GlobalMaxPool; PyTorch AdaptiveMaxPool1d.`,
  docs: { keepDims: 'Gives C×1, a signal for convolutions, instead of a vector of C.' },
  headline: [],
  examples: [
    {
      title: 'The maximum of each channel',
      params: {},
      inputs: [[1, 2, 3]],
      outputs: [[1, 2]],
      source: 'PyTorch AdaptiveMaxPool1d, by hand',
      values: { inputs: [[1, -2, 4, 0.5, -1, 2]], outputs: [[4, 2]] },
    },
    {
      title: 'Kept as a signal, of two samples',
      params: { keepDims: true },
      inputs: [[2, 1, 2]],
      outputs: [[2, 1, 1]],
      source: 'PyTorch AdaptiveMaxPool1d, by hand',
      values: { inputs: [[1, 2, -1, 4]], outputs: [[2, 4]] },
    },
  ],
});
