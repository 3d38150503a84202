import type { Design } from '../graph/design.ts';
import { efficientNet } from '../zoo/efficientnet.ts';
import { mobileNetV2 } from '../zoo/mobile.ts';
import { regNet } from '../zoo/regnet.ts';
import { wideResNet } from '../zoo/resnet.ts';

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
}

/** How a published family makes all of its members from a few numbers. */
export interface Law {
  readonly id: string;
  readonly title: string;
  /** The law in one line, in the notation of its paper. */
  readonly formula: string;
  readonly source: string;
  readonly knobs: readonly LawKnob[];
  /** One value for each knob, in their order. */
  build(values: readonly number[]): Design;
}

const factor = (name: string, doc: string, base = 1, max = 16): LawKnob => ({
  name,
  doc,
  base,
  min: 0.05,
  max,
  isWhole: false,
  cost: 'rises',
});
const whole = (name: string, doc: string, base: number, cost: LawKnob['cost'] = 'rises'): LawKnob => ({
  name,
  doc,
  base,
  min: 1,
  max: 4096,
  isWhole: true,
  cost,
});
const resolution = whole('input', 'Height and width of the input.', 224);

export const laws: readonly Law[] = [
  {
    id: 'mobilenet_v2',
    title: 'MobileNetV2 at a width',
    formula: 'C′ = make_divisible(α·C, 8); the last layer never has fewer than 1280',
    source: 'Sandler et al. 2018; torchvision (_make_divisible)',
    knobs: [factor('alpha', 'Factor on all widths.'), resolution],
    build: ([alpha = 1, input = 224]) => atResolution(mobileNetV2(alpha), input),
  },
  {
    id: 'efficientnet',
    title: 'EfficientNet at a width, a depth and a resolution',
    formula: 'C′ = make_divisible(w·C, 8), L′ = ⌈d·L⌉, r pixels',
    source: 'Tan and Le 2019, section 3.3',
    knobs: [factor('width', 'Factor on all widths.'), factor('depth', 'Factor on all depths.'), resolution],
    build: ([width = 1, depth = 1, input = 224]) => efficientNet(width, depth, input),
  },
  {
    id: 'efficientnet_compound',
    title: 'EfficientNet by its law',
    formula: 'd = α^φ, w = β^φ, r = 224·γ^φ with α·β²·γ² ≈ 2: multiply-adds grow by about 2^φ',
    source: 'Tan and Le 2019, equation 3; α = 1.2, β = 1.1, γ = 1.15',
    knobs: [
      { ...factor('phi', 'How many times the cost is doubled.', 0, 8), min: 0 },
      factor('alpha', 'Depth for each doubling.', 1.2, 4),
      factor('beta', 'Width for each doubling.', 1.1, 4),
      factor('gamma', 'Resolution for each doubling.', 1.15, 4),
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
      source: 'Radosavovic et al. 2020, section 3.3',
      knobs: [
        whole('depth', 'Blocks in all.', 16, 'either'),
        whole('w0', 'Width of the first block.', 48, 'either'),
        { ...factor('wa', 'How much wider each block is than the one before.', 27.89, 512), cost: 'either' },
        {
          ...factor('wm', 'Factor between the widths that are allowed.', 2.09, 8),
          min: 1.05,
          cost: 'either',
        },
        whole('groupWidth', 'Channels of one group.', 8, 'either'),
      ],
      build: ([depth = 16, initialWidth = 48, slope = 27.89, step = 2.09, groupWidth = 8]) =>
        regNet({ depth, initialWidth, slope, factor: step, groupWidth }, excites),
    }),
  ),
  {
    id: 'wide_resnet',
    title: 'Wide ResNet-50',
    formula: 'the 3×3 have k·64·2^i channels where the output has 256·2^i',
    source: 'Zagoruyko and Komodakis 2016, as in torchvision',
    knobs: [whole('k', 'How many times as wide: 1, 2 or 4.', 1)],
    build: ([k = 1]) => wideResNet(50, { width: 64 * k, groups: 1 }),
  },
  {
    id: 'resnext',
    title: 'ResNeXt',
    formula: 'the 3×3 have C groups of d·2^i channels: cardinality C against width d, where C·d divides 256',
    source: 'Xie et al. 2016, table 1, as in torchvision',
    knobs: [
      { ...whole('depth', '50 or 101 layers.', 50), min: 50, max: 101 },
      whole('cardinality', 'Groups.', 32, 'either'),
      whole('width', 'Channels of a group in the first stage.', 4, 'either'),
    ],
    build: ([depth = 50, cardinality = 32, width = 4]) =>
      wideResNet(depth > 75 ? 101 : 50, { width: cardinality * width, groups: cardinality }),
  },
];

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
