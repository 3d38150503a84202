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
  known: [
    { source: 'PyTorch 1.13, torch.div', a: [5, -2, 0.5], b: [2, 4, -0.25], y: [2.5, -0.5, -2] },
    { source: 'PyTorch 1.13, torch.div', a: [1, 2, 3], b: [3], y: [0.3333333, 0.6666667, 1] },
  ],
});
