import { defineBinary } from './elementwise.ts';

export const lessOrEqual = defineBinary({
  kind: 'lessOrEqual',
  title: 'Less or equal',
  icon: 'lessOrEqual',
  summary: '1 where the first tensor is not greater.',
  formula: 'y = 1 where a ≤ b, else 0',
  traits: { keepsSign: true, nonNegative: true, whole: true },
  says: 'Compares element by element; truth is 1, and 0 is none. Not a number equals nothing and is neither greater nor smaller.',
  source: 'ONNX operator LessOrEqual',
  inputs: [
    { name: 'a', doc: 'What is compared.' },
    { name: 'b', doc: 'What it is compared with.' },
  ],
  combine: (a, b) => Number(a <= b),
  known: [
    { source: 'ONNX operator LessOrEqual', a: [1, 2, 3, 2.5, -1], b: [2, 2, 2, 2.5, 0], y: [1, 1, 0, 1, 1] },
    { source: 'ONNX operator LessOrEqual', a: [0, -3, 5], b: [0, -4, 6], y: [1, 0, 1] },
  ],
});
