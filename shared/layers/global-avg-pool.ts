import { inLanes } from './addition-order.ts';
import { defineGlobalPool } from './global-pool.ts';

export const globalAvgPool = defineGlobalPool({
  kind: 'globalAvgPool',
  title: 'Global average pool',
  summary: 'One mean per channel: what replaces the large fully connected layers.',
  words: ['gap', 'global pool', 'global average pooling', '全局平均池化'],
  frequent: true,
  formula: 'y[c] = 1/(H·W) · Σ_i Σ_j x[c, i, j]',
  traits: { linear: true, keepsSign: true, sums: true },
  doc: `Averages every channel over the whole map. GoogLeNet and ResNet end in it, followed by a single fully connected layer: of
VGG-16's 138 million parameters, 124 million sit in the three fully connected layers that it makes needless. It has no weights
and accepts maps of any size.

Sources: Lin et al. 2013; Szegedy et al. 2014; ONNX operator GlobalAveragePool.`,
  pool: (plane, start) => inLanes(plane, start) / plane.length,
  examples: [
    {
      title: "ResNet-50's last map",
      params: {},
      inputs: [[1, 2048, 7, 7]],
      outputs: [[1, 2048]],
      macs: 0,
      source: 'He et al. 2015, table 1',
    },
    {
      title: 'The squeeze of a squeeze-and-excitation block',
      params: { keepDims: true },
      inputs: [[1, 256, 56, 56]],
      outputs: [[1, 256, 1, 1]],
      macs: 0,
      source: 'Hu et al. 2017',
    },
    {
      title: 'The mean of each channel',
      params: {},
      inputs: [[1, 2, 2, 2]],
      outputs: [[1, 2]],
      source: 'PyTorch 1.13, torch.nn.functional.adaptive_avg_pool2d',
      values: { inputs: [[1, -2, 3, 0.5, -1, 2, -3, 4]], outputs: [[0.625, 0.5]] },
    },
    {
      title: 'Kept as a map, of two samples',
      params: { keepDims: true },
      inputs: [[2, 1, 1, 3]],
      outputs: [[2, 1, 1, 1]],
      source: 'PyTorch 1.13, torch.nn.functional.adaptive_avg_pool2d',
      values: { inputs: [[1, 2, 4, -1, 0, 5]], outputs: [[2.333333, 1.333333]] },
    },
  ],
});
