import { defineBinary } from './elementwise.ts';

export const max = defineBinary({
  kind: 'max',
  title: 'Maximum',
  icon: 'max',
  summary: 'The largest of two or more tensors, element by element.',
  words: ['逐元素最大'],
  formula: 'y = max(x₀, x₁, …)',
  traits: { keepsSign: true },
  says: 'Element-wise maximum; of feature maps it is maxout.',
  source: 'ONNX operator Max.',
  inputs: [{ name: 'in', doc: 'What is compared.', atLeast: 2, anyOrder: true }],
  combine: Math.max,
  known: [
    { source: 'PyTorch 1.13, torch.maximum', a: [1, -2, 3], b: [2, -3, 3], y: [2, -2, 3] },
    { source: 'PyTorch 1.13, torch.maximum', a: [0.5, 4], b: [2], y: [2, 4] },
  ],
});
