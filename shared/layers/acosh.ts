import { defineActivation } from './activation.ts';

export const acosh = defineActivation({
  kind: 'acosh',
  title: 'Inverse hyperbolic cosine',
  group: 'math',
  icon: 'acosh',
  summary: 'Undoes the hyperbolic cosine.',
  formula: 'y = ln(x + √(x² − 1))',
  traits: { keepsSign: true },
  doc: `Not a number below 1.

Source: ONNX operator Acosh.`,
  params: {},
  scalar: () => Math.acosh,
  known: [
    { source: 'ONNX operator Acosh', x: [10, 1], y: [2.993222846126381, 0] },
    { source: 'ONNX operator Acosh', x: [1.5, 2], y: [0.9624236501192069, 1.3169578969248166] },
  ],
});
