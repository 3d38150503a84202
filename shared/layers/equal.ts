import { defineBinary } from './elementwise.ts';

export const equal = defineBinary({
  kind: 'equal',
  title: 'Equal',
  icon: 'equal',
  summary: '1 where two tensors are equal.',
  formula: 'y = 1 where a = b, else 0',
  traits: { keepsSign: true, nonNegative: true, whole: true },
  says: 'Compares element by element; truth is 1, and 0 is none. Not a number equals nothing and is neither greater nor smaller.',
  source: 'ONNX operator Equal',
  inputs: [
    { name: 'a', doc: 'What is compared.' },
    { name: 'b', doc: 'What it is compared with.' },
  ],
  combine: (a, b) => Number(a === b),
  known: [
    { source: 'ONNX operator Equal', a: [1, 2, 3, 2.5, -1], b: [2, 2, 2, 2.5, 0], y: [0, 1, 0, 1, 0] },
    { source: 'ONNX operator Equal', a: [0, -3, 5], b: [0, -4, 6], y: [1, 0, 0] },
  ],
});
