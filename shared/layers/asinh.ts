import { defineActivation } from './activation.ts';

export const asinh = defineActivation({
  kind: 'asinh',
  title: 'Inverse hyperbolic sine',
  group: 'math',
  icon: 'asinh',
  summary: 'Undoes the hyperbolic sine.',
  formula: 'y = ln(x + √(x² + 1))',
  traits: { keepsSign: true },
  doc: `Grows like a logarithm to both sides.

Source: ONNX operator Asinh.`,
  params: {},
  scalar: () => Math.asinh,
  known: [
    { source: 'ONNX operator Asinh', x: [-1, 0, 1], y: [-0.881373587019543, 0, 0.881373587019543] },
    {
      source: 'ONNX operator Asinh',
      x: [0.25, -0.5, 2],
      y: [0.24746646154726346, -0.48121182505960347, 1.4436354751788103],
    },
  ],
});
