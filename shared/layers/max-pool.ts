import { isIssue } from '../base/problem.ts';
import { Tensor } from '../base/tensor.ts';
import { defineLayer } from './define.ts';
import { padMap } from './pad-map.ts';
import { coverWindows, idlePoolParams, placePool, poolCost, poolParams, poolReach } from './pool.ts';

export const maxPool = defineLayer({
  kind: 'maxPool',
  title: 'Max pool',
  group: 'pooling',
  icon: 'maxPool',
  summary: 'Keeps the largest value of each window.',
  words: ['max', 'maxpool', 'max pooling', 'subsample', '最大池化'],
  frequent: true,
  formula: 'y[c, i, j] = max_{u, v} x[c, i·s + u·d − p, j·s + v·d − p]',
  traits: { keepsSign: true },
  doc: `Shrinks a map by keeping the largest value of each window; padding never wins. It has no weights, and tolerates small
shifts of the image.

VGG pools 2×2 windows at stride 2. AlexNet and GoogLeNet pool overlapping 3×3 windows at stride 2; trained with Caffe, they
round the number of windows up.

Sources: Krizhevsky et al. 2012, section 3.4; ONNX operator MaxPool.`,
  params: poolParams,
  headline: ['kernel', 'stride', 'padding'],
  idle: idlePoolParams,
  shape({ params, inputs }) {
    const windows = placePool('Max pool', params, inputs[0]!);
    if (isIssue(windows)) return windows;
    return [[inputs[0]![0]!, inputs[0]![1]!, ...windows.output]];
  },
  cost: ({ params, outputs }) => poolCost(params.kernel, outputs[0]!),
  reach: ({ params, inputs }) => poolReach(params, inputs[0]!),
  forward({ params, inputs, outputs, tally }) {
    const x = inputs[0]!;
    const windows = placePool('Max pool', params, x.dims);
    if (isIssue(windows)) throw new RangeError(windows.message);
    const after = coverWindows(params, windows, [x.dims[2]!, x.dims[3]!]);
    const padded = padMap(x, windows.before, after, -Infinity);
    const y = Tensor.zeros(outputs[0]!);
    const [batch, channels, hOut, wOut] = y.dims as readonly [number, number, number, number];
    const [hIn, wIn] = padded.dims.slice(2) as [number, number];
    const [kH, kW] = params.kernel;
    const [sH, sW] = params.stride;
    const [dH, dW] = params.dilation;
    for (let plane = 0; plane < batch * channels; plane++) {
      for (let i = 0; i < hOut; i++) {
        for (let j = 0; j < wOut; j++) {
          let largest = -Infinity;
          for (let u = 0; u < kH; u++) {
            const row = (plane * hIn + i * sH + u * dH) * wIn + j * sW;
            for (let v = 0; v < kW; v++) largest = Math.max(largest, padded.data[row + v * dW]!);
            tally.otherOps += kW;
          }
          y.data[(plane * hOut + i) * wOut + j] = largest;
        }
      }
    }
    return [y];
  },
  examples: [
    {
      title: "VGG's first pool",
      params: {},
      inputs: [[1, 64, 224, 224]],
      outputs: [[1, 64, 112, 112]],
      macs: 0,
      source: 'Simonyan and Zisserman 2014',
    },
    {
      title: "AlexNet's first pool",
      params: { kernel: [3, 3], stride: [2, 2] },
      inputs: [[1, 64, 56, 56]],
      outputs: [[1, 64, 27, 27]],
      macs: 0,
      source: 'EECS 498-007, lecture 8',
    },
    {
      title: "GoogLeNet's first pool, rounded up",
      params: { kernel: [3, 3], stride: [2, 2], ceilMode: true },
      inputs: [[1, 64, 112, 112]],
      outputs: [[1, 64, 56, 56]],
      macs: 0,
      source: 'Szegedy et al. 2014, table 1',
    },
    {
      title: 'Windows of four',
      params: {},
      inputs: [[1, 1, 2, 4]],
      outputs: [[1, 1, 1, 2]],
      source: 'PyTorch 1.13, torch.nn.functional.max_pool2d',
      values: { inputs: [[1, -2, 3, 0, 5, -1, 2, -3]], outputs: [[5, 3]] },
    },
    {
      title: 'Overlapping and padded: padding never wins',
      params: { kernel: [3, 3], stride: [2, 2], padding: [1, 1, 1, 1] },
      inputs: [[1, 1, 3, 3]],
      outputs: [[1, 1, 2, 2]],
      source: 'PyTorch 1.13, torch.nn.functional.max_pool2d',
      values: { inputs: [[-1, -2, -3, -4, -5, -6, -7, -8, -9]], outputs: [[-1, -2, -4, -5]] },
    },
  ],
});
