import { param } from '../schema/params.ts';
import { defineBlock, FragmentBuilder } from './define.ts';
import { addNorm, epsilonParam } from './norm.ts';

const filters = (title: string, doc: string, value: number) =>
  param.int({ title, doc, default: value, role: 'width' });

export const inception = defineBlock({
  kind: 'inception',
  title: 'Inception',
  icon: 'inception',
  summary: 'Four branches of different reach side by side, joined by channel.',
  words: ['googlenet', 'inception module', '起始模块'],
  formula: 'y = [1×1, 3×3(1×1), 5×5(1×1), 1×1(pool)]',
  doc: `GoogLeNet's module: 1×1, 3×3 and 5×5 convolutions and a 3×3 max pool look at the same input, and their outputs are concatenated.
1×1 convolutions reduce the channels before the larger kernels, and after the pool, so that the module stays cheap.

The paper has biases, no batch norm and a 5×5 branch; torchvision has batch norm, no biases, and a 3×3 in the place of the 5×5.

Sources: Szegedy et al. 2014, figure 2b and table 1; torchvision.`,
  params: {
    c1: filters('1×1', 'Filters of the 1×1 branch.', 64),
    r3: filters('3×3 reduce', 'Filters of the 1×1 before the 3×3.', 96),
    c3: filters('3×3', 'Filters of the 3×3 branch.', 128),
    r5: filters('5×5 reduce', 'Filters of the 1×1 before the 5×5.', 16),
    c5: filters('5×5', 'Filters of the 5×5 branch.', 32),
    pool: filters('Pool projection', 'Filters of the 1×1 after the pool.', 32),
    largest: param.choice({
      title: 'Largest kernel',
      doc: 'The third branch: 5×5 as in the paper, or 3×3 as in torchvision.',
      default: '5x5',
      options: [
        { value: '5x5', title: '5×5 (paper)' },
        { value: '3x3', title: '3×3 (torchvision)' },
      ],
    }),
    batchNorm: param.flag({
      title: 'Batch norm',
      doc: 'After each convolution, in the place of its bias.',
      default: false,
    }),
    epsilon: { ...epsilonParam, default: 0.001 },
  },
  headline: ['c1', 'c3', 'c5', 'pool'],
  expand({ c1, r3, c3, r5, c5, pool, largest, batchNorm, epsilon }) {
    const f = new FragmentBuilder();
    const unit = (id: string, channels: number, kernel: number, from: string): string => {
      const pad = (kernel - 1) / 2;
      const conv = f.add(
        `${id}.conv`,
        'conv2d',
        { channels, kernel: [kernel, kernel], padding: [pad, pad, pad, pad], bias: !batchNorm },
        from,
      );
      const normed = addNorm(f, `${id}.bn`, { batchNorm, epsilon }, conv);
      return f.add(`${id}.relu`, 'relu', {}, normed);
    };
    const one = unit('branch1', c1, 1, '@in');
    const three = unit('branch2.1', c3, 3, unit('branch2.0', r3, 1, '@in'));
    const five = unit('branch3.1', c5, largest === '5x5' ? 5 : 3, unit('branch3.0', r5, 1, '@in'));
    const pooled = f.add(
      'branch4.0',
      'maxPool',
      { kernel: [3, 3], stride: [1, 1], padding: [1, 1, 1, 1], ceilMode: true },
      '@in',
    );
    const projected = unit('branch4.1', pool, 1, pooled);
    return f.build(f.add('concat', 'concat', {}, one, three, five, projected));
  },
  examples: [
    {
      title: 'Inception 3a',
      params: {},
      inputs: [[1, 192, 28, 28]],
      outputs: [[1, 256, 28, 28]],
      macs: 128_049_152,
      trainedParams: 163_696,
      source: 'Szegedy et al. 2014, table 1 (159 K parameters without biases and 128 M operations, rounded)',
    },
  ],
});
