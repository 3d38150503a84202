import { isIssue } from '../base/problem.ts';
import { param } from '../schema/params.ts';
import { defineLayer, perOutputElement } from './define.ts';
import { resolveAxis } from './expect.ts';
import { running } from './running.ts';

export const cumProd = defineLayer({
  kind: 'cumProd',
  title: 'Running product',
  group: 'math',
  icon: 'cumProd',
  summary: 'The product of all elements so far along an axis.',
  words: ['cumprod', 'cumulative product', '累乘'],
  formula: 'y[i] = x[0] · … · x[i]',
  traits: { keepsSign: true },
  doc: `Multiplies along one axis, each element with all before it; or, *reversed*, with all after it; or, *exclusive*, without itself.
Volume rendering takes how much light is left behind every sample by it.

Source: ONNX operator CumProd.`,
  params: {
    axis: param.int({
      title: 'Axis',
      doc: 'The axis that is multiplied along.',
      default: 1,
      min: -8,
      max: 7,
    }),
    exclusive: param.flag({ title: 'Exclusive', doc: 'Leaves the element itself out.', default: false }),
    reverse: param.flag({ title: 'Reversed', doc: 'Multiplies from the end.', default: false }),
  },
  headline: ['axis'],
  shape({ params: { axis }, inputs }) {
    const at = resolveAxis('Running product', axis, inputs[0]!.length);
    return isIssue(at) ? at : [inputs[0]!];
  },
  cost: ({ outputs }) => perOutputElement(outputs),
  reach: ({ params: { axis }, inputs }) => ({
    kind: (axis + inputs[0]!.length) % inputs[0]!.length > 1 ? 'global' : 'pointwise',
  }),
  forward({ params, inputs, tally }) {
    const y = running(inputs[0]!, params, 1, (total, x) => total * x);
    tally.otherOps += y.data.length;
    return [y];
  },
  examples: [
    {
      title: 'Of a vector',
      params: { axis: 0 },
      inputs: [[5]],
      outputs: [[5]],
      source: 'ONNX operator CumProd, cumprod_1d',
      values: { inputs: [[1, 2, 3, 4, 5]], outputs: [[1, 2, 6, 24, 120]] },
    },
    {
      title: 'From the end, without itself',
      params: { axis: 0, exclusive: true, reverse: true },
      inputs: [[5]],
      outputs: [[5]],
      source: 'ONNX operator CumProd, cumprod_1d_reverse_exclusive',
      values: { inputs: [[1, 2, 3, 4, 5]], outputs: [[120, 60, 20, 5, 1]] },
    },
  ],
});
