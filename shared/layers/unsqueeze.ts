import { isIssue } from '../base/problem.ts';
import { Tensor } from '../base/tensor.ts';
import { param } from '../schema/params.ts';
import { defineLayer, free } from './define.ts';
import { resolveAxes } from './expect.ts';

export const unsqueeze = defineLayer({
  kind: 'unsqueeze',
  title: 'Unsqueeze',
  group: 'shape',
  icon: 'unsqueeze',
  summary: 'Inserts axes of length 1.',
  words: ['增加维度'],
  formula: 'y.flat = x.flat',
  traits: { linear: true, keepsSign: true },
  doc: `Inserts an axis of length 1 at every named place of the output. It moves no data and costs nothing.

Source: ONNX operator Unsqueeze.`,
  params: {
    axes: param.ints({
      title: 'Axes',
      doc: 'Where the new axes stand in the output.',
      default: [2, 3],
      min: -8,
      max: 7,
      maxLength: 8,
    }),
  },
  headline: ['axes'],
  shape({ params, inputs }) {
    const x = inputs[0]!;
    const rank = x.length + params.axes.length;
    const fresh = resolveAxes('Unsqueeze', params.axes, rank);
    if (isIssue(fresh)) return fresh;
    const old = [...x];
    return [Array.from({ length: rank }, (_, axis) => (fresh.axes.includes(axis) ? 1 : old.shift()!))];
  },
  cost: () => free,
  forward: ({ inputs, outputs }) => [new Tensor('float32', inputs[0]!.data, outputs[0]!)],
  examples: [
    {
      title: 'A vector as a 1×1 map',
      params: {},
      inputs: [[1, 256]],
      outputs: [[1, 256, 1, 1]],
      macs: 0,
      trainedParams: 0,
      source: 'Hu et al. 2017: before a map is scaled channel by channel',
    },
    {
      title: 'A vector as a map',
      params: {},
      inputs: [[1, 3]],
      outputs: [[1, 3, 1, 1]],
      source: 'PyTorch 1.13, torch.unsqueeze',
      values: { inputs: [[1, -2, 3]], outputs: [[1, -2, 3]] },
    },
    {
      title: 'At both ends',
      params: { axes: [0, -1] },
      inputs: [[2, 2]],
      outputs: [[1, 2, 2, 1]],
      source: 'PyTorch 1.13, torch.unsqueeze',
      values: { inputs: [[1, 2, 3, 4]], outputs: [[1, 2, 3, 4]] },
    },
  ],
});
