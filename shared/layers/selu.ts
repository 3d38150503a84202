import { param } from '../schema/params.ts';
import { defineActivation } from './activation.ts';

export const selu = defineActivation({
  kind: 'selu',
  title: 'SELU',
  icon: 'selu',
  summary: 'A scaled ELU that keeps activations normalised by itself.',
  formula: 'y = γ·x for x > 0, γ·α·(e^x − 1) otherwise',
  traits: ({ gamma }) => ({ keepsSign: gamma >= 0 }),
  doc: `Scaled exponential linear unit. With the default α and γ, mean 0 and variance 1 are a fixed point of deep stacks of fully
connected layers.

Sources: Klambauer et al. 2017; ONNX operator Selu.`,
  params: {
    alpha: param.float({
      title: 'Alpha',
      doc: 'Depth of the negative side.',
      default: 1.6732632423543772,
      symbol: 'α',
      advanced: true,
    }),
    gamma: param.float({
      title: 'Gamma',
      doc: 'Scale of the whole.',
      default: 1.0507009873554805,
      symbol: 'γ',
      advanced: true,
    }),
  },
  scalar:
    ({ alpha, gamma }) =>
    (x) =>
      gamma * (x > 0 ? x : alpha * Math.expm1(x)),
  known: [
    {
      source: 'PyTorch 1.13, torch.nn.functional.selu',
      x: [-2, -0.5, 0, 0.5, 3],
      y: [-1.520166, -0.6917582, 0, 0.5253505, 3.152103],
    },
    { source: 'PyTorch 1.13, torch.nn.functional.selu', x: [-10, -1, 1], y: [-1.75802, -1.111331, 1.050701] },
  ],
});
