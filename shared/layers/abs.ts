import { defineActivation } from './activation.ts';

export const abs = defineActivation({
  kind: 'abs',
  title: 'Absolute value',
  group: 'math',
  icon: 'abs',
  summary: 'Every element without its sign.',
  words: ['绝对值'],
  formula: 'y = |x|',
  traits: { keepsSign: true, nonNegative: true },
  doc: `Keeps the size of every element.

Source: ONNX operator Abs.`,
  params: {},
  scalar: () => Math.abs,
});
