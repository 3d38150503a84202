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
});
