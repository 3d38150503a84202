import { param } from '../schema/params.ts';
import { defineBlock, FragmentBuilder } from './define.ts';

export const separableConv = defineBlock({
  kind: 'separableConv',
  title: 'Separable convolution',
  icon: 'separableConv',
  summary: 'A depthwise convolution, then a 1×1.',
  words: ['depthwise separable', 'dsconv', 'sepconv', 'xception', '深度可分离卷积', '可分离卷积'],
  formula: 'y = W ∗ (D ∗ x)',
  doc: `Looks around channel by channel, then mixes channels position by position: K²·C + C·C_out multiply-adds per position in the place of
K²·C·C_out. For 3×3 and many channels that is nearly a ninth. Without anything in between, as in Xception.

Sources: Sifre 2014; Chollet 2016.`,
  params: {
    inputChannels: param.int({
      title: 'Input channels',
      doc: 'As many as the input has.',
      default: 64,
      symbol: 'C',
      role: 'inputWidth',
    }),
    channels: param.int({
      title: 'Filters',
      doc: 'Output channels.',
      default: 64,
      symbol: 'C_out',
      role: 'width',
    }),
    kernel: param.pair({
      title: 'Kernel',
      doc: 'Of the depthwise convolution.',
      default: 3,
      symbol: 'K',
      role: 'kernel',
    }),
    stride: param.pair({ title: 'Stride', doc: 'Of the depthwise convolution.', default: 1, symbol: 's' }),
    padding: param.padding({ title: 'Padding', doc: 'Of the depthwise convolution.', default: 1 }),
    dilation: param.pair({
      title: 'Dilation',
      doc: 'Distance between the taps of the depthwise convolution.',
      default: 1,
      advanced: true,
    }),
    bias: param.flag({ title: 'Bias', doc: 'Of the 1×1.', default: false, advanced: true }),
  },
  headline: ['channels', 'kernel', 'stride'],
  expand({ inputChannels, channels, kernel, stride, padding, dilation, bias }) {
    const f = new FragmentBuilder();
    const around = { channels: inputChannels, groups: inputChannels, kernel, stride, padding, dilation };
    const depthwise = f.add('depthwise', 'conv2d', { ...around, bias: false }, '@in');
    return f.build(f.add('pointwise', 'conv2d', { channels, kernel: [1, 1], bias }, depthwise));
  },
  examples: [
    {
      title: 'Xception, 728 channels: (9·728 + 728²)·19·19 multiply-adds',
      params: { inputChannels: 728, channels: 728 },
      inputs: [[1, 728, 19, 19]],
      outputs: [[1, 728, 19, 19]],
      macs: 193_689_496,
      trainedParams: 536_536,
      source: 'Chollet 2016, figure 5; 9·728 + 728² weights',
    },
  ],
});
