import { isIssue } from '../base/problem.ts';
import { Tensor } from '../base/tensor.ts';
import { param } from '../schema/params.ts';
import { defineLayer, perOutputElement } from './define.ts';
import { resolveAxis } from './expect.ts';
import { lanesOf } from './lanes.ts';

export const hardmax = defineLayer({
  kind: 'hardmax',
  title: 'Hardmax',
  group: 'activation',
  icon: 'hardmax',
  summary: 'One where an axis is largest, zero elsewhere.',
  formula: 'y[i] = 1 where i = argmax x, else 0',
  traits: { keepsSign: true, nonNegative: true, whole: true, bounded: true },
  doc: `The limit of a softmax: the first of the largest elements along the axis becomes one, every other zero.

Source: ONNX operator Hardmax.`,
  params: {
    axis: param.int({ title: 'Axis', doc: 'The axis that is searched.', default: 1, min: -8, max: 7 }),
  },
  headline: ['axis'],
  shape({ params: { axis }, inputs }) {
    const at = resolveAxis('Hardmax', axis, inputs[0]!.length);
    return isIssue(at) ? at : [inputs[0]!];
  },
  cost: ({ outputs }) => perOutputElement(outputs),
  reach: ({ params: { axis }, inputs }) => ({
    kind: (axis + inputs[0]!.length) % inputs[0]!.length > 1 ? 'global' : 'pointwise',
  }),
  forward({ params: { axis }, inputs, tally }) {
    const { data, dims } = inputs[0]!;
    const y = Tensor.zeros(dims);
    if (data.length === 0) return [y];
    const lanes = lanesOf(dims, (axis + dims.length) % dims.length);
    for (let lane = 0; lane < lanes.count; lane++) {
      const start = lanes.at(lane);
      let best = start;
      for (let i = 1; i < lanes.length; i++)
        if (data[start + i * lanes.step]! > data[best]!) best = start + i * lanes.step;
      y.data[best] = 1;
      tally.otherOps += lanes.length;
    }
    return [y];
  },
  examples: [
    {
      title: 'One-hot rows',
      params: {},
      inputs: [[4, 4]],
      outputs: [[4, 4]],
      source: 'ONNX operator Hardmax, hardmax_example',
      values: {
        inputs: [[3, 0, 1, 2, 2, 5, 1, 0, 0, 1, 3, 2, 0, 1, 2, 3]],
        outputs: [[1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]],
      },
    },
    {
      title: 'The first of equals',
      params: {},
      inputs: [[1, 4]],
      outputs: [[1, 4]],
      source: 'ONNX operator Hardmax, hardmax_one_hot',
      values: { inputs: [[3, 3, 3, 1]], outputs: [[1, 0, 0, 0]] },
    },
  ],
});
