import { elementCount } from '../base/dims.ts';
import { isIssue, messages } from '../base/problem.ts';
import { Tensor } from '../base/tensor.ts';
import { param } from '../schema/params.ts';
import { defineLayer, free } from './define.ts';
import { resolveAxis } from './expect.ts';

export const say = messages('layers/gather', {
  'index-out-of-range': [
    'Gather picks position {{position}}, but axis {{axis}} is only {{extent}} long.',
    'Use positions from {{first}} to {{last}}.',
  ],
  'index-out-of-range:none': ['Gather picks nothing.', 'Name at least one position.'],
  'index-out-of-range:several': [
    'Gather cannot drop an axis of {{count}} positions.',
    'Keep one position, or keep the axis.',
  ],
});

export const gather = defineLayer({
  kind: 'gather',
  title: 'Gather',
  group: 'shape',
  icon: 'gather',
  summary: 'Picks positions along one axis.',
  words: ['index', '索引', '收集'],
  formula: 'y[…, i, …] = x[…, index[i], …]',
  traits: { linear: true, keepsSign: true },
  doc: `Picks the given positions of one axis, in the given order and as often as they are named. With *drop axis* and a single
position, the axis disappears. It moves data and counts no operations.

Source: ONNX operator Gather.`,
  params: {
    axis: param.int({ title: 'Axis', doc: 'The axis that is picked from.', default: 1, min: -8, max: 7 }),
    indices: param.ints({
      title: 'Positions',
      doc: 'The positions to keep; negative counts from the end.',
      default: [0],
      min: -(1 << 28),
      max: 1 << 28,
      maxLength: 4096,
    }),
    dropAxis: param.flag({
      title: 'Drop axis',
      doc: 'Removes the axis when one position is kept.',
      default: false,
    }),
  },
  headline: ['axis', 'indices'],
  shape({ params, inputs }) {
    const x = inputs[0]!;
    const at = resolveAxis('Gather', params.axis, x.length);
    if (isIssue(at)) return at;
    const extent = x[at.axis]!;
    const outside = params.indices.find((index) => index < -extent || index >= extent);
    const place = { param: 'indices' } as const;
    if (outside !== undefined)
      return say(
        'index-out-of-range',
        { position: outside, axis: at.axis, extent, first: -extent, last: extent - 1 },
        place,
      );
    if (params.indices.length === 0) return say('index-out-of-range:none', {}, place);
    if (!params.dropAxis) return [x.with(at.axis, params.indices.length)];
    return params.indices.length === 1
      ? [x.toSpliced(at.axis, 1)]
      : say('index-out-of-range:several', { count: params.indices.length }, place);
  },
  cost: () => free,
  forward({ params, inputs, outputs }) {
    const x = inputs[0]!;
    const axis = (params.axis + x.dims.length) % x.dims.length;
    const extent = x.dims[axis]!;
    const run = elementCount(x.dims.slice(axis + 1));
    const y = Tensor.zeros(outputs[0]!);
    let to = 0;
    for (let outer = 0; outer < elementCount(x.dims.slice(0, axis)); outer++) {
      for (const index of params.indices) {
        const from = (outer * extent + (index < 0 ? index + extent : index)) * run;
        y.data.set(x.data.subarray(from, from + run), to);
        to += run;
      }
    }
    return [y];
  },
  examples: [
    {
      title: 'The class token',
      params: { indices: [0], dropAxis: true },
      inputs: [[1, 197, 768]],
      outputs: [[1, 768]],
      macs: 0,
      trainedParams: 0,
      source: 'Dosovitskiy et al. 2020 (ViT-B/16)',
    },
    {
      title: 'One column stays an axis',
      params: { indices: [1] },
      inputs: [[2, 3]],
      outputs: [[2, 1]],
      source: 'PyTorch 1.13, torch.index_select',
      values: { inputs: [[1, 2, 3, 4, 5, 6]], outputs: [[2, 5]] },
    },
    {
      title: 'The last column alone',
      params: { indices: [-1], dropAxis: true },
      inputs: [[2, 3]],
      outputs: [[2]],
      source: 'PyTorch 1.13, torch.index_select',
      values: { inputs: [[1, 2, 3, 4, 5, 6]], outputs: [[3, 6]] },
    },
  ],
});
