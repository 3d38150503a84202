import { param } from '../schema/params.ts';
import { defineActivation } from './activation.ts';

export const leakyRelu = defineActivation({
  kind: 'leakyRelu',
  title: 'Leaky ReLU',
  icon: 'leakyRelu',
  summary: 'Keeps what is positive and a little of what is not.',
  words: ['lrelu', '带泄漏的 relu'],
  formula: 'y = x for x ≥ 0, a·x otherwise',
  traits: { keepsSign: true },
  doc: `A rectified linear unit whose negative side keeps a small slope, so that no unit falls silent for good.

Sources: Maas et al. 2013; ONNX operator LeakyRelu.`,
  params: {
    slope: param.float({ title: 'Slope', doc: 'Factor for negative inputs.', default: 0.01, symbol: 'a' }),
  },
  headline: ['slope'],
  scalar:
    ({ slope }) =>
    (x) =>
      x < 0 ? slope * x : x,
  known: [
    {
      source: 'PyTorch 1.13, torch.nn.functional.leaky_relu',
      x: [-2, -0.5, 0, 0.5, 3],
      y: [-0.02, -0.005, 0, 0.5, 3],
    },
    {
      source: 'PyTorch 1.13, torch.nn.functional.leaky_relu',
      params: { slope: 0.2 },
      x: [-3, -1, 1],
      y: [-0.6, -0.2, 1],
    },
  ],
});
