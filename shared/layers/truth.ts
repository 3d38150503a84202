import { defineActivation } from './activation.ts';

export const truth = defineActivation({
  kind: 'truth',
  title: 'Truth value',
  group: 'math',
  icon: 'truth',
  summary: '1 where an element is not zero.',
  formula: 'y = 1 where x ≠ 0, else 0',
  traits: { keepsSign: true, nonNegative: true, whole: true },
  doc: `One where the element is not zero: a cast to truth values.

Source: ONNX operator Cast.`,
  params: {},
  scalar: () => (x) => Number(x !== 0),
  known: [
    { source: 'ONNX operator Cast', x: [0, 1.5, -2, 0], y: [0, 1, 1, 0] },
    { source: 'ONNX operator Cast', x: [0.5, 0], y: [1, 0] },
  ],
});
