import { defineElementwise } from './elementwise.ts';

export const max = defineElementwise({
  kind: 'max',
  title: 'Maximum',
  group: 'math',
  icon: 'max',
  summary: 'The largest of two or more tensors, element by element.',
  formula: 'y = max(x₀, x₁, …)',
  doc: `Element-wise maximum; of feature maps it is maxout. Shapes are equal, or an axis of length 1 is repeated along the other operand, as in NumPy.

Source: ONNX operator Max.`,
  params: {},
  inputs: [{ name: 'in', doc: 'What is compared.', atLeast: 2, anyOrder: true }],
  combine: () => Math.max,
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
