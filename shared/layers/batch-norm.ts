import { elementCount } from '../base/dims.ts';
import { Tensor } from '../base/tensor.ts';
import { param } from '../schema/params.ts';
import { defineLayer, perOutputElement, weight } from './define.ts';
import { expectRank } from './expect.ts';

export const batchNorm = defineLayer({
  kind: 'batchNorm',
  title: 'Batch norm',
  group: 'normalisation',
  icon: 'batchNorm',
  summary: 'Centres and scales each channel by statistics of the training data.',
  words: [
    'bn',
    'batchnorm',
    'batch normalization',
    'batch normalisation',
    '批归一化',
    '批量归一化',
    '批标准化',
  ],
  frequent: true,
  formula: 'y[c] = γ[c] · (x[c] − μ[c]) / √(σ²[c] + ε) + β[c]',
  traits: { linear: true },
  doc: `Normalises every channel, then scales and shifts it by learned γ and β. While training, mean and variance are those of the
batch; at inference, which is what runs here, the running statistics μ and σ² gathered in training are used. It is then one
multiplication and one addition per element, and can be folded into the convolution before it, whose bias it makes redundant.

It has 2·C learned parameters; the 2·C running statistics are counted apart.

Sources: Ioffe and Szegedy 2015; ONNX operator BatchNormalization.`,
  params: {
    epsilon: param.float({
      title: 'Epsilon',
      doc: 'Added to the variance, so that it is never zero.',
      default: 1e-5,
      min: 0,
      symbol: 'ε',
      advanced: true,
    }),
    momentum: param.float({
      title: 'Momentum',
      doc: 'Share of each new batch in the running statistics while training.',
      default: 0.1,
      min: 0,
      max: 1,
      advanced: true,
    }),
  },
  shape: ({ inputs }) => expectRank('Batch norm', inputs[0]!, 2) ?? [inputs[0]!],
  weights({ inputs }) {
    const channels = [inputs[0]![1]!];
    return [
      weight('weight', ['C'], channels, { kind: 'constant', value: 1 }),
      weight('bias', ['C'], channels, { kind: 'constant', value: 0 }),
      weight('running_mean', ['C'], channels, { kind: 'constant', value: 0 }, false),
      weight('running_var', ['C'], channels, { kind: 'constant', value: 1 }, false),
    ];
  },
  cost: ({ outputs }) => perOutputElement(outputs, 'elements', 2),
  forward({ params, inputs, weights, tally }) {
    const x = inputs[0]!;
    const y = Tensor.zeros(x.dims);
    const [batch, channels] = x.dims as readonly [number, number];
    const area = elementCount(x.dims.slice(2));
    for (let plane = 0; plane < batch * channels; plane++) {
      const c = plane % channels;
      const scale = weights.weight!.data[c]! / Math.sqrt(weights.running_var!.data[c]! + params.epsilon);
      const shift = weights.bias!.data[c]! - weights.running_mean!.data[c]! * scale;
      for (let i = plane * area; i < (plane + 1) * area; i++) {
        y.data[i] = x.data[i]! * scale + shift;
        tally.otherOps += 2;
      }
    }
    return [y];
  },
  examples: [
    {
      title: "After ResNet's first convolution",
      params: {},
      inputs: [[1, 64, 112, 112]],
      outputs: [[1, 64, 112, 112]],
      macs: 0,
      trainedParams: 128,
      source: 'He et al. 2015',
    },
    {
      title: 'Two channels by their running statistics',
      params: {},
      inputs: [[1, 2, 1, 2]],
      outputs: [[1, 2, 1, 2]],
      source: 'PyTorch 1.13, torch.nn.functional.batch_norm',
      values: {
        inputs: [[1, 2, 3, 4]],
        weights: { weight: [1, 2], bias: [0, -1], running_mean: [1.5, 3], running_var: [0.25, 4] },
        outputs: [[-0.99998, 0.99998, -1.0, -1.249998e-6]],
      },
    },
    {
      title: 'A large epsilon',
      params: { epsilon: 0.5 },
      inputs: [[2, 1]],
      outputs: [[2, 1]],
      source: 'PyTorch 1.13, torch.nn.functional.batch_norm',
      values: {
        inputs: [[1, -2]],
        weights: { weight: [2], bias: [1], running_mean: [0.5], running_var: [1] },
        outputs: [[1.816497, -3.082483]],
      },
    },
  ],
});
