import { elementCount } from '../base/dims.ts';
import { messages } from '../base/problem.ts';
import { Tensor } from '../base/tensor.ts';
import { product, zero } from '../base/term.ts';
import { defineLayer } from './define.ts';

export const say = messages('layers/non-zero', {
  'needs-an-axis': [
    'Places of what is not 0 needs a tensor with an axis, got a single number.',
    'Give it a list, a map or a stack.',
  ],
});

export const nonZero = defineLayer({
  kind: 'nonZero',
  title: 'Non-zero',
  group: 'math',
  icon: 'nonZero',
  summary: 'Where elements are that are not 0.',
  formula: 'y = rows of the coordinates of x ≠ 0, in order',
  traits: { rowsAtMost: true, whole: true },
  doc: `One row for each element that is not 0: its coordinates, a number per axis, in the order of the elements. With what gathers by
coordinates it picks elements by a mask.

How many there are is known after the run only: the shape is the most that there can be, a row for every element. Rows that are over
hold −1 and come last; a model's own output is cut to the rows that count. Counted as one operation per element.

Source: ONNX operator NonZero.`,
  params: {},
  shape({ inputs }) {
    const x = inputs[0]!;
    return x.length === 0 ? say('needs-an-axis', {}, { port: 'in' }) : [[elementCount(x), x.length]];
  },
  cost: ({ inputs }) => ({ macs: zero, otherOps: product(['inputs', elementCount(inputs[0]!)]) }),
  reach: () => ({ kind: 'global' }),
  forward({ inputs, outputs, tally }) {
    const { data, dims } = inputs[0]!;
    const rank = dims.length;
    const y = new Tensor('float32', new Float32Array(elementCount(outputs[0]!)).fill(-1), outputs[0]!);
    let row = 0;
    for (let i = 0; i < data.length; i++) {
      if (data[i] === 0) continue;
      for (let axis = rank - 1, rest = i; axis >= 0; axis--) {
        y.data[row * rank + axis] = rest % dims[axis]!;
        rest = Math.floor(rest / dims[axis]!);
      }
      row++;
    }
    tally.otherOps += data.length;
    return [y];
  },
  examples: [
    {
      title: 'Three of four',
      params: {},
      inputs: [[2, 2]],
      outputs: [[4, 2]],
      macs: 0,
      trainedParams: 0,
      source: 'ONNX operator NonZero, nonzero_example, whose rows are columns',
      values: { inputs: [[1, 0, 1, 1]], outputs: [[0, 0, 1, 0, 1, 1, -1, -1]] },
    },
    {
      title: 'Of a list',
      params: {},
      inputs: [[5]],
      outputs: [[5, 1]],
      source: 'PyTorch 1.13, torch.nonzero',
      values: { inputs: [[1, 1, 1, 0, 1]], outputs: [[0, 1, 2, 4, -1]] },
    },
  ],
});
