import { elementCount } from '../base/dims.ts';
import { isIssue } from '../base/problem.ts';
import { Tensor } from '../base/tensor.ts';
import { product, zero } from '../base/term.ts';
import { param } from '../schema/params.ts';
import { defineLayer } from './define.ts';
import { expectMap } from './expect.ts';

export const globalLpPool = defineLayer({
  kind: 'globalLpPool',
  title: 'Global Lp pool',
  group: 'pooling',
  icon: 'globalLpPool',
  summary: 'One Lp norm per channel.',
  formula: 'y[c] = (Σ_i Σ_j |x[c, i, j]|^p)^(1/p)',
  traits: { keepsSign: true, nonNegative: true },
  doc: `The norm of every channel over the whole map, as a map of one pixel.

Source: ONNX operator GlobalLpPool.`,
  params: {
    p: param.int({ title: 'p', doc: 'The power; 2 is the Euclidean length.', default: 2, max: 64 }),
  },
  headline: ['p'],
  shape({ inputs }) {
    const map = expectMap('Global Lp pool', inputs[0]!);
    return isIssue(map) ? map : [[map.batch, map.channels, 1, 1]];
  },
  cost: ({ inputs }) => ({ macs: zero, otherOps: product(['inputs', elementCount(inputs[0]!)]) }),
  reach: () => ({ kind: 'global' }),
  forward({ params: { p }, inputs, outputs, tally }) {
    const { data, dims } = inputs[0]!;
    const area = dims[2]! * dims[3]!;
    const y = Tensor.zeros(outputs[0]!);
    for (let c = 0; c < y.data.length; c++) {
      let total = 0;
      for (let i = 0; i < area; i++) total += Math.abs(data[c * area + i]!) ** p;
      y.data[c] = total ** (1 / p);
      tally.otherOps += area;
    }
    return [y];
  },
  examples: [
    {
      title: 'Euclidean',
      params: {},
      inputs: [[1, 2, 1, 2]],
      outputs: [[1, 2, 1, 1]],
      source: 'ONNX operator GlobalLpPool, its definition',
      values: { inputs: [[3, 4, -5, 12]], outputs: [[5, 13]] },
    },
    {
      title: 'Sums',
      params: { p: 1 },
      inputs: [[1, 1, 2, 2]],
      outputs: [[1, 1, 1, 1]],
      source: 'ONNX operator GlobalLpPool, its definition',
      values: { inputs: [[1, -2, 3, -4]], outputs: [[10]] },
    },
  ],
});
