import { param } from '../schema/params.ts';
import { defineLayer, free } from './define.ts';

export const dropout = defineLayer({
  kind: 'dropout',
  title: 'Dropout',
  group: 'normalisation',
  icon: 'dropout',
  summary: 'Silences random units while training; passes everything on at inference.',
  words: ['drop', '随机失活', '丢弃'],
  frequent: true,
  formula: 'y = x at inference; while training y = m·x / (1 − p), m ∈ {0, 1}',
  traits: { linear: true, keepsSign: true, identity: true },
  doc: `While training, sets each element to zero with probability p and scales the rest by 1/(1 − p). At inference, which is what
runs here, it does nothing and costs nothing. AlexNet and VGG need it in their fully connected layers.

Sources: Srivastava et al. 2014; ONNX operator Dropout.`,
  params: {
    rate: param.float({
      title: 'Rate',
      doc: 'Share of elements silenced while training.',
      default: 0.5,
      min: 0,
      max: 1,
      symbol: 'p',
    }),
  },
  headline: ['rate'],
  shape: ({ inputs }) => [inputs[0]!],
  cost: () => free,
  forward: ({ inputs }) => [inputs[0]!],
  examples: [
    {
      title: "In VGG's classifier",
      params: {},
      inputs: [[1, 4096]],
      outputs: [[1, 4096]],
      macs: 0,
      trainedParams: 0,
      source: 'Simonyan and Zisserman 2014',
    },
    {
      title: 'Nothing is dropped when it runs',
      params: {},
      inputs: [[1, 4]],
      outputs: [[1, 4]],
      source: 'PyTorch 1.13, torch.nn.functional.dropout with training=False',
      values: { inputs: [[1, -2, 3, 0.5]], outputs: [[1, -2, 3, 0.5]] },
    },
    {
      title: 'Nor at a high rate',
      params: { rate: 0.9 },
      inputs: [[2, 2]],
      outputs: [[2, 2]],
      source: 'PyTorch 1.13, torch.nn.functional.dropout with training=False',
      values: { inputs: [[1, -2, 3, 0.5]], outputs: [[1, -2, 3, 0.5]] },
    },
  ],
});
