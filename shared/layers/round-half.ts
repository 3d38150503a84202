import { nearestHalf } from '../base/half.ts';
import { param } from '../schema/params.ts';
import { defineActivation } from './activation.ts';

const types = ['float16', 'bfloat16'] as const;

export const roundHalf = defineActivation({
  kind: 'roundHalf',
  title: 'Round to 16 bits',
  group: 'math',
  icon: 'roundHalf',
  words: ['float16', 'bfloat16', 'half', 'fp16', 'cast', '半精度'],
  summary: 'Rounds numbers to those of half precision: a cast there and back.',
  formula: 'y = nearest(x)',
  traits: { keepsSign: true },
  doc: `Keeps of each number what float16 (IEEE 754, 11 bits of precision, at most 65,504) or bfloat16 (8 bits of precision, the range
of float32) can hold: the nearest number, halves to the even neighbour; what is beyond the largest becomes infinite. The result is in
single precision again, as everything that flows.

Sources: ONNX operator Cast; IEEE 754-2019.`,
  params: {
    type: param.choice<(typeof types)[number]>({
      title: 'Type',
      doc: 'The type of 16 bits to whose numbers is rounded.',
      default: 'float16',
      options: types.map((value) => ({ value, title: value })),
    }),
  },
  headline: ['type'],
  scalar: ({ type }) => nearestHalf[type],
  known: [
    {
      source: 'NumPy 1.26, astype(float16)',
      x: [0.1, 65519, 1 / 3, 2049, 65520],
      y: [0.0999755859375, 65504, 0.333251953125, 2048, Infinity],
    },
    { source: 'NumPy 1.26, astype(float16)', x: [-1e-8, 3e-8, -6e-5], y: [-0, 2 ** -24, -1007 * 2 ** -24] },
    {
      source: 'PyTorch 1.13, to(torch.bfloat16)',
      params: { type: 'bfloat16' },
      x: [0.1, 65519, 1 / 3, 2049, -1e5],
      y: [0.10009765625, 65536, 0.333984375, 2048, -99840],
    },
  ],
});
