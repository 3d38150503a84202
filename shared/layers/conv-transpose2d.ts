import { isIssue } from '../base/problem.ts';
import { Tensor } from '../base/tensor.ts';
import { product, zero } from '../base/term.ts';
import { param } from '../schema/params.ts';
import { conv2d } from './conv2d.ts';
import { defineLayer, weight } from './define.ts';
import { enlarge, paint } from './enlarge.ts';
import { expectGroups, expectMap } from './expect.ts';
import { sidesOf } from './window.ts';

const { dilation, groups, bias } = conv2d.params;

export const convTranspose2d = defineLayer({
  kind: 'convTranspose2d',
  title: 'Transposed conv',
  group: 'convolution',
  icon: 'convTranspose2d',
  summary: 'Enlarges a map with learned filters: each input paints one.',
  words: ['deconv', 'deconvolution', 'transposed convolution', 'upconv', '转置卷积', '反卷积'],
  formula:
    'y[o, i·s + u·d − p, j·s + v·d − p] += w[c, o, u, v] · x[c, i, j], summed over c, u, v; y starts at b[o]',
  traits: ({ groups }) => ({ linear: true, weighted: true, mixesChannels: groups === 1 }),
  doc: `Transposed convolution (deconvolution): every input element adds a scaled filter to the output, at steps of the stride, and
the padding is cut off. out = (in − 1)·s − before − after + d·(K − 1) + 1 + extra.

It holds C_in·C_out/g·K_h·K_w weights and costs N·C_in·H·W·C_out/g·K_h·K_w multiply-adds, those cut off included.

Sources: Zeiler et al. 2010; Long et al. 2015; ONNX operator ConvTranspose.`,
  params: {
    channels: conv2d.params.channels,
    kernel: param.pair({ title: 'Kernel', doc: 'Height and width of each filter.', default: 2, symbol: 'K' }),
    stride: param.pair({
      title: 'Stride',
      doc: 'Output steps from one input to the next.',
      default: 2,
      symbol: 's',
      role: 'stride',
    }),
    padding: param.padding({
      title: 'Padding',
      doc: 'Rows and columns cut off around the output.',
      default: 0,
      symbol: 'p',
      allowSame: false,
      role: 'padding',
    }),
    outputPadding: param.pair({
      title: 'Extra',
      doc: 'Rows and columns added at the bottom and right, where the stride leaves the size open.',
      default: 0,
      min: 0,
      advanced: true,
    }),
    dilation,
    groups,
    bias,
  },
  headline: ['channels', 'kernel', 'stride'],

  shape({ params, inputs }) {
    const map = expectMap('Transposed conv', inputs[0]!);
    if (isIssue(map)) return map;
    const uneven = expectGroups(params.groups, map.channels, params.channels);
    if (uneven) return uneven;
    const size = enlarge(params, [map.height, map.width]);
    return isIssue(size) ? size : [[map.batch, params.channels, ...size]];
  },

  weights({ params, inputs }) {
    const channels = inputs[0]![1]!;
    const perGroup = params.channels / params.groups;
    const [height, width] = params.kernel;
    const kernel = weight(
      'weight',
      ['C_in', params.groups === 1 ? 'C_out' : 'C_out/g', 'K_h', 'K_w'],
      [channels, perGroup, height, width],
      { kind: 'kaiming', fanIn: perGroup * height * width },
    );
    const bias = weight('bias', ['C_out'], [params.channels], { kind: 'constant', value: 0 });
    return params.bias ? [kernel, bias] : [kernel];
  },

  cost({ params, inputs, outputs }) {
    const [batch, channels, height, width] = inputs[0]! as readonly [number, number, number, number];
    const [, , hOut, wOut] = outputs[0]! as readonly [number, number, number, number];
    return {
      macs: product(
        ['N', batch],
        ['C_in', channels],
        ['H', height],
        ['W', width],
        [params.groups === 1 ? 'C_out' : 'C_out/g', params.channels / params.groups],
        ['K_h', params.kernel[0]],
        ['K_w', params.kernel[1]],
      ),
      otherOps: params.bias
        ? product(['N', batch], ['C_out', params.channels], ['H′', hOut], ['W′', wOut])
        : zero,
    };
  },

  /** One output sees about K/s inputs, and a step of the input is s steps of the output. */
  reach({ params: { kernel, stride, padding, dilation } }) {
    const span = (axis: 0 | 1) => dilation[axis] * (kernel[axis] - 1) + 1;
    const cut = sidesOf(padding);
    return {
      kind: 'window',
      kernel: [Math.ceil(span(0) / stride[0]), Math.ceil(span(1) / stride[1])],
      stride: [1 / stride[0], 1 / stride[1]],
      dilation: [1, 1],
      before: [
        Math.floor((span(0) - 1 - cut[0]) / stride[0]),
        Math.floor((span(1) - 1 - cut[1]) / stride[1]),
      ],
    };
  },

  forward({ params, inputs, weights, outputs, tally }) {
    const x = inputs[0]!;
    const y = Tensor.zeros(outputs[0]!);
    const kernel = weights.weight!;
    const bias = weights.bias?.data;
    const [batch, cOut, hOut, wOut] = y.dims as readonly [number, number, number, number];
    const [, cIn, hIn, wIn] = x.dims as readonly [number, number, number, number];
    const [, perGroup, kH, kW] = kernel.dims as readonly [number, number, number, number];
    const [top, left] = sidesOf(params.padding);
    const [dH, dW] = params.dilation;
    const inPerGroup = cIn / params.groups;
    const plane = new Float64Array(hOut * wOut);
    for (let n = 0; n < batch; n++) {
      for (let o = 0; o < cOut; o++) {
        plane.fill(bias ? bias[o]! : 0);
        if (bias) tally.otherOps += plane.length;
        const group = Math.floor(o / perGroup);
        for (let c = group * inPerGroup; c < (group + 1) * inPerGroup; c++) {
          const taps = (c * perGroup + (o % perGroup)) * kH * kW;
          const source = x.data.subarray((n * cIn + c) * hIn * wIn, (n * cIn + c + 1) * hIn * wIn);
          for (let u = 0; u < kH; u++) {
            for (let v = 0; v < kW; v++) {
              const tap = kernel.data[taps + u * kW + v]!;
              paint(source, [hIn, wIn], tap, plane, [hOut, wOut], params.stride, [
                u * dH - top,
                v * dW - left,
              ]);
              tally.macs += source.length;
            }
          }
        }
        y.data.set(plane, (n * cOut + o) * plane.length);
      }
    }
    return [y];
  },

  examples: [
    {
      title: "U-Net's first up-convolution",
      params: { channels: 512 },
      inputs: [[1, 1024, 28, 28]],
      outputs: [[1, 512, 56, 56]],
      macs: 1_644_167_168,
      trainedParams: 2_097_664,
      source: 'Ronneberger et al. 2015: 1024·28·28·512·2·2 multiply-adds, 1024·512·2·2 + 512 parameters',
    },
    {
      title: 'Each value spreads over its own square',
      params: { channels: 1 },
      inputs: [[1, 1, 2, 2]],
      outputs: [[1, 1, 4, 4]],
      source: 'PyTorch 1.13, torch.nn.functional.conv_transpose2d',
      values: {
        inputs: [[1, 2, 3, 4]],
        weights: { weight: [1, 0, -1, 2], bias: [0.5] },
        outputs: [[1.5, 0.5, 2.5, 0.5, -0.5, 2.5, -1.5, 4.5, 3.5, 0.5, 4.5, 0.5, -2.5, 6.5, -3.5, 8.5]],
      },
    },
    {
      title: 'Two groups, overlapping and cropped',
      params: {
        channels: 2,
        kernel: [2, 3],
        stride: [1, 2],
        padding: [1, 1, 0, 0],
        outputPadding: [0, 1],
        groups: 2,
      },
      inputs: [[1, 2, 2, 2]],
      outputs: [[1, 2, 2, 5]],
      source: 'PyTorch 1.13, torch.nn.functional.conv_transpose2d',
      values: {
        inputs: [[1, 2, 3, 4, 5, 6, 7, 8]],
        weights: { weight: [1, 2, 3, -1, 0, 1, 2, -2, 1, 1, 0, 3], bias: [0.5, -0.5] },
        outputs: [
          [
            6.5, 12.5, 8.5, 14.5, 0.5, 0.5, -0.5, 0.5, 4.5, 0.5, -14.5, 43.5, -16.5, 25.5, -0.5, -0.5, 28.5,
            -0.5, 23.5, -0.5,
          ],
        ],
      },
    },
  ],
});
