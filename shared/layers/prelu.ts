import { elementCount } from '../base/dims.ts';
import { messages } from '../base/problem.ts';
import { Tensor } from '../base/tensor.ts';
import { param } from '../schema/params.ts';
import { defineLayer, perOutputElement, weight } from './define.ts';

export const say = messages('layers/prelu', {
  'rank-too-small': [
    'PReLU needs a channel axis for one slope per channel.',
    'Use one slope for all, or give the input a batch and a channel axis.',
  ],
});

export const prelu = defineLayer({
  kind: 'prelu',
  title: 'PReLU',
  group: 'activation',
  icon: 'prelu',
  summary: 'A leaky ReLU that learns its slope.',
  words: ['parametric relu', '参数化 relu'],
  formula: 'y = x for x ≥ 0, a[c]·x otherwise',
  traits: { keepsSign: true },
  doc: `Learns the slope of the negative side, one per channel or one for all.

Sources: He et al. 2015 (Delving deep into rectifiers); ONNX operator PRelu.`,
  params: {
    perChannel: param.flag({
      title: 'Per channel',
      doc: 'One slope per channel; off, one slope for all.',
      default: true,
    }),
  },
  shape({ params, inputs }) {
    const x = inputs[0]!;
    if (!params.perChannel || x.length >= 2) return [x];
    return say('rank-too-small', {}, { param: 'perChannel' });
  },
  weights: ({ params, inputs }) => [
    weight('weight', [params.perChannel ? 'C' : '1'], [params.perChannel ? inputs[0]![1]! : 1], {
      kind: 'constant',
      value: 0.25,
    }),
  ],
  cost: ({ outputs }) => perOutputElement(outputs),
  forward({ inputs, weights, tally }) {
    const x = inputs[0]!;
    const y = Tensor.zeros(x.dims);
    const slopes = weights.weight!.data;
    const area = elementCount(x.dims.slice(2));
    for (let i = 0; i < y.data.length; i++) {
      const slope = slopes[Math.floor(i / area) % slopes.length]!;
      y.data[i] = x.data[i]! < 0 ? slope * x.data[i]! : x.data[i]!;
      tally.otherOps += 1;
    }
    return [y];
  },
  examples: [
    {
      title: 'A feature map',
      params: {},
      inputs: [[1, 64, 56, 56]],
      outputs: [[1, 64, 56, 56]],
      macs: 0,
      trainedParams: 64,
      source: 'He et al. 2015',
    },
    {
      title: 'A slope per channel',
      params: {},
      inputs: [[1, 2, 1, 2]],
      outputs: [[1, 2, 1, 2]],
      source: 'PyTorch 1.13, torch.nn.functional.prelu',
      values: { inputs: [[-1, 2, -3, 4]], weights: { weight: [0.25, 0.5] }, outputs: [[-0.25, 2, -1.5, 4]] },
    },
    {
      title: 'One slope for all',
      params: { perChannel: false },
      inputs: [[1, 2, 1, 2]],
      outputs: [[1, 2, 1, 2]],
      source: 'PyTorch 1.13, torch.nn.functional.prelu',
      values: { inputs: [[-1, 2, -3, 4]], weights: { weight: [0.1] }, outputs: [[-0.1, 2, -0.3, 4]] },
    },
  ],
});
