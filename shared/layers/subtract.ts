import { defineBinary } from './elementwise.ts';

export const subtract = defineBinary({
  kind: 'subtract',
  title: 'Subtract',
  icon: 'subtract',
  summary: 'Takes the second tensor from the first.',
  words: ['sub', 'minus', '相减', '减'],
  formula: 'y = a − b',
  traits: { linear: true },
  says: 'Element-wise difference.',
  source: 'ONNX operator Sub.',
  inputs: [
    { name: 'a', doc: 'What is taken from.' },
    { name: 'b', doc: 'What is taken away.' },
  ],
  combine: (a, b) => a - b,
});
