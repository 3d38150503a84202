import { defineActivation } from './activation.ts';

export const cos = defineActivation({
  kind: 'cos',
  title: 'Cosine',
  group: 'math',
  icon: 'cos',
  summary: 'The cosine of every element.',
  formula: 'y = cos x',

  traits: { bounded: true },
  doc: `The cosine of angles in radians.

Source: ONNX operator Cos.`,
  params: {},
  scalar: () => Math.cos,
  known: [
    { source: 'ONNX operator Cos', x: [-1, 0, 1], y: [0.5403023058681398, 1, 0.5403023058681398] },
    {
      source: 'ONNX operator Cos',
      x: [0.25, -0.5, 2],
      y: [0.9689124217106447, 0.8775825618903728, -0.4161468365471424],
    },
  ],
});
