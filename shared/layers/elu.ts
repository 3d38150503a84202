import { param } from '../schema/params.ts';
import { defineActivation } from './activation.ts';

export const elu = defineActivation({
  kind: 'elu',
  title: 'ELU',
  icon: 'elu',
  summary: 'A ReLU whose negative side levels off at −α.',
  formula: 'y = x for x ≥ 0, α·(e^x − 1) otherwise',
  traits: { keepsSign: true },
  doc: `Exponential linear unit: its mean output is nearer to zero than that of ReLU, and it has a gradient on both sides.

Sources: Clevert et al. 2015; ONNX operator Elu.`,
  params: {
    alpha: param.float({
      title: 'Alpha',
      doc: 'The value it levels off at, negated.',
      default: 1,
      symbol: 'α',
    }),
  },
  headline: ['alpha'],
  scalar:
    ({ alpha }) =>
    (x) =>
      x < 0 ? alpha * Math.expm1(x) : x,
  known: [
    {
      source: 'PyTorch 1.13, torch.nn.functional.elu',
      x: [-2, -0.5, 0, 0.5, 3],
      y: [-0.8646647, -0.3934693, 0, 0.5, 3],
    },
    {
      source: 'PyTorch 1.13, torch.nn.functional.elu',
      params: { alpha: 0.5 },
      x: [-3, -1, 1],
      y: [-0.4751065, -0.3160603, 1],
    },
  ],
});
