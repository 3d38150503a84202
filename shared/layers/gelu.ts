import { param } from '../schema/params.ts';
import { defineActivation } from './activation.ts';
import { erfOf } from './erf-function.ts';

export const gelu = defineActivation({
  kind: 'gelu',
  title: 'GELU',
  icon: 'gelu',
  summary: 'Weighs each input by how likely a normal variable lies below it.',
  formula: 'y = x · Φ(x) = x/2 · (1 + erf(x/√2))',
  traits: { keepsSign: true },
  doc: `Gaussian error linear unit, the activation of ConvNeXt and of transformers: a smooth ReLU. The *tanh* form approximates it
by x/2 · (1 + tanh(√(2/π) · (x + 0.044715·x³))).

Sources: Hendrycks and Gimpel 2016; ONNX operator Gelu.`,
  params: {
    approximate: param.choice({
      title: 'Form',
      doc: 'Exact, or the approximation by tanh.',
      default: 'none',
      options: [
        { value: 'none', title: 'exact' },
        { value: 'tanh', title: 'tanh' },
      ],
      advanced: true,
    }),
  },
  scalar: ({ approximate }) =>
    approximate === 'tanh'
      ? (x) => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)))
      : (x) => 0.5 * x * (1 + erfOf(x / Math.SQRT2)),
  known: [
    {
      source: 'PyTorch 1.13, torch.nn.functional.gelu',
      x: [-2, -0.5, 0, 0.5, 3],
      y: [-0.04550026, -0.1542688, 0, 0.3457312, 2.99595],
    },
    {
      source: 'PyTorch 1.13, torch.nn.functional.gelu',
      params: { approximate: 'tanh' },
      x: [-2, -0.5, 0, 0.5, 3],
      y: [-0.04540231, -0.154286, 0, 0.345714, 2.996363],
    },
  ],
});
