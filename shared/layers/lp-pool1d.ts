import { defineAlong } from './line.ts';
import { lpPool } from './lp-pool.ts';
import { poolAlongDocs } from './pool.ts';

export const lpPool1d = defineAlong(lpPool, {
  kind: 'lpPool1d',
  title: 'Lp pool 1d',
  summary: 'Keeps the Lp norm of each window of a signal.',
  words: ['lp', 'norm pool', 'lppool', '一维 Lp 池化'],
  formula: 'y[c, j] = (Σ_v |x[c, j·s + v·d − p]|^p)^(1/p)',
  doc: `Shortens a signal by the norm of each window: between a sum (p = 1) and a maximum (p large). What is padded counts as zero.

Sources: ONNX operator LpPool; PyTorch LPPool1d.`,
  docs: {
    ...poolAlongDocs,
    padding: 'Zeros before and after the signal.',
  },
  headline: ['kernel', 'stride', 'p'],
  examples: [
    {
      title: 'Euclidean lengths of pairs',
      params: {},
      inputs: [[1, 1, 6]],
      outputs: [[1, 1, 3]],
      source: 'by hand: lengths of 3 4, of −5 12 and of 0 −2',
      values: { inputs: [[3, 4, -5, 12, 0, -2]], outputs: [[5, 13, 2]] },
    },
    {
      title: 'Sums of sizes, overlapping and padded',
      params: { kernel: 3, stride: 2, padding: [1, 0], p: 1 },
      inputs: [[1, 1, 4]],
      outputs: [[1, 1, 2]],
      source: 'by hand: of 0 1 −2, and of −2 3 −4',
      values: { inputs: [[1, -2, 3, -4]], outputs: [[3, 9]] },
    },
  ],
});
