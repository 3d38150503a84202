import { param } from '../schema/params.ts';
import { defineBlock, FragmentBuilder } from './define.ts';
import { addNorm, epsilonParam } from './norm.ts';

export const shuffleUnit = defineBlock({
  kind: 'shuffleUnit',
  title: 'ShuffleNet unit',
  icon: 'shuffleUnit',
  summary: 'Works on half of the channels, then mixes both halves by shuffling.',
  words: ['shufflenet'],
  formula: 'y = shuffle([x₁, F(x₂)])',
  doc: `ShuffleNetV2's unit. Half of the channels go past; the other half goes through a 1×1, a depthwise 3×3 and a 1×1. The halves are
concatenated and their channels shuffled, so that information crosses over without a layer of its own. Where the map shrinks, nothing
goes past: both branches see all of the input, one through a depthwise 3×3 and a 1×1.

All 1×1 convolutions have as many inputs as outputs, which moves the least memory for their multiply-adds.

Sources: Ma et al. 2018, figure 3; torchvision (InvertedResidual of shufflenetv2).`,
  params: {
    channels: param.int({
      title: 'Channels',
      doc: 'Output channels, even.',
      default: 116,
      symbol: 'C',
      role: 'width',
    }),
    inputChannels: param.int({
      title: 'Input channels',
      doc: 'Where the unit strides: channels of its input.',
      default: 24,
      role: 'inputWidth',
      advanced: true,
    }),
    downsample: param.flag({ title: 'Downsample', doc: 'Halves height and width.', default: false }),
    epsilon: epsilonParam,
  },
  headline: ['channels', 'downsample'],
  expand({ channels, inputChannels, downsample, epsilon }) {
    const f = new FragmentBuilder();
    const half = channels / 2;
    const step = downsample ? 2 : 1;
    const norm = (id: string, from: string): string => addNorm(f, id, { batchNorm: true, epsilon }, from);
    const pointwise = (branch: string, at: number, from: string): string => {
      const conv = f.add(`${branch}.${at}`, 'conv2d', { channels: half, kernel: [1, 1], bias: false }, from);
      return f.add(`${branch}.${at + 2}`, 'relu', {}, norm(`${branch}.${at + 1}`, conv));
    };
    const depthwise = (branch: string, at: number, width: number, from: string): string => {
      const params = { channels: width, kernel: [3, 3], stride: [step, step], padding: [1, 1, 1, 1] };
      const conv = f.add(`${branch}.${at}`, 'conv2d', { ...params, groups: width, bias: false }, from);
      return norm(`${branch}.${at + 1}`, conv);
    };
    const halves = downsample ? undefined : f.add('split', 'split', { axis: 1, parts: 2 }, '@in');
    const past = halves
      ? `${halves}:out0`
      : pointwise('branch1', 2, depthwise('branch1', 0, inputChannels, '@in'));
    const ready = pointwise('branch2', 0, halves ? `${halves}:out1` : '@in');
    const worked = pointwise('branch2', 5, depthwise('branch2', 3, half, ready));
    const both = f.add('concat', 'concat', {}, past, worked);
    return f.build(f.add('shuffle', 'channelShuffle', { groups: 2 }, both));
  },
  examples: [
    {
      title: 'ShuffleNetV2 ×1, second stage: (2·58² + 9·58)·28·28 multiply-adds',
      params: {},
      inputs: [[1, 116, 28, 28]],
      outputs: [[1, 116, 28, 28]],
      macs: 5_684_000,
      trainedParams: 7_598,
      source: 'Ma et al. 2018, table 5; 2·58² + 9·58 weights, 3·2·58 of the norms',
    },
  ],
});
