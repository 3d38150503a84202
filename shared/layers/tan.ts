import { defineActivation } from './activation.ts';

export const tan = defineActivation({
  kind: 'tan',
  title: 'Tangent',
  group: 'math',
  icon: 'tan',
  summary: 'The tangent of every element.',
  formula: 'y = tan x',

  doc: `The tangent of angles in radians.

Source: ONNX operator Tan.`,
  params: {},
  scalar: () => Math.tan,
  known: [
    { source: 'ONNX operator Tan', x: [-1, 0, 1], y: [-1.5574077246549023, 0, 1.5574077246549023] },
    {
      source: 'ONNX operator Tan',
      x: [0.25, -0.5, 1.25],
      y: [0.25534192122103627, -0.5463024898437905, 3.0095696738628313],
    },
  ],
});
