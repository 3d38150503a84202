import { defineElementwise } from './elementwise.ts';

export const subtract = defineElementwise({
  kind: 'subtract',
  title: 'Subtract',
  group: 'math',
  icon: 'subtract',
  summary: 'Takes the second tensor from the first.',
  formula: 'y = a − b',
  doc: `Element-wise difference. Shapes are equal, or an axis of length 1 is repeated along the other operand, as in NumPy.

Source: ONNX operator Sub.`,
  params: {},
  inputs: [
    { name: 'a', doc: 'What is taken from.' },
    { name: 'b', doc: 'What is taken away.' },
  ],
  combine: () => (a, b) => a - b,
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
