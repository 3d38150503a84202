import { formatDims } from '../base/dims.ts';
import { messages } from '../base/problem.ts';
import { param } from '../schema/params.ts';
import { broadcastDims, stretch } from './broadcast.ts';
import { defineLayer, free } from './define.ts';

export const say = messages('layers/expand', {
  'shapes-differ': [
    'Expand cannot repeat {{from}} to {{shape}}.',
    'Only axes of length 1 can be repeated: make the others equal, or 1 in the shape.',
  ],
});

export const expand = defineLayer({
  kind: 'expand',
  title: 'Expand',
  group: 'shape',
  icon: 'expand',
  summary: 'Repeats axes of length 1.',
  words: ['broadcast', '扩展', '广播'],
  formula: 'y = x, repeated',
  traits: { linear: true, keepsSign: true },
  doc: `Repeats the input along its axes of length 1 until it has the given shape, as NumPy's broadcasting does; 1 leaves an axis
as it is. It moves data and counts no operations.

Source: ONNX operator Expand.`,
  params: {
    shape: param.ints({
      title: 'Shape',
      doc: 'The extents to repeat to, batch first; 1 keeps the input as it is.',
      default: [1, 1, 7, 7],
      min: 1,
      max: 1 << 28,
      maxLength: 8,
    }),
  },
  headline: ['shape'],
  shape({ params, inputs }) {
    const dims = broadcastDims(inputs[0]!, params.shape);
    if (dims) return [dims];
    return say(
      'shapes-differ',
      { from: formatDims(inputs[0]!), shape: formatDims(params.shape) },
      { param: 'shape' },
    );
  },
  cost: () => free,
  reach: ({ inputs, params }) => {
    const map = [...inputs[0]!].slice(2);
    const grows = map.some(
      (extent, i) => extent === 1 && (params.shape[params.shape.length - map.length + i] ?? 1) > 1,
    );
    return { kind: grows ? 'global' : 'pointwise' };
  },
  forward: ({ inputs, outputs }) => [stretch(inputs[0]!, outputs[0]!)],
  examples: [
    {
      title: 'Image-level features over a map',
      params: { shape: [1, 1, 28, 28] },
      inputs: [[1, 256, 1, 1]],
      outputs: [[1, 256, 28, 28]],
      macs: 0,
      trainedParams: 0,
      source: 'Chen et al. 2017 (DeepLabv3)',
    },
    {
      title: 'A value per channel over a map',
      params: { shape: [1, 1, 2, 2] },
      inputs: [[1, 2, 1, 1]],
      outputs: [[1, 2, 2, 2]],
      source: 'PyTorch 1.13, torch.broadcast_tensors',
      values: { inputs: [[1, -2]], outputs: [[1, 1, 1, 1, -2, -2, -2, -2]] },
    },
    {
      title: 'A new axis in front',
      params: { shape: [2, 1, 3] },
      inputs: [[2, 1]],
      outputs: [[2, 2, 3]],
      source: 'PyTorch 1.13, torch.broadcast_tensors',
      values: { inputs: [[1, 2]], outputs: [[1, 1, 1, 2, 2, 2, 1, 1, 1, 2, 2, 2]] },
    },
  ],
});
