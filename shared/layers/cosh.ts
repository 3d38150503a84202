import { defineActivation } from './activation.ts';

export const cosh = defineActivation({
  kind: 'cosh',
  title: 'Hyperbolic cosine',
  group: 'math',
  icon: 'cosh',
  summary: 'The hyperbolic cosine of every element.',
  formula: 'y = (e^x + e^−x) / 2',
  traits: { keepsSign: true, nonNegative: true },
  doc: `Half the sum of e^x and e^−x.

Source: ONNX operator Cosh.`,
  params: {},
  scalar: () => Math.cosh,
  known: [
    { source: 'ONNX operator Cosh', x: [-1, 0, 1], y: [1.5430806348152437, 1, 1.5430806348152437] },
    {
      source: 'ONNX operator Cosh',
      x: [0.25, -0.5, 2],
      y: [1.0314130998795732, 1.1276259652063807, 3.7621956910836314],
    },
  ],
});
