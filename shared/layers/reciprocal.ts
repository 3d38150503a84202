import { defineActivation } from './activation.ts';

export const reciprocal = defineActivation({
  kind: 'reciprocal',
  title: 'Reciprocal',
  group: 'math',
  icon: 'reciprocal',
  summary: 'One divided by every element.',
  formula: 'y = 1 / x',
  traits: { keepsSign: true },
  doc: `One divided by the element; of zero it is infinite.

Source: ONNX operator Reciprocal.`,
  params: {},
  scalar: () => (x) => 1 / x,
  known: [
    { source: 'ONNX operator Reciprocal', x: [-4, 2], y: [-0.25, 0.5] },
    { source: 'ONNX operator Reciprocal', x: [0.5, -0.25, 1], y: [2, -4, 1] },
  ],
});
