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
});
