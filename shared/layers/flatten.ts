import { elementCount } from '../base/dims.ts';
import { isIssue } from '../base/problem.ts';
import { Tensor } from '../base/tensor.ts';
import { param } from '../schema/params.ts';
import { defineLayer, free } from './define.ts';
import { resolveAxis } from './expect.ts';

export const flatten = defineLayer({
  kind: 'flatten',
  title: 'Flatten',
  group: 'shape',
  icon: 'flatten',
  summary: 'Lays a map out as one vector, for fully connected layers.',
  words: ['flat', '展平', '扁平化'],
  frequent: true,
  formula: 'y[n, (c·H + i)·W + j] = x[n, c, i, j]',
  traits: { linear: true, keepsSign: true },
  doc: `Joins all axes from *axis* on into one, and all before it into another. It moves no data and costs nothing.

Source: ONNX operator Flatten.`,
  params: {
    axis: param.int({
      title: 'Axis',
      doc: 'The first axis that is joined; 0 is the batch, 1 the channels.',
      default: 1,
      min: -8,
      max: 8,
      advanced: true,
    }),
  },
  shape({ params, inputs }) {
    const x = inputs[0]!;
    const at = resolveAxis('Flatten', params.axis, x.length, { insert: true });
    if (isIssue(at)) return at;
    return [[elementCount(x.slice(0, at.axis)), elementCount(x.slice(at.axis))]];
  },
  cost: () => free,
  forward: ({ inputs, outputs }) => [new Tensor('float32', inputs[0]!.data, outputs[0]!)],
  examples: [
    {
      title: "VGG-16's last map",
      params: {},
      inputs: [[1, 512, 7, 7]],
      outputs: [[1, 25_088]],
      macs: 0,
      source: 'Simonyan and Zisserman 2014',
    },
    {
      title: 'Row by row',
      params: {},
      inputs: [[1, 2, 2, 2]],
      outputs: [[1, 8]],
      source: 'PyTorch 1.13, torch.flatten',
      values: { inputs: [[1, -2, 3, 0.5, -1, 2, -3, 4]], outputs: [[1, -2, 3, 0.5, -1, 2, -3, 4]] },
    },
    {
      title: 'Two samples',
      params: {},
      inputs: [[2, 1, 2]],
      outputs: [[2, 2]],
      source: 'PyTorch 1.13, torch.flatten',
      values: { inputs: [[1, 2, 3, 4]], outputs: [[1, 2, 3, 4]] },
    },
  ],
});
