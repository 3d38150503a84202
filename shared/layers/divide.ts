import { defineBinary } from './elementwise.ts';

export const divide = defineBinary({
  kind: 'divide',
  title: 'Divide',
  icon: 'divide',
  summary: 'Divides the first tensor by the second.',
  words: ['div', '除', '相除'],
  formula: 'y = a / b',
  traits: { keepsSign: true },
  says: 'Element-wise quotient.',
  source: 'ONNX operator Div.',
  inputs: [
    { name: 'a', doc: 'The numerator.' },
    { name: 'b', doc: 'The denominator.' },
  ],
  combine: (a, b) => a / b,
});
