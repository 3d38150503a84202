import { defineActivation } from './activation.ts';

export const tanh = defineActivation({
  kind: 'tanh',
  title: 'Tanh',
  icon: 'tanh',
  summary: 'Squashes to between −1 and 1.',
  words: ['双曲正切'],
  formula: 'y = (e^x − e^−x) / (e^x + e^−x)',
  traits: { keepsSign: true },
  doc: `Hyperbolic tangent: the activation of LeNet, centred at zero.

Sources: LeCun et al. 1998; ONNX operator Tanh.`,
  params: {},
  scalar: () => Math.tanh,
});
