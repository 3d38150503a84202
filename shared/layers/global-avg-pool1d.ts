import { globalAvgPool } from './global-avg-pool.ts';
import { defineAlong } from './line.ts';

export const globalAvgPool1d = defineAlong(globalAvgPool, {
  kind: 'globalAvgPool1d',
  title: 'Global average pool 1d',
  summary: 'One mean per channel of a signal of any length.',
  words: ['gap', 'global pool', 'global average pooling', '一维全局平均池化'],
  formula: 'y[c] = 1/L · Σ_j x[c, j]',
  doc: `Averages every channel over the whole signal, of whatever length. It has no weights.

Sources: ONNX operator GlobalAveragePool; PyTorch AdaptiveAvgPool1d.`,
  docs: { keepDims: 'Gives C×1, a signal for convolutions, instead of a vector of C.' },
  headline: [],
  examples: [
    {
      title: 'The mean of each channel',
      params: {},
      inputs: [[1, 2, 3]],
      outputs: [[1, 2]],
      source: 'PyTorch AdaptiveAvgPool1d, by hand',
      values: { inputs: [[1, -2, 4, 0.5, -1, 2]], outputs: [[1, 0.5]] },
    },
    {
      title: 'Kept as a signal, of two samples',
      params: { keepDims: true },
      inputs: [[2, 1, 2]],
      outputs: [[2, 1, 1]],
      source: 'PyTorch AdaptiveAvgPool1d, by hand',
      values: { inputs: [[1, 2, -1, 4]], outputs: [[1.5, 1.5]] },
    },
  ],
});
