import { param } from '../schema/params.ts';
import { defineActivation } from './activation.ts';

const side = (title: string, doc: string) => param.flag({ title, doc, default: true, advanced: true });

export const isInf = defineActivation({
  kind: 'isInf',
  title: 'Is infinite',
  group: 'math',
  icon: 'isInf',
  summary: '1 where an element is infinite.',
  formula: 'y = 1 where |x| = ∞, else 0',
  traits: { linear: true, keepsSign: true, nonNegative: true, whole: true },
  doc: `One where the element is infinite, as 1/0 is; zero elsewhere. Either sign can be left out.

Source: ONNX operator IsInf.`,
  params: {
    positive: side('Positive', 'Takes notice of ∞.'),
    negative: side('Negative', 'Takes notice of −∞.'),
  },
  scalar:
    ({ positive, negative }) =>
    (x) =>
      Number((positive && x === Infinity) || (negative && x === -Infinity)),
  known: [
    { source: 'ONNX operator IsInf', x: [-1.2, Number.NaN, Infinity, 2.8, -Infinity], y: [0, 0, 1, 0, 1] },
    {
      source: 'ONNX operator IsInf, example "infinity_negative"',
      params: { positive: false },
      x: [-1.7, Number.NaN, Infinity, -3.6, -Infinity, Infinity],
      y: [0, 0, 0, 0, 1, 0],
    },
  ],
});
