import { messages } from '../base/problem.ts';
import { param } from '../schema/params.ts';
import { defineLayer, free } from './define.ts';
import { readStrided, stridesOf } from './strided.ts';

export const say = messages('layers/transpose', {
  'not-a-permutation': [
    'Transpose needs each of the {{rank}} axes once, got {{order}}.',
    'Name every axis from 0 to {{last}} once, or leave the order empty.',
  ],
});

export const transpose = defineLayer({
  kind: 'transpose',
  title: 'Transpose',
  group: 'shape',
  icon: 'transpose',
  summary: 'Puts the axes into another order.',
  words: ['permute', '转置'],
  formula: 'y.dims[i] = x.dims[perm[i]]',
  traits: { linear: true, keepsSign: true },
  doc: `Axis i of the output is axis perm[i] of the input; without an order, the axes are reversed. It moves data and counts no
operations.

Source: ONNX operator Transpose.`,
  params: {
    perm: param.ints({
      title: 'Order',
      doc: 'For every axis of the output, the axis of the input it comes from; empty reverses them.',
      default: [],
      min: 0,
      max: 7,
      maxLength: 8,
    }),
  },
  headline: ['perm'],
  shape({ params, inputs }) {
    const x = inputs[0]!;
    const order = orderOf(params.perm, x.length);
    if (order.length === x.length && x.every((_, axis) => order.includes(axis))) {
      return [order.map((axis) => x[axis]!)];
    }
    return say(
      'not-a-permutation',
      { rank: x.length, order: order.join(', '), last: x.length - 1 },
      { param: 'perm' },
    );
  },
  cost: () => free,
  forward({ params, inputs, outputs }) {
    const x = inputs[0]!;
    const strides = stridesOf(x.dims);
    return [
      readStrided(
        x.data,
        outputs[0]!,
        orderOf(params.perm, x.dims.length).map((axis) => strides[axis]!),
      ),
    ];
  },
  examples: [
    {
      title: 'Channels last',
      params: { perm: [0, 2, 3, 1] },
      inputs: [[1, 96, 56, 56]],
      outputs: [[1, 56, 56, 96]],
      macs: 0,
      trainedParams: 0,
      source: 'Liu et al. 2022 (ConvNeXt)',
    },
    {
      title: 'Reversed',
      params: {},
      inputs: [[2, 3]],
      outputs: [[3, 2]],
      source: 'PyTorch 1.13, torch.permute',
      values: { inputs: [[1, 2, 3, 4, 5, 6]], outputs: [[1, 4, 2, 5, 3, 6]] },
    },
    {
      title: 'Channels last',
      params: { perm: [0, 2, 3, 1] },
      inputs: [[1, 2, 2, 2]],
      outputs: [[1, 2, 2, 2]],
      source: 'PyTorch 1.13, torch.permute',
      values: { inputs: [[1, 2, 3, 4, 5, 6, 7, 8]], outputs: [[1, 5, 2, 6, 3, 7, 4, 8]] },
    },
  ],
});

function orderOf(perm: readonly number[], rank: number): readonly number[] {
  return perm.length > 0 ? perm : Array.from({ length: rank }, (_, axis) => rank - 1 - axis);
}
