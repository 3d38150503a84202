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
});
