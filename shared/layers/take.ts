import { elementCount } from '../base/dims.ts';
import { isIssue } from '../base/problem.ts';
import { Tensor } from '../base/tensor.ts';
import { param } from '../schema/params.ts';
import { defineLayer, free } from './define.ts';
import { resolveAxis } from './expect.ts';
import { outsideGives, placeOn } from './positions.ts';

export const take = defineLayer({
  kind: 'take',
  title: 'Look up',
  group: 'shape',
  icon: 'take',
  summary: 'Picks positions along one axis, as a second tensor names them.',
  formula: 'y[…, i, …] = x[…, p[i], …]',
  traits: { keepsSign: true },
  doc: `For every position in the second tensor, the slice of the first that lies there: an embedding of words, when the first is a
table. Negative positions count from the end. ${outsideGives} It moves data and counts no operations.

Source: ONNX operator Gather.`,
  params: {
    axis: param.int({ title: 'Axis', doc: 'The axis that is picked from.', default: 0, min: -8, max: 7 }),
  },
  headline: ['axis'],
  inputs: [
    { name: 'in', doc: 'What is picked from.' },
    { name: 'positions', doc: 'Which positions, as whole numbers.' },
  ],
  shape({ params: { axis }, inputs }) {
    const [x, positions] = inputs;
    const at = resolveAxis('Look up', axis, x!.length);
    return isIssue(at) ? at : [x!.toSpliced(at.axis, 1, ...positions!)];
  },
  cost: () => free,
  reach: () => ({ kind: 'global' }),
  forward({ params: { axis }, inputs, outputs }) {
    const [x, positions] = inputs;
    const at = (axis + x!.dims.length) % x!.dims.length;
    const extent = x!.dims[at]!;
    const run = elementCount(x!.dims.slice(at + 1));
    const y = Tensor.zeros(outputs[0]!);
    let to = 0;
    for (let outer = 0; outer < elementCount(x!.dims.slice(0, at)); outer++) {
      for (const position of positions!.data) {
        const place = placeOn(extent, position);
        if (place === undefined) y.data.fill(Number.NaN, to, to + run);
        else
          y.data.set(
            x!.data.subarray((outer * extent + place) * run, (outer * extent + place + 1) * run),
            to,
          );
        to += run;
      }
    }
    return [y];
  },
  examples: [
    {
      title: 'Rows of a table',
      params: {},
      inputs: [
        [3, 2],
        [2, 2],
      ],
      outputs: [[2, 2, 2]],
      source: 'ONNX operator Gather, example 1',
      values: {
        inputs: [
          [1, 1.2, 2.3, 3.4, 4.5, 5.7],
          [0, 1, 1, 2],
        ],
        outputs: [[1, 1.2, 2.3, 3.4, 2.3, 3.4, 4.5, 5.7]],
      },
    },
    {
      title: 'Columns',
      params: { axis: 1 },
      inputs: [
        [3, 3],
        [1, 2],
      ],
      outputs: [[3, 1, 2]],
      source: 'ONNX operator Gather, example 2',
      values: {
        inputs: [
          [1, 1.2, 1.9, 2.3, 3.4, 3.9, 4.5, 5.7, 5.9],
          [0, 2],
        ],
        outputs: [[1, 1.9, 2.3, 3.9, 4.5, 5.9]],
      },
    },
  ],
});
