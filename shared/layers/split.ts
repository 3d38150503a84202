import { isIssue, messages } from '../base/problem.ts';
import { param } from '../schema/params.ts';
import { defineLayer, free } from './define.ts';
import { resolveAxis } from './expect.ts';
import { readStrided, stridesOf } from './strided.ts';

export const say = messages('layers/split', {
  'sizes-do-not-add-up': [
    'Split makes parts of {{sizes}} = {{total}}, but axis {{axis}} is {{extent}} long.',
    'Let the sizes add up to {{extent}}.',
  ],
  'too-many-parts': [
    'Split cannot cut an axis of {{extent}} into {{parts}} equal parts.',
    'Ask for fewer parts, or give their sizes.',
  ],
});

export const split = defineLayer({
  kind: 'split',
  title: 'Split',
  group: 'shape',
  icon: 'split',
  summary: 'Cuts a tensor into parts along one axis.',
  words: ['chunk', '分割', '拆分'],
  formula: '[y₀; y₁; …] = x',
  traits: { linear: true, keepsSign: true },
  doc: `The reverse of concat. Without sizes, all parts are equally long; where that does not come out even, the last is shorter.
It moves data and counts no operations.

Sources: Ma et al. 2018 (ShuffleNetV2); ONNX operator Split.`,
  params: {
    axis: param.int({
      title: 'Axis',
      doc: 'The axis that is cut; 1 is the channels.',
      default: 1,
      min: -8,
      max: 7,
    }),
    parts: param.int({
      title: 'Parts',
      doc: 'How many equal parts, where no sizes are given.',
      default: 2,
      max: 64,
    }),
    sizes: param.ints({
      title: 'Sizes',
      doc: 'The length of each part; empty makes equal parts.',
      default: [],
      min: 1,
      max: 1 << 28,
      maxLength: 64,
      advanced: true,
    }),
  },
  headline: ['axis', 'parts'],
  idle: ({ sizes }) => (sizes.length > 0 ? ['parts'] : []),
  outputs: ({ parts, sizes }) =>
    Array.from({ length: sizes.length || parts }, (_, i) => ({ name: `out${i}`, doc: `Part ${i}.` })),
  shape({ params, inputs }) {
    const x = inputs[0]!;
    const at = resolveAxis('Split', params.axis, x.length);
    if (isIssue(at)) return at;
    const extent = x[at.axis]!;
    const sizes = sizesOf(params, extent);
    const total = sizes.reduce((sum, size) => sum + size, 0);
    if (total === extent && sizes.every((size) => size > 0))
      return sizes.map((size) => x.with(at.axis, size));
    return params.sizes.length > 0
      ? say(
          'sizes-do-not-add-up',
          { sizes: sizes.join(' + '), total, axis: at.axis, extent },
          { param: 'sizes' },
        )
      : say('too-many-parts', { extent, parts: params.parts }, { param: 'parts' });
  },
  cost: () => free,
  forward({ params, inputs, outputs }) {
    const x = inputs[0]!;
    const axis = (params.axis + x.dims.length) % x.dims.length;
    const strides = stridesOf(x.dims);
    let at = 0;
    return outputs.map((dims) => {
      const part = readStrided(x.data, dims, strides, at * strides[axis]!);
      at += dims[axis]!;
      return part;
    });
  },
  examples: [
    {
      title: 'Two halves of the channels',
      params: {},
      inputs: [[1, 116, 28, 28]],
      outputs: [
        [1, 58, 28, 28],
        [1, 58, 28, 28],
      ],
      macs: 0,
      trainedParams: 0,
      source: 'Ma et al. 2018 (ShuffleNetV2)',
    },
    {
      title: 'Two halves',
      params: {},
      inputs: [[2, 4]],
      outputs: [
        [2, 2],
        [2, 2],
      ],
      source: 'PyTorch 1.13, torch.split',
      values: {
        inputs: [[1, 2, 3, 4, 5, 6, 7, 8]],
        outputs: [
          [1, 2, 5, 6],
          [3, 4, 7, 8],
        ],
      },
    },
    {
      title: 'Parts of one and three along the last axis',
      params: { axis: -1, sizes: [1, 3] },
      inputs: [[2, 4]],
      outputs: [
        [2, 1],
        [2, 3],
      ],
      source: 'PyTorch 1.13, torch.split',
      values: {
        inputs: [[1, 2, 3, 4, 5, 6, 7, 8]],
        outputs: [
          [1, 5],
          [2, 3, 4, 6, 7, 8],
        ],
      },
    },
  ],
});

function sizesOf(params: { readonly parts: number; readonly sizes: readonly number[] }, extent: number) {
  if (params.sizes.length > 0) return params.sizes;
  const size = Math.ceil(extent / params.parts);
  return Array.from({ length: params.parts }, (_, i) => Math.min(size, extent - i * size));
}
