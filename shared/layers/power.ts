import { defineBinary } from './elementwise.ts';

export const power = defineBinary({
  kind: 'power',
  title: 'Power',
  icon: 'power',
  summary: 'Raises the first tensor to the power of the second.',
  words: ['pow', 'square', '幂', '平方'],
  formula: 'y = a^b',
  traits: { keepsSign: true },
  says: 'Element-wise power.',
  source: 'ONNX operator Pow.',
  inputs: [
    { name: 'a', doc: 'The base.' },
    { name: 'b', doc: 'The exponent.' },
  ],
  combine: (a, b) => a ** b,
  known: [
    { source: 'PyTorch 1.13, torch.pow', a: [2, -2, 9], b: [3, 2, 0.5], y: [8, 4, 3] },
    { source: 'PyTorch 1.13, torch.pow', a: [1, 2, 3], b: [-1], y: [1, 0.5, 0.3333333] },
  ],
});
