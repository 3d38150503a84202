import { elementCount, formatDims } from '../base/dims.ts';
import { messages } from '../base/problem.ts';
import { Tensor } from '../base/tensor.ts';
import { param } from '../schema/params.ts';
import { defineLayer, free } from './define.ts';

export const say = messages('layers/reshape', {
  'reshape-impossible': [
    'Reshape cannot turn {{dims}} ({{elements}} elements) into {{shape}} ({{known}}).',
    'Make the products of both shapes equal, or use −1 for one axis.',
  ],
  'reshape-impossible:open': [
    'Reshape cannot turn {{dims}} ({{elements}} elements) into {{shape}} (multiples of {{known}}).',
    'Make the products of both shapes equal, or use −1 for one axis.',
  ],
  'reshape-impossible:axis': [
    'Reshape keeps axis {{axis}}, but the input {{dims}} has none.',
    'Write the extent of axis {{axis}} in place of 0.',
  ],
  'reshape-impossible:two-open': [
    'Reshape can infer only one axis.',
    'Keep one −1 and write out the others.',
  ],
});

export const reshape = defineLayer({
  kind: 'reshape',
  title: 'Reshape',
  group: 'shape',
  icon: 'reshape',
  summary: 'Reads the same elements with other axes.',
  words: ['view', '变形', '重塑'],
  formula: 'y.flat = x.flat',
  traits: { linear: true, keepsSign: true },
  doc: `Gives the elements, which stay in row-major order, a new shape, batch included. 0 keeps the input's extent on that axis;
one −1 takes what is left. It moves no data and costs nothing. Between two of them, a transpose shuffles channels.

Sources: ONNX operator Reshape; Zhang et al. 2017 (ShuffleNet).`,
  params: {
    shape: param.ints({
      title: 'Shape',
      doc: 'The new extents, batch first: 0 keeps, −1 takes the rest.',
      default: [0, -1],
      min: -1,
      max: 1 << 28,
      maxLength: 8,
    }),
  },
  headline: ['shape'],
  shape({ params, inputs }) {
    const x = inputs[0]!;
    const beyond = params.shape.findIndex((extent, axis) => extent === 0 && axis >= x.length);
    const place = { param: 'shape' } as const;
    if (beyond >= 0) {
      return say('reshape-impossible:axis', { axis: beyond, dims: formatDims(x) }, place);
    }
    const kept = params.shape.map((extent, axis) => (extent === 0 ? x[axis]! : extent));
    const open = kept.indexOf(-1);
    if (open !== kept.lastIndexOf(-1)) return say('reshape-impossible:two-open', {}, place);
    const known = elementCount(kept.filter((extent) => extent !== -1));
    const elements = elementCount(x);
    const left = open < 0 ? 1 : known === 0 ? 0 : elements / known;
    if (known * left !== elements || !Number.isInteger(left)) {
      const said = { dims: formatDims(x), elements, shape: params.shape.join('×'), known };
      return say(open < 0 ? 'reshape-impossible' : 'reshape-impossible:open', said, place);
    }
    return [open < 0 ? kept : kept.with(open, left)];
  },
  cost: () => free,
  forward: ({ inputs, outputs }) => [new Tensor('float32', inputs[0]!.data, outputs[0]!)],
  examples: [
    {
      title: 'Channels in two groups, before they are shuffled',
      params: { shape: [0, 2, 58, 28, 28] },
      inputs: [[1, 116, 28, 28]],
      outputs: [[1, 2, 58, 28, 28]],
      macs: 0,
      trainedParams: 0,
      source: 'Ma et al. 2018 (ShuffleNetV2)',
    },
    {
      title: 'The sample stays, the rest in one row',
      params: {},
      inputs: [[2, 2, 2]],
      outputs: [[2, 4]],
      source: 'PyTorch 1.13, torch.reshape',
      values: { inputs: [[1, -2, 3, 0.5, -1, 2, -3, 4]], outputs: [[1, -2, 3, 0.5, -1, 2, -3, 4]] },
    },
    {
      title: 'Three rows',
      params: { shape: [3, -1] },
      inputs: [[2, 3]],
      outputs: [[3, 2]],
      source: 'PyTorch 1.13, torch.reshape',
      values: { inputs: [[1, 2, 3, 4, 5, 6]], outputs: [[1, 2, 3, 4, 5, 6]] },
    },
  ],
});
