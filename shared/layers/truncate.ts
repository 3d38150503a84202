import { defineActivation } from './activation.ts';

export const truncate = defineActivation({
  kind: 'truncate',
  title: 'Truncate',
  group: 'math',
  icon: 'truncate',
  summary: 'Drops what follows the point: a cast to integers.',
  formula: 'y = sign(x)·⌊|x|⌋',
  traits: { keepsSign: true, whole: true },
  doc: `Rounds towards zero, as a cast from floating point numbers to integers does.

Source: ONNX operator Cast.`,
  params: {},
  scalar: () => Math.trunc,
  known: [
    { source: 'ONNX operator Cast', x: [-1.7, 1.7, 2], y: [-1, 1, 2] },
    { source: 'ONNX operator Cast', x: [0.9, -0.9, -3.5], y: [0, 0, -3] },
  ],
});
