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
});
