import { isIssue } from '../base/problem.ts';
import { Tensor } from '../base/tensor.ts';
import { param } from '../schema/params.ts';
import { defineLayer } from './define.ts';
import { padMap } from './pad-map.ts';
import {
  countTaps,
  coverWindows,
  idlePoolParams,
  placePool,
  poolCost,
  poolParams,
  poolReach,
} from './pool.ts';

export const avgPool = defineLayer({
  kind: 'avgPool',
  title: 'Average pool',
  group: 'pooling',
  icon: 'avgPool',
  summary: 'Keeps the mean of each window.',
  words: ['avg', 'mean pool', 'average', 'averagepool', '平均池化', '均值池化'],
  formula: 'y[c, i, j] = 1/n · Σ_u Σ_v x[c, i·s + u·d − p, j·s + v·d − p]',
  traits: { linear: true, keepsSign: true },
  doc: `Shrinks a map by averaging each window. With *count padding*, n is the number of elements of the window that lie in the
padded map, so that zeros at the border pull the mean down; without it, n counts real elements only. The part of a window that
hangs over even the padding, which happens when rounding up, never counts.

Sources: LeCun et al. 1998; ONNX operator AveragePool; PyTorch AvgPool2d.`,
  params: {
    ...poolParams,
    countIncludePad: param.flag({
      title: 'Count padding',
      doc: 'Padded zeros count in the mean, as in PyTorch; off, the mean is over real elements, as in ONNX and Keras.',
      default: true,
      advanced: true,
    }),
  },
  headline: ['kernel', 'stride', 'padding'],
  idle: idlePoolParams,
  shape({ params, inputs }) {
    const windows = placePool('Average pool', params, inputs[0]!);
    if (isIssue(windows)) return windows;
    return [[inputs[0]![0]!, inputs[0]![1]!, ...windows.output]];
  },
  cost: ({ params, outputs }) => poolCost(params.kernel, outputs[0]!),
  reach: ({ params, inputs }) => poolReach(params, inputs[0]!),
  forward({ params, inputs, outputs, tally }) {
    const x = inputs[0]!;
    const windows = placePool('Average pool', params, x.dims);
    if (isIssue(windows)) throw new RangeError(windows.message);
    const map = [x.dims[2]!, x.dims[3]!] as const;
    const padded = padMap(x, windows.before, coverWindows(params, windows, map));
    const y = Tensor.zeros(outputs[0]!);
    const [batch, channels, hOut, wOut] = y.dims as readonly [number, number, number, number];
    const [hIn, wIn] = padded.dims.slice(2) as [number, number];
    const [kH, kW] = params.kernel;
    const [sH, sW] = params.stride;
    const [dH, dW] = params.dilation;
    const counted = (axis: 0 | 1, i: number) => {
      const pad = params.countIncludePad ? [windows.before[axis], windows.after[axis]] : [0, 0];
      const start = i * params.stride[axis] - windows.before[axis];
      return countTaps(start, params.kernel[axis], params.dilation[axis], -pad[0]!, map[axis] + pad[1]!);
    };
    const perRow = Array.from({ length: hOut }, (_, i) => counted(0, i));
    const perColumn = Array.from({ length: wOut }, (_, j) => counted(1, j));
    for (let plane = 0; plane < batch * channels; plane++) {
      for (let i = 0; i < hOut; i++) {
        for (let j = 0; j < wOut; j++) {
          // Columns first, in single precision, as onnxruntime adds up: means of integers may lie between two of them.
          let total = 0;
          for (let v = 0; v < kW; v++) {
            let column = 0;
            for (let u = 0; u < kH; u++)
              column = Math.fround(
                column + padded.data[(plane * hIn + i * sH + u * dH) * wIn + j * sW + v * dW]!,
              );
            total = Math.fround(total + column);
            tally.otherOps += kH;
          }
          y.data[(plane * hOut + i) * wOut + j] = total / (perRow[i]! * perColumn[j]!);
        }
      }
    }
    return [y];
  },
  examples: [
    {
      title: "GoogLeNet's last pool",
      params: { kernel: [7, 7], stride: [1, 1] },
      inputs: [[1, 1024, 7, 7]],
      outputs: [[1, 1024, 1, 1]],
      macs: 0,
      source: 'Szegedy et al. 2014, table 1',
    },
    {
      title: 'Windows of four',
      params: {},
      inputs: [[1, 1, 2, 4]],
      outputs: [[1, 1, 1, 2]],
      source: 'PyTorch 1.13, torch.nn.functional.avg_pool2d',
      values: { inputs: [[1, -2, 3, 0, 5, -1, 2, -3]], outputs: [[0.75, 0.5]] },
    },
    {
      title: 'Padding that does not count',
      params: { kernel: [3, 3], stride: [2, 2], padding: [1, 1, 1, 1], countIncludePad: false },
      inputs: [[1, 1, 3, 3]],
      outputs: [[1, 1, 2, 2]],
      source: 'PyTorch 1.13, torch.nn.functional.avg_pool2d',
      values: { inputs: [[1, 2, 3, 4, 5, 6, 7, 8, 9]], outputs: [[3, 4, 6, 7]] },
    },
  ],
});
