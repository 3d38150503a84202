import { defineActivation } from './activation.ts';

export const atan = defineActivation({
  kind: 'atan',
  title: 'Arc tangent',
  group: 'math',
  icon: 'atan',
  summary: 'The angle whose tangent the element is.',
  formula: 'y = arctan x',
  traits: { keepsSign: true, bounded: true, saturates: true },
  doc: `In radians, from −π/2 to π/2.

Source: ONNX operator Atan.`,
  params: {},
  scalar: () => Math.atan,
  known: [
    { source: 'ONNX operator Atan', x: [-1, 0, 1], y: [-0.7853981633974483, 0, 0.7853981633974483] },
    {
      source: 'ONNX operator Atan',
      x: [0.25, -0.5, 2],
      y: [0.24497866312686414, -0.4636476090008061, 1.1071487177940904],
    },
  ],
});
