import { defineActivation } from './activation.ts';

export const sinh = defineActivation({
  kind: 'sinh',
  title: 'Hyperbolic sine',
  group: 'math',
  icon: 'sinh',
  summary: 'The hyperbolic sine of every element.',
  formula: 'y = (e^x − e^−x) / 2',
  traits: { keepsSign: true },
  doc: `Half the difference of e^x and e^−x.

Source: ONNX operator Sinh.`,
  params: {},
  scalar: () => Math.sinh,
  known: [
    { source: 'ONNX operator Sinh', x: [-1, 0, 1], y: [-1.1752011936438014, 0, 1.1752011936438014] },
    {
      source: 'ONNX operator Sinh',
      x: [0.25, -0.5, 2],
      y: [0.2526123168081683, -0.5210953054937474, 3.626860407847019],
    },
  ],
});
