import { param } from '../schema/params.ts';
import { activationParam, addActivation } from './activation.ts';
import { defineBlock, FragmentBuilder } from './define.ts';
import { epsilonParam } from './norm.ts';

export const convBnRelu = defineBlock({
  kind: 'convBnRelu',
  title: 'Conv–BN–ReLU',
  icon: 'convBnRelu',
  summary: 'A convolution, batch normalisation and an activation as one node.',
  words: ['cbr', 'conv bn relu', 'basic conv', '卷积批归一化激活'],
  frequent: true,
  formula: 'y = f(BN(w ∗ x))',
  doc: `The usual unit of convolutional networks since 2015. The convolution has no bias: the normalisation's shift replaces it. The
activation is ReLU unless another is chosen, as networks for phones do.

Sources: Ioffe and Szegedy 2015; torchvision (Conv2dNormActivation).`,
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
      default: 1,
      role: 'padding',
    }),
    groups: param.int({
      title: 'Groups',
      doc: 'Channel groups that do not see each other.',
      default: 1,
      advanced: true,
      role: 'groups',
    }),
    activation: activationParam,
    epsilon: epsilonParam,
  },
  headline: ['channels', 'kernel', 'stride'],
  moduleNames: () => [{ conv: '0', bn: '1' }],
  expand({ channels, kernel, stride, padding, groups, activation, epsilon }) {
    const f = new FragmentBuilder();
    const conv = f.add('conv', 'conv2d', { channels, kernel, stride, padding, groups, bias: false }, '@in');
    const bn = f.add('bn', 'batchNorm', { epsilon }, conv);
    return f.build(addActivation(f, 'relu', activation, bn));
  },
  examples: [
    {
      title: "The stem of torchvision's GoogLeNet",
      params: { kernel: [7, 7], stride: [2, 2], padding: [3, 3, 3, 3] },
      inputs: [[1, 3, 224, 224]],
      outputs: [[1, 64, 112, 112]],
      macs: 118_013_952,
      trainedParams: 9_536,
      source: '64·112·112·3·7·7 multiply-adds, 64·3·7·7 + 2·64 parameters',
    },
  ],
});
