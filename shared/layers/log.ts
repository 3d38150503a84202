import { defineActivation } from './activation.ts';

export const log = defineActivation({
  kind: 'log',
  title: 'Logarithm',
  group: 'math',
  icon: 'log',
  summary: 'The natural logarithm of every element.',
  words: ['ln', '对数'],
  formula: 'y = ln x',
  doc: `Turns probabilities into scores. It is not a number below zero, and −∞ at zero.

Source: ONNX operator Log.`,
  params: {},
  scalar: () => Math.log,
});
