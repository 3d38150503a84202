import { defineActivation } from './activation.ts';

export const atanh = defineActivation({
  kind: 'atanh',
  title: 'Inverse hyperbolic tangent',
  group: 'math',
  icon: 'atanh',
  summary: 'Undoes the hyperbolic tangent.',
  formula: 'y = ln((1 + x) / (1 − x)) / 2',
  traits: { keepsSign: true },
  doc: `Infinite at ±1, and not a number beyond.

Source: ONNX operator Atanh.`,
  params: {},
  scalar: () => Math.atanh,
  known: [
    { source: 'ONNX operator Atanh', x: [-0.5, 0, 0.5], y: [-0.5493061443340548, 0, 0.5493061443340548] },
    { source: 'ONNX operator Atanh', x: [0.25, 0.75], y: [0.25541281188299536, 0.9729550745276566] },
  ],
});
