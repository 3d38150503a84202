import { type Dims, elementCount, formatDims } from '../base/dims.ts';
import { messages } from '../base/problem.ts';
import { Tensor } from '../base/tensor.ts';
import { param } from '../schema/params.ts';
import { defineLayer, free } from './define.ts';
import { outsideGives, placeOn } from './positions.ts';
import { stridesOf } from './strided.ts';

export const say = messages('layers/gather-nd', {
  'shapes-differ': [
    'Gather slices from {{x}} cannot take coordinates of {{places}}.',
    'Give coordinates whose last axis is no longer than the tensor has axes behind the batch.',
  ],
});

export const gatherNd = defineLayer({
  kind: 'gatherNd',
  title: 'Gather slices',
  group: 'shape',
  icon: 'gatherNd',
  summary: 'Picks slices by their coordinates.',
  formula: 'y[i] = x[p[i, 0], p[i, 1], …]',
  traits: { keepsSign: true },
  doc: `Each row of the second tensor is the place of a slice of the first: its leading coordinates. The first axes may be a batch that
both share. Negative coordinates count from the end. ${outsideGives} It moves data and counts no operations.

Source: ONNX operator GatherND.`,
  params: {
    batchDims: param.int({
      title: 'Batch axes',
      doc: 'How many leading axes both tensors share.',
      default: 0,
      min: 0,
      max: 7,
    }),
  },
  inputs: [
    { name: 'in', doc: 'What is picked from.' },
    { name: 'coordinates', doc: 'Coordinates along its last axis.' },
  ],
  shape({ params: { batchDims }, inputs }) {
    const [x, places] = inputs;
    const depth = places!.at(-1) ?? 0;
    const shares =
      places!.length > batchDims &&
      x!.length > batchDims &&
      places!.slice(0, batchDims).every((extent, axis) => extent === x![axis]);
    if (shares && depth >= 1 && batchDims + depth <= x!.length)
      return [[...places!.slice(0, -1), ...x!.slice(batchDims + depth)]];
    return say('shapes-differ', { x: formatDims(x!), places: formatDims(places!) }, { port: 'coordinates' });
  },
  cost: () => free,
  reach: () => ({ kind: 'global' }),
  forward({ params: { batchDims }, inputs, outputs }) {
    const [x, places] = inputs;
    const y = Tensor.zeros(outputs[0]!);
    const batches = elementCount(x!.dims.slice(0, batchDims));
    const each = elementCount(x!.dims.slice(batchDims));
    const depth = places!.dims.at(-1)!;
    const count = places!.data.length / depth;
    const run = elementCount(x!.dims.slice(batchDims + depth));
    const inBatch = x!.dims.slice(batchDims);
    for (let i = 0; i < count; i++) {
      const place = offsetOf(inBatch, places!.data.subarray(i * depth, (i + 1) * depth));
      const from = Math.floor(i / (count / batches)) * each + (place ?? 0);
      if (place === undefined) y.data.fill(Number.NaN, i * run, (i + 1) * run);
      else y.data.set(x!.data.subarray(from, from + run), i * run);
    }
    return [y];
  },
  examples: [
    {
      title: 'Elements',
      params: {},
      inputs: [
        [2, 2],
        [2, 2],
      ],
      outputs: [[2]],
      source: 'ONNX operator GatherND, example 1',
      values: {
        inputs: [
          [0, 1, 2, 3],
          [0, 0, 1, 1],
        ],
        outputs: [[0, 3]],
      },
    },
    {
      title: 'Rows, image by image',
      params: { batchDims: 1 },
      inputs: [
        [2, 2, 2],
        [2, 1],
      ],
      outputs: [[2, 2]],
      source: 'ONNX operator GatherND, example 5',
      values: {
        inputs: [
          [0, 1, 2, 3, 4, 5, 6, 7],
          [1, 0],
        ],
        outputs: [[2, 3, 4, 5]],
      },
    },
  ],
});

/** Where the slice with these leading coordinates begins; undefined where there is none. */
export function offsetOf(dims: Dims, coordinates: ArrayLike<number>): number | undefined {
  const strides = stridesOf(dims);
  let offset = 0;
  for (let axis = 0; axis < coordinates.length; axis++) {
    const at = placeOn(dims[axis]!, coordinates[axis]!);
    if (at === undefined) return undefined;
    offset += at * strides[axis]!;
  }
  return offset;
}
