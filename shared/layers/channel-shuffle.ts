import { isIssue, messages } from '../base/problem.ts';
import { Tensor } from '../base/tensor.ts';
import { param } from '../schema/params.ts';
import { defineLayer, free } from './define.ts';
import { expectMap } from './expect.ts';
import { readStrided, stridesOf } from './strided.ts';

export const say = messages('layers/channel-shuffle', {
  'groups-do-not-divide': [
    '{{groups}} groups do not divide {{channels}} channels.',
    'Choose groups that divide the channels.',
  ],
});

export const channelShuffle = defineLayer({
  kind: 'channelShuffle',
  title: 'Channel shuffle',
  group: 'shape',
  icon: 'channelShuffle',
  summary: 'Deals the channels of each group out to all groups.',
  words: ['shuffle', '通道混洗', '通道重排'],
  formula: 'y[c·g + k, i, j] = x[k·C/g + c, i, j]',
  traits: { linear: true, keepsSign: true },
  doc: `Writes the channels as g rows of C/g and reads them by columns, so that every group of the next convolution sees channels of all groups
before. It moves data and counts no operations.

Sources: Zhang et al. 2017 (ShuffleNet), section 3.1; PyTorch ChannelShuffle.`,
  params: {
    groups: param.int({ title: 'Groups', doc: 'How many there are.', default: 2, symbol: 'g' }),
  },
  headline: ['groups'],
  shape({ params: { groups }, inputs }) {
    const map = expectMap('Channel shuffle', inputs[0]!);
    if (isIssue(map)) return map;
    if (map.channels % groups === 0) return [inputs[0]!];
    return say('groups-do-not-divide', { groups, channels: map.channels }, { param: 'groups' });
  },
  cost: () => free,
  forward({ params: { groups }, inputs }) {
    const x = inputs[0]!;
    const [batch, channels, height, width] = x.dims as readonly [number, number, number, number];
    const [n, k, c, at] = stridesOf([batch, groups, channels / groups, height * width]);
    const y = readStrided(x.data, [batch, channels / groups, groups, height * width], [n!, c!, k!, at!]);
    return [new Tensor('float32', y.data, x.dims)];
  },
  examples: [
    {
      title: 'After a unit of ShuffleNetV2',
      params: {},
      inputs: [[1, 116, 28, 28]],
      outputs: [[1, 116, 28, 28]],
      macs: 0,
      trainedParams: 0,
      source: 'Ma et al. 2018, figure 3',
    },
    {
      title: 'Two halves take turns',
      params: {},
      inputs: [[1, 4, 1, 2]],
      outputs: [[1, 4, 1, 2]],
      source: 'PyTorch 1.13, torch.nn.functional.channel_shuffle',
      values: { inputs: [[1, 2, 3, 4, 5, 6, 7, 8]], outputs: [[1, 2, 5, 6, 3, 4, 7, 8]] },
    },
    {
      title: 'Three groups of two',
      params: { groups: 3 },
      inputs: [[1, 6, 1, 1]],
      outputs: [[1, 6, 1, 1]],
      source: 'PyTorch 1.13, torch.nn.functional.channel_shuffle',
      values: { inputs: [[1, 2, 3, 4, 5, 6]], outputs: [[1, 3, 5, 2, 4, 6]] },
    },
  ],
});
