import { elementCount, formatDims } from '../base/dims.ts';
import { isIssue, messages } from '../base/problem.ts';
import { Tensor } from '../base/tensor.ts';
import { param } from '../schema/params.ts';
import { defineLayer, free } from './define.ts';
import { resolveAxis } from './expect.ts';
import { outsideGives, placeOn } from './positions.ts';
import { stridesOf } from './strided.ts';

export const say = messages('layers/gather-elements', {
  'shapes-differ': [
    'Gather elements from {{x}} cannot take positions of {{positions}}.',
    'Give positions of the same rank, on no axis but the one that is picked from longer than the tensor.',
  ],
});

export const gatherElements = defineLayer({
  kind: 'gatherElements',
  title: 'Gather elements',
  group: 'shape',
  icon: 'gatherElements',
  summary: 'Picks single elements along one axis, as a second tensor names them.',
  formula: 'y[i, j, …] = x[i, p[i, j, …], …]',
  traits: { keepsSign: true },
  doc: `For every element of the second tensor, the element of the first at the same place, except along the axis, where the second
says which. Negative positions count from the end. ${outsideGives} It moves data and counts no operations.

Sources: ONNX operator GatherElements; PyTorch gather.`,
  params: {
    axis: param.int({ title: 'Axis', doc: 'The axis that is picked from.', default: 0, min: -8, max: 7 }),
  },
  headline: ['axis'],
  inputs: [
    { name: 'in', doc: 'What is picked from.' },
    { name: 'positions', doc: 'Which position along the axis, for every element of the result.' },
  ],
  shape({ params: { axis }, inputs }) {
    const [x, positions] = inputs;
    const at = resolveAxis('Gather elements', axis, x!.length);
    if (isIssue(at)) return at;
    const fits =
      positions!.length === x!.length && positions!.every((extent, i) => i === at.axis || extent <= x![i]!);
    if (fits) return [positions!];
    return say(
      'shapes-differ',
      { x: formatDims(x!), positions: formatDims(positions!) },
      { port: 'positions' },
    );
  },
  cost: () => free,
  reach: () => ({ kind: 'global' }),
  forward({ params: { axis }, inputs, outputs }) {
    const [x, positions] = inputs;
    const rank = x!.dims.length;
    const at = (axis + rank) % rank;
    const strides = stridesOf(x!.dims);
    const own = stridesOf(outputs[0]!);
    const y = Tensor.zeros(outputs[0]!);
    for (let i = 0; i < elementCount(y.dims); i++) {
      const place = placeOn(x!.dims[at]!, positions!.data[i]!);
      let from = (place ?? 0) * strides[at]!;
      for (let other = 0; other < rank; other++) {
        if (other !== at) from += (Math.floor(i / own[other]!) % y.dims[other]!) * strides[other]!;
      }
      y.data[i] = place === undefined ? Number.NaN : x!.data[from]!;
    }
    return [y];
  },
  examples: [
    {
      title: 'Along the columns',
      params: { axis: 1 },
      inputs: [
        [2, 2],
        [2, 2],
      ],
      outputs: [[2, 2]],
      source: 'ONNX operator GatherElements, example 1',
      values: {
        inputs: [
          [1, 2, 3, 4],
          [0, 0, 1, 0],
        ],
        outputs: [[1, 1, 4, 3]],
      },
    },
    {
      title: 'Along the rows',
      params: { axis: 0 },
      inputs: [
        [3, 3],
        [2, 3],
      ],
      outputs: [[2, 3]],
      source: 'ONNX operator GatherElements, example 2',
      values: {
        inputs: [
          [1, 2, 3, 4, 5, 6, 7, 8, 9],
          [1, 2, 0, 2, 0, 0],
        ],
        outputs: [[4, 8, 3, 7, 2, 3]],
      },
    },
  ],
});
