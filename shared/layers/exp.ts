import { defineActivation } from './activation.ts';

export const exp = defineActivation({
  kind: 'exp',
  title: 'Exponential',
  group: 'math',
  icon: 'exp',
  summary: 'Raises e to the power of every element.',
  words: ['指数'],
  formula: 'y = e^x',
  traits: { keepsSign: true, nonNegative: true },
  doc: `Turns log-scales, as of variances or box sizes, into scales.

Source: ONNX operator Exp.`,
  params: {},
  scalar: () => Math.exp,
});
