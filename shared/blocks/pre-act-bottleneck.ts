import { param } from '../schema/params.ts';
import { defineBlock, FragmentBuilder } from './define.ts';
import { addNorm, epsilonParam } from './norm.ts';

export const preActBottleneck = defineBlock({
  kind: 'preActBottleneck',
  title: 'Pre-activation bottleneck',
  icon: 'preActBottleneck',
  summary: 'A bottleneck that normalises before each convolution, so that the shortcut stays clear.',
  formula: 'y = x + F(f(BN(x)))',
  doc: `The block of ResNet-v2. Batch norm and ReLU come before the convolutions, and nothing follows the sum: what enters the network can
reach any depth unchanged, and gradients reach any layer undiminished. A projection takes the input after its first activation; where only
the map shrinks, a pool of one pixel takes every other one.

The convolutions before which a normalisation stands have no bias; the last one and a projection have, as in Keras.

Sources: He et al. 2016, figure 4e; Keras (ResNet50V2).`,
  params: {
    channels: param.int({
      title: 'Inner channels',
      doc: 'Channels of the 3×3 convolution; the output has four times as many.',
      default: 64,
      symbol: 'C',
    }),
    stride: param.pair({ title: 'Stride', doc: 'Of the 3×3, and of the shortcut.', default: 1, symbol: 's' }),
    shortcut: param.choice({
      title: 'Shortcut',
      doc: 'How the input reaches the sum.',
      default: 'identity',
      options: [
        { value: 'identity', title: 'Identity' },
        { value: 'projection', title: '1×1 projection' },
        { value: 'pool', title: 'Every s-th pixel' },
      ],
    }),
    epsilon: epsilonParam,
  },
  headline: ['channels', 'stride'],
  expand({ channels, stride, shortcut, epsilon }) {
    const f = new FragmentBuilder();
    const ready = (name: string, from: string): string =>
      f.add(`${name}_relu`, 'relu', {}, addNorm(f, `${name}_bn`, { batchNorm: true, epsilon }, from));
    const wide = 4 * channels;
    const entry = ready('preact', '@in');
    const conv1 = f.add('conv1', 'conv2d', { channels, kernel: [1, 1], bias: false }, entry);
    const conv2 = f.add(
      'conv2',
      'conv2d',
      { channels, kernel: [3, 3], stride, padding: [1, 1, 1, 1], bias: false },
      ready('conv1', conv1),
    );
    const conv3 = f.add('conv3', 'conv2d', { channels: wide, kernel: [1, 1] }, ready('conv2', conv2));
    const across =
      shortcut === 'projection'
        ? f.add('shortcut', 'conv2d', { channels: wide, kernel: [1, 1], stride }, entry)
        : shortcut === 'pool'
          ? f.add('shortcut', 'maxPool', { kernel: [1, 1], stride }, '@in')
          : '@in';
    return f.build(f.add('add', 'add', {}, across, conv3));
  },
  examples: [
    {
      title: 'A middle block of ResNet-50 v2: 17·56·56·64² multiply-adds',
      params: {},
      inputs: [[1, 256, 56, 56]],
      outputs: [[1, 256, 56, 56]],
      macs: 218_365_952,
      trainedParams: 70_656,
      source: 'He et al. 2016, figure 4e; 17·64² weights, 256 biases, 2·(256 + 64 + 64) of the norms',
    },
  ],
});
