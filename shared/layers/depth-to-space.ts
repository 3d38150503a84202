import { isIssue, messages } from '../base/problem.ts';
import { Tensor } from '../base/tensor.ts';
import { param } from '../schema/params.ts';
import { defineLayer, free } from './define.ts';
import { expectMap } from './expect.ts';
import { readStrided, stridesOf } from './strided.ts';

export const say = messages('layers/depth-to-space', {
  'channels-not-divisible': [
    'Blocks of {{block}}×{{block}} need channels divisible by {{divisor}}, got {{channels}}.',
    'Change the channels of the layer before, or the block.',
  ],
});

export const depthToSpace = defineLayer({
  kind: 'depthToSpace',
  title: 'Depth to space',
  group: 'shape',
  icon: 'depthToSpace',
  summary: 'Turns groups of b² channels into b×b pixels: the end of super-resolution networks.',
  words: ['pixel shuffle', 'pixelshuffle', 'subpixel', '像素重排'],
  formula:
    'y[c, i·b + u, j·b + v] = x[(u·b + v)·C′ + c, i, j] (depth first) or x[(c·b + u)·b + v, i, j] (column first)',
  traits: { linear: true, keepsSign: true },
  doc: `Pixel shuffle: C channels of H×W become C′ = C/b² channels of bH×bW. PyTorch's PixelShuffle orders channels *column first*
(CRD); ONNX, TensorFlow and Caffe default to *depth first* (DCR). It moves data and counts no operations.

Sources: Shi et al. 2016; ONNX operator DepthToSpace.`,
  params: {
    block: param.int({
      title: 'Block',
      doc: 'How many times higher and wider the map gets.',
      default: 2,
      max: 64,
      symbol: 'b',
    }),
    order: param.choice({
      title: 'Channel order',
      doc: 'Which channels form a block.',
      default: 'CRD',
      options: [
        { value: 'CRD', title: 'column first' },
        { value: 'DCR', title: 'depth first' },
      ],
      advanced: true,
    }),
  },
  headline: ['block'],
  shape({ params: { block }, inputs }) {
    const map = expectMap('Depth to space', inputs[0]!);
    if (isIssue(map)) return map;
    if (map.channels % block ** 2 === 0)
      return [[map.batch, map.channels / block ** 2, map.height * block, map.width * block]];
    return say(
      'channels-not-divisible',
      { block, divisor: block ** 2, channels: map.channels },
      { param: 'block' },
    );
  },
  cost: () => free,
  reach: ({ params: { block } }) => ({
    kind: 'window',
    kernel: [1, 1],
    stride: [1 / block, 1 / block],
    dilation: [1, 1],
    before: [0, 0],
  }),
  forward({ params: { block, order }, inputs, outputs }) {
    const x = inputs[0]!;
    const [batch, channels, height, width] = x.dims as readonly [number, number, number, number];
    const depth = channels / block ** 2;
    const s = stridesOf(
      order === 'CRD'
        ? [batch, depth, block, block, height, width]
        : [batch, block, block, depth, height, width],
    );
    const [c, u, v] = order === 'CRD' ? [s[1]!, s[2]!, s[3]!] : [s[3]!, s[1]!, s[2]!];
    const y = readStrided(
      x.data,
      [batch, depth, height, block, width, block],
      [s[0]!, c, s[4]!, u, s[5]!, v],
    );
    return [new Tensor('float32', y.data, outputs[0]!)];
  },
  examples: [
    {
      title: 'Super-resolution by 3',
      params: { block: 3 },
      inputs: [[1, 9, 224, 224]],
      outputs: [[1, 1, 672, 672]],
      macs: 0,
      trainedParams: 0,
      source: 'Shi et al. 2016',
    },
    {
      title: 'Four channels as a square',
      params: {},
      inputs: [[1, 4, 1, 2]],
      outputs: [[1, 1, 2, 4]],
      source: 'PyTorch 1.13, torch.nn.functional.pixel_shuffle',
      values: { inputs: [[1, 2, 3, 4, 5, 6, 7, 8]], outputs: [[1, 3, 2, 4, 5, 7, 6, 8]] },
    },
    {
      title: 'Two blocks of four channels',
      params: {},
      inputs: [[1, 8, 1, 1]],
      outputs: [[1, 2, 2, 2]],
      source: 'PyTorch 1.13, torch.nn.functional.pixel_shuffle',
      values: { inputs: [[1, 2, 3, 4, 5, 6, 7, 8]], outputs: [[1, 2, 3, 4, 5, 6, 7, 8]] },
    },
  ],
});
