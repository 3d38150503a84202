import { param } from '../schema/params.ts';
import { defineLayer, free } from './define.ts';

export const input = defineLayer({
  kind: 'input',
  title: 'Input',
  group: 'io',
  icon: 'input',
  summary: 'Where images enter the network.',
  words: ['image', '输入', '图像'],
  formula: 'y = x',
  doc: `The network's input: C×H×W for images. The batch axis is added in front; costs are stated for a batch of one.

Source: ONNX graph inputs.`,
  params: {
    shape: param.dims({
      title: 'Shape',
      doc: 'Channels×height×width of one sample.',
      default: [3, 224, 224],
      minRank: 0,
    }),
    batched: param.flag({
      title: 'Batched',
      doc: 'Puts a batch axis in front of the shape. Off for tensors that have none.',
      default: true,
      advanced: true,
    }),
  },
  inputs: [],
  headline: ['shape'],
  /** The batch size is chosen by whoever analyses or runs the design; on paper it is one. */
  shape: ({ params }) => [params.batched ? [1, ...params.shape] : params.shape],
  cost: () => free,
  forward({ inputs }) {
    return [inputs[0]!];
  },
  examples: [
    {
      title: 'An ImageNet crop',
      params: {},
      inputs: [],
      outputs: [[1, 3, 224, 224]],
      macs: 0,
      source: 'Krizhevsky et al. 2012',
    },
  ],
});
