import { defineActivation } from './activation.ts';

export const sqrt = defineActivation({
  kind: 'sqrt',
  title: 'Square root',
  group: 'math',
  icon: 'sqrt',
  summary: 'The square root of every element.',
  words: ['root', '平方根'],
  formula: 'y = √x',
  traits: { keepsSign: true },
  doc: `Part of normalisations that are written out in single operations.

Source: ONNX operator Sqrt.`,
  params: {},
  scalar: () => Math.sqrt,
  known: [
    { source: 'PyTorch 1.13, torch.sqrt', x: [0, 1, 5, 9, 0.25], y: [0, 1, 2.236068, 3, 0.5] },
    { source: 'PyTorch 1.13, torch.sqrt', x: [0.0001, 100, 3], y: [0.01, 10, 1.732051] },
  ],
});
