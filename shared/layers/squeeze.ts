import { formatDims } from '../base/dims.ts';
import { isIssue, messages } from '../base/problem.ts';
import { Tensor } from '../base/tensor.ts';
import { param } from '../schema/params.ts';
import { defineLayer, free } from './define.ts';
import { resolveAxes } from './expect.ts';

export const say = messages('layers/squeeze', {
  'axis-not-one': [
    'Squeeze can drop axes of length 1 only; axis {{long}} of {{dims}} is {{extent}} long.',
    'Name other axes, or pool or reshape first.',
  ],
});

export const squeeze = defineLayer({
  kind: 'squeeze',
  title: 'Squeeze',
  group: 'shape',
  icon: 'squeeze',
  summary: 'Drops axes of length 1.',
  words: ['压缩维度'],
  formula: 'y.flat = x.flat',
  traits: { linear: true, keepsSign: true },
  doc: `Drops the named axes, each of length 1; without names, all of them, a batch of one included. It moves no data and costs
nothing.

Source: ONNX operator Squeeze.`,
  params: {
    axes: param.ints({
      title: 'Axes',
      doc: 'The axes that disappear; none means all of length 1.',
      default: [2, 3],
      min: -8,
      max: 7,
      maxLength: 8,
    }),
  },
  headline: ['axes'],
  shape({ params, inputs }) {
    const x = inputs[0]!;
    if (params.axes.length === 0) return [x.filter((extent) => extent !== 1)];
    const gone = resolveAxes('Squeeze', params.axes, x.length);
    if (isIssue(gone)) return gone;
    const long = gone.axes.find((axis) => x[axis] !== 1);
    if (long === undefined) return [x.filter((_, axis) => !gone.axes.includes(axis))];
    return say('axis-not-one', { long, dims: formatDims(x), extent: x[long]! }, { param: 'axes' });
  },
  cost: () => free,
  forward: ({ inputs, outputs }) => [new Tensor('float32', inputs[0]!.data, outputs[0]!)],
  examples: [
    {
      title: 'A 1×1 map as a vector',
      params: {},
      inputs: [[1, 1000, 1, 1]],
      outputs: [[1, 1000]],
      macs: 0,
      trainedParams: 0,
      source: 'Iandola et al. 2016 (SqueezeNet)',
    },
    {
      title: 'A map of one position',
      params: {},
      inputs: [[1, 3, 1, 1]],
      outputs: [[1, 3]],
      source: 'PyTorch 1.13, torch.squeeze',
      values: { inputs: [[1, -2, 3]], outputs: [[1, -2, 3]] },
    },
    {
      title: 'Whatever is one long',
      params: { axes: [] },
      inputs: [[1, 2, 1, 2]],
      outputs: [[2, 2]],
      source: 'PyTorch 1.13, torch.squeeze',
      values: { inputs: [[1, 2, 3, 4]], outputs: [[1, 2, 3, 4]] },
    },
  ],
});
