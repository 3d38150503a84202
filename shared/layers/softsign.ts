import { defineActivation } from './activation.ts';

export const softsign = defineActivation({
  kind: 'softsign',
  title: 'Softsign',
  icon: 'softsign',
  summary: 'Squashes to between −1 and 1, more slowly than tanh.',
  formula: 'y = x / (1 + |x|)',
  traits: { keepsSign: true },
  doc: `Approaches its bounds like 1/x instead of exponentially, so that it saturates later than tanh.

Sources: Glorot and Bengio 2010; ONNX operator Softsign.`,
  params: {},
  scalar: () => (x) => x / (1 + Math.abs(x)),
});
