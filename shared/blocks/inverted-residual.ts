import { type Padding, type Pair, param } from '../schema/params.ts';
import { type Activation, activationParam, addActivation } from './activation.ts';
import { defineBlock, FragmentBuilder } from './define.ts';
import { addNorm, epsilonParam } from './norm.ts';
import { addSqueezeExcite, gateParam, squeezedParam } from './squeeze-excite.ts';

interface Unit {
  readonly channels: number;
  readonly kernel?: Pair;
  readonly stride?: Pair;
  readonly padding?: Padding;
  readonly groups?: number;
  readonly epsilon: number;
  /** Nothing follows the normalisation of a linear bottleneck. */
  readonly activation?: Activation;
}

/** Convolution, batch norm and activation, as `name`, `name.bn` and `name.act`. */
function addUnit(f: FragmentBuilder, name: string, unit: Unit, from: string): string {
  const { kernel = [1, 1], stride = [1, 1], padding = [0, 0, 0, 0], groups = 1 } = unit;
  const { channels, epsilon, activation } = unit;
  const params = { channels, kernel, stride, padding, groups, bias: false };
  const normed = addNorm(
    f,
    `${name}.bn`,
    { batchNorm: true, epsilon },
    f.add(`${name}.conv`, 'conv2d', params, from),
  );
  return activation ? addActivation(f, `${name}.act`, activation, normed) : normed;
}

const shared = {
  channels: param.int({
    title: 'Channels',
    doc: 'Output channels.',
    default: 24,
    symbol: 'C',
    role: 'width',
  }),
  expanded: param.int({
    title: 'Expanded',
    doc: 'Channels between the first convolution and the last: t times those of the input.',
    default: 144,
    symbol: 't·C_in',
    role: 'width',
  }),
  stride: param.pair({ title: 'Stride', doc: 'Of the largest convolution.', default: 1, symbol: 's' }),
  shortcut: param.flag({
    title: 'Shortcut',
    doc: 'Adds the input to the output; only where both have one shape.',
    default: true,
  }),
  activation: activationParam,
  epsilon: epsilonParam,
} as const;

export const invertedResidual = defineBlock({
  kind: 'invertedResidual',
  title: 'Inverted residual',
  icon: 'invertedResidual',
  summary: 'Widens by 1×1, looks around channel by channel, and narrows again.',
  words: ['mbconv', 'mobilenet', 'inverted bottleneck', '倒残差', '反向残差'],
  formula: 'y = x + W₃ · f(D ∗ f(W₁ · x))',
  doc: `A residual block turned inside out: the shortcut joins the narrow ends, and the work is done in between on t times as many
channels by a depthwise convolution, which costs K² multiply-adds per element instead of K²·C. Nothing follows the last 1×1: a
non-linearity in a narrow space loses information (a linear bottleneck).

With 144 channels from 24: 24·144 + 9·144 + 144·24 multiply-adds per position, where a 3×3 on 144 channels would take 186,624.

The block of MobileNetV2 (ReLU6), MNASNet (ReLU), MobileNetV3 (hard swish, squeeze-excite) and EfficientNet (SiLU, squeeze-excite).

Sources: Sandler et al. 2018; Tan et al. 2018; Howard et al. 2019; Tan and Le 2019; torchvision.`,
  params: {
    ...shared,
    kernel: param.pair({
      title: 'Kernel',
      doc: 'Height and width of the depthwise convolution.',
      default: 3,
      symbol: 'K',
      role: 'kernel',
    }),
    padding: param.padding({
      title: 'Padding',
      doc: 'Of the depthwise convolution.',
      default: 1,
      advanced: true,
    }),
    expand: param.flag({
      title: 'Expand',
      doc: 'Begins with the 1×1 that widens; off where the input has as many channels as are wanted.',
      default: true,
      advanced: true,
    }),
    squeezeExcite: gateParam,
    squeezed: squeezedParam,
  },
  headline: ['channels', 'expanded', 'kernel', 'stride'],
  moduleNames({ expand, squeezeExcite }) {
    const units = expand ? ['expand', 'depthwise'] : ['depthwise'];
    const last = squeezeExcite === 'none' ? ['project'] : ['se', 'project'];
    /** MobileNetV3 and EfficientNet: a sequence of units, each a sequence of its own. */
    const nested = Object.fromEntries(
      [...units, ...last].flatMap((name, i) =>
        name === 'se'
          ? ['fc1', 'fc2'].map((layer) => [`se.${layer}`, `block.${i}.${layer}`])
          : [
              [`${name}.conv`, `block.${i}.0`],
              [`${name}.bn`, `block.${i}.1`],
            ],
      ),
    );
    /** MobileNetV2: likewise, but for the last, whose parts lie in the sequence itself. */
    const half = Object.fromEntries([
      ...units.flatMap((name, i) => [
        [`${name}.conv`, `conv.${i}.0`],
        [`${name}.bn`, `conv.${i}.1`],
      ]),
      ['project.conv', `conv.${units.length}`],
      ['project.bn', `conv.${units.length + 1}`],
    ]);
    /** MNASNet: one flat sequence. */
    const flat = Object.fromEntries(
      [...units, 'project'].flatMap((name, i) => [
        [`${name}.conv`, `layers.${3 * i}`],
        [`${name}.bn`, `layers.${3 * i + 1}`],
      ]),
    );
    return [nested, half, flat];
  },
  expand(params) {
    const { channels, expanded, kernel, stride, padding, expand, squeezeExcite, squeezed } = params;
    const { shortcut, activation, epsilon } = params;
    const f = new FragmentBuilder();
    const inner = { channels: expanded, epsilon, activation };
    const wide = expand ? addUnit(f, 'expand', inner, '@in') : '@in';
    let last = addUnit(f, 'depthwise', { ...inner, kernel, stride, padding, groups: expanded }, wide);
    if (squeezeExcite !== 'none')
      last = addSqueezeExcite(f, 'se.', { channels: expanded, squeezed, gate: squeezeExcite }, last);
    const narrow = addUnit(f, 'project', { channels, epsilon }, last);
    return f.build(shortcut ? f.add('add', 'add', {}, narrow, '@in') : narrow);
  },
  examples: [
    {
      title: 'MobileNetV2, 24 channels: (24·144 + 9·144 + 144·24)·56·56 multiply-adds',
      params: { activation: 'relu6' },
      inputs: [[1, 24, 56, 56]],
      outputs: [[1, 24, 56, 56]],
      macs: 25_740_288,
      trainedParams: 8_832,
      source:
        'Sandler et al. 2018, table 1; 24·144 + 9·144 + 144·24 weights, 2·(144 + 144 + 24) of the norms',
    },
  ],
});

export const fusedInvertedResidual = defineBlock({
  kind: 'fusedInvertedResidual',
  title: 'Fused inverted residual',
  icon: 'fusedInvertedResidual',
  summary: 'An inverted residual whose first two convolutions are one.',
  formula: 'y = x + W₂ · f(K₁ ∗ x)',
  doc: `A 3×3 convolution widens and looks around at once, in the place of a 1×1 and a depthwise one. It costs more multiply-adds, and less
time on machines that are slow at depthwise convolutions: EfficientNetV2 begins with these and goes over to inverted residuals where
channels are many. Without expansion, the one 3×3 is all there is.

Sources: Tan and Le 2021; torchvision (FusedMBConv).`,
  params: {
    ...shared,
    activation: { ...activationParam, default: 'silu' as const },
    expand: param.flag({
      title: 'Expand',
      doc: 'Widens and narrows again; off, one convolution gives the output.',
      default: true,
      advanced: true,
    }),
  },
  headline: ['channels', 'expanded', 'stride'],
  moduleNames: () => [
    {
      'fused.conv': 'block.0.0',
      'fused.bn': 'block.0.1',
      'project.conv': 'block.1.0',
      'project.bn': 'block.1.1',
    },
  ],
  expand({ channels, expanded, stride, expand, shortcut, activation, epsilon }) {
    const f = new FragmentBuilder();
    const first: Unit = {
      channels: expand ? expanded : channels,
      kernel: [3, 3],
      stride,
      padding: [1, 1, 1, 1],
      epsilon,
      activation,
    };
    const wide = addUnit(f, 'fused', first, '@in');
    const last = expand ? addUnit(f, 'project', { channels, epsilon }, wide) : wide;
    return f.build(shortcut ? f.add('add', 'add', {}, last, '@in') : last);
  },
  examples: [
    {
      title: 'EfficientNetV2-S, 48 channels: (9·48·192 + 192·48)·56·56 multiply-adds',
      params: { channels: 48, expanded: 192 },
      inputs: [[1, 48, 56, 56]],
      outputs: [[1, 48, 56, 56]],
      macs: 289_013_760,
      trainedParams: 92_640,
      source: 'Tan and Le 2021, table 4; 10·48·192 weights, 2·(192 + 48) of the norms',
    },
  ],
});
