import { elementCount } from '../base/dims.ts';
import { Tensor } from '../base/tensor.ts';
import { defineLayer, perOutputElement, weight } from './define.ts';
import { expectRank } from './expect.ts';
import { epsilonParam, standardise } from './standardise.ts';

export const instanceNorm = defineLayer({
  kind: 'instanceNorm',
  title: 'Instance norm',
  group: 'normalisation',
  icon: 'instanceNorm',
  summary: 'Normalises each channel of each image by itself.',
  words: ['in', 'instance normalization', '实例归一化'],
  formula: 'y[c] = γ[c] · (x[c] − μ[c]) / √(σ²[c] + ε) + β[c], with μ and σ² of this very map',
  doc: `Takes mean and variance over one channel of one image, which removes its contrast: the normalisation of style-transfer
networks. It has 2·C learned parameters and no running statistics. Counted as four operations per element: one each for mean and
variance, two to scale and shift.

Sources: Ulyanov et al. 2016; ONNX operator InstanceNormalization.`,
  params: { epsilon: epsilonParam },
  shape: ({ inputs }) => expectRank('Instance norm', inputs[0]!, 3) ?? [inputs[0]!],
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
    for (let start = 0; start < y.data.length; start += area) {
      const c = (start / area) % x.dims[1]!;
      const [scale, shift] = [weights.weight!.data[c]!, weights.bias!.data[c]!];
      standardise(
        x.data.subarray(start, start + area),
        y.data.subarray(start, start + area),
        params.epsilon,
        (normalised) => normalised * scale + shift,
        tally,
      );
    }
    return [y];
  },
  examples: [
    {
      title: 'In a style-transfer network',
      params: {},
      inputs: [[1, 32, 224, 224]],
      outputs: [[1, 32, 224, 224]],
      macs: 0,
      trainedParams: 64,
      source: 'Ulyanov et al. 2016',
    },
    {
      title: 'Each channel by itself',
      params: {},
      inputs: [[1, 2, 1, 3]],
      outputs: [[1, 2, 1, 3]],
      source: 'PyTorch 1.13, torch.nn.functional.instance_norm',
      values: {
        inputs: [[1, 2, 3, 4, 6, 8]],
        weights: { weight: [1, 2], bias: [0, -1] },
        outputs: [[-1.224736, 0, 1.224736, -3.449485, -1.0, 1.449485]],
      },
    },
    {
      title: 'Two samples, a large epsilon',
      params: { epsilon: 0.5 },
      inputs: [[2, 1, 1, 2]],
      outputs: [[2, 1, 1, 2]],
      source: 'PyTorch 1.13, torch.nn.functional.instance_norm',
      values: {
        inputs: [[1, 2, -3, 3]],
        weights: { weight: [2], bias: [1] },
        outputs: [[-0.1547005, 2.154701, -0.9466571, 2.946657]],
      },
    },
  ],
});
