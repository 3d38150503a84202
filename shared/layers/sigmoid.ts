import { defineActivation } from './activation.ts';

export const sigmoid = defineActivation({
  kind: 'sigmoid',
  title: 'Sigmoid',
  icon: 'sigmoid',
  summary: 'Squashes to between 0 and 1: gates and yes-or-no answers.',
  words: ['logistic', 's 型函数'],
  formula: 'y = 1 / (1 + e^−x)',
  traits: { keepsSign: true, nonNegative: true, bounded: true, saturates: true },
  doc: `The logistic function. It saturates on both sides, so that gradients vanish in deep stacks; today it serves gates, as in
squeeze-and-excitation, and the last layer of binary classifiers.

Sources: LeCun et al. 1998; ONNX operator Sigmoid.`,
  params: {},
  scalar: () => logistic,
  known: [
    {
      source: 'PyTorch 1.13, torch.sigmoid',
      x: [-2, -0.5, 0, 0.5, 3],
      y: [0.1192029, 0.3775407, 0.5, 0.6224593, 0.9525741],
    },
    {
      source: 'PyTorch 1.13, torch.sigmoid',
      x: [-10, -1, 1, 10],
      y: [4.539787e-5, 0.2689414, 0.7310586, 0.9999546],
    },
  ],
});

/** 1 / (1 + e^−x), in double precision. */
export function logistic(x: number): number {
  return 1 / (1 + Math.exp(-x));
}
