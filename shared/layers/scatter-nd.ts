import { elementCount, formatDims, sameDims } from '../base/dims.ts';
import { messages } from '../base/problem.ts';
import { Tensor } from '../base/tensor.ts';
import { param } from '../schema/params.ts';
import { defineLayer, free } from './define.ts';
import { offsetOf } from './gather-nd.ts';
import { reduceBy, reductionOptions } from './positions.ts';

export const say = messages('layers/scatter-nd', {
  'shapes-differ': [
    'Scatter slices into {{x}} cannot take updates of {{updates}} at coordinates of {{places}}.',
    'Give as many updates as rows of coordinates, each of the axes that these leave.',
  ],
});

export const scatterNd = defineLayer({
  kind: 'scatterNd',
  title: 'Scatter slices',
  group: 'shape',
  icon: 'scatterNd',
  summary: 'A copy of a tensor in which some slices are others.',
  formula: 'y = x; y[p[i, 0], p[i, 1], …] = u[i]',
  traits: { keepsSign: true },
  doc: `Each row of coordinates is the place of a slice, by its leading coordinates; what goes there is in the third tensor. Negative
coordinates count from the end, and what lies outside is left out. It moves data and counts no operations.

Source: ONNX operator ScatterND.`,
  params: {
    reduction: param.choice({
      title: 'What was there is',
      doc: 'What becomes of the element that an update meets.',
      default: 'none',
      options: reductionOptions,
    }),
  },
  inputs: [
    { name: 'in', doc: 'What is copied.' },
    { name: 'coordinates', doc: 'Coordinates along its last axis.' },
    { name: 'updates', doc: 'A slice for every row of coordinates.' },
  ],
  shape({ inputs }) {
    const [x, places, updates] = inputs;
    const depth = places!.at(-1) ?? 0;
    const deep = depth >= 1 && depth <= x!.length;
    if (deep && sameDims(updates!, [...places!.slice(0, -1), ...x!.slice(depth)])) return [x!];
    return say(
      'shapes-differ',
      { x: formatDims(x!), updates: formatDims(updates!), places: formatDims(places!) },
      { port: deep ? 'updates' : 'coordinates' },
    );
  },
  cost: () => free,
  reach: () => ({ kind: 'global' }),
  forward({ params: { reduction }, inputs }) {
    const [x, places, updates] = inputs;
    const y = new Tensor('float32', x!.data.slice(), x!.dims);
    const depth = places!.dims.at(-1)!;
    const run = elementCount(x!.dims.slice(depth));
    const combine = reduceBy[reduction];
    for (let i = 0; i < places!.data.length / depth; i++) {
      const to = offsetOf(x!.dims, places!.data.subarray(i * depth, (i + 1) * depth));
      if (to === undefined) continue;
      for (let j = 0; j < run; j++) y.data[to + j] = combine(y.data[to + j]!, updates!.data[i * run + j]!);
    }
    return [y];
  },
  examples: [
    {
      title: 'Elements of a vector',
      params: {},
      inputs: [[8], [4, 1], [4]],
      outputs: [[8]],
      source: 'ONNX operator ScatterND, example 1',
      values: {
        inputs: [
          [1, 2, 3, 4, 5, 6, 7, 8],
          [4, 3, 1, 7],
          [9, 10, 11, 12],
        ],
        outputs: [[1, 11, 3, 10, 9, 6, 7, 12]],
      },
    },
    {
      title: 'Rows, added',
      params: { reduction: 'add' },
      inputs: [
        [2, 2],
        [2, 1],
        [2, 2],
      ],
      outputs: [[2, 2]],
      source: 'ONNX operator ScatterND, its definition',
      values: {
        inputs: [
          [1, 2, 3, 4],
          [1, 1],
          [10, 20, 30, 40],
        ],
        outputs: [[1, 2, 43, 64]],
      },
    },
  ],
});
