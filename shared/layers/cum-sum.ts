import { isIssue } from '../base/problem.ts';
import { param } from '../schema/params.ts';
import { defineLayer, perOutputElement } from './define.ts';
import { resolveAxis } from './expect.ts';
import { running } from './running.ts';

export const cumSum = defineLayer({
  kind: 'cumSum',
  title: 'Running sum',
  group: 'math',
  icon: 'cumSum',
  summary: 'The sum of all elements so far along an axis.',
  formula: 'y[i] = x[0] + … + x[i]',
  traits: { linear: true, keepsSign: true },
  doc: `Adds up along one axis, each element with all before it; or, *reversed*, with all after it; or, *exclusive*, without itself.

Source: ONNX operator CumSum.`,
  params: {
    axis: param.int({ title: 'Axis', doc: 'The axis that is added along.', default: 1, min: -8, max: 7 }),
    exclusive: param.flag({ title: 'Exclusive', doc: 'Leaves the element itself out.', default: false }),
    reverse: param.flag({ title: 'Reversed', doc: 'Adds from the end.', default: false }),
  },
  headline: ['axis'],
  shape({ params: { axis }, inputs }) {
    const at = resolveAxis('Running sum', axis, inputs[0]!.length);
    return isIssue(at) ? at : [inputs[0]!];
  },
  cost: ({ outputs }) => perOutputElement(outputs),
  reach: ({ params: { axis }, inputs }) => ({
    kind: (axis + inputs[0]!.length) % inputs[0]!.length > 1 ? 'global' : 'pointwise',
  }),
  forward({ params, inputs, tally }) {
    const y = running(inputs[0]!, params, 0, (total, x) => total + x);
    tally.otherOps += y.data.length;
    return [y];
  },
  examples: [
    {
      title: 'Of a vector',
      params: { axis: 0 },
      inputs: [[5]],
      outputs: [[5]],
      source: 'ONNX operator CumSum, cumsum_1d',
      values: { inputs: [[1, 2, 3, 4, 5]], outputs: [[1, 3, 6, 10, 15]] },
    },
    {
      title: 'From the end, without itself',
      params: { axis: 0, exclusive: true, reverse: true },
      inputs: [[5]],
      outputs: [[5]],
      source: 'ONNX operator CumSum, cumsum_1d_reverse_exclusive',
      values: { inputs: [[1, 2, 3, 4, 5]], outputs: [[14, 12, 9, 5, 0]] },
    },
  ],
});
