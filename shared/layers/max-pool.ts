import { isIssue } from '../base/problem.ts';
import { Tensor } from '../base/tensor.ts';
import { param } from '../schema/params.ts';
import { defineLayer } from './define.ts';
import { idlePoolParams, placePool, poolCost, poolParams, poolReach } from './pool.ts';

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

With *Positions* it gives as a second output where each value was: its place in the whole tensor, which is what Max unpool
takes. Of equal values the first counts. Places are exact up to 2²⁴ elements.

Sources: Krizhevsky et al. 2012, section 3.4; ONNX operator MaxPool.`,
  params: {
    ...poolParams,
    positions: param.choice({
      title: 'Positions',
      doc: 'Gives the place of each value as a second output, counted row by row or column by column.',
      default: 'none',
      options: [
        { value: 'none', title: 'none' },
        { value: 'rows', title: 'by rows' },
        { value: 'columns', title: 'by columns' },
      ],
      advanced: true,
    }),
  },
  outputs: ({ positions }) => [
    { name: 'out', doc: 'The largest values.' },
    ...(positions === 'none' ? [] : [{ name: 'positions', doc: 'Where they stood in the whole tensor.' }]),
  ],
  headline: ['kernel', 'stride', 'padding'],
  idle: idlePoolParams,
  shape({ params, inputs }) {
    const windows = placePool('Max pool', params, inputs[0]!);
    if (isIssue(windows)) return windows;
    const dims = [inputs[0]![0]!, inputs[0]![1]!, ...windows.output];
    return params.positions === 'none' ? [dims] : [dims, dims];
  },
  cost: ({ params, outputs }) => poolCost(params.kernel, outputs[0]!),
  reach: ({ params, inputs }) => poolReach(params, inputs[0]!),
  forward({ params, inputs, outputs, tally }) {
    const x = inputs[0]!;
    const windows = placePool('Max pool', params, x.dims);
    if (isIssue(windows)) throw new RangeError(windows.message);
    const y = Tensor.zeros(outputs[0]!);
    const positions = Tensor.zeros(y.dims);
    const [batch, channels, hOut, wOut] = y.dims as readonly [number, number, number, number];
    const [hIn, wIn] = x.dims.slice(2) as [number, number];
    const [kH, kW] = params.kernel;
    const [sH, sW] = params.stride;
    const [dH, dW] = params.dilation;
    const [top, left] = windows.before;
    const isInside = (row: number, column: number) => row >= 0 && row < hIn && column >= 0 && column < wIn;
    for (let plane = 0; plane < batch * channels; plane++) {
      const first = plane * hIn * wIn;
      for (let i = 0; i < hOut; i++) {
        for (let j = 0; j < wOut; j++) {
          let largest = -Infinity;
          let place = -1;
          for (let u = 0; u < kH; u++) {
            const row = i * sH + u * dH - top;
            for (let v = 0; v < kW; v++) {
              const column = j * sW + v * dW - left;
              if (!isInside(row, column)) continue;
              const value = x.data[first + row * wIn + column]!;
              if (place >= 0 && !(value > largest) && !Number.isNaN(value)) continue;
              largest = value;
              place = first + (params.positions === 'columns' ? column * hIn + row : row * wIn + column);
            }
            tally.otherOps += kW;
          }
          const at = (plane * hOut + i) * wOut + j;
          y.data[at] = largest;
          positions.data[at] = place;
        }
      }
    }
    return params.positions === 'none' ? [y] : [y, positions];
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
    {
      title: 'With the places of the largest',
      params: { kernel: [2, 2], stride: [2, 2], positions: 'columns' },
      inputs: [[1, 1, 5, 5]],
      outputs: [
        [1, 1, 2, 2],
        [1, 1, 2, 2],
      ],
      source: 'ONNX operator MaxPool, maxpool_with_argmax_2d_precomputed_strides',
      values: {
        inputs: [[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25]],
        outputs: [
          [7, 9, 17, 19],
          [6, 16, 8, 18],
        ],
      },
    },
    {
      title: 'A window of five',
      params: { kernel: [5, 5], stride: [1, 1], padding: [2, 2, 2, 2], positions: 'rows' },
      inputs: [[1, 1, 5, 5]],
      outputs: [
        [1, 1, 5, 5],
        [1, 1, 5, 5],
      ],
      source: 'ONNX operator MaxPool, maxpool_with_argmax_2d_precomputed_pads',
      values: {
        inputs: [[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25]],
        outputs: [
          [
            13, 14, 15, 15, 15, 18, 19, 20, 20, 20, 23, 24, 25, 25, 25, 23, 24, 25, 25, 25, 23, 24, 25, 25,
            25,
          ],
          [
            12, 13, 14, 14, 14, 17, 18, 19, 19, 19, 22, 23, 24, 24, 24, 22, 23, 24, 24, 24, 22, 23, 24, 24,
            24,
          ],
        ],
      },
    },
  ],
});
