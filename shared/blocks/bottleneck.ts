import { param } from '../schema/params.ts';
import { defineBlock, FragmentBuilder, type ModuleNames } from './define.ts';
import { addNorm, batchNormParam, epsilonParam } from './norm.ts';
import { addShortcut, shortcutParam } from './residual.ts';
import { addSqueezeExcite, squeezedParam } from './squeeze-excite.ts';

/** ResNet's are the inner nodes' own. */
const regNetNames: ModuleNames = {
  conv1: 'f.a.0',
  bn1: 'f.a.1',
  conv2: 'f.b.0',
  bn2: 'f.b.1',
  'se.fc1': 'f.se.fc1',
  'se.fc2': 'f.se.fc2',
  conv3: 'f.c.0',
  bn3: 'f.c.1',
  'downsample.0': 'proj.0',
  'downsample.1': 'proj.1',
};

export const bottleneck = defineBlock({
  kind: 'bottleneck',
  title: 'Bottleneck',
  icon: 'bottleneck',
  summary: 'A residual block that narrows to a 3×3 convolution and widens again.',
  words: ['resnet bottleneck', 'resnet50 block', '瓶颈', '瓶颈块'],
  frequent: true,
  formula: 'y = max(0, F(x) + x)',
  doc: `The block of ResNet-50 and deeper: a 1×1 convolution narrows 4C channels to C, a 3×3 works on C, a 1×1 widens to 4C. It costs
17·H·W·C² multiply-adds against the 18·H·W·C² of two 3×3 convolutions on C channels, and has one non-linearity more.

The paper strides on the first 1×1; torchvision strides on the 3×3, which sees every pixel and costs a little more. With groups the 3×3
becomes that of ResNeXt; with fewer channels after than before the last 1×1 times four, as expansion says, the blocks of WideResNet and
RegNet. A squeeze-excite stands after the 3×3 in RegNet-Y, and before the sum in SENet.

Sources: He et al. 2015, figure 5; Xie et al. 2016; Hu et al. 2017; Radosavovic et al. 2020; torchvision (ResNet v1.5, RegNet).`,
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
    dilation: param.pair({
      title: 'Dilation',
      doc: 'Distance between the taps of the 3×3, which is padded by as much.',
      default: 1,
      advanced: true,
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
      role: 'expansion',
      advanced: true,
    }),
    squeezeExcite: param.choice({
      title: 'Squeeze-excite',
      doc: 'Where channels are weighed by what the whole map holds.',
      default: 'none',
      options: [
        { value: 'none', title: 'None' },
        { value: 'inner', title: 'After the 3×3 (RegNet-Y)' },
        { value: 'outer', title: 'Before the sum (SENet)' },
      ],
      advanced: true,
    }),
    squeezed: squeezedParam,
    batchNorm: batchNormParam,
    epsilon: epsilonParam,
  },
  headline: ['channels', 'stride'],
  moduleNames: () => [{}, regNetNames],
  expand(params) {
    const { channels, stride, shortcut, strideOn, groups, expansion, batchNorm, epsilon } = params;
    const { dilation, squeezeExcite, squeezed } = params;
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
        padding: [dilation[0], dilation[1], dilation[0], dilation[1]],
        dilation,
        groups,
        bias,
      },
      relu1,
    );
    const excite = (from: string, of: number): string =>
      addSqueezeExcite(f, 'se.', { channels: of, squeezed, gate: 'sigmoid' }, from);
    const relu2 = f.add('relu2', 'relu', {}, norm('bn2', conv2));
    const seen = squeezeExcite === 'inner' ? excite(relu2, channels) : relu2;
    const conv3 = f.add('conv3', 'conv2d', { channels: wide, kernel: [1, 1], bias }, seen);
    const normed = norm('bn3', conv3);
    const branch = squeezeExcite === 'outer' ? excite(normed, wide) : normed;
    const across = addShortcut(f, shortcut, wide, stride, { batchNorm, epsilon });
    return f.build(f.add('relu3', 'relu', {}, f.add('add', 'add', {}, branch, across)));
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
