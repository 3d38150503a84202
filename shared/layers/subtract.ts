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
  known: [
    { source: 'PyTorch 1.13, torch.sub', a: [5, -2, 0.5], b: [3, 4, 0.25], y: [2, -6, 0.25] },
    { source: 'PyTorch 1.13, torch.sub', a: [1, 2, 3], b: [0.5], y: [0.5, 1.5, 2.5] },
  ],
});
