import { defineActivation } from './activation.ts';

export const isNan = defineActivation({
  kind: 'isNan',
  title: 'Is not a number',
  group: 'math',
  icon: 'isNan',
  summary: '1 where an element is not a number.',
  formula: 'y = 1 where x ≠ x, else 0',
  traits: { linear: true, keepsSign: true, nonNegative: true, whole: true },
  doc: `One where the element is not a number, as 0/0 is; zero elsewhere.

Source: ONNX operator IsNaN.`,
  params: {},
  scalar: () => (x) => Number(Number.isNaN(x)),
  known: [
    { source: 'ONNX operator IsNaN', x: [1, -2, 0], y: [0, 0, 0] },
    { source: 'ONNX operator IsNaN', x: [3.5, Number.POSITIVE_INFINITY], y: [0, 0] },
  ],
});
