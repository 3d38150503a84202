import { param } from '../schema/params.ts';
import { defineBlock, FragmentBuilder } from './define.ts';
import { addNorm, batchNormParam, epsilonParam } from './norm.ts';

/** What residual blocks share. */
export const shortcutParam = param.choice({
  title: 'Shortcut',
  doc: 'How the input reaches the sum: unchanged, or through a 1×1 convolution that matches its shape.',
  default: 'identity',
  options: [
    { value: 'identity', title: 'Identity' },
    { value: 'projection', title: '1×1 projection' },
  ],
});

/** The branch that carries the input: itself, or a strided 1×1 convolution with batch norm. */
export function addShortcut(
  f: FragmentBuilder,
  shortcut: 'identity' | 'projection',
  channels: number,
  stride: readonly [number, number],
  norm: Parameters<typeof addNorm>[2],
): string {
  if (shortcut === 'identity') return '@in';
  const conv = f.add(
    'downsample.0',
    'conv2d',
    { channels, kernel: [1, 1], stride, bias: !norm.batchNorm },
    '@in',
  );
  return addNorm(f, 'downsample.1', norm, conv);
}

export const residual = defineBlock({
  kind: 'residual',
  title: 'Residual',
  icon: 'residual',
  summary: 'Two 3×3 convolutions whose output is added to their input.',
  words: [
    'resblock',
    'resnet block',
    'basic block',
    'basicblock',
    'res',
    'skip',
    'skip connection',
    '残差',
    '残差块',
    '跳跃连接',
  ],
  frequent: true,
  formula: 'y = max(0, F(x) + x)',
  doc: `The basic block of ResNet-18 and ResNet-34. A deeper network could copy a shallow one and make the rest identity, yet identity is
hard to learn; here the block only learns the difference F, and F = 0 is identity. Where channels or stride change, the shortcut needs a
1×1 projection.

With pre-activation, batch norm and ReLU come before each convolution and nothing follows the sum, so that the shortcut stays a clear
path from end to end.

Without batch norm the convolutions have biases: so a trained network looks once its normalisations are folded into the
weights, as exporters do for inference.

Sources: He et al. 2015; He et al. 2016 (pre-activation).`,
  params: {
    channels: param.int({
      title: 'Channels',
      doc: 'Output channels of both convolutions.',
      default: 64,
      symbol: 'C',
      role: 'width',
    }),
    stride: param.pair({
      title: 'Stride',
      doc: 'Of the first convolution, and of a projection.',
      default: 1,
      symbol: 's',
      role: 'stride',
    }),
    shortcut: shortcutParam,
    preActivation: param.flag({
      title: 'Pre-activation',
      doc: 'Normalise and activate before each convolution.',
      default: false,
    }),
    batchNorm: batchNormParam,
    epsilon: epsilonParam,
  },
  headline: ['channels', 'stride'],
  expand({ channels, stride, shortcut, preActivation, batchNorm, epsilon }) {
    const f = new FragmentBuilder();
    const norm = (id: string, from: string): string => addNorm(f, id, { batchNorm, epsilon }, from);
    const conv = (id: string, step: readonly [number, number], from: string): string =>
      f.add(
        id,
        'conv2d',
        { channels, kernel: [3, 3], stride: step, padding: [1, 1, 1, 1], bias: !batchNorm },
        from,
      );
    if (preActivation) {
      const ready = f.add('relu1', 'relu', {}, norm('bn1', '@in'));
      const first = conv('conv1', stride, ready);
      const middle = f.add('relu2', 'relu', {}, norm('bn2', first));
      const second = conv('conv2', [1, 1], middle);
      const across =
        shortcut === 'identity'
          ? '@in'
          : f.add('downsample.0', 'conv2d', { channels, kernel: [1, 1], stride, bias: !batchNorm }, ready);
      return f.build(f.add('add', 'add', {}, second, across));
    }
    const first = f.add('relu1', 'relu', {}, norm('bn1', conv('conv1', stride, '@in')));
    const second = norm('bn2', conv('conv2', [1, 1], first));
    const across = addShortcut(f, shortcut, channels, stride, { batchNorm, epsilon });
    return f.build(f.add('relu2', 'relu', {}, f.add('add', 'add', {}, second, across)));
  },
  examples: [
    {
      title: "ResNet-18's first block: 2 · 64·64·3·3 weights and 2 · 2·64 for the norms",
      params: {},
      inputs: [[1, 64, 56, 56]],
      outputs: [[1, 64, 56, 56]],
      macs: 231_211_008,
      trainedParams: 73_984,
      source: 'He et al. 2015, table 1',
    },
  ],
});
