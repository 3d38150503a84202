import type { Dims } from '../base/dims.ts';
import { isIssue } from '../base/problem.ts';
import { Tensor } from '../base/tensor.ts';
import { productOf, times, zero } from '../base/term.ts';
import { type Pair, param } from '../schema/params.ts';
import { defineLayer, weight } from './define.ts';
import { expectGroups, expectMap } from './expect.ts';
import { padMap } from './pad-map.ts';
import { slideFour, slideOne } from './slide.ts';
import { placeWindows } from './window.ts';

// One list for all convolutions: there are many of them, and formulas are kept with each.
const filterAxes = ['C_out', 'C_in', 'K_h', 'K_w'];
const groupedFilterAxes = ['C_out', 'C_in/g', 'K_h', 'K_w'];
const biasAxes = ['C_out'];
const mapAxes = ['N', 'C_out', 'H′', 'W′'];
const tapAxes = ['C_in', 'K_h', 'K_w'];
const groupedTapAxes = ['C_in/g', 'K_h', 'K_w'];

export const conv2d = defineLayer({
  kind: 'conv2d',
  title: 'Conv2d',
  group: 'convolution',
  icon: 'conv2d',
  summary: 'Slides learned filters over a feature map.',
  words: ['conv', 'convolution', '卷积', '卷积层'],
  frequent: true,
  variants: [
    {
      id: 'pointwise',
      title: '1×1 convolution',
      words: ['1x1', '1×1', 'pointwise', 'pw', 'projection', 'nin', '逐点卷积', '点卷积', '1×1 卷积'],
      params: () => ({ kernel: [1, 1] }),
    },
    {
      id: 'depthwise',
      title: 'Depthwise convolution',
      words: ['dw', 'depthwise', 'dwconv', '深度卷积', '逐通道卷积'],
      params: (channels) => ({ channels, groups: channels, padding: [1, 1, 1, 1] }),
    },
    {
      id: 'same',
      title: '3×3 convolution, same size',
      words: ['3x3', '3×3', '3×3 卷积'],
      params: () => ({ padding: [1, 1, 1, 1] }),
    },
    {
      id: 'dilated',
      title: 'Dilated convolution',
      words: ['dilated', 'atrous', '空洞卷积', '膨胀卷积'],
      params: () => ({ dilation: [2, 2], padding: [2, 2, 2, 2] }),
    },
  ],
  formula: 'y[o, i, j] = b[o] + Σ_c Σ_u Σ_v w[o, c, u, v] · x[c, i·s + u·d − p, j·s + v·d − p]',
  traits: ({ groups }) => ({ linear: true, weighted: true, mixesChannels: groups === 1 }),
  doc: `Two-dimensional convolution (cross-correlation, as everywhere in deep learning).

A layer of C_out filters of K_h×K_w over C_in channels holds C_out·C_in/g·K_h·K_w weights and C_out biases, and costs
C_out·H′·W′·C_in/g·K_h·K_w multiply-adds. Padded positions count, as they do in the papers' tables. With groups g, each filter sees
only C_in/g channels; g = C_in is the depthwise convolution of MobileNet.

Sources: ONNX operator Conv; LeCun et al. 1998; Howard et al. 2017 (depthwise).`,
  params: {
    channels: param.int({
      title: 'Filters',
      doc: 'Number of output channels.',
      default: 64,
      symbol: 'C_out',
      role: 'width',
    }),
    kernel: param.pair({
      title: 'Kernel',
      doc: 'Height and width of each filter.',
      default: 3,
      symbol: 'K',
      role: 'kernel',
    }),
    stride: param.pair({
      title: 'Stride',
      doc: 'Step between neighbouring windows.',
      default: 1,
      symbol: 's',
      role: 'stride',
    }),
    padding: param.padding({
      title: 'Padding',
      doc: 'Zeros around the map, or "same".',
      default: 0,
      symbol: 'p',
      role: 'padding',
    }),
    dilation: param.pair({
      title: 'Dilation',
      doc: 'Distance between the taps of a filter.',
      default: 1,
      symbol: 'd',
      advanced: true,
    }),
    groups: param.int({
      title: 'Groups',
      doc: 'Channel groups that do not see each other; C_in makes it depthwise.',
      default: 1,
      symbol: 'g',
      advanced: true,
      role: 'groups',
    }),
    bias: param.flag({
      title: 'Bias',
      doc: 'Adds a learned constant to each output channel.',
      default: true,
    }),
  },
  headline: ['channels', 'kernel', 'stride', 'padding'],

  shape({ params, inputs }) {
    const map = expectMap('Conv2d', inputs[0]!);
    if (isIssue(map)) return map;
    const uneven = expectGroups(params.groups, map.channels, params.channels);
    if (uneven) return uneven;
    const windows = placeWindows(params, [map.height, map.width]);
    if (isIssue(windows)) return windows;
    return [[map.batch, params.channels, ...windows.output]];
  },

  weights({ params, inputs }) {
    const perGroup = inputs[0]![1]! / params.groups;
    const [height, width] = params.kernel;
    const kernel = weight(
      'weight',
      params.groups === 1 ? filterAxes : groupedFilterAxes,
      [params.channels, perGroup, height, width],
      { kind: 'kaiming', fanIn: perGroup * height * width },
    );
    const bias = weight('bias', biasAxes, [params.channels], { kind: 'constant', value: 0 });
    return params.bias ? [kernel, bias] : [kernel];
  },

  cost({ params, inputs, outputs }) {
    const output = productOf(mapAxes, outputs[0]!);
    const perGroup = inputs[0]![1]! / params.groups;
    const taps = productOf(params.groups === 1 ? tapAxes : groupedTapAxes, [perGroup, ...params.kernel]);
    return { macs: times(output, taps), otherOps: params.bias ? output : zero };
  },

  reach({ params, inputs }) {
    const [, , height, width] = inputs[0]! as [number, number, number, number];
    const windows = placeWindows(params, [height, width]);
    return {
      kind: 'window',
      kernel: params.kernel,
      stride: params.stride,
      dilation: params.dilation,
      before: isIssue(windows) ? [0, 0] : windows.before,
    };
  },

  forward({ params, inputs, weights, outputs, tally }) {
    const x = inputs[0]!;
    const windows = placeWindows(params, [x.dims[2]!, x.dims[3]!]);
    if (isIssue(windows)) throw new RangeError(windows.message);
    const padded = padMap(x, windows.before, windows.after);
    const y = Tensor.zeros(outputs[0]!);
    const kernel = weights.weight!;
    const [batch, cOut, hOut, wOut] = y.dims as readonly [number, number, number, number];
    const [, cIn, hIn, wIn] = padded.dims as readonly [number, number, number, number];
    const taps = tapsOf(kernel.dims, params.dilation, hIn, wIn);
    const perGroup = cOut / params.groups;
    const filterOf = (n: number, o: number) => ({
      weights: kernel.data.subarray(o * taps.length, (o + 1) * taps.length),
      bias: weights.bias?.data[o],
      results: y.data.subarray((n * cOut + o) * hOut * wOut, (n * cOut + o + 1) * hOut * wOut),
    });
    for (let n = 0; n < batch; n++) {
      for (let group = 0; group < params.groups; group++) {
        const over = {
          data: padded.data,
          taps,
          start: (n * cIn + group * kernel.dims[1]!) * hIn * wIn,
          rows: hOut,
          columns: wOut,
          rowStep: params.stride[0] * wIn,
          columnStep: params.stride[1],
        };
        const end = (group + 1) * perGroup;
        let o = group * perGroup;
        for (; o + 4 <= end; o += 4) {
          slideFour(
            over,
            [filterOf(n, o), filterOf(n, o + 1), filterOf(n, o + 2), filterOf(n, o + 3)],
            tally,
          );
        }
        for (; o < end; o++) slideOne(over, filterOf(n, o), tally);
      }
    }
    return [y];
  },

  examples: [
    {
      title: "AlexNet's first layer",
      params: { channels: 64, kernel: [11, 11], stride: [4, 4], padding: [2, 2, 2, 2] },
      inputs: [[1, 3, 227, 227]],
      outputs: [[1, 64, 56, 56]],
      macs: 72_855_552,
      trainedParams: 23_296,
      source: 'EECS 498-007, lecture 8',
    },
    {
      title: "VGG's second layer",
      params: { channels: 64, padding: [1, 1, 1, 1] },
      inputs: [[1, 64, 224, 224]],
      outputs: [[1, 64, 224, 224]],
      macs: 1_849_688_064,
      trainedParams: 36_928,
      source: 'Simonyan and Zisserman 2014, configuration D',
    },
    {
      title: 'One filter with a bias',
      params: { channels: 1, kernel: [2, 2] },
      inputs: [[1, 1, 3, 3]],
      outputs: [[1, 1, 2, 2]],
      source: 'PyTorch 1.13, torch.nn.functional.conv2d',
      values: {
        inputs: [[1, 2, 3, 4, 5, 6, 7, 8, 9]],
        weights: { weight: [1, 0, -1, 2], bias: [0.5] },
        outputs: [[7.5, 9.5, 13.5, 15.5]],
      },
    },
    {
      title: 'Two groups, strides and padding',
      params: { channels: 2, kernel: [2, 2], stride: [2, 1], padding: [1, 0, 0, 1], groups: 2, bias: false },
      inputs: [[1, 2, 2, 2]],
      outputs: [[1, 2, 1, 2]],
      source: 'PyTorch 1.13, torch.nn.functional.conv2d',
      values: {
        inputs: [[1, 2, 3, 4, 5, 6, 7, 8]],
        weights: { weight: [1, 2, 3, 4, -1, 0, 1, 2] },
        outputs: [[11, 6, 17, 6]],
      },
    },
  ],
});

/** Where the taps of one filter lie, from the first element of a window of its first channel. */
function tapsOf(kernel: Dims, [dH, dW]: Pair, height: number, width: number): Int32Array {
  const [, channels, kH, kW] = kernel as readonly [number, number, number, number];
  const taps = new Int32Array(channels * kH * kW);
  let t = 0;
  for (let c = 0; c < channels; c++) {
    for (let u = 0; u < kH; u++) {
      for (let v = 0; v < kW; v++) taps[t++] = (c * height + u * dH) * width + v * dW;
    }
  }
  return taps;
}
