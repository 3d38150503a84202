import { param } from '../schema/params.ts';
import { defineActivation } from './activation.ts';

export const hardSigmoid = defineActivation({
  kind: 'hardSigmoid',
  title: 'Hard sigmoid',
  icon: 'hardSigmoid',
  summary: 'A sigmoid from straight pieces, cheap on phones.',
  words: ['h-sigmoid', '硬 sigmoid'],
  formula: 'y = min(max(α·x + β, 0), 1)',
  traits: { keepsSign: true, nonNegative: true, bounded: true },
  doc: `The gate of MobileNetV3's squeeze-and-excitation, with α = 1/6 and β = 1/2. ONNX and older Keras take α = 1/5 unless told.

Sources: Courbariaux et al. 2015; Howard et al. 2019; ONNX operator HardSigmoid.`,
  params: {
    alpha: param.float({ title: 'Alpha', doc: 'Slope of the middle piece.', default: 1 / 6, symbol: 'α' }),
    beta: param.float({ title: 'Beta', doc: 'Value at zero.', default: 0.5, symbol: 'β' }),
  },
  scalar:
    ({ alpha, beta }) =>
    (x) =>
      Math.min(Math.max(alpha * x + beta, 0), 1),
  known: [
    {
      source: 'PyTorch 1.13, torch.nn.functional.hardsigmoid',
      x: [-4, -1.5, 0, 1.5, 4],
      y: [0, 0.25, 0.5, 0.75, 1],
    },
    { source: 'PyTorch 1.13, torch.nn.functional.hardsigmoid', x: [-3, 3, 2.4], y: [0, 1, 0.9] },
  ],
});
