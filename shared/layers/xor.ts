import { defineBinary } from './elementwise.ts';

export const xor = defineBinary({
  kind: 'xor',
  title: 'Exclusive or',
  icon: 'xor',
  summary: '1 where exactly one of two tensors holds.',
  formula: 'y = 1 where one of a and b is 0, else 0',
  traits: { keepsSign: true, nonNegative: true, whole: true },
  says: 'Truth values by element: whatever is not zero holds, and the result is 1 or 0.',
  source: 'ONNX operator Xor',
  inputs: [
    { name: 'a', doc: 'A truth value.' },
    { name: 'b', doc: 'Another.' },
  ],
  combine: (a, b) => Number((a !== 0) !== (b !== 0)),
  known: [
    { source: 'ONNX operator Xor', a: [0, 0, 1, 1], b: [0, 1, 0, 1], y: [0, 1, 1, 0] },
    { source: 'ONNX operator Xor', a: [1, 1, 0], b: [1, 0, 0], y: [0, 1, 0] },
  ],
});
