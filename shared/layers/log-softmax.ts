import { isIssue } from '../base/problem.ts';
import { Tensor } from '../base/tensor.ts';
import { param } from '../schema/params.ts';
import { defineLayer, perOutputElement } from './define.ts';
import { resolveAxis } from './expect.ts';
import { lanesOf } from './lanes.ts';

export const logSoftmax = defineLayer({
  kind: 'logSoftmax',
  title: 'Log softmax',
  group: 'activation',
  icon: 'logSoftmax',
  summary: 'The logarithm of softmax, which cannot underflow.',
  formula: 'y[i] = x[i] − ln Σ_j e^x[j]',
  doc: `Log-probabilities, for the negative log-likelihood loss. Counted as three operations per element, like softmax:
exponential, sum, subtraction.

Source: ONNX operator LogSoftmax.`,
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
    const at = resolveAxis('Log softmax', params.axis, inputs[0]!.length);
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
    if (y.data.length === 0) return [y];
    const lanes = lanesOf(x.dims, (params.axis + x.dims.length) % x.dims.length);
    for (let lane = 0; lane < lanes.count; lane++) {
      const start = lanes.at(lane);
      const end = start + lanes.length * lanes.step;
      let largest = -Infinity;
      for (let i = start; i < end; i += lanes.step) largest = Math.max(largest, x.data[i]!);
      let total = 0;
      for (let i = start; i < end; i += lanes.step) total += Math.exp(x.data[i]! - largest);
      const shift = largest + Math.log(total);
      for (let i = start; i < end; i += lanes.step) {
        y.data[i] = x.data[i]! - shift;
        tally.otherOps += 3;
      }
    }
    return [y];
  },
  examples: [
    {
      title: 'Class scores',
      params: {},
      inputs: [[1, 1000]],
      outputs: [[1, 1000]],
      macs: 0,
      trainedParams: 0,
      source: 'definition',
    },
  ],
});
