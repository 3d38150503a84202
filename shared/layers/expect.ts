import { type Dims, formatDims, formatSample } from '../base/dims.ts';
import { type Issue, issue } from '../base/problem.ts';

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
  return issue(
    'needs-feature-map',
    `${title} needs a feature map (channels×height×width), got ${dims.length === 2 ? `a vector of ${formatSample(dims)}` : formatDims(dims)}.`,
    dims.length === 2
      ? 'Put it before the flatten, or leave out the flatten.'
      : 'Reshape the input to channels×height×width.',
    { port: 'in' },
  );
}

/** Why the input has too few axes, or undefined when it has enough. Normalisations need a batch and a channel axis. */
export function expectRank(title: string, dims: Dims, atLeast: number, what: string): Issue | undefined {
  if (dims.length >= atLeast) return undefined;
  return issue(
    'rank-too-small',
    `${title} needs ${what}, got ${formatDims(dims)}.`,
    `Reshape the input to ${atLeast} or more axes.`,
    { port: 'in' },
  );
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
  return issue(
    'axis-out-of-range',
    `${title} works on axis ${axis}, but its input has only ${rank} axes.`,
    rank === 0 ? 'Give the input at least one axis.' : `Set the axis to one from ${-rank} to ${last}.`,
    { param },
  );
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
      return issue('axis-twice', `${title} names axis ${found.axis} twice.`, 'Name each axis once.', {
        param,
      });
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
    return issue(
      'channels-not-divisible',
      `${groups} groups need ${what} channels divisible by ${groups}, got ${count}.`,
      `Change the groups to a divisor of ${count}, or the ${what} channels to a multiple of ${groups}.`,
      { param: 'groups', ...at },
    );
  }
  return undefined;
}
