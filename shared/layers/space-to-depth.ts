import { isIssue, messages } from '../base/problem.ts';
import { Tensor } from '../base/tensor.ts';
import { param } from '../schema/params.ts';
import { defineLayer, free } from './define.ts';
import { expectMap } from './expect.ts';
import { readStrided, stridesOf } from './strided.ts';

export const say = messages('layers/space-to-depth', {
  'map-not-divisible': [
    'Blocks of {{block}}×{{block}} do not tile a map of {{height}}×{{width}}.',
    'Pad the map to a multiple of the block, or change the block.',
  ],
});

export const spaceToDepth = defineLayer({
  kind: 'spaceToDepth',
  title: 'Space to depth',
  group: 'shape',
  icon: 'spaceToDepth',
  summary: 'Turns b×b pixels into b² channels, losing nothing.',
  words: ['pixel unshuffle', 'focus', '空间到深度'],
  formula: 'y[(u·b + v)·C + c, i, j] = x[c, i·b + u, j·b + v]',
  traits: { linear: true, keepsSign: true },
  doc: `Shrinks a map without dropping anything: C channels of bH×bW become C·b² channels of H×W, the position within the block
counting before the channel. It moves data and counts no operations.

Source: ONNX operator SpaceToDepth.`,
  params: {
    block: param.int({
      title: 'Block',
      doc: 'How many times lower and narrower the map gets.',
      default: 2,
      max: 64,
      symbol: 'b',
    }),
  },
  headline: ['block'],
  shape({ params: { block }, inputs }) {
    const map = expectMap('Space to depth', inputs[0]!);
    if (isIssue(map)) return map;
    if (map.height % block === 0 && map.width % block === 0)
      return [[map.batch, map.channels * block ** 2, map.height / block, map.width / block]];
    return say('map-not-divisible', { block, height: map.height, width: map.width }, { param: 'block' });
  },
  cost: () => free,
  reach: ({ params: { block } }) => ({
    kind: 'window',
    kernel: [block, block],
    stride: [block, block],
    dilation: [1, 1],
    before: [0, 0],
  }),
  forward({ params: { block }, inputs, outputs }) {
    const x = inputs[0]!;
    const [batch, channels, height, width] = x.dims as readonly [number, number, number, number];
    const [rows, columns] = [height / block, width / block];
    const [n, c, i, u, j, v] = stridesOf([batch, channels, rows, block, columns, block]);
    const y = readStrided(x.data, [batch, block, block, channels, rows, columns], [n!, u!, v!, c!, i!, j!]);
    return [new Tensor('float32', y.data, outputs[0]!)];
  },
  examples: [
    {
      title: "YOLOv5's focus layer",
      params: {},
      inputs: [[1, 3, 640, 640]],
      outputs: [[1, 12, 320, 320]],
      macs: 0,
      trainedParams: 0,
      source: 'definition',
    },
    {
      title: 'One channel',
      params: {},
      inputs: [[1, 1, 2, 4]],
      outputs: [[1, 4, 1, 2]],
      source: 'PyTorch 1.13, torch.nn.functional.pixel_unshuffle',
      values: { inputs: [[1, 2, 3, 4, 5, 6, 7, 8]], outputs: [[1, 3, 2, 4, 5, 7, 6, 8]] },
    },
    {
      title: 'Blocks of three',
      params: { block: 3 },
      inputs: [[1, 1, 3, 3]],
      outputs: [[1, 9, 1, 1]],
      source: 'PyTorch 1.13, torch.nn.functional.pixel_unshuffle',
      values: { inputs: [[1, 2, 3, 4, 5, 6, 7, 8, 9]], outputs: [[1, 2, 3, 4, 5, 6, 7, 8, 9]] },
    },
  ],
});
