import { defineActivation } from './activation.ts';
import { logistic } from './sigmoid.ts';

export const silu = defineActivation({
  kind: 'silu',
  title: 'SiLU',
  icon: 'silu',
  summary: 'The input gated by its own sigmoid, also called Swish.',
  words: ['swish'],
  formula: 'y = x · σ(x) = x / (1 + e^−x)',
  traits: { keepsSign: true },
  doc: `Sigmoid linear unit, or Swish: smooth, and slightly negative left of zero. EfficientNet uses it throughout.

Sources: Hendrycks and Gimpel 2016; Ramachandran et al. 2017; ONNX operator Swish.`,
  params: {},
  scalar: () => (x) => x * logistic(x),
  known: [
    {
      source: 'PyTorch 1.13, torch.nn.functional.silu',
      x: [-2, -0.5, 0, 0.5, 3],
      y: [-0.2384058, -0.1887703, 0, 0.3112297, 2.857722],
    },
    {
      source: 'PyTorch 1.13, torch.nn.functional.silu',
      x: [-10, -1, 1, 10],
      y: [-0.0004539787, -0.2689414, 0.7310586, 9.999546],
    },
  ],
});
