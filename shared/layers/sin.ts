import { defineActivation } from './activation.ts';

export const sin = defineActivation({
  kind: 'sin',
  title: 'Sine',
  group: 'math',
  icon: 'sin',
  summary: 'The sine of every element.',
  formula: 'y = sin x',

  traits: { bounded: true },
  doc: `The sine of angles in radians: positions are encoded by it.

Source: ONNX operator Sin.`,
  params: {},
  scalar: () => Math.sin,
  known: [
    { source: 'ONNX operator Sin', x: [-1, 0, 1], y: [-0.8414709848078965, 0, 0.8414709848078965] },
    {
      source: 'ONNX operator Sin',
      x: [0.25, -0.5, 2],
      y: [0.24740395925452294, -0.479425538604203, 0.9092974268256817],
    },
  ],
});
