import { defineActivation } from './activation.ts';

export const acos = defineActivation({
  kind: 'acos',
  title: 'Arc cosine',
  group: 'math',
  icon: 'acos',
  summary: 'The angle whose cosine the element is.',
  formula: 'y = arccos x',
  traits: { keepsSign: true },
  doc: `In radians, from 0 to π; not a number beyond ±1.

Source: ONNX operator Acos.`,
  params: {},
  scalar: () => Math.acos,
  known: [
    {
      source: 'ONNX operator Acos',
      x: [-0.5, 0, 0.5],
      y: [2.0943951023931957, 1.5707963267948966, 1.0471975511965979],
    },
    { source: 'ONNX operator Acos', x: [0.25, 1], y: [1.318116071652818, 0] },
  ],
});
