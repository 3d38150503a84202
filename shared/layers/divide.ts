import { defineBinary } from './elementwise.ts';

export const divide = defineBinary({
  kind: 'divide',
  title: 'Divide',
  icon: 'divide',
  summary: 'Divides the first tensor by the second.',
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
