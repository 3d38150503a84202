import { param } from '../schema/params.ts';
import { defineBlock, FragmentBuilder } from './define.ts';
import { addNorm, batchNormParam, epsilonParam } from './norm.ts';
import { addShortcut, shortcutParam } from './residual.ts';

export const bottleneck = defineBlock({
  kind: 'bottleneck',
  title: 'Bottleneck',
  icon: 'bottleneck',
  summary: 'A residual block that narrows to a 3×3 convolution and widens again.',
  formula: 'y = max(0, F(x) + x)',
  doc: `The block of ResNet-50 and deeper: a 1×1 convolution narrows 4C channels to C, a 3×3 works on C, a 1×1 widens to 4C. It costs
17·H·W·C² multiply-adds against the 18·H·W·C² of two 3×3 convolutions on C channels, and has one non-linearity more.

The paper strides on the first 1×1; torchvision strides on the 3×3, which sees every pixel and costs a little more. With groups the 3×3
becomes that of ResNeXt.

Sources: He et al. 2015, figure 5; Xie et al. 2016; torchvision (ResNet v1.5).`,
  params: {
    channels: param.int({
      title: 'Inner channels',
      doc: 'Channels of the 3×3 convolution; the output has four times as many.',
      default: 64,
      symbol: 'C',
      role: 'width',
    }),
    stride: param.pair({
      title: 'Stride',
      doc: 'Of the strided convolution and a projection.',
      default: 1,
      symbol: 's',
      role: 'stride',
    }),
    shortcut: shortcutParam,
    strideOn: param.choice({
      title: 'Stride on',
      doc: 'Which convolution takes the stride.',
      default: '3x3',
      options: [
        { value: '3x3', title: '3×3 (torchvision)' },
        { value: '1x1', title: 'first 1×1 (paper)' },
      ],
    }),
    groups: param.int({
      title: 'Groups',
      doc: 'Groups of the 3×3 convolution.',
      default: 1,
      advanced: true,
      role: 'groups',
    }),
    expansion: param.int({
      title: 'Expansion',
      doc: 'Output channels over inner channels.',
      default: 4,
      max: 64,
      advanced: true,
    }),
    batchNorm: batchNormParam,
    epsilon: epsilonParam,
  },
  headline: ['channels', 'stride'],
  expand({ channels, stride, shortcut, strideOn, groups, expansion, batchNorm, epsilon }) {
    const f = new FragmentBuilder();
    const wide = channels * expansion;
    const bias = !batchNorm;
    const norm = (id: string, from: string): string => addNorm(f, id, { batchNorm, epsilon }, from);
    const once: readonly [number, number] = [1, 1];
    const conv1 = f.add(
      'conv1',
      'conv2d',
      { channels, kernel: [1, 1], stride: strideOn === '1x1' ? stride : once, bias },
      '@in',
    );
    const relu1 = f.add('relu1', 'relu', {}, norm('bn1', conv1));
    const conv2 = f.add(
      'conv2',
      'conv2d',
      {
        channels,
        kernel: [3, 3],
        stride: strideOn === '3x3' ? stride : once,
        padding: [1, 1, 1, 1],
        groups,
        bias,
      },
      relu1,
    );
    const relu2 = f.add('relu2', 'relu', {}, norm('bn2', conv2));
    const conv3 = f.add('conv3', 'conv2d', { channels: wide, kernel: [1, 1], bias }, relu2);
    const bn3 = norm('bn3', conv3);
    const across = addShortcut(f, shortcut, wide, stride, { batchNorm, epsilon });
    return f.build(f.add('relu3', 'relu', {}, f.add('add', 'add', {}, bn3, across)));
  },
  examples: [
    {
      title: 'A middle block of ResNet-50: 17·56·56·64² multiply-adds',
      params: {},
      inputs: [[1, 256, 56, 56]],
      outputs: [[1, 256, 56, 56]],
      macs: 218_365_952,
      trainedParams: 70_400,
      source: 'He et al. 2015, figure 5',
    },
  ],
});
