import { defineActivation } from './activation.ts';

export const softsign = defineActivation({
  kind: 'softsign',
  title: 'Softsign',
  icon: 'softsign',
  summary: 'Squashes to between −1 and 1, more slowly than tanh.',
  formula: 'y = x / (1 + |x|)',
  traits: { keepsSign: true, bounded: true, saturates: true },
  doc: `Approaches its bounds like 1/x instead of exponentially, so that it saturates later than tanh.

Sources: Glorot and Bengio 2010; ONNX operator Softsign.`,
  params: {},
  scalar: () => (x) => x / (1 + Math.abs(x)),
  known: [
    {
      source: 'PyTorch 1.13, torch.nn.functional.softsign',
      x: [-2, -0.5, 0, 0.5, 3],
      y: [-0.6666667, -0.3333333, 0, 0.3333333, 0.75],
    },
    { source: 'PyTorch 1.13, torch.nn.functional.softsign', x: [-9, -1, 1, 9], y: [-0.9, -0.5, 0.5, 0.9] },
  ],
});
