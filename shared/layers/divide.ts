import { defineElementwise } from './elementwise.ts';

export const divide = defineElementwise({
  kind: 'divide',
  title: 'Divide',
  group: 'math',
  icon: 'divide',
  summary: 'Divides the first tensor by the second.',
  formula: 'y = a / b',
  doc: `Element-wise quotient. Shapes are equal, or an axis of length 1 is repeated along the other operand, as in NumPy.

Source: ONNX operator Div.`,
  params: {},
  inputs: [
    { name: 'a', doc: 'The numerator.' },
    { name: 'b', doc: 'The denominator.' },
  ],
  combine: () => (a, b) => a / b,
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
