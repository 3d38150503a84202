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
  known: [
    { source: 'PyTorch 1.13, torch.log', x: [1, 3, 0.3, 20], y: [0, 1.098612, -1.203973, 2.995732] },
    { source: 'PyTorch 1.13, torch.log', x: [0.001, 100, 3], y: [-6.907755, 4.60517, 1.098612] },
  ],
});
