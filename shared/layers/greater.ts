import { defineBinary } from './elementwise.ts';

export const greater = defineBinary({
  kind: 'greater',
  title: 'Greater',
  icon: 'greater',
  summary: '1 where the first tensor is greater.',
  formula: 'y = 1 where a > b, else 0',
  traits: { keepsSign: true, nonNegative: true, whole: true },
  says: 'Compares element by element; truth is 1, and 0 is none. Not a number equals nothing and is neither greater nor smaller.',
  source: 'ONNX operator Greater',
  inputs: [
    { name: 'a', doc: 'What is compared.' },
    { name: 'b', doc: 'What it is compared with.' },
  ],
  combine: (a, b) => Number(a > b),
  known: [
    { source: 'ONNX operator Greater', a: [1, 2, 3, 2.5, -1], b: [2, 2, 2, 2.5, 0], y: [0, 0, 1, 0, 0] },
    { source: 'ONNX operator Greater', a: [0, -3, 5], b: [0, -4, 6], y: [0, 1, 0] },
  ],
});
