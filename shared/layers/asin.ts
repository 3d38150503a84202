import { defineActivation } from './activation.ts';

export const asin = defineActivation({
  kind: 'asin',
  title: 'Arc sine',
  group: 'math',
  icon: 'asin',
  summary: 'The angle whose sine the element is.',
  formula: 'y = arcsin x',
  traits: { keepsSign: true },
  doc: `In radians, from −π/2 to π/2; not a number beyond ±1.

Source: ONNX operator Asin.`,
  params: {},
  scalar: () => Math.asin,
  known: [
    { source: 'ONNX operator Asin', x: [-0.5, 0, 0.5], y: [-0.5235987755982989, 0, 0.5235987755982989] },
    {
      source: 'ONNX operator Asin',
      x: [0.25, -1, 1],
      y: [0.25268025514207865, -1.5707963267948966, 1.5707963267948966],
    },
  ],
});
