import { elementCount } from '../base/dims.ts';
import { isIssue } from '../base/problem.ts';
import { Tensor } from '../base/tensor.ts';
import { param } from '../schema/params.ts';
import { defineLayer, free } from './define.ts';
import { resolveAxis } from './expect.ts';
import { placeOn } from './positions.ts';

export const oneHot = defineLayer({
  kind: 'oneHot',
  title: 'One hot',
  group: 'shape',
  icon: 'oneHot',
  summary: 'A new axis with one value where an element says, another elsewhere.',
  formula: 'y[…, i] = on where i = x, else off',
  traits: ({ on, off }) => ({
    keepsSign: on >= 0 && off >= 0,
    nonNegative: on >= 0 && off >= 0,
    whole: Number.isInteger(on) && Number.isInteger(off),
  }),
  doc: `Every element, as a class, becomes a vector along a new axis. Negative classes count from the end; one that there is none of gives
*off* throughout. It moves data and counts no operations.

Source: ONNX operator OneHot.`,
  params: {
    depth: param.int({ title: 'Classes', doc: 'The length of the new axis.', default: 10 }),
    axis: param.int({
      title: 'Axis',
      doc: 'Where the new axis goes; −1 is last.',
      default: -1,
      min: -8,
      max: 7,
    }),
    on: param.float({ title: 'On', doc: 'The value of the class.', default: 1 }),
    off: param.float({ title: 'Off', doc: 'The value of all others.', default: 0 }),
  },
  headline: ['depth'],
  shape({ params: { depth, axis }, inputs }) {
    const x = inputs[0]!;
    const at = resolveAxis('One hot', axis, x.length + 1);
    return isIssue(at) ? at : [x.toSpliced(at.axis, 0, depth)];
  },
  cost: () => free,
  forward({ params: { depth, axis, on, off }, inputs, outputs }) {
    const { data, dims } = inputs[0]!;
    const at = (axis + dims.length + 1) % (dims.length + 1);
    const y = Tensor.zeros(outputs[0]!);
    y.data.fill(off);
    const inner = elementCount(dims.slice(at));
    for (const [i, x] of data.entries()) {
      const place = placeOn(depth, x);
      if (place !== undefined) y.data[(Math.floor(i / inner) * depth + place) * inner + (i % inner)] = on;
    }
    return [y];
  },
  examples: [
    {
      title: 'Three classes',
      params: { depth: 3 },
      inputs: [[3]],
      outputs: [[3, 3]],
      source: 'ONNX operator OneHot, its definition',
      values: { inputs: [[0, 2, -2]], outputs: [[1, 0, 0, 0, 0, 1, 0, 1, 0]] },
    },
    {
      title: 'Along a first axis, on and off',
      params: { depth: 2, axis: 0, on: 3, off: 1 },
      inputs: [[3]],
      outputs: [[2, 3]],
      source: 'ONNX operator OneHot, its definition',
      values: { inputs: [[0, 1, 5]], outputs: [[3, 1, 1, 1, 3, 1]] },
    },
  ],
});
