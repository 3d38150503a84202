import { elementCount, formatSample, sameDims } from '../base/dims.ts';
import { issue } from '../base/problem.ts';
import { Tensor } from '../base/tensor.ts';
import { product, zero } from '../base/term.ts';
import { defineLayer } from './define.ts';

export const add = defineLayer({
  kind: 'add',
  title: 'Add',
  group: 'merge',
  icon: 'add',
  summary: 'Sums branches element by element: the shortcut of a residual block.',
  formula: 'y = x₀ + x₁ + …',
  doc: `Element-wise sum of two or more tensors of one shape. In a residual block it adds the block's input to its output, so
that the weights only have to learn the difference F(x) = H(x) − x.

Sources: He et al. 2015; ONNX operators Add and Sum.`,
  params: {},
  inputs: [{ name: 'in', doc: 'The summands, all of one shape.', atLeast: 2 }],
  shape({ inputs }) {
    const [first, ...rest] = inputs;
    for (const [i, other] of rest.entries()) {
      if (sameDims(first!, other)) continue;
      const channels = other[1] !== first![1] && sameDims(other.slice(2), first!.slice(2));
      return issue(
        'shapes-differ',
        channels
          ? `Add needs equal channels, got ${first![1]} and ${other[1]}.`
          : `Add needs equal shapes, got ${formatSample(first!)} and ${formatSample(other)}.`,
        channels
          ? 'Insert a 1×1 convolution.'
          : 'Bring both branches to one size: equal strides, and a 1×1 convolution where channels differ.',
        { port: `in${i + 1}` },
      );
    }
    return [first!];
  },
  cost({ inputs, outputs }) {
    const sums = inputs.length - 1;
    return { macs: zero, otherOps: product(['sums', sums], ['elements', elementCount(outputs[0]!)]) };
  },
  forward({ inputs, outputs, tally }) {
    const y = Tensor.zeros(outputs[0]!);
    y.data.set(inputs[0]!.data);
    for (const x of inputs.slice(1)) {
      for (let i = 0; i < y.data.length; i++) {
        y.data[i]! += x.data[i]!;
        tally.otherOps += 1;
      }
    }
    return [y];
  },
  examples: [
    {
      title: 'A residual connection',
      params: {},
      inputs: [
        [1, 64, 56, 56],
        [1, 64, 56, 56],
      ],
      outputs: [[1, 64, 56, 56]],
      macs: 0,
      source: 'He et al. 2015',
    },
  ],
});
