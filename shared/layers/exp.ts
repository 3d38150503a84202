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
  known: [
    {
      source: 'PyTorch 1.13, torch.exp',
      x: [-2, -0.5, 0, 0.5, 3],
      y: [0.1353353, 0.6065307, 1, 1.648721, 20.08554],
    },
    { source: 'PyTorch 1.13, torch.exp', x: [2, -1, -10], y: [7.389056, 0.3678794, 4.539993e-5] },
  ],
});
