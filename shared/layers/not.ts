import { defineActivation } from './activation.ts';

export const not = defineActivation({
  kind: 'not',
  title: 'Not',
  group: 'math',
  icon: 'not',
  summary: 'Turns truth values round.',
  formula: 'y = 1 where x = 0, else 0',
  traits: { keepsSign: true, nonNegative: true, whole: true },
  doc: `One where the element is zero, zero elsewhere: truth values are 0 and 1.

Source: ONNX operator Not.`,
  params: {},
  scalar: () => (x) => Number(x === 0),
  known: [
    { source: 'ONNX operator Not', x: [0, 1, 1, 0], y: [1, 0, 0, 1] },
    { source: 'ONNX operator Not', x: [2, 0, -1], y: [0, 1, 0] },
  ],
});
