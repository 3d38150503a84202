import { defineElementwise } from './elementwise.ts';

export const power = defineElementwise({
  kind: 'power',
  title: 'Power',
  group: 'math',
  icon: 'power',
  summary: 'Raises the first tensor to the power of the second.',
  formula: 'y = a^b',
  doc: `Element-wise power. Shapes are equal, or an axis of length 1 is repeated along the other operand, as in NumPy.

Source: ONNX operator Pow.`,
  params: {},
  inputs: [
    { name: 'a', doc: 'The base.' },
    { name: 'b', doc: 'The exponent.' },
  ],
  combine: () => (a, b) => a ** b,
  examples: [
    {
      title: 'One value per channel',
      params: {},
      inputs: [
        [1, 64, 56, 56],
        [1, 64, 1, 1],
      ],
      outputs: [[1, 64, 56, 56]],
      macs: 0,
      trainedParams: 0,
      source: 'NumPy broadcasting',
    },
  ],
});
