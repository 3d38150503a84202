import { param } from '../schema/params.ts';
import { defineBlock, FragmentBuilder } from './define.ts';
import { addNorm, epsilonParam } from './norm.ts';

export const denseLayer = defineBlock({
  kind: 'denseLayer',
  title: 'Dense layer',
  icon: 'denseLayer',
  summary: 'Makes a few new maps of all maps before, and hands on both.',
  words: ['densenet', '稠密层', '密集连接'],
  formula: 'y = [x, H(x)]',
  doc: `The layer of DenseNet: batch norm, ReLU and a 1×1 that narrows to 4k channels, batch norm, ReLU and a 3×3 that gives k new ones (the
growth rate), which are concatenated to the input. A row of n of them is a dense block: every layer sees what all before it made, and the
channels grow from C to C + n·k.

Sources: Huang et al. 2016, section 3; torchvision (_DenseLayer).`,
  params: {
    growth: param.int({ title: 'Growth', doc: 'New channels.', default: 32, symbol: 'k', role: 'width' }),
    narrow: param.int({
      title: 'Bottleneck',
      doc: 'Channels between the 1×1 and the 3×3.',
      default: 128,
      symbol: '4k',
      role: 'width',
    }),
    epsilon: epsilonParam,
  },
  headline: ['growth'],
  copyName: (copy) => `.denselayer${copy + 1}`,
  expand({ growth, narrow, epsilon }) {
    const f = new FragmentBuilder();
    const ready = (i: number, from: string): string =>
      f.add(`relu${i}`, 'relu', {}, addNorm(f, `norm${i}`, { batchNorm: true, epsilon }, from));
    const conv1 = f.add(
      'conv1',
      'conv2d',
      { channels: narrow, kernel: [1, 1], bias: false },
      ready(1, '@in'),
    );
    const conv2 = f.add(
      'conv2',
      'conv2d',
      { channels: growth, kernel: [3, 3], padding: [1, 1, 1, 1], bias: false },
      ready(2, conv1),
    );
    return f.build(f.add('concat', 'concat', {}, '@in', conv2));
  },
  examples: [
    {
      title: "DenseNet-121's first layer: (64·128 + 9·128·32)·56·56 multiply-adds",
      params: {},
      inputs: [[1, 64, 56, 56]],
      outputs: [[1, 96, 56, 56]],
      macs: 141_295_616,
      trainedParams: 45_440,
      source: 'Huang et al. 2016, table 1; 64·128 + 9·128·32 weights, 2·(64 + 128) of the norms',
    },
  ],
});

export const transition = defineBlock({
  kind: 'transition',
  title: 'Transition',
  icon: 'transition',
  summary: 'Narrows and halves the maps between two dense blocks.',
  formula: 'y = avg₂ₓ₂(W · f(BN(x)))',
  doc: `Batch norm, ReLU, a 1×1 convolution to (usually) half the channels and a 2×2 average pool: dense blocks can only work on maps of one
size, and would grow without it.

Sources: Huang et al. 2016, section 3; torchvision (_Transition).`,
  params: {
    channels: param.int({
      title: 'Channels',
      doc: 'Output channels.',
      default: 128,
      symbol: 'θ·C',
      role: 'width',
    }),
    epsilon: epsilonParam,
  },
  headline: ['channels'],
  expand({ channels, epsilon }) {
    const f = new FragmentBuilder();
    const normed = addNorm(f, 'norm', { batchNorm: true, epsilon }, '@in');
    const relu = f.add('relu', 'relu', {}, normed);
    const conv = f.add('conv', 'conv2d', { channels, kernel: [1, 1], bias: false }, relu);
    return f.build(f.add('pool', 'avgPool', { kernel: [2, 2], stride: [2, 2] }, conv));
  },
  examples: [
    {
      title: "DenseNet-121's first: 256·128·56·56 multiply-adds",
      params: {},
      inputs: [[1, 256, 56, 56]],
      outputs: [[1, 128, 28, 28]],
      macs: 102_760_448,
      trainedParams: 33_280,
      source: 'Huang et al. 2016, table 1; 256·128 weights, 2·256 of the norm',
    },
  ],
});
