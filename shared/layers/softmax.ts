import { elementCount } from '../base/dims.ts';
import { isIssue } from '../base/problem.ts';
import { Tensor } from '../base/tensor.ts';
import { param } from '../schema/params.ts';
import { defineLayer, perOutputElement } from './define.ts';
import { resolveAxis } from './expect.ts';
import { lanesOf } from './lanes.ts';

export const softmax = defineLayer({
  kind: 'softmax',
  title: 'Softmax',
  group: 'activation',
  icon: 'softmax',
  summary: 'Turns scores into probabilities that sum to 1.',
  formula: 'y[i] = e^x[i] / Σ_j e^x[j]',
  doc: `Exponentiates the scores along one axis and divides by their sum. The largest score is subtracted first, which changes
nothing but keeps the exponentials finite. Counted as three operations per element: exponential, sum, division.

Sources: Bridle 1990; ONNX operator Softmax.`,
  params: {
    axis: param.int({
      title: 'Axis',
      doc: 'The axis along which probabilities sum to 1; 1 is the channels.',
      default: 1,
      min: -8,
      max: 7,
      advanced: true,
    }),
  },
  shape({ params, inputs }) {
    const at = resolveAxis('Softmax', params.axis, inputs[0]!.length);
    return isIssue(at) ? at : [inputs[0]!];
  },
  cost: ({ outputs }) => perOutputElement(outputs, 'elements', 3),
  reach({ params, inputs }) {
    const rank = inputs[0]!.length;
    return { kind: (params.axis + rank) % rank > 1 ? 'global' : 'pointwise' };
  },
  forward({ params, inputs, tally }) {
    const x = inputs[0]!;
    const y = Tensor.zeros(x.dims);
    if (elementCount(x.dims) === 0) return [y];
    const lanes = lanesOf(x.dims, (params.axis + x.dims.length) % x.dims.length);
    for (let lane = 0; lane < lanes.count; lane++) {
      const start = lanes.at(lane);
      const end = start + lanes.length * lanes.step;
      let largest = -Infinity;
      for (let i = start; i < end; i += lanes.step) largest = Math.max(largest, x.data[i]!);
      let total = 0;
      for (let i = start; i < end; i += lanes.step) total += Math.exp(x.data[i]! - largest);
      for (let i = start; i < end; i += lanes.step) {
        y.data[i] = Math.exp(x.data[i]! - largest) / total;
        tally.otherOps += 3;
      }
    }
    return [y];
  },
  examples: [
    {
      title: 'Class probabilities',
      params: {},
      inputs: [[1, 1000]],
      outputs: [[1, 1000]],
      macs: 0,
      trainedParams: 0,
      source: 'definition',
    },
  ],
});
