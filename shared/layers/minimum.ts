import { defineElementwise } from './elementwise.ts';

export const min = defineElementwise({
  kind: 'min',
  title: 'Minimum',
  group: 'math',
  icon: 'min',
  summary: 'The smallest of two or more tensors, element by element.',
  formula: 'y = min(x₀, x₁, …)',
  doc: `Element-wise minimum. Shapes are equal, or an axis of length 1 is repeated along the other operand, as in NumPy.

Source: ONNX operator Min.`,
  params: {},
  inputs: [{ name: 'in', doc: 'What is compared.', atLeast: 2, anyOrder: true }],
  combine: () => Math.min,
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
