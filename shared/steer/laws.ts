import type { Design } from '../graph/design.ts';
import { efficientNet, efficientNetTriples } from '../zoo/efficientnet.ts';
import { mobileNetV2 } from '../zoo/mobile.ts';
import { regNet } from '../zoo/regnet.ts';
import { plainResNet, wideResNet } from '../zoo/resnet.ts';
import type { Knob } from './knobs.ts';

/** One number of a law, with where the family stands when nothing is said. */
export interface LawKnob {
  readonly name: string;
  readonly doc: string;
  readonly base: number;
  readonly min: number;
  readonly max: number;
  readonly isWhole: boolean;
  /** Whether costs can only rise with it. */
  readonly cost: 'rises' | 'either';
  /** What it is turned over where nothing is said, rising. */
  readonly usual: readonly number[];
  /** Whether it is one of those that make the members, and not a constant of the family. */
  readonly isFree: boolean;
}

/** How a published family makes all of its members from a few numbers. */
export interface Law {
  readonly id: string;
  readonly title: string;
  /** The law in one line, in the notation of its paper. */
  readonly formula: string;
  /** One member worked out by hand. */
  readonly arithmetic: string;
  readonly source: string;
  readonly knobs: readonly LawKnob[];
  /** One value for each knob, in their order. */
  build(values: readonly number[]): Design;
}

type KnobFacts = Pick<LawKnob, 'name' | 'doc' | 'base'> & Partial<LawKnob>;

const factor = (facts: KnobFacts): LawKnob => ({
  min: 0.05,
  max: 16,
  isWhole: false,
  cost: 'rises',
  usual: [0.5, 0.75, 1, 1.25, 1.5, 2],
  isFree: true,
  ...facts,
});
const whole = (facts: KnobFacts & Pick<LawKnob, 'usual'>): LawKnob => ({
  min: 1,
  max: 4096,
  isWhole: true,
  cost: 'rises',
  isFree: true,
  ...facts,
});
const resolution = whole({
  name: 'input',
  doc: 'Height and width of the input.',
  base: 224,
  usual: [96, 128, 160, 192, 224, 256, 288],
  isFree: false,
});

export const laws: readonly Law[] = [
  {
    id: 'mobilenet_v2',
    title: 'MobileNetV2 at a width',
    formula: 'C′ = make_divisible(α·C, 8); the last layer never has fewer than 1280',
    arithmetic:
      'α = 0.35: 32·0.35 = 11.2, whose nearest multiple of 8 is 8. That is less than 0.9·11.2 = 10.08, and so it is 16. The last layer would have 448 channels and keeps 1280.',
    source: 'Sandler et al. 2018; torchvision (_make_divisible)',
    knobs: [
      // The authors' own α and some between them.
      factor({
        name: 'alpha',
        doc: 'Factor on all widths.',
        base: 1,
        usual: [0.35, 0.5, 0.6, 0.75, 0.9, 1, 1.15, 1.3, 1.4],
      }),
      resolution,
    ],
    build: ([alpha = 1, input = 224]) => atResolution(mobileNetV2(alpha), input),
  },
  {
    id: 'efficientnet',
    title: 'EfficientNet at a width, a depth and a resolution',
    formula: 'C′ = make_divisible(w·C, 8), L′ = ⌈d·L⌉, r pixels',
    arithmetic:
      'w = 1.1: 32·1.1 = 35.2, whose nearest multiple of 8 is 32, and no less than 0.9·35.2 = 31.68. d = 1.2: three layers become ⌈3.6⌉ = 4.',
    source: 'Tan and Le 2019, section 3.3',
    knobs: [
      factor({ name: 'width', doc: 'Factor on all widths.', base: 1 }),
      factor({ name: 'depth', doc: 'Factor on all depths.', base: 1 }),
      { ...resolution, isFree: true },
    ],
    build: ([width = 1, depth = 1, input = 224]) => efficientNet(width, depth, input),
  },
  {
    id: 'efficientnet_b',
    title: 'EfficientNet B0 to B7',
    formula: 'width, depth and resolution as published: B3 is 1.2, 1.4 and 300',
    arithmetic:
      'B3: a first convolution of 32·1.2 = 38.4 → 40 channels, stages of two layers become ⌈2·1.4⌉ = 3 deep, pictures have 300 pixels.',
    source: "Tan and Le 2019, the authors' own table of coefficients",
    knobs: [
      whole({
        name: 'b',
        doc: 'Which of the published members.',
        base: 0,
        min: 0,
        max: efficientNetTriples.length - 1,
        usual: efficientNetTriples.map((_, b) => b),
      }),
    ],
    build: ([b = 0]) => {
      const [width, depth, input] = efficientNetTriples[b]!;
      return efficientNet(width, depth, input);
    },
  },
  {
    id: 'efficientnet_compound',
    title: 'EfficientNet by its law',
    formula: 'd = α^φ, w = β^φ, r = 224·γ^φ with α·β²·γ² ≈ 2: multiply-adds grow by about 2^φ',
    arithmetic:
      '1.2·1.1²·1.15² = 1.2·1.21·1.3225 = 1.92, so that φ + 1 costs about twice as much. φ = 1: 224·1.15 = 257.6 → 258 pixels.',
    source: 'Tan and Le 2019, equation 3; α = 1.2, β = 1.1, γ = 1.15',
    knobs: [
      factor({
        name: 'phi',
        doc: 'How many times the cost is doubled.',
        base: 0,
        min: 0,
        max: 8,
        usual: Array.from({ length: 15 }, (_, i) => i / 2),
      }),
      factor({
        name: 'alpha',
        doc: 'Depth for each doubling.',
        base: 1.2,
        min: 1,
        max: 1.4,
        usual: [1, 1.1, 1.2, 1.3],
        isFree: false,
      }),
      factor({
        name: 'beta',
        doc: 'Width for each doubling.',
        base: 1.1,
        min: 1,
        max: 1.4,
        usual: [1, 1.05, 1.1, 1.15],
        isFree: false,
      }),
      factor({
        name: 'gamma',
        doc: 'Resolution for each doubling.',
        base: 1.15,
        min: 1,
        max: 1.4,
        usual: [1, 1.1, 1.15, 1.2],
        isFree: false,
      }),
    ],
    build: ([phi = 0, alpha = 1.2, beta = 1.1, gamma = 1.15]) =>
      efficientNet(beta ** phi, alpha ** phi, Math.round(224 * gamma ** phi)),
  },
  ...[false, true].map(
    (excites): Law => ({
      id: excites ? 'regnet_y' : 'regnet_x',
      title: `RegNet${excites ? 'Y' : 'X'}`,
      formula:
        'u_j = w₀ + w_a·j; the nearest w₀·w_m^k, a multiple of 8, then of the group width; blocks of one width are a stage',
      arithmetic:
        'RegNetX-400MF is w₀ = 24, w_a = 24.48, w_m = 2.54, 22 blocks, groups of 16. The last has u₂₁ = 24 + 24.48·21 = 538.08; ln(538.08/24) / ln 2.54 = 3.34 → 3; 24·2.54³ = 393.3 → 392, in whole groups 400.',
      source: 'Radosavovic et al. 2020, section 3.3',
      knobs: [
        whole({
          name: 'depth',
          doc: 'Blocks in all.',
          base: 16,
          max: 64,
          cost: 'either',
          usual: [12, 14, 16, 18, 20, 22, 24],
        }),
        whole({
          name: 'w0',
          doc: 'Width of the first block.',
          base: 48,
          cost: 'either',
          usual: [24, 32, 40, 48, 56, 64, 80, 96],
        }),
        factor({
          name: 'wa',
          doc: 'How much wider each block is than the one before.',
          base: 27.89,
          max: 512,
          cost: 'either',
          usual: [15, 20, 27.89, 35, 45, 60],
        }),
        factor({
          name: 'wm',
          doc: 'Factor between the widths that are allowed.',
          base: 2.09,
          min: 1.05,
          max: 8,
          cost: 'either',
          usual: [1.75, 2.09, 2.25, 2.5, 3],
          isFree: false,
        }),
        whole({
          name: 'groupWidth',
          doc: 'Channels of one group.',
          base: 8,
          cost: 'either',
          usual: [8, 16, 24, 32, 48, 64],
          isFree: false,
        }),
      ],
      build: ([depth = 16, initialWidth = 48, slope = 27.89, step = 2.09, groupWidth = 8]) =>
        regNet({ depth, initialWidth, slope, factor: step, groupWidth }, excites),
    }),
  ),
  ...(['residual', 'bottleneck'] as const).map(
    (block): Law => ({
      id: block === 'residual' ? 'resnet' : 'resnet_bottleneck',
      title: block === 'residual' ? 'ResNet of 3×3 pairs' : 'ResNet of bottlenecks',
      formula:
        'stage i has w·2^i channels on maps of half the side: every block costs as much, whichever stage it is in',
      arithmetic:
        block === 'residual'
          ? '(2·C)²·(H/2)·(W/2) = C²·H·W: a 3×3 of 64 channels on 56×56 takes 9·64²·56² = 115,605,504 multiply-adds, and so does one of 128 on 28×28.'
          : 'A block of 64 channels on 56×56, with 256 in and out, takes 56²·(256·64 + 9·64² + 64·256) = 218,365,952 multiply-adds, and so does one of 128 on 28×28 with 512 in and out.',
      source: 'He et al. 2015, section 3.3 (rule ii) and table 1',
      knobs: [
        whole({
          name: 'w',
          doc: 'Width of the first stage; each that follows has twice as many.',
          base: 64,
          max: 512,
          usual: [16, 24, 32, 40, 48, 56, 64, 72, 80, 96, 112, 128],
        }),
        ...([0, 1, 2, 3] as const).map((stage) =>
          whole({
            name: `depth${stage + 1}`,
            doc: 'Blocks of a stage.',
            base: block === 'residual' ? 2 : [3, 4, 6, 3][stage]!,
            max: 64,
            usual:
              block === 'residual'
                ? [1, 2, 3, 4, 6]
                : [
                    [2, 3, 4],
                    [2, 3, 4, 6, 8],
                    [4, 6, 8, 12, 23, 36],
                    [2, 3, 4],
                  ][stage]!,
            isFree: stage === 2,
          }),
        ),
        resolution,
      ],
      build: ([width = 64, d1 = 2, d2 = 2, d3 = 2, d4 = 2, input = 224]) =>
        atResolution(plainResNet(block, width, [d1, d2, d3, d4]), input),
    }),
  ),
  {
    id: 'wide_resnet',
    title: 'Wide ResNet-50',
    formula: 'the 3×3 have k·64·2^i channels where the output has 256·2^i',
    arithmetic:
      'k = 2: the 3×3 of the first stage have 128 channels, 9·128² = 147,456 weights where 9·64² = 36,864 were. What comes out keeps its 256 channels.',
    source: 'Zagoruyko and Komodakis 2016, as in torchvision',
    knobs: [
      whole({ name: 'k', doc: 'How many times as wide: 1, 2 or 4.', base: 1, max: 4, usual: [1, 2, 4] }),
    ],
    build: ([k = 1]) => wideResNet(50, { width: 64 * k, groups: 1 }),
  },
  {
    id: 'resnext',
    title: 'ResNeXt',
    formula: 'the 3×3 have C groups of d·2^i channels: cardinality C against width d, where C·d divides 256',
    arithmetic:
      '32 groups of 4: 32·4 = 128 channels, each of which sees 4: 9·128·4 = 4,608 weights. 64 groups of 4 have 256 channels, 9·256·4 = 9,216 weights.',
    source: 'Xie et al. 2016, table 1, as in torchvision',
    knobs: [
      whole({ name: 'depth', doc: '50 or 101 layers.', base: 50, min: 50, max: 101, usual: [50, 101] }),
      whole({
        name: 'cardinality',
        doc: 'Groups.',
        base: 32,
        max: 256,
        cost: 'either',
        usual: [1, 2, 4, 8, 16, 32, 64],
      }),
      whole({
        name: 'width',
        doc: 'Channels of a group in the first stage.',
        base: 4,
        max: 256,
        cost: 'either',
        usual: [1, 2, 4, 8, 16, 32, 64],
      }),
    ],
    build: ([depth = 50, cardinality = 32, width = 4]) =>
      wideResNet(depth > 75 ? 101 : 50, { width: cardinality * width, groups: cardinality }),
  },
];

/** A knob of a law as the search turns it. */
export function knobOfLaw({ name, doc, base, min, max, isWhole, cost }: LawKnob): Knob {
  return {
    id: name,
    title: doc,
    kind: 'width',
    base,
    nodes: [],
    step: isWhole ? 1 : 0,
    min,
    max,
    cost,
  };
}

export function lawNamed(id: string): Law | undefined {
  return laws.find((law) => law.id === id);
}

function atResolution(design: Design, extent: number): Design {
  const { input } = design.nodes;
  if (!input) return design;
  return {
    ...design,
    nodes: { ...design.nodes, input: { ...input, params: { ...input.params, shape: [3, extent, extent] } } },
  };
}
