import { defineActivation } from './activation.ts';

export const ceil = defineActivation({
  kind: 'ceil',
  title: 'Ceil',
  group: 'math',
  icon: 'ceil',
  summary: 'Rounds up to a whole number.',
  formula: 'y = ⌈x⌉',
  traits: { keepsSign: true, whole: true },
  doc: `The smallest whole number that is not below the element.

Source: ONNX operator Ceil.`,
  params: {},
  scalar: () => Math.ceil,
  known: [
    { source: 'ONNX operator Ceil', x: [-1.5, 1.2], y: [-1, 2] },
    { source: 'ONNX operator Ceil', x: [0.25, -0.75, 4], y: [1, 0, 4] },
  ],
});
