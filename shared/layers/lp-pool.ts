import { isIssue } from '../base/problem.ts';
import { Tensor } from '../base/tensor.ts';
import { param } from '../schema/params.ts';
import { defineLayer } from './define.ts';
import { padMap } from './pad-map.ts';
import { coverWindows, idlePoolParams, placePool, poolCost, poolParams, poolReach } from './pool.ts';

export const lpPool = defineLayer({
  kind: 'lpPool',
  title: 'Lp pool',
  group: 'pooling',
  icon: 'lpPool',
  summary: 'Keeps the Lp norm of each window.',
  formula: 'y[c, i, j] = (Σ_u Σ_v |x[c, i·s + u·d − p, j·s + v·d − p]|^p)^(1/p)',
  traits: { keepsSign: true, nonNegative: true },
  doc: `Shrinks a map by the norm of each window: between a sum (p = 1) and a maximum (p large). What is padded counts as zero.

Sources: ONNX operator LpPool; PyTorch LPPool2d.`,
  params: {
    ...poolParams,
    p: param.int({ title: 'p', doc: 'The power; 2 is the Euclidean length.', default: 2, max: 64 }),
  },
  headline: ['kernel', 'stride', 'p'],
  idle: idlePoolParams,
  shape({ params, inputs }) {
    const windows = placePool('Lp pool', params, inputs[0]!);
    return isIssue(windows) ? windows : [[inputs[0]![0]!, inputs[0]![1]!, ...windows.output]];
  },
  cost: ({ params, outputs }) => poolCost(params.kernel, outputs[0]!),
  reach: ({ params, inputs }) => poolReach(params, inputs[0]!),
  forward({ params, inputs, outputs, tally }) {
    const x = inputs[0]!;
    const windows = placePool('Lp pool', params, x.dims);
    if (isIssue(windows)) throw new RangeError(windows.message);
    const padded = padMap(x, windows.before, coverWindows(params, windows, [x.dims[2]!, x.dims[3]!]));
    const y = Tensor.zeros(outputs[0]!);
    const [batch, channels, hOut, wOut] = y.dims as readonly [number, number, number, number];
    const [hIn, wIn] = padded.dims.slice(2) as [number, number];
    const [kH, kW] = params.kernel;
    for (let plane = 0; plane < batch * channels; plane++) {
      for (let i = 0; i < hOut; i++) {
        for (let j = 0; j < wOut; j++) {
          let total = 0;
          for (let u = 0; u < kH; u++) {
            const row =
              (plane * hIn + i * params.stride[0] + u * params.dilation[0]) * wIn + j * params.stride[1];
            for (let v = 0; v < kW; v++)
              total += Math.abs(padded.data[row + v * params.dilation[1]]!) ** params.p;
            tally.otherOps += kW;
          }
          y.data[(plane * hOut + i) * wOut + j] = total ** (1 / params.p);
        }
      }
    }
    return [y];
  },
  examples: [
    {
      title: 'Euclidean, 2×2, dilated',
      params: { kernel: [2, 2], stride: [1, 1], dilation: [2, 2] },
      inputs: [[1, 1, 4, 4]],
      outputs: [[1, 1, 2, 2]],
      source: 'ONNX operator LpPool, lppool_2d_dilations',
      values: {
        inputs: [[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]],
        outputs: [[14.560219778561036, 16.24807680927192, 21.633307652783937, 23.49468024894146]],
      },
    },
    {
      title: 'Sums of 2×2',
      params: { p: 1 },
      inputs: [[1, 1, 2, 4]],
      outputs: [[1, 1, 1, 2]],
      source: 'PyTorch LPPool2d, its definition',
      values: { inputs: [[1, -2, 3, 4, 5, 6, -7, 8]], outputs: [[14, 22]] },
    },
  ],
});
