import { isIssue } from '../base/problem.ts';
import { Tensor } from '../base/tensor.ts';
import { param } from '../schema/params.ts';
import { defineLayer, perOutputElement } from './define.ts';
import { resolveAxis } from './expect.ts';
import { lanesOf } from './lanes.ts';

export const lpNorm = defineLayer({
  kind: 'lpNorm',
  title: 'Lp norm',
  group: 'normalisation',
  icon: 'lpNorm',
  summary: 'Scales vectors along one axis to length 1.',
  words: ['l1 norm', 'l2 norm', 'l2', '范数归一化'],
  formula: 'y[i] = x[i] / (Σ_j |x[j]|^p)^(1/p)',
  traits: { keepsSign: true },
  doc: `Divides the elements along one axis by their L1 or L2 norm; a vector of zeros stays zero. Embeddings that are compared by
angle end in it. Counted as two operations per element.

Source: ONNX operator LpNormalization.`,
  params: {
    axis: param.int({ title: 'Axis', doc: 'The axis the norm is taken along.', default: 1, min: -8, max: 7 }),
    p: param.int({
      title: 'p',
      doc: 'Sum of absolute values (1) or Euclidean length (2).',
      default: 2,
      max: 2,
    }),
  },
  headline: ['p'],
  shape({ params, inputs }) {
    const at = resolveAxis('Lp norm', params.axis, inputs[0]!.length);
    return isIssue(at) ? at : [inputs[0]!];
  },
  cost: ({ outputs }) => perOutputElement(outputs, 'elements', 2),
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
      let total = 0;
      for (let i = start; i < end; i += lanes.step) total += Math.abs(x.data[i]!) ** params.p;
      const norm = params.p === 2 ? Math.sqrt(total) : total;
      for (let i = start; i < end; i += lanes.step) {
        y.data[i] = norm === 0 ? 0 : x.data[i]! / norm;
        tally.otherOps += 2;
      }
    }
    return [y];
  },
  examples: [
    {
      title: 'A face embedding',
      params: {},
      inputs: [[1, 128]],
      outputs: [[1, 128]],
      macs: 0,
      trainedParams: 0,
      source: 'Schroff et al. 2015 (FaceNet)',
    },
    {
      title: 'To unit length along the channels',
      params: {},
      inputs: [[1, 2, 2]],
      outputs: [[1, 2, 2]],
      source: 'PyTorch 1.13, torch.nn.functional.normalize',
      values: { inputs: [[3, 1, 4, -2]], outputs: [[0.6, 0.4472136, 0.8, -0.8944272]] },
    },
    {
      title: 'By the sum of magnitudes along the last axis',
      params: { axis: -1, p: 1 },
      inputs: [[2, 2]],
      outputs: [[2, 2]],
      source: 'PyTorch 1.13, torch.nn.functional.normalize',
      values: { inputs: [[1, -3, 2, 2]], outputs: [[0.25, -0.75, 0.5, 0.5]] },
    },
  ],
});
