import { param } from '../schema/params.ts';
import { defineBlock, FragmentBuilder } from './define.ts';

/** Which gate a squeeze-and-excitation ends in, and so which network it is of. */
export type Gate = 'sigmoid' | 'siluSigmoid' | 'hardSigmoid';

const gates = [
  { value: 'sigmoid', title: 'ReLU, sigmoid (SENet, RegNet)' },
  { value: 'siluSigmoid', title: 'SiLU, sigmoid (EfficientNet)' },
  { value: 'hardSigmoid', title: 'ReLU, hard sigmoid (MobileNetV3)' },
] as const;

/** For blocks that may have one inside. */
export const gateParam = param.choice<Gate | 'none'>({
  title: 'Squeeze-excite',
  doc: 'Whether channels are weighed by what the whole map holds, and by which functions.',
  default: 'none',
  options: [{ value: 'none', title: 'None' }, ...gates],
  advanced: true,
});

export const squeezedParam = param.int({
  title: 'Squeezed',
  doc: 'Channels between the two 1×1 convolutions of the squeeze-excite.',
  default: 16,
  advanced: true,
});

/** The layers of a squeeze-excite, their names after `prefix`, in a block that has one inside. */
export function addSqueezeExcite(
  f: FragmentBuilder,
  prefix: string,
  { channels, squeezed, gate }: { readonly channels: number; readonly squeezed: number; readonly gate: Gate },
  from: string,
): string {
  const mean = f.add(`${prefix}avgpool`, 'globalAvgPool', { keepDims: true }, from);
  const fc1 = f.add(`${prefix}fc1`, 'conv2d', { channels: squeezed, kernel: [1, 1] }, mean);
  const active = f.add(`${prefix}activation`, gate === 'siluSigmoid' ? 'silu' : 'relu', {}, fc1);
  const fc2 = f.add(`${prefix}fc2`, 'conv2d', { channels, kernel: [1, 1] }, active);
  const factor =
    gate === 'hardSigmoid'
      ? f.add(`${prefix}gate`, 'hardSigmoid', { alpha: 1 / 6, beta: 0.5 }, fc2)
      : f.add(`${prefix}gate`, 'sigmoid', {}, fc2);
  return f.add(`${prefix}scale`, 'multiply', {}, from, factor);
}

export const squeezeExcite = defineBlock({
  kind: 'squeezeExcite',
  title: 'Squeeze-excite',
  icon: 'squeezeExcite',
  summary: 'Weighs every channel by what the whole map holds.',
  words: ['se', 'senet', 'attention', 'channel attention', '挤压激励', '通道注意力'],
  formula: 'y = x · σ(W₂ · f(W₁ · mean(x)))',
  doc: `The mean of each channel goes through two small layers, the first of which squeezes C channels to C/r; the second gives one factor
between 0 and 1 per channel. It costs 2C²/r parameters and hardly any multiply-adds, since the map has become one value per channel.

SENet and RegNet-Y use ReLU and a sigmoid, EfficientNet SiLU and a sigmoid, MobileNetV3 ReLU and a hard sigmoid.

Sources: Hu et al. 2017; Howard et al. 2019; Tan and Le 2019; torchvision (SqueezeExcitation).`,
  params: {
    channels: param.int({
      title: 'Channels',
      doc: 'As many as the input has.',
      default: 64,
      symbol: 'C',
      role: 'inputWidth',
    }),
    squeezed: { ...squeezedParam, advanced: false, symbol: 'C/r' },
    gate: param.choice<Gate>({
      title: 'Functions',
      doc: 'After the first layer, and after the second.',
      default: 'sigmoid',
      options: gates,
    }),
  },
  headline: ['channels', 'squeezed'],
  expand({ channels, squeezed, gate }) {
    const f = new FragmentBuilder();
    return f.build(addSqueezeExcite(f, '', { channels, squeezed, gate }, '@in'));
  },
  examples: [
    {
      title: 'SENet, C = 64, r = 4: 2·64·16 multiply-adds, as many weights, and 16 + 64 biases',
      params: {},
      inputs: [[1, 64, 56, 56]],
      outputs: [[1, 64, 56, 56]],
      macs: 2_048,
      trainedParams: 2_128,
      source: 'Hu et al. 2017, section 3',
    },
  ],
});
