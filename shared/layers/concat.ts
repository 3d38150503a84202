import { elementCount, formatSample } from '../base/dims.ts';
import type { Phrase } from '../base/messages.ts';
import { isIssue, messages } from '../base/problem.ts';
import { Tensor } from '../base/tensor.ts';
import { param } from '../schema/params.ts';
import { defineLayer, free } from './define.ts';
import { resolveAxis } from './expect.ts';

export const say = messages('layers/concat', {
  batch: 'batch',
  channels: 'channels',
  height: 'height',
  width: 'width',
  axis: 'axis {{axis}}',
  'shapes-differ:rank': [
    'Concat needs inputs of equal rank, got {{first}} and {{other}}.',
    'Flatten both, or neither.',
  ],
  'shapes-differ:extent': [
    'Concat needs equal {{axis}}, got {{first}} and {{other}}.',
    'Bring all branches to one size: equal strides, and padding that keeps the size.',
  ],
});

const axisNames = ['batch', 'channels', 'height', 'width'] as const;

function nameOf(axis: number): Phrase {
  const name = axisNames[axis];
  return name === undefined ? say.part('axis', { axis }) : say.part(name);
}

export const concat = defineLayer({
  kind: 'concat',
  title: 'Concat',
  group: 'merge',
  icon: 'concat',
  summary: 'Stacks branches, by default along the channels: the end of an inception module.',
  words: ['cat', 'concatenate', 'merge', 'stack', '拼接', '连接', '合并'],
  frequent: true,
  formula: 'y = [x₀; x₁; …]',
  traits: { linear: true, keepsSign: true },
  doc: `Joins tensors along one axis; all other axes must agree. It moves data and counts no operations.

Sources: Szegedy et al. 2014; ONNX operator Concat.`,
  params: {
    axis: param.int({
      title: 'Axis',
      doc: 'The axis that grows; 1 is the channels.',
      default: 1,
      min: -8,
      max: 7,
      advanced: true,
    }),
  },
  inputs: [{ name: 'in', doc: 'The parts, in order.', atLeast: 1 }],
  shape({ params, inputs }) {
    const first = inputs[0]!;
    const at = resolveAxis('Concat', params.axis, first.length);
    if (isIssue(at)) return at;
    let extent = 0;
    for (const [i, other] of inputs.entries()) {
      if (other.length !== first.length) {
        return say(
          'shapes-differ:rank',
          { first: formatSample(first), other: formatSample(other) },
          { port: `in${i}` },
        );
      }
      const axis = other.findIndex((length, a) => a !== at.axis && length !== first[a]);
      if (axis >= 0) {
        return say(
          'shapes-differ:extent',
          {
            axis: nameOf(axis),
            first: formatSample(first),
            other: formatSample(other),
          },
          { port: `in${i}` },
        );
      }
      extent += other[at.axis]!;
    }
    return [first.with(at.axis, extent)];
  },
  cost: () => free,
  forward({ params, inputs, outputs }) {
    const y = Tensor.zeros(outputs[0]!);
    const axis = (params.axis + y.dims.length) % y.dims.length;
    const outer = elementCount(y.dims.slice(0, axis));
    let at = 0;
    for (let o = 0; o < outer; o++) {
      for (const x of inputs) {
        const run = elementCount(x.dims.slice(axis));
        y.data.set(x.data.subarray(o * run, (o + 1) * run), at);
        at += run;
      }
    }
    return [y];
  },
  examples: [
    {
      title: 'Inception 3a',
      params: {},
      inputs: [
        [1, 64, 28, 28],
        [1, 128, 28, 28],
        [1, 32, 28, 28],
        [1, 32, 28, 28],
      ],
      outputs: [[1, 256, 28, 28]],
      macs: 0,
      trainedParams: 0,
      source: 'Szegedy et al. 2014, table 1',
    },
    {
      title: 'Along the channels',
      params: {},
      inputs: [
        [2, 1, 2],
        [2, 2, 2],
      ],
      outputs: [[2, 3, 2]],
      source: 'PyTorch 1.13, torch.cat',
      values: {
        inputs: [
          [1, 2, 3, 4],
          [5, 6, 7, 8, 9, 10, 11, 12],
        ],
        outputs: [[1, 2, 5, 6, 7, 8, 3, 4, 9, 10, 11, 12]],
      },
    },
    {
      title: 'Along the last axis of three parts',
      params: { axis: -1 },
      inputs: [
        [2, 1],
        [2, 2],
        [2, 1],
      ],
      outputs: [[2, 4]],
      source: 'PyTorch 1.13, torch.cat',
      values: {
        inputs: [
          [1, 2],
          [3, 4, 5, 6],
          [7, 8],
        ],
        outputs: [[1, 3, 4, 7, 2, 5, 6, 8]],
      },
    },
  ],
});
