import { formatDims, sameDims } from '../base/dims.ts';
import { isIssue, messages } from '../base/problem.ts';
import { Tensor } from '../base/tensor.ts';
import { param } from '../schema/params.ts';
import { defineLayer, free } from './define.ts';
import { resolveAxis } from './expect.ts';
import { placeOn, reduceBy, reductionOptions } from './positions.ts';
import { stridesOf } from './strided.ts';

export const say = messages('layers/scatter-elements', {
  'shapes-differ': [
    'Scatter elements into {{x}} cannot take {{updates}} at positions of {{positions}}.',
    'Give as many updates as positions, of the rank of the tensor.',
  ],
});

export const scatterElements = defineLayer({
  kind: 'scatterElements',
  title: 'Scatter elements',
  group: 'shape',
  icon: 'scatterElements',
  summary: 'A copy of a tensor in which some elements are others.',
  formula: 'y = x; y[i, p[i, j, …], …] = u[i, j, …]',
  traits: { keepsSign: true },
  doc: `Every update goes where it lies itself, except along the axis, where the positions say which. Negative positions count from the
end, and what lies outside is left out. It moves data and counts no operations.

Sources: ONNX operator ScatterElements; PyTorch scatter.`,
  params: {
    axis: param.int({
      title: 'Axis',
      doc: 'The axis along which positions count.',
      default: 0,
      min: -8,
      max: 7,
    }),
    reduction: param.choice({
      title: 'What was there is',
      doc: 'What becomes of the element that an update meets.',
      default: 'none',
      options: reductionOptions,
    }),
  },
  headline: ['axis'],
  inputs: [
    { name: 'in', doc: 'What is copied.' },
    { name: 'positions', doc: 'Which position along the axis, for every update.' },
    { name: 'updates', doc: 'What goes there.' },
  ],
  shape({ params: { axis }, inputs }) {
    const [x, positions, updates] = inputs;
    const at = resolveAxis('Scatter elements', axis, x!.length);
    if (isIssue(at)) return at;
    const fits =
      positions!.length === x!.length && positions!.every((extent, i) => i === at.axis || extent <= x![i]!);
    if (fits && sameDims(positions!, updates!)) return [x!];
    return say(
      'shapes-differ',
      { x: formatDims(x!), updates: formatDims(updates!), positions: formatDims(positions!) },
      { port: fits ? 'updates' : 'positions' },
    );
  },
  cost: () => free,
  reach: () => ({ kind: 'global' }),
  forward({ params: { axis, reduction }, inputs }) {
    const [x, positions, updates] = inputs;
    const rank = x!.dims.length;
    const at = (axis + rank) % rank;
    const y = new Tensor('float32', x!.data.slice(), x!.dims);
    const strides = stridesOf(x!.dims);
    const own = stridesOf(positions!.dims);
    const combine = reduceBy[reduction];
    for (let i = 0; i < positions!.data.length; i++) {
      const place = placeOn(x!.dims[at]!, positions!.data[i]!);
      if (place === undefined) continue;
      let to = place * strides[at]!;
      for (let other = 0; other < rank; other++) {
        if (other !== at) to += (Math.floor(i / own[other]!) % positions!.dims[other]!) * strides[other]!;
      }
      y.data[to] = combine(y.data[to]!, updates!.data[i]!);
    }
    return [y];
  },
  examples: [
    {
      title: 'Along the rows',
      params: {},
      inputs: [
        [3, 3],
        [2, 3],
        [2, 3],
      ],
      outputs: [[3, 3]],
      source: 'ONNX operator ScatterElements, example 1',
      values: {
        inputs: [
          [0, 0, 0, 0, 0, 0, 0, 0, 0],
          [1, 0, 2, 0, 2, 1],
          [1, 1.1, 1.2, 2, 2.1, 2.2],
        ],
        outputs: [[2, 1.1, 0, 1, 0, 2.2, 0, 2.1, 1.2]],
      },
    },
    {
      title: 'Along the columns',
      params: { axis: 1 },
      inputs: [
        [1, 5],
        [1, 2],
        [1, 2],
      ],
      outputs: [[1, 5]],
      source: 'ONNX operator ScatterElements, example 2',
      values: {
        inputs: [
          [1, 2, 3, 4, 5],
          [1, 3],
          [1.1, 2.1],
        ],
        outputs: [[1, 1.1, 3, 2.1, 5]],
      },
    },
  ],
});
