import type { Dims } from '../base/dims.ts';
import { type Issue, isIssue, messages } from '../base/problem.ts';
import { param, type ValuesOf } from '../schema/params.ts';
import { defineLayer, free } from './define.ts';
import { resolveAxes } from './expect.ts';
import { readStrided, stridesOf } from './strided.ts';

export const say = messages('layers/slice', {
  'lists-differ-in-length': [
    'Slice has {{starts}} starts but {{count}} {{name}}.',
    'Give as many of each as there are axes to cut.',
  ],
  'slice-empty': [
    'Slice keeps nothing of axis {{axis}}: from {{start}} to {{end}} in steps of {{step}}, of {{extent}}.',
    'Choose "to" after "from", and a step that leads there.',
  ],
});

const farthest = 2 ** 31 - 1;

const params = {
  starts: param.ints({
    title: 'From',
    doc: 'First position on each axis; negative counts from the end.',
    default: [0],
    min: -farthest,
    max: farthest,
    maxLength: 8,
  }),
  ends: param.ints({
    title: 'To',
    doc: 'Position after the last on each axis; beyond the end is the end.',
    default: [1],
    min: -farthest,
    max: farthest,
    maxLength: 8,
  }),
  axes: param.ints({
    title: 'Axes',
    doc: 'The axes that are cut; none means the first ones in order.',
    default: [1],
    min: -8,
    max: 7,
    maxLength: 8,
  }),
  steps: param.ints({
    title: 'Steps',
    doc: 'Distance between the positions kept; negative runs backwards; none means 1.',
    default: [],
    min: -farthest,
    max: farthest,
    maxLength: 8,
    advanced: true,
  }),
} as const;

export const slice = defineLayer({
  kind: 'slice',
  title: 'Slice',
  group: 'shape',
  icon: 'slice',
  summary: 'Cuts a part out of a tensor.',
  words: ['crop', '切片', '裁切'],
  formula: 'y[…, i, …] = x[…, from + i·step, …]',
  traits: { linear: true, keepsSign: true },
  doc: `Keeps every step-th position from *from* up to, but not including, *to*, as Python's slices do; backwards, a *from* before the
first position is the first. It moves data and counts no operations.

Source: ONNX operator Slice.`,
  params,
  headline: ['axes', 'starts', 'ends'],
  shape({ params, inputs }) {
    const cuts = cutsOf(params, inputs[0]!);
    return isIssue(cuts) ? cuts : [cuts.map((cut) => cut.length)];
  },
  cost: () => free,
  reach({ params, inputs }) {
    const cuts = cutsOf(params, inputs[0]!);
    if (isIssue(cuts) || cuts.length !== 4) return { kind: 'pointwise' };
    const [, , rows, columns] = cuts as readonly Cut[];
    const backwards = rows!.step < 0 || columns!.step < 0;
    if (backwards) return { kind: 'global' };
    return {
      kind: 'window',
      kernel: [1, 1],
      stride: [rows!.step, columns!.step],
      dilation: [1, 1],
      before: [0 - rows!.start, 0 - columns!.start],
    };
  },
  forward({ params, inputs, outputs }) {
    const x = inputs[0]!;
    const cuts = cutsOf(params, x.dims);
    if (isIssue(cuts)) throw new RangeError(cuts.message);
    const strides = stridesOf(x.dims);
    const offset = cuts.reduce((total, { start }, axis) => total + start * strides[axis]!, 0);
    return [
      readStrided(
        x.data,
        outputs[0]!,
        cuts.map(({ step }, axis) => step * strides[axis]!),
        offset,
      ),
    ];
  },
  examples: [
    {
      title: 'Every other row and column',
      params: { starts: [0, 0], ends: [56, 56], axes: [2, 3], steps: [2, 2] },
      inputs: [[1, 64, 56, 56]],
      outputs: [[1, 64, 28, 28]],
      macs: 0,
      trainedParams: 0,
      source: 'He et al. 2015: the parameter-free shortcut',
    },
    {
      title: 'The first channel',
      params: {},
      inputs: [[1, 2, 2]],
      outputs: [[1, 1, 2]],
      source: 'PyTorch 1.13, torch.index_select',
      values: { inputs: [[1, 2, 3, 4]], outputs: [[1, 2]] },
    },
    {
      title: 'Every second from behind',
      params: { starts: [-1, 0], ends: [-100, 2], axes: [1, 0], steps: [-2, 1] },
      inputs: [[2, 4]],
      outputs: [[2, 2]],
      source: 'PyTorch 1.13, torch.index_select',
      values: { inputs: [[1, 2, 3, 4, 5, 6, 7, 8]], outputs: [[4, 2, 8, 6]] },
    },
  ],
});

interface Cut {
  readonly start: number;
  readonly step: number;
  readonly length: number;
}

/** One cut per axis of the input, whole axes included. */
export function cutsOf(given: ValuesOf<typeof params>, x: Dims): readonly Cut[] | Issue {
  const { starts, ends } = given;
  const steps = given.steps.length > 0 ? given.steps : starts.map(() => 1);
  const named = given.axes.length > 0 ? given.axes : [...starts.keys()];
  for (const [name, list] of Object.entries({ ends, steps, axes: named })) {
    if (list.length === starts.length) continue;
    return say(
      'lists-differ-in-length',
      { starts: starts.length, count: list.length, name },
      { param: name },
    );
  }
  const resolved = resolveAxes('Slice', named, x.length);
  if (isIssue(resolved)) return resolved;
  const cuts: Cut[] = x.map((length) => ({ start: 0, step: 1, length }));
  for (const [i, axis] of resolved.axes.entries()) {
    const cut = cutAxis(x[axis]!, starts[i]!, ends[i]!, steps[i]!);
    if (!cut || cut.length === 0) {
      return say(
        'slice-empty',
        { axis, start: starts[i]!, end: ends[i]!, step: steps[i]!, extent: x[axis]! },
        { param: 'ends' },
      );
    }
    cuts[axis] = cut;
  }
  return cuts;
}

function cutAxis(extent: number, from: number, to: number, step: number): Cut | undefined {
  if (step === 0) return undefined;
  const [beforeFirst, highest] = step > 0 ? [0, extent] : [-1, extent - 1];
  const clamp = (at: number, lowest: number) =>
    Math.min(Math.max(at < 0 ? at + extent : at, lowest), highest);
  // Backwards too, a start before the first position is the first.
  const start = clamp(from, 0);
  const length = Math.ceil((clamp(to, beforeFirst) - start) / step);
  return { start, step, length: Math.max(0, length) };
}

/** How many positions of an axis a cut keeps; none where its step is 0. */
export function keptBy(extent: number, from: number, to: number, step: number): number {
  return cutAxis(extent, from, to, step)?.length ?? 0;
}
