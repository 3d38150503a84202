import { type Issue, messages } from '../base/problem.ts';
import type { Padding, Pair } from '../schema/params.ts';
import { sidesOf } from './window.ts';

export const say = messages('layers/enlarge', {
  height: 'height',
  width: 'width',
  'extra-too-large': [
    'Transposed conv adds {{extra}} to the {{side}}, but must add less than its stride or dilation.',
    'Set it to at most {{most}}.',
  ],
  'padding-larger-than-output': [
    'Transposed conv cuts {{cut}} off a {{side}} of {{extent}}; nothing is left.',
    'Use less padding, or a larger kernel or stride.',
  ],
});

/** What decides the size of a transposed convolution's output. All pairs are [height, width]. */
export interface Enlargement {
  readonly kernel: Pair;
  readonly stride: Pair;
  readonly padding: Padding;
  readonly outputPadding: Pair;
  readonly dilation: Pair;
}

/** out = (in − 1)·stride − before − after + dilation·(kernel − 1) + 1 + outputPadding; or why that cannot be. */
export function enlarge(spec: Enlargement, map: Pair): Pair | Issue {
  const cut = sidesOf(spec.padding);
  const size: number[] = [];
  for (const axis of [0, 1] as const) {
    const side = say.part(axis === 0 ? 'height' : 'width');
    const extra = spec.outputPadding[axis];
    if (extra >= Math.max(spec.stride[axis], spec.dilation[axis])) {
      return say(
        'extra-too-large',
        { extra, side, most: Math.max(spec.stride[axis], spec.dilation[axis]) - 1 },
        { param: 'outputPadding' },
      );
    }
    const painted =
      map[axis] === 0
        ? 0
        : (map[axis] - 1) * spec.stride[axis] + spec.dilation[axis] * (spec.kernel[axis] - 1) + 1;
    const left = painted - cut[axis]! - cut[axis + 2]! + extra;
    if (left < 1) {
      return say(
        'padding-larger-than-output',
        { cut: cut[axis]! + cut[axis + 2]!, side, extent: painted + extra },
        { param: 'padding' },
      );
    }
    size.push(left);
  }
  return [size[0]!, size[1]!];
}

/** Adds `factor` times the source to every stride-th position of the plane, the first at `shift`; outside it is cut off. */
export function paint(
  source: Float32Array,
  [height, width]: Pair,
  factor: number,
  plane: Float64Array,
  [rows, columns]: Pair,
  [sH, sW]: Pair,
  [down, across]: Pair,
): void {
  const first = Math.max(0, Math.ceil(-across / sW));
  const end = Math.min(width, Math.ceil((columns - across) / sW));
  for (let i = 0; i < height; i++) {
    const row = i * sH + down;
    if (row < 0 || row >= rows) continue;
    const to = row * columns + across;
    for (let j = first; j < end; j++) plane[to + j * sW]! += factor * source[i * width + j]!;
  }
}
