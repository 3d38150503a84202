import { defineActivation } from './activation.ts';

export const sign = defineActivation({
  kind: 'sign',
  title: 'Sign',
  group: 'math',
  icon: 'sign',
  summary: 'Minus one, zero or one.',
  formula: 'y = sign(x)',
  traits: { keepsSign: true, whole: true, bounded: true },
  doc: `Minus one for negative elements, one for positive ones, zero for zero.

Source: ONNX operator Sign.`,
  params: {},
  scalar: () => Math.sign,
  known: [
    {
      source: 'ONNX operator Sign',
      x: [-5, -4, -3, -2, -1, 0, 1, 2, 3, 4, 5],
      y: [-1, -1, -1, -1, -1, 0, 1, 1, 1, 1, 1],
    },
    { source: 'ONNX operator Sign', x: [0.5, -0.25], y: [1, -1] },
  ],
});
