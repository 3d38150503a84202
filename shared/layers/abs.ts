import { defineActivation } from './activation.ts';

export const abs = defineActivation({
  kind: 'abs',
  title: 'Absolute value',
  group: 'math',
  icon: 'abs',
  summary: 'Every element without its sign.',
  words: ['绝对值'],
  formula: 'y = |x|',
  traits: { keepsSign: true, nonNegative: true },
  doc: `Keeps the size of every element.

Source: ONNX operator Abs.`,
  params: {},
  scalar: () => Math.abs,
  known: [
    { source: 'PyTorch 1.13, torch.abs', x: [-2, -0.5, 0, 0.5, 3], y: [2, 0.5, 0, 0.5, 3] },
    { source: 'PyTorch 1.13, torch.abs', x: [-7, 7], y: [7, 7] },
  ],
});
