import { defineActivation } from './activation.ts';

export const sqrt = defineActivation({
  kind: 'sqrt',
  title: 'Square root',
  group: 'math',
  icon: 'sqrt',
  summary: 'The square root of every element.',
  words: ['root', '平方根'],
  formula: 'y = √x',
  traits: { keepsSign: true },
  doc: `Part of normalisations that are written out in single operations.

Source: ONNX operator Sqrt.`,
  params: {},
  scalar: () => Math.sqrt,
});
