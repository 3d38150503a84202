import { elementCount } from '../base/dims.ts';
import { messages } from '../base/problem.ts';
import { Tensor } from '../base/tensor.ts';
import { param } from '../schema/params.ts';
import { defineLayer, perOutputElement, weight } from './define.ts';
import { expectRank } from './expect.ts';
import { epsilonParam, standardise } from './standardise.ts';

export const say = messages('layers/group-norm', {
  'channels-not-divisible': [
    '{{groups}} groups need channels divisible by {{groups}}, got {{channels}}.',
    'Change the groups to a divisor of {{channels}}.',
  ],
});

export const groupNorm = defineLayer({
  kind: 'groupNorm',
  title: 'Group norm',
  group: 'normalisation',
  icon: 'groupNorm',
  summary: 'Normalises groups of channels of each image by themselves.',
  words: ['gn', 'group normalization', '组归一化'],
  formula: 'y[c] = γ[c] · (x[c] − μ) / √(σ² + ε) + β[c], with μ and σ² of the group of c',
  doc: `Takes mean and variance over a group of channels of one image, so that it works at any batch size. It has 2·C learned
parameters and no running statistics. Counted as four operations per element: one each for mean and variance, two to scale and
shift.

Sources: Wu and He 2018; ONNX operator GroupNormalization.`,
  params: {
    groups: param.int({ title: 'Groups', doc: 'Number of channel groups.', default: 32, symbol: 'g' }),
    epsilon: epsilonParam,
  },
  headline: ['groups'],
  shape({ params, inputs }) {
    const x = inputs[0]!;
    const flat = expectRank('Group norm', x, 2);
    if (flat) return flat;
    if (x[1]! % params.groups === 0) return [x];
    return say('channels-not-divisible', { groups: params.groups, channels: x[1]! }, { param: 'groups' });
  },
  weights({ inputs }) {
    const channels = [inputs[0]![1]!];
    return [
      weight('weight', ['C'], channels, { kind: 'constant', value: 1 }),
      weight('bias', ['C'], channels, { kind: 'constant', value: 0 }),
    ];
  },
  cost: ({ outputs }) => perOutputElement(outputs, 'elements', 4),
  reach: () => ({ kind: 'global' }),
  forward({ params, inputs, weights, tally }) {
    const x = inputs[0]!;
    const y = Tensor.zeros(x.dims);
    const area = elementCount(x.dims.slice(2));
    const channels = x.dims[1]!;
    const run = (channels / params.groups) * area;
    for (let start = 0; start < y.data.length; start += run) {
      const from = Math.floor(start / area) % channels;
      standardise(
        x.data.subarray(start, start + run),
        y.data.subarray(start, start + run),
        params.epsilon,
        (normalised, i) => {
          const c = from + Math.floor(i / area);
          return normalised * weights.weight!.data[c]! + weights.bias!.data[c]!;
        },
        tally,
      );
    }
    return [y];
  },
  examples: [
    {
      title: 'In a ResNet',
      params: {},
      inputs: [[1, 256, 56, 56]],
      outputs: [[1, 256, 56, 56]],
      macs: 0,
      trainedParams: 512,
      source: 'Wu and He 2018',
    },
    {
      title: 'Two groups of one channel',
      params: { groups: 2 },
      inputs: [[1, 2, 1, 3]],
      outputs: [[1, 2, 1, 3]],
      source: 'PyTorch 1.13, torch.nn.functional.group_norm',
      values: {
        inputs: [[1, 2, 3, 4, 6, 8]],
        weights: { weight: [1, 2], bias: [0, -1] },
        outputs: [[-1.224736, 0, 1.224736, -3.449485, -1.0, 1.449485]],
      },
    },
    {
      title: 'One group of two channels, a large epsilon',
      params: { groups: 1, epsilon: 0.5 },
      inputs: [[1, 2, 1, 2]],
      outputs: [[1, 2, 1, 2]],
      source: 'PyTorch 1.13, torch.nn.functional.group_norm',
      values: {
        inputs: [[1, 2, 3, 4]],
        weights: { weight: [1, 2], bias: [0, -1] },
        outputs: [[-1.133893, -0.3779645, -0.2440711, 1.267787]],
      },
    },
  ],
});
