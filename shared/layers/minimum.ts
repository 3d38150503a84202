import { defineBinary } from './elementwise.ts';

export const min = defineBinary({
  kind: 'min',
  title: 'Minimum',
  icon: 'min',
  summary: 'The smallest of two or more tensors, element by element.',
  words: ['逐元素最小'],
  formula: 'y = min(x₀, x₁, …)',
  traits: { keepsSign: true },
  says: 'Element-wise minimum.',
  source: 'ONNX operator Min.',
  inputs: [{ name: 'in', doc: 'What is compared.', atLeast: 2, anyOrder: true }],
  combine: Math.min,
  known: [
    { source: 'PyTorch 1.13, torch.minimum', a: [1, -2, 3], b: [2, -3, 3], y: [1, -3, 3] },
    { source: 'PyTorch 1.13, torch.minimum', a: [0.5, 4], b: [2], y: [0.5, 2] },
  ],
});
