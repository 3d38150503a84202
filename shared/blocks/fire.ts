import { param } from '../schema/params.ts';
import { defineBlock, FragmentBuilder } from './define.ts';

export const fire = defineBlock({
  kind: 'fire',
  title: 'Fire',
  icon: 'fire',
  summary: 'Squeezes by 1×1, then expands by 1×1 and 3×3 side by side.',
  words: ['squeezenet', 'fire module'],
  formula: 'y = [f(W₁ · s), f(W₃ ∗ s)], s = f(W₀ · x)',
  doc: `SqueezeNet's module. Few channels enter the 3×3, which is where the weights are: with 16 of them, 64 filters of 3×3 take 9,216 weights
instead of the 73,728 that 128 channels would need.

Sources: Iandola et al. 2016, section 3.2; torchvision (Fire).`,
  params: {
    squeeze: param.int({
      title: 'Squeeze',
      doc: 'Filters of the first 1×1.',
      default: 16,
      symbol: 's₁ₓ₁',
      role: 'width',
    }),
    expand1: param.int({
      title: 'Expand 1×1',
      doc: 'Filters of the 1×1 after it.',
      default: 64,
      symbol: 'e₁ₓ₁',
      role: 'width',
    }),
    expand3: param.int({
      title: 'Expand 3×3',
      doc: 'Filters of the 3×3 after it.',
      default: 64,
      symbol: 'e₃ₓ₃',
      role: 'width',
    }),
  },
  headline: ['squeeze', 'expand1', 'expand3'],
  expand({ squeeze, expand1, expand3 }) {
    const f = new FragmentBuilder();
    const unit = (id: string, channels: number, kernel: number, from: string): string => {
      const pad = (kernel - 1) / 2;
      const padding = [pad, pad, pad, pad];
      const conv = f.add(id, 'conv2d', { channels, kernel: [kernel, kernel], padding }, from);
      return f.add(`${id}_activation`, 'relu', {}, conv);
    };
    const narrow = unit('squeeze', squeeze, 1, '@in');
    const one = unit('expand1x1', expand1, 1, narrow);
    return f.build(f.add('concat', 'concat', {}, one, unit('expand3x3', expand3, 3, narrow)));
  },
  examples: [
    {
      title: 'fire3: (128·16 + 16·64 + 9·16·64)·55·55 multiply-adds',
      params: {},
      inputs: [[1, 128, 55, 55]],
      outputs: [[1, 128, 55, 55]],
      macs: 37_171_200,
      trainedParams: 12_432,
      source: 'Iandola et al. 2016, table 1; 12,288 weights and 16 + 64 + 64 biases',
    },
  ],
});
