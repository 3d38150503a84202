import { defineActivation } from './activation.ts';

export const relu = defineActivation({
  kind: 'relu',
  title: 'ReLU',
  icon: 'relu',
  summary: 'Keeps what is positive.',
  words: ['rectifier', '线性整流', '激活'],
  frequent: true,
  formula: 'y = max(0, x)',
  traits: { keepsSign: true, nonNegative: true },
  doc: `Rectified linear unit. It does not saturate for positive inputs, which made deep networks trainable.

Sources: Nair and Hinton 2010; Krizhevsky et al. 2012; ONNX operator Relu.`,
  params: {},
  scalar: () => (x) => Math.max(x, 0),
  known: [
    { source: 'PyTorch 1.13, torch.nn.functional.relu', x: [-2, -0.5, 0, 0.5, 3], y: [0, 0, 0, 0.5, 3] },
    { source: 'PyTorch 1.13, torch.nn.functional.relu', x: [1, -1, 0.001, -0.001], y: [1, 0, 0.001, 0] },
  ],
});
