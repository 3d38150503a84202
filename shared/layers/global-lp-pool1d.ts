import { globalLpPool } from './global-lp-pool.ts';
import { defineAlong } from './line.ts';

export const globalLpPool1d = defineAlong(globalLpPool, {
  kind: 'globalLpPool1d',
  title: 'Global Lp pool 1d',
  summary: 'One Lp norm per channel of a signal of any length.',
  words: ['lp', 'norm pool', '一维全局 Lp 池化'],
  formula: 'y[c] = (Σ_j |x[c, j]|^p)^(1/p)',
  doc: `The norm of every channel over the whole signal, as a signal of one element.

Source: ONNX operator GlobalLpPool.`,
  docs: {},
  headline: ['p'],
  examples: [
    {
      title: 'Euclidean',
      params: {},
      inputs: [[1, 2, 2]],
      outputs: [[1, 2, 1]],
      source: 'ONNX operator GlobalLpPool, its definition',
      values: { inputs: [[3, 4, -5, 12]], outputs: [[5, 13]] },
    },
    {
      title: 'Sums',
      params: { p: 1 },
      inputs: [[2, 1, 3]],
      outputs: [[2, 1, 1]],
      source: 'ONNX operator GlobalLpPool, its definition',
      values: { inputs: [[1, -2, 3, -4, 0, 0.5]], outputs: [[6, 4.5]] },
    },
  ],
});
