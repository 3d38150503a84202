import { defineGlobalPool } from './global-pool.ts';

export const globalMaxPool = defineGlobalPool({
  kind: 'globalMaxPool',
  title: 'Global max pool',
  summary: 'One maximum per channel: was this feature seen anywhere?',
  words: ['gmp', 'global max pooling', '全局最大池化'],
  formula: 'y[c] = max_{i, j} x[c, i, j]',
  traits: { keepsSign: true },
  doc: `Keeps the largest value of every channel over the whole map. It has no weights and accepts maps of any size.

Sources: Oquab et al. 2015; ONNX operator GlobalMaxPool.`,
  pool(plane) {
    let largest = -Infinity;
    for (const x of plane) largest = Math.max(largest, x);
    return largest;
  },
  examples: [
    {
      title: 'A last map',
      params: {},
      inputs: [[1, 512, 7, 7]],
      outputs: [[1, 512]],
      macs: 0,
      source: 'definition',
    },
    {
      title: 'The largest of each channel',
      params: {},
      inputs: [[1, 2, 2, 2]],
      outputs: [[1, 2]],
      source: 'PyTorch 1.13, torch.nn.functional.adaptive_max_pool2d',
      values: { inputs: [[1, -2, 3, 0.5, -1, 2, -3, 4]], outputs: [[3, 4]] },
    },
    {
      title: 'Kept as a map, of two samples',
      params: { keepDims: true },
      inputs: [[2, 1, 1, 3]],
      outputs: [[2, 1, 1, 1]],
      source: 'PyTorch 1.13, torch.nn.functional.adaptive_max_pool2d',
      values: { inputs: [[1, 2, 4, -1, -3, -5]], outputs: [[4, -1]] },
    },
  ],
});
