import { messages } from '../base/problem.ts';
import { param } from '../schema/params.ts';
import { defineLayer, free } from './define.ts';
import { readStrided, stridesOf } from './strided.ts';

export const say = messages('layers/tile', {
  'rank-differs': [
    'Tile has {{count}} numbers of copies for {{rank}} axes.',
    'Give one number for each axis, batch first.',
  ],
});

export const tile = defineLayer({
  kind: 'tile',
  title: 'Tile',
  group: 'shape',
  icon: 'tile',
  summary: 'Repeats a tensor along its axes.',
  formula: 'y[i, …] = x[i mod extent, …]',
  traits: { linear: true, keepsSign: true },
  doc: `Lays copies of the tensor side by side, so many along each axis. It moves data and counts no operations.

Source: ONNX operator Tile.`,
  params: {
    repeats: param.ints({
      title: 'Copies',
      doc: 'How many along each axis, batch first.',
      default: [1, 1, 2, 2],
      min: 1,
      max: 1 << 20,
      maxLength: 8,
    }),
  },
  headline: ['repeats'],
  shape({ params: { repeats }, inputs }) {
    const x = inputs[0]!;
    if (repeats.length === x.length) return [x.map((extent, axis) => extent * repeats[axis]!)];
    return say('rank-differs', { count: repeats.length, rank: x.length }, { param: 'repeats' });
  },
  cost: () => free,
  reach: ({ params: { repeats } }) => ({
    kind: repeats.some((times, axis) => axis > 1 && times > 1) ? 'global' : 'pointwise',
  }),
  forward({ params: { repeats }, inputs, outputs }) {
    const x = inputs[0]!;
    const own = stridesOf(x.dims);
    // Every axis is read as copies × extent, the copies without a step.
    const dims = x.dims.flatMap((extent, axis) => [repeats[axis]!, extent]);
    const strides = own.flatMap((step) => [0, step]);
    return [readStrided(x.data, dims, strides).reshape(outputs[0]!)];
  },
  examples: [
    {
      title: 'Twice along both axes',
      params: { repeats: [2, 2] },
      inputs: [[2, 2]],
      outputs: [[4, 4]],
      source: 'ONNX operator Tile, tile_precomputed',
      values: {
        inputs: [[0, 1, 2, 3]],
        outputs: [[0, 1, 0, 1, 2, 3, 2, 3, 0, 1, 0, 1, 2, 3, 2, 3]],
      },
    },
    {
      title: 'Three copies of a row',
      params: { repeats: [3, 1] },
      inputs: [[1, 2]],
      outputs: [[3, 2]],
      source: 'NumPy tile',
      values: { inputs: [[7, 8]], outputs: [[7, 8, 7, 8, 7, 8]] },
    },
  ],
});
