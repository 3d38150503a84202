import { param } from '../schema/params.ts';
import { defineBlock, FragmentBuilder } from './define.ts';

export const convNext = defineBlock({
  kind: 'convNext',
  title: 'ConvNeXt',
  icon: 'convNext',
  summary: 'A 7×7 depthwise convolution, layer norm and an inverted bottleneck beside a shortcut.',
  words: ['convnext block'],
  formula: 'y = x + γ · W₂ · GELU(W₁ · LN(D₇ₓ₇ ∗ x))',
  doc: `A residual block made as Transformers make theirs: one large depthwise convolution mixes positions, then two 1×1 convolutions with four
times as many channels in between mix channels; one normalisation, one activation. The factor γ per channel (layer scale) begins at 1e-6,
so that every block begins as nearly the identity.

Sources: Liu et al. 2022, figure 4; torchvision (CNBlock).`,
  params: {
    channels: param.int({
      title: 'Channels',
      doc: 'Of input and output.',
      default: 96,
      symbol: 'C',
      role: 'width',
    }),
    expansion: param.int({
      title: 'Expansion',
      doc: 'Channels between the two 1×1 over those of the block.',
      default: 4,
      max: 64,
      role: 'expansion',
      advanced: true,
    }),
    epsilon: param.float({
      title: 'LN epsilon',
      doc: 'Added to the variance.',
      default: 1e-6,
      min: 0,
      max: 1,
      advanced: true,
    }),
  },
  headline: ['channels'],
  moduleNames: () => [{ depthwise: 'block.0', norm: 'block.2', expand: 'block.3', project: 'block.5' }],
  expand({ channels, expansion, epsilon }) {
    const f = new FragmentBuilder();
    const depthwise = f.add(
      'depthwise',
      'conv2d',
      { channels, kernel: [7, 7], padding: [3, 3, 3, 3], groups: channels },
      '@in',
    );
    const last = f.add('channelsLast', 'transpose', { perm: [0, 2, 3, 1] }, depthwise);
    const normed = f.add('norm', 'layerNorm', { epsilon }, last);
    const first = f.add('channelsFirst', 'transpose', { perm: [0, 3, 1, 2] }, normed);
    const wide = f.add('expand', 'conv2d', { channels: channels * expansion, kernel: [1, 1] }, first);
    const active = f.add('gelu', 'gelu', {}, wide);
    const narrow = f.add('project', 'conv2d', { channels, kernel: [1, 1] }, active);
    const scale = f.add('layer_scale', 'constant', { shape: [channels, 1, 1], learned: true });
    const scaled = f.add('scale', 'multiply', {}, narrow, scale);
    return f.build(f.add('add', 'add', {}, scaled, '@in'));
  },
  examples: [
    {
      title: "ConvNeXt-T's first stage: (49·96 + 2·4·96²)·56·56 multiply-adds",
      params: {},
      inputs: [[1, 96, 56, 56]],
      outputs: [[1, 96, 56, 56]],
      macs: 245_962_752,
      trainedParams: 79_296,
      source: 'Liu et al. 2022, table 9; 78,432 weights, 96 + 384 + 96 biases, 2·96 of the norm, 96 factors',
    },
  ],
});
