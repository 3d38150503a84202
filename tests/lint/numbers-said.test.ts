import { describe, expect, it } from 'vitest';
import { analyze } from '../../shared/analysis/analyze.ts';
import type { Phrase, PhraseValue } from '../../shared/base/messages.ts';
import { phraseInWords } from '../../shared/lint/phrases.ts';
import { conv, network } from '../../shared/lint/rule-examples.ts';
import { previewFix } from '../../shared/lint/run.ts';
import { designFor, exampleOf, findingsIn } from './alone.ts';

/** All values of a phrase, and of the phrases within it. */
function valuesOf({ values }: Phrase): Readonly<Record<string, unknown>> {
  const within = Object.values(values).filter((value) => typeof value === 'object');
  const own = Object.entries(values).map(([name, value]: [string, PhraseValue]) => [
    name,
    typeof value === 'object' ? phraseInWords(value) : value,
  ]);
  return Object.assign({}, ...within.map(valuesOf), Object.fromEntries(own));
}

type Told = Readonly<Record<string, number | string>>;

/** What a rule says of its examples, worked out by hand: products of channels, taps and positions. */
const said: readonly (readonly [rule: string, title: string, node: string | undefined, values: Told])[] = [
  [
    'aggressive-stem',
    'The first stages of VGG-16, and little else',
    'conv1_2',
    // 224²·64·(27 + 576) and 112²·128·576: 112 is no eighth of 224 yet.
    { macs: 224 ** 2 * 64 * (27 + 576) + 112 ** 2 * 128 * 576, share: '100.0 %', dearest: 'conv1_2' },
  ],
  [
    'cardinality',
    'A bottleneck of ResNet',
    'block',
    // 128 filters that see 4 channels each.
    { channels: 64, macs: 64 * 576 * 56 ** 2, double: 128, after: 128 * 9 * 4 * 56 ** 2 },
  ],
  [
    'channels-multiple',
    'Sixty-one',
    'a',
    { channels: 61, padded: 64, waste: '4.7 %', macs: 61 * 27 * 32 ** 2 },
  ],
  [
    'clean-shortcut',
    'A 1×1 convolution on the shortcut',
    'projection',
    { shape: '64×28×28', weights: 64 * 65, macs: 64 * 64 * 28 ** 2 },
  ],
  [
    'compound-scaling',
    'Twice the width and nothing else',
    undefined,
    {
      what: 'width',
      times: '2.00',
      macs: 64 ** 2 * 64 * (27 + 576),
      before: 64 ** 2 * 32 * (27 + 288),
    },
  ],
  [
    'consecutive-linear-without-activation',
    'Forgotten activations',
    'conv1',
    // Without padding, 222² and 220² positions of 224².
    { macs: 222 ** 2 * 64 * 27 + 220 ** 2 * 64 * 576, weights: 64 * 28 + 64 * 577 },
  ],
  [
    'cost-hotspot',
    'One dear layer of twelve',
    'dear',
    // 4,096 positions of 16·27 and 128·144, 1,024 of 16·1,152 and nine times 16·144.
    { macs: 75_497_472, share: '64.3 %', layers: 12, mean: 117_374_976 / 12 },
  ],
  [
    'dead-taps',
    'A rate larger than the map',
    'conv',
    // The middle tap alone meets the map: eight ninths of 64·577 parameters, rounded, and of 64·576·49.
    { taps: 9, dead: 8, map: '7×7', weights: 32_825, macs: 64 * 512 * 49 },
  ],
  [
    'deep-stem',
    'The stem of ResNet',
    'conv1',
    {
      kernel: '7×7',
      weights: 64 * 148,
      macs: 64 * 147 * 112 ** 2,
      half: 32,
      after: 32 * 27 + 32 * 288 + 64 * 288,
      afterMacs: (32 * 27 + 32 * 288 + 64 * 288) * 112 ** 2,
    },
  ],
  [
    'dense-bottleneck',
    'Twelve times as many channels',
    'new',
    {
      growth: 32,
      channels: 384,
      macs: 32 * 9 * 384 * 32 ** 2,
      narrow: 128,
      after: (384 * 128 + 9 * 128 * 32) * 32 ** 2,
    },
  ],
  [
    'dense-compression',
    'All is kept',
    'transition',
    { from: 64, to: 64, macs: 64 * 64 * 32 ** 2, spared: 32 },
  ],
  ['dense-growth', 'One of 48', 'new2', { growth: 48, usual: 32, values: 48 * 32 ** 2 }],
  [
    'elementwise-share',
    'Sums and ReLUs and little else',
    'sum',
    // Three ReLUs read one map and write one, two sums read two.
    { bytes: (3 * 2 + 2 * 3) * 64 * 28 ** 2 * 4 },
  ],
  [
    'factor-asymmetric',
    'A 5×5 on 17×17',
    'conv',
    {
      n: 5,
      map: '17×17',
      weights: 128 * (128 * 25 + 1),
      macs: 128 * 128 * 25 * 17 ** 2,
      after: 2 * 128 * 128 * 5,
      afterMacs: 2 * 128 * 128 * 5 * 17 ** 2,
    },
  ],
  [
    'fused-early',
    'A quarter of the picture',
    'block',
    { map: '112×112', macs: (96 * 9 + 24 * 96) * 112 ** 2, after: 24 * 96 * 9 * 112 ** 2 },
  ],
  [
    'grid-reduction',
    'A pool between two modules, as in GoogLeNet',
    'pool',
    { before: 64 * 28 ** 2, after: 64 * 14 ** 2, channels: 128, both: 128 * 14 ** 2 },
  ],
  [
    'group-norm-groups',
    'Two channels each',
    'norm',
    { each: 2, groups: 32, channels: 64, values: 2 * 14 ** 2 },
  ],
  [
    'halved-map-doubles-channels',
    'Sixty-four, then 64',
    'b3',
    // Two 3×3 of 64 channels on each map.
    {
      width: 64,
      map: '16×16',
      before: 64,
      shrunk: '4',
      macs: 2 * 64 * 576 * 16 ** 2,
      usual: 2 * 64 * 576 * 32 ** 2,
      wanted: 128,
    },
  ],
  ['hard-swish-late', 'At half the size', 'early', { map: '32×32', values: 16 * 32 ** 2, shrunk: 2 }],
  [
    'kernel-smaller-than-stride',
    'The shortcut of ResNet-50',
    'projection',
    { kernel: '1×1', stride: '2×2', share: '75.0 %', map: '64×56×56', values: (64 * 56 ** 2 * 3) / 4 },
  ],
  [
    'large-kernel-stack',
    'A 5×5 that keeps its channels',
    'conv',
    { kernel: 5, before: 25 * 64 ** 2, count: 2, after: 18 * 64 ** 2 },
  ],
  [
    'large-kernel-stack',
    'A 7×7 that keeps its channels',
    'conv',
    { kernel: 7, before: 49 * 32 ** 2, count: 3, after: 27 * 32 ** 2 },
  ],
  [
    'late-downsampling',
    'Most of it on small maps',
    'c4',
    { count: 8, layers: 12, share: '66.7 %', weights: 8 * 16 * (16 * 9 + 1) },
  ],
  ['linear-bottleneck', 'MobileNetV1', 'relu2', { channels: 64, values: 64 * 112 ** 2 }],
  [
    'memory-hotspot',
    'Wide before the first stride',
    'a',
    // 64 channels of 96² and 16 of 48² beside each other; six layers of nine hold 16 channels of 24² twice.
    { bytes: 4 * (64 * 96 ** 2 + 16 * 48 ** 2), median: 4 * 2 * 16 * 24 ** 2, times: '34.0' },
  ],
  ['no-local-response-norm', 'As in AlexNet', 'lrn', { values: 64 * 27 ** 2 }],
  ['norm-before-downsampling', 'Without', 'down', { map: '64×64', weights: 64 }],
  [
    'over-budget',
    'Too many multiply-adds',
    undefined,
    { actual: 224 ** 2 * 64 * 27 + 640, bound: 50_000_000, off: '73.4 %' },
  ],
  ['over-budget', 'A share of nothing', undefined, { share: '+5 %' }],
  [
    'patchify-stem',
    'The stem of ResNet',
    'stem',
    { kernel: '7×7', macs: 64 * 147 * 112 ** 2, after: 64 * 3 * 16 * 56 ** 2 },
  ],
  ['pixels-dropped-by-stride', 'Odd maps', 'pool', { what: 'row', map: '55×56', values: 64 * 56 }],
  ['pixels-dropped-by-stride', 'Odd maps', 'conv', { what: 'column', map: '27×28', values: 64 * 27 }],
  ['pool-before-relu', 'ReLU, then the maximum', 'relu', { before: 8 * 16 ** 2, after: 8 * 8 ** 2 }],
  [
    'prefer-gap-over-large-fc',
    'The head of VGG-16',
    'fc6',
    {
      params: 4096 * 25_089,
      saved: 4096 * 25_089 + 4096 * 4097 + 1000 * 4097 - 1000 * 513,
      map: '512×7×7',
    },
  ],
  [
    'reduce-before-spatial',
    'VGG, conv5',
    'conv5',
    {
      channels: 512,
      kernel: '3×3',
      macs: 512 ** 2 * 9 * 14 ** 2,
      narrow: 128,
      after: (512 * 128 + 128 * 512 * 9) * 14 ** 2,
    },
  ],
  [
    'representational-bottleneck',
    'A pool of 4×4',
    'pool',
    { before: 64 * 56 ** 2, after: 64 * 14 ** 2, times: '16' },
  ],
  [
    'residual-shape-match',
    'The block strides and doubles the channels, the shortcut does not',
    'sum',
    {
      target: '128×28×28',
      other: '64×56×56',
      from: 'input',
      macs: 64 * 128 * 28 ** 2,
      weights: 64 * 128,
    },
  ],
  [
    'residual-shape-match',
    'Only the channels differ, and the shortcut comes first',
    'sum',
    { target: '64×15×15', other: '32×15×15', from: 'input', macs: 32 * 64 * 15 ** 2, weights: 32 * 64 },
  ],
  ['shortcut-between-bottlenecks', 'Without', 'block', { shape: '24×56×56', values: 24 * 56 ** 2 }],
  // e against nine ones.
  ['softmax-twice', 'Two', 'two', { classes: 10, most: '23.2 %' }],
  [
    'squeeze-ratio',
    'Hardly squeezed',
    'squeeze',
    { squeezed: 112, expanded: 128, ratio: '0.88', weights: 112 * 129 + 64 * 113 + 64 * (112 * 9 + 1) },
  ],
  ['stage-constant-width', 'Wider half way', 'b3', { width: 96, usual: 64, map: '32×32', weights: 64 * 96 }],
  [
    'unfair-comparison',
    'Twice as dear',
    undefined,
    { now: 128 * 27 * 224 ** 2, before: 64 * 27 * 224 ** 2, off: '100.0 %' },
  ],
  [
    'vgg-conv-3x3',
    "AlexNet's large kernels",
    'conv1',
    // 56² positions of 121 taps; as VGG has it, 227² of nine.
    {
      broken: 'a 11×11 kernel',
      macs: 64 * 3 * 121 * 56 ** 2,
      weights: 64 * 3 * 121,
      afterMacs: 64 * 27 * 227 ** 2,
      after: 64 * 27,
    },
  ],
  [
    'vgg-double-channels',
    'The same channels as before',
    'conv2_1',
    {
      pool: 'pool1',
      channels: 64,
      got: 64,
      wanted: 128,
      macs: 64 * 576 * 112 ** 2,
      after: 128 * 576 * 112 ** 2,
    },
  ],
  [
    'vgg-pool-2x2',
    "AlexNet's overlapping pool",
    'pool1',
    // 27² windows of nine; 28² of four.
    { reads: 64 * 27 ** 2 * 9, after: 64 * 28 ** 2 * 4 },
  ],
  ['width-monotone', 'Narrowing', 'b2', { width: 32, before: 64, share: '50.0 %', values: 64 }],
  [
    'width-step',
    'Four times as wide',
    'b2',
    { times: '4.00', width: 256, before: 64, weights: 256 * 576 + 256 * 2304 + 4 * 256 },
  ],
];

describe('what a rule says is what the arithmetic gives', () => {
  it.each(said)('%s of "%s", at %s', (rule, title, node, values) => {
    const found = findingsIn(designFor(rule, exampleOf(rule, title))).find((each) => each.node === node);
    expect(valuesOf(found!.says!)).toMatchObject(values);
  });
});

it('what leads nowhere is told with its weights', () => {
  const spec = network([3, 8, 8], ['output', 'output'], conv('dead', 4, {}, 'input'));
  const [finding] = findingsIn(designFor('unreachable-node', spec));
  expect(finding!.says!.values).toMatchObject({ macs: 4 * 27 * 8 ** 2, weights: 4 * (27 + 1) });
});

/** How a rule offers to mend what it finds. */
const offered: readonly (readonly [rule: string, title: string, node: string, fix: string | undefined])[] = [
  ['channels-multiple', 'Sixty-one', 'a', 'Give it 64 channels'],
  ['consecutive-linear-without-activation', 'Forgotten activations', 'conv1', 'Put a ReLU after "conv1"'],
  ['consecutive-linear-without-activation', 'Forgotten activations', 'conv2', 'Put a ReLU after "bn"'],
  ['factor-asymmetric', 'A 5×5 on 17×17', 'conv', 'Make it 1×5, and put a 5×1 behind it'],
  ['generator-ends-bounded', 'Without', 'up', 'Put a tanh after "up"'],
  ['generator-norm-at-end', 'With a norm', 'bn', 'Remove "bn"'],
  ['hard-swish-late', 'At half the size', 'early', 'Make it a ReLU'],
  ['idle-layer', 'A pool of one position', 'pool', 'Remove "pool"'],
  [
    'kernel-smaller-than-stride',
    'The shortcut of ResNet-50',
    'projection',
    'Average 2×2 positions first, and take a stride of 1',
  ],
  [
    'large-kernel-stack',
    'A 7×7 that keeps its channels',
    'conv',
    'Replace it by 3 stacked 3×3 convolutions with ReLU between',
  ],
  ['linear-bottleneck', 'MobileNetV1', 'relu2', 'Remove "relu2"'],
  ['no-local-response-norm', 'As in AlexNet', 'lrn', 'Remove "lrn"'],
  ['pixels-dropped-by-stride', 'Odd maps', 'pool', 'Round up, so that a last window takes them in'],
  ['pixels-dropped-by-stride', 'Odd maps', 'conv', 'Pad 0,0,0,1, so that a last window takes them in'],
  ['pool-before-relu', 'ReLU, then the maximum', 'relu', 'Put it behind "pool"'],
  [
    'prefer-gap-over-large-fc',
    'The head of VGG-16',
    'fc6',
    'Replace the head by global average pooling and "fc8"',
  ],
  ['redundant-bias-before-bn', 'A bias before the normalisation', 'conv', 'Remove the bias'],
  [
    'residual-shape-match',
    'Only the channels differ, and the shortcut comes first',
    'sum',
    'Project "input" to 64×15×15 with a 1×1 convolution',
  ],
  ['softmax-twice', 'Two', 'two', 'Remove "two"'],
  ['unreachable-node', 'A branch that leads nowhere', 'dead', 'Remove "dead"'],
  ['vgg-conv-3x3', "AlexNet's large kernels", 'conv1', 'Make it 3×3, and shrink the map with 2×2 pools'],
  // What is inside of a block is mended where the block is open.
  ['vgg-conv-3x3', 'A unit with a 5×5 inside', 'unit', undefined],
  ['vgg-double-channels', 'The same channels as before', 'conv2_1', 'Give the stage 128 channels'],
];

describe('what a rule offers', () => {
  it.each(offered)('%s for "%s", at %s: %s', (rule, title, node, fix) => {
    const found = findingsIn(designFor(rule, exampleOf(rule, title))).find((each) => each.node === node);
    expect(found).toBeDefined();
    expect(found?.fix?.title).toBe(fix);
  });
});

/** The layers of a chain after the fix, with the parameters that are named. */
function mended(rule: string, title: string, node: string, ...names: readonly string[]) {
  const before = designFor(rule, exampleOf(rule, title));
  const { fix } = findingsIn(before).find((each) => each.node === node)!;
  const after = previewFix(before, fix!);
  const { order, facts } = analyze(after);
  return order.map((id) => {
    const { kind, params } = facts.get(id)!.node;
    return [kind, ...names.flatMap((name) => (name in params ? [String(params[name])] : []))].join(' ');
  });
}

describe('what a fix leaves', () => {
  it('three 3×3 for a 7×7, with a ReLU between each two', () => {
    const small = 'conv2d 3,3 1,1,1,1 32';
    expect(
      mended('large-kernel-stack', 'A 7×7 that keeps its channels', 'conv', 'kernel', 'padding', 'channels'),
    ).toEqual(['input', small, 'relu', small, 'relu', small, 'relu']);
  });

  it('1×5 and 5×1 for a 5×5', () => {
    expect(mended('factor-asymmetric', 'A 5×5 on 17×17', 'conv', 'kernel', 'padding')).toEqual([
      'input',
      'conv2d 1,5 0,2,0,2',
      'conv2d 5,1 2,0,2,0',
    ]);
  });

  it('a stage of which every convolution is as wide', () => {
    expect(mended('vgg-double-channels', 'The same channels as before', 'conv2_1', 'channels')).toEqual([
      'input',
      'conv2d 64',
      'relu',
      'maxPool',
      'conv2d 128',
      'relu',
      'conv2d 128',
    ]);
  });

  it('an average before a 1×1 that stepped over what it did not read', () => {
    expect(mended('kernel-smaller-than-stride', 'The shortcut of ResNet-50', 'projection', 'stride')).toEqual(
      ['input', 'avgPool 2,2', 'conv2d 1,1'],
    );
  });

  it('a stride of four as two pools', () => {
    expect(mended('vgg-conv-3x3', "AlexNet's large kernels", 'conv1', 'kernel').slice(0, 4)).toEqual([
      'input',
      'conv2d 3,3',
      'maxPool 2,2',
      'maxPool 2,2',
    ]);
  });

  it('what is put on a wire between two nodes stands half way between them', () => {
    const title = 'Forgotten activations';
    const rule = 'consecutive-linear-without-activation';
    const layout = { conv1: { x: 100, y: 40 }, conv2: { x: 300, y: 80 } };
    const design = { ...designFor(rule, exampleOf(rule, title)), layout };
    const { fix } = findingsIn(design).find(({ node }) => node === 'conv1')!;
    expect(previewFix(design, fix!).layout).toEqual({ ...layout, conv1_relu: { x: 200, y: 60 } });
  });
});
