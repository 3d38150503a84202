import { param } from '../schema/params.ts';
import { defineLayer, free, weight } from './define.ts';

export const constant = defineLayer({
  kind: 'constant',
  title: 'Constant',
  group: 'io',
  icon: 'constant',
  summary: 'A tensor that does not depend on the input.',
  words: ['const', '常量'],
  formula: 'y = w',
  doc: `Hands on a tensor kept with the weights: a position embedding, a mean image, a factor. A learned one counts as parameters;
any other is counted with the statistics.

Of a model that is opened, every stored tensor counts as learned, but for four kinds. What its own description in the file
(its doc_string) calls "not learned" does not, as files written here say of all that training does not change. What prepares the
network's input does not: a mean or a deviation that meets the input itself, or what only such constants made of it, where the input is an
image or the constant has no more than one number per channel. What was written down in the graph does not: a Constant of
one number, or of the same number throughout. And what an exporter worked out itself does not, where it is a single number
or one for every position, such as prior boxes or a mask. *Learned* says otherwise of one node.

Source: ONNX operator Constant and initialisers.`,
  params: {
    shape: param.dims({
      title: 'Shape',
      doc: 'The extents, without a batch axis.',
      default: [1],
      maxRank: 8,
      minRank: 0,
    }),
    fill: param.float({
      title: 'Value',
      doc: 'What every element holds where no weights say otherwise.',
      default: 0,
      advanced: true,
    }),
    learned: param.flag({ title: 'Learned', doc: 'Training changes it.', default: false }),
  },
  inputs: [],
  headline: ['shape'],
  shape: ({ params }) => [params.shape],
  weights: ({ params }) => [
    weight(
      'value',
      params.shape.map((_, axis) => `D_${axis}`),
      params.shape,
      { kind: 'constant', value: params.fill },
      params.learned,
    ),
  ],
  cost: () => free,
  forward: ({ weights }) => [weights.value!],
  examples: [
    {
      title: "ViT-B/16's position embedding",
      params: { shape: [1, 197, 768], learned: true },
      inputs: [],
      outputs: [[1, 197, 768]],
      macs: 0,
      trainedParams: 151_296,
      source: 'Dosovitskiy et al. 2020: 197·768',
    },
  ],
});
