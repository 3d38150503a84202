import { defineActivation } from './activation.ts';

export const floor = defineActivation({
  kind: 'floor',
  title: 'Floor',
  group: 'math',
  icon: 'floor',
  summary: 'Rounds down to a whole number.',
  formula: 'y = ⌊x⌋',
  traits: { keepsSign: true, whole: true },
  doc: `The largest whole number that is not above the element.

Source: ONNX operator Floor.`,
  params: {},
  scalar: () => Math.floor,
  known: [
    { source: 'ONNX operator Floor', x: [-1.5, 1.2, 2], y: [-2, 1, 2] },
    { source: 'ONNX operator Floor', x: [-0.25, 0.75, -3], y: [-1, 0, -3] },
  ],
});
