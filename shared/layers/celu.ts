import { param } from '../schema/params.ts';
import { defineActivation } from './activation.ts';

export const celu = defineActivation({
  kind: 'celu',
  title: 'CELU',
  icon: 'celu',
  summary: 'An ELU whose slope is continuous for every α.',
  formula: 'y = max(0, x) + min(0, α·(e^(x/α) − 1))',
  traits: { keepsSign: true },
  doc: `Continuously differentiable exponential linear unit: where ELU has a kink at zero unless α is 1, this has none.

Sources: Barron 2017; ONNX operator Celu.`,
  params: {
    alpha: param.float({
      title: 'Alpha',
      doc: 'The value it levels off at, negated.',
      default: 1,
      min: 1e-6,
      symbol: 'α',
    }),
  },
  headline: ['alpha'],
  scalar:
    ({ alpha }) =>
    (x) =>
      Math.max(0, x) + Math.min(0, alpha * Math.expm1(x / alpha)),
  known: [
    {
      source: 'PyTorch 1.13, torch.nn.functional.celu',
      x: [-2, -0.5, 0, 0.5, 3],
      y: [-0.8646647, -0.3934693, 0, 0.5, 3],
    },
    {
      source: 'PyTorch 1.13, torch.nn.functional.celu',
      params: { alpha: 2 },
      x: [-3, -1, 1],
      y: [-1.55374, -0.7869387, 1],
    },
  ],
});
