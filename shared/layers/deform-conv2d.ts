import { elementCount, formatDims } from '../base/dims.ts';
import { type Issue, isIssue, messages } from '../base/problem.ts';
import { type FloatTensor, Tensor } from '../base/tensor.ts';
import { param } from '../schema/params.ts';
import { broadcastDims, stretch } from './broadcast.ts';
import { conv2d } from './conv2d.ts';
import { defineLayer } from './define.ts';
import { expectGroups, expectMap } from './expect.ts';
import { placeWindows, type WindowPlan, type WindowSpec } from './window.ts';

export const say = messages('layers/deform-conv2d', {
  'channels-not-divisible': [
    '{{offsetGroups}} offset groups need input channels divisible by {{offsetGroups}}, got {{channels}}.',
    'Change the offset groups to a divisor of {{channels}}.',
  ],
  'shapes-differ': [
    'Deformable conv2d needs {{port}} of {{wanted}}, got {{got}}.',
    'Give it a convolution of that many channels with the same stride and padding.',
  ],
});

const { bias, ...ofConvolution } = conv2d.params;

export const deformConv2d = defineLayer({
  kind: 'deformConv2d',
  title: 'Deformable conv2d',
  group: 'convolution',
  icon: 'deformConv2d',
  summary: 'A convolution whose taps are moved, as another tensor says.',
  formula: 'y[o, i, j] = b[o] + Σ_c Σ_u Σ_v w[o, c, u, v] · m · x[c, i·s + u·d − p + Δy, j·s + v·d − p + Δx]',
  traits: { weighted: true },
  doc: `Every tap of every window is read where its offset moves it, by bilinear interpolation, and weighed by a mask. Offsets and masks
come from a convolution beside it. What lies outside of the map is zero. Multiply-adds are those of the convolution; reading
between pixels is not counted.

Sources: Dai et al. 2017; Zhu et al. 2018 (masks); ONNX operator DeformConv; torchvision deform_conv2d.`,
  params: {
    ...ofConvolution,
    offsetGroups: param.int({
      title: 'Offset groups',
      doc: 'Channel groups that have offsets of their own.',
      default: 1,
      advanced: true,
    }),
    bias,
  },
  headline: ['channels', 'kernel', 'stride', 'padding'],
  inputs: [
    { name: 'in', doc: 'The map.' },
    { name: 'offsets', doc: 'For every tap and position, how far down and to the right it is moved.' },
    { name: 'mask', doc: 'For every tap and position, its weight; a tensor of one 1 leaves it out.' },
  ],
  shape({ params, inputs }) {
    const windows = placed(params, inputs[0]!);
    if (isIssue(windows)) return windows;
    const [batch, channels] = inputs[0]! as readonly [number, number];
    const uneven = expectGroups(params.groups, channels, params.channels);
    if (uneven) return uneven;
    if (channels % params.offsetGroups !== 0) {
      return say(
        'channels-not-divisible',
        { offsetGroups: params.offsetGroups, channels },
        { param: 'offsetGroups' },
      );
    }
    const taps = params.offsetGroups * params.kernel[0] * params.kernel[1];
    const offsets = [batch, 2 * taps, ...windows.output];
    if (inputs[1]!.join() !== offsets.join()) return wrongShape('offsets', inputs[1]!, offsets);
    const mask = [batch, taps, ...windows.output];
    if (broadcastDims(inputs[2]!, mask)?.join() !== mask.join()) return wrongShape('mask', inputs[2]!, mask);
    return [[batch, params.channels, ...windows.output]];
  },
  weights: (at) => conv2d.weights(at),
  cost: (at) => conv2d.cost(at),
  reach: () => ({ kind: 'global' }),
  forward({ params, inputs, weights, outputs, tally }) {
    const x = inputs[0]!;
    const windows = placed(params, x.dims);
    if (isIssue(windows)) throw new RangeError(windows.message);
    const y = Tensor.zeros(outputs[0]!);
    const [batch, cOut, hOut, wOut] = y.dims as readonly [number, number, number, number];
    const taps = params.kernel[0] * params.kernel[1];
    const mask = stretch(inputs[2]!, [batch, params.offsetGroups * taps, hOut, wOut]);
    const moved = movedTaps(params, windows, x, inputs[1]!, mask, [hOut, wOut]);
    const perGroup = x.dims[1]! / params.groups;
    const run = perGroup * taps;
    const area = hOut * wOut;
    for (let n = 0; n < batch; n++) {
      for (let o = 0; o < cOut; o++) {
        const first = (n * x.dims[1]! + Math.floor(o / (cOut / params.groups)) * perGroup) * taps * area;
        for (let at = 0; at < area; at++) {
          let total = weights.bias?.data[o] ?? 0;
          for (let t = 0; t < run; t++)
            total += weights.weight!.data[o * run + t]! * moved[first + t * area + at]!;
          tally.macs += run;
          if (params.bias) tally.otherOps += 1;
          y.data[(n * cOut + o) * area + at] = total;
        }
      }
    }
    return [y];
  },
  examples: [
    {
      title: 'Two taps that are moved',
      params: { channels: 1, kernel: [2, 2], bias: false },
      inputs: [[1, 1, 3, 3], [1, 8, 2, 2], [1]],
      outputs: [[1, 1, 2, 2]],
      macs: 16,
      source: 'ONNX operator DeformConv, basic_deform_conv_without_padding',
      values: {
        inputs: [
          [0, 1, 2, 3, 4, 5, 6, 7, 8],
          [0.5, ...new Array<number>(20).fill(0), -0.1, ...new Array<number>(10).fill(0)],
          [1],
        ],
        weights: { weight: [1, 1, 1, 1] },
        outputs: [[9.5, 11.9, 20, 24]],
      },
    },
    {
      title: 'Masked',
      params: { channels: 1, kernel: [1, 1], bias: false },
      inputs: [
        [1, 1, 1, 2],
        [1, 2, 1, 2],
        [1, 1, 1, 2],
      ],
      outputs: [[1, 1, 1, 2]],
      source: 'Zhu et al. 2018, equation 1',
      values: {
        inputs: [
          [2, 4],
          [0, 0, 0.5, 1],
          [1, 0.5],
        ],
        weights: { weight: [2] },
        outputs: [[6, 0]],
      },
    },
  ],
});

function placed(spec: WindowSpec, dims: readonly number[]): WindowPlan | Issue {
  const map = expectMap('Deformable conv2d', dims);
  return isIssue(map) ? map : placeWindows(spec, [map.height, map.width]);
}

function wrongShape(port: 'offsets' | 'mask', got: readonly number[], wanted: readonly number[]): Issue {
  return say('shapes-differ', { port, wanted: formatDims(wanted), got: formatDims(got) }, { port });
}

/** Every tap of every channel and position where it was moved, masked: [N, C, taps, H_out, W_out]. */
function movedTaps(
  { kernel, stride, dilation, offsetGroups }: WindowSpec & { readonly offsetGroups: number },
  { before }: WindowPlan,
  x: FloatTensor,
  offsets: FloatTensor,
  mask: FloatTensor,
  [hOut, wOut]: readonly [number, number],
): Float32Array {
  const [batch, channels, height, width] = x.dims as readonly [number, number, number, number];
  const taps = kernel[0] * kernel[1];
  const area = hOut * wOut;
  const moved = new Float32Array(elementCount([batch, channels, taps, area]));
  for (let n = 0; n < batch; n++) {
    for (let c = 0; c < channels; c++) {
      const group = n * offsetGroups + Math.floor(c / (channels / offsetGroups));
      const plane = x.data.subarray(
        (n * channels + c) * height * width,
        (n * channels + c + 1) * height * width,
      );
      for (let t = 0; t < taps; t++) {
        const down = (group * taps + t) * 2 * area;
        for (let at = 0; at < area; at++) {
          const row = Math.floor(at / wOut) * stride[0] - before[0] + Math.floor(t / kernel[1]) * dilation[0];
          const column = (at % wOut) * stride[1] - before[1] + (t % kernel[1]) * dilation[1];
          const value = between(
            plane,
            height,
            width,
            row + offsets.data[down + at]!,
            column + offsets.data[down + area + at]!,
          );
          moved[((n * channels + c) * taps + t) * area + at] =
            value * mask.data[(group * taps + t) * area + at]!;
        }
      }
    }
  }
  return moved;
}

/** Bilinear between four pixels, of which those outside are zero. */
function between(plane: Float32Array, height: number, width: number, y: number, x: number): number {
  const [top, left] = [Math.floor(y), Math.floor(x)];
  let total = 0;
  for (const [i, vertical] of [
    [top, top + 1 - y],
    [top + 1, y - top],
  ] as const) {
    for (const [j, horizontal] of [
      [left, left + 1 - x],
      [left + 1, x - left],
    ] as const) {
      if (i >= 0 && i < height && j >= 0 && j < width) total += vertical * horizontal * plane[i * width + j]!;
    }
  }
  return total;
}
