import { defineActivation } from './activation.ts';

export const tanh = defineActivation({
  kind: 'tanh',
  title: 'Tanh',
  icon: 'tanh',
  summary: 'Squashes to between −1 and 1.',
  words: ['双曲正切'],
  formula: 'y = (e^x − e^−x) / (e^x + e^−x)',
  traits: { keepsSign: true, bounded: true, saturates: true },
  doc: `Hyperbolic tangent: the activation of LeNet, centred at zero.

Sources: LeCun et al. 1998; ONNX operator Tanh.`,
  params: {},
  scalar: () => Math.tanh,
  known: [
    {
      source: 'PyTorch 1.13, torch.tanh',
      x: [-2, -0.5, 0, 0.5, 3],
      y: [-0.9640276, -0.4621172, 0, 0.4621172, 0.9950548],
    },
    { source: 'PyTorch 1.13, torch.tanh', x: [-10, -1, 1, 10], y: [-1.0, -0.7615942, 0.7615942, 1.0] },
  ],
});
