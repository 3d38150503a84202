import { type Dims, formatDims, formatSample } from '../base/dims.ts';
import { type Issue, messages } from '../base/problem.ts';

export const say = messages('layers/expect', {
  'needs-feature-map:vector': [
    '{{title}} needs a feature map (channels×height×width), got a vector of {{dims}}.',
    'Put it before the flatten, or leave out the flatten.',
  ],
  'needs-feature-map': [
    '{{title}} needs a feature map (channels×height×width), got {{dims}}.',
    'Reshape the input to channels×height×width.',
  ],
  'two-axes': 'a batch and a channel axis',
  'three-axes': 'batch, channel and at least one more axis',
  'rank-too-small': [
    '{{title}} needs {{what}}, got {{dims}}.',
    'Reshape the input to {{atLeast}} or more axes.',
  ],
  'axis-out-of-range:scalar': [
    '{{title}} works on axis {{axis}}, but its input has only {{rank}} axes.',
    'Give the input at least one axis.',
  ],
  'axis-out-of-range': [
    '{{title}} works on axis {{axis}}, but its input has only {{rank}} axes.',
    'Set the axis to one from {{first}} to {{last}}.',
  ],
  'axis-twice': ['{{title}} names axis {{axis}} twice.', 'Name each axis once.'],
  'channels-not-divisible:input': [
    '{{groups}} groups need input channels divisible by {{groups}}, got {{count}}.',
    'Change the groups to a divisor of {{count}}, or the input channels to a multiple of {{groups}}.',
  ],
  'channels-not-divisible:output': [
    '{{groups}} groups need output channels divisible by {{groups}}, got {{count}}.',
    'Change the groups to a divisor of {{count}}, or the output channels to a multiple of {{groups}}.',
  ],
});

/** A batch of feature maps, taken apart. */
export interface MapDims {
  readonly batch: number;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}

/** The input as [N, C, H, W], or why it is not: sliding-window layers need maps. */
export function expectMap(title: string, dims: Dims): MapDims | Issue {
  const [batch, channels, height, width] = dims;
  if (dims.length === 4) return { batch: batch!, channels: channels!, height: height!, width: width! };
  return dims.length === 2
    ? say('needs-feature-map:vector', { title, dims: formatSample(dims) }, { port: 'in' })
    : say('needs-feature-map', { title, dims: formatDims(dims) }, { port: 'in' });
}

/** Why the input has too few axes, or undefined when it has enough. Normalisations need a batch and a channel axis. */
export function expectRank(title: string, dims: Dims, atLeast: 2 | 3): Issue | undefined {
  if (dims.length >= atLeast) return undefined;
  const what = say.part(atLeast === 2 ? 'two-axes' : 'three-axes');
  return say('rank-too-small', { title, what, dims: formatDims(dims), atLeast }, { port: 'in' });
}

/**
 * The axis counted from the front, where −1 is the last; or why the input has no such axis. With `insert`, one past
 * the last is allowed too: the place between axes where something is split or inserted.
 */
export function resolveAxis(
  title: string,
  axis: number,
  rank: number,
  { insert = false, param = 'axis' }: { readonly insert?: boolean; readonly param?: string } = {},
): { readonly axis: number } | Issue {
  const last = insert ? rank : rank - 1;
  const fromFront = axis < 0 ? axis + rank : axis;
  if (fromFront >= 0 && fromFront <= last) return { axis: fromFront };
  return rank === 0
    ? say('axis-out-of-range:scalar', { title, axis, rank }, { param })
    : say('axis-out-of-range', { title, axis, rank, first: -rank, last }, { param });
}

/** Every axis counted from the front, without duplicates; or what is wrong with the list. */
export function resolveAxes(
  title: string,
  axes: readonly number[],
  rank: number,
  param = 'axes',
): { readonly axes: readonly number[] } | Issue {
  const resolved: number[] = [];
  for (const given of axes) {
    const found = resolveAxis(title, given, rank, { param });
    if ('code' in found) return found;
    if (resolved.includes(found.axis)) {
      return say('axis-twice', { title, axis: found.axis }, { param });
    }
    resolved.push(found.axis);
  }
  return { axes: resolved };
}

/** Why channels cannot be cut into groups, or undefined. Convolutions cut both their input and their output channels. */
export function expectGroups(groups: number, input: number, output: number): Issue | undefined {
  for (const [what, count, at] of [
    ['input', input, { port: 'in' }],
    ['output', output, { param: 'channels' }],
  ] as const) {
    if (count % groups === 0) continue;
    return say(`channels-not-divisible:${what}`, { groups, count }, { param: 'groups', ...at });
  }
  return undefined;
}
