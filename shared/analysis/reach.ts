import type { Reach } from '../layers/define.ts';
import type { ReceptiveField } from './facts.ts';

/** What the network's input sees of itself. */
export const pixel: ReceptiveField = { extent: [1, 1], step: [1, 1], start: [0, 0] };

type Two = readonly [number, number];

function perAxis(of: (axis: 0 | 1) => number): Two {
  return [of(0), of(1)];
}

/**
 * What one output sees, from what those of its inputs see that see anything; unknown where one of them is. A window of span k over
 * inputs `step` apart adds (k − 1)·step pixels; branches that are merged see the hull of both. Araujo et al. 2019, "Computing receptive fields of CNNs".
 */
export function extendReach(
  inputs: readonly (ReceptiveField | undefined)[],
  reach: Reach,
): ReceptiveField | undefined {
  const seen = hull(inputs);
  if (seen === undefined) return undefined;
  if (reach.kind === 'pointwise') return seen;
  if (reach.kind === 'global') {
    return { extent: [Infinity, Infinity], step: [Infinity, Infinity], start: [0, 0] };
  }
  const { kernel, stride, dilation, before } = reach;
  const { extent, step, start } = seen;
  // Spelled out: with a long network it is worked out for thousands of layers at every edit of its beginning.
  return {
    extent: [
      extent[0] + dilation[0] * (kernel[0] - 1) * step[0],
      extent[1] + dilation[1] * (kernel[1] - 1) * step[1],
    ],
    step: [step[0] * stride[0], step[1] * stride[1]],
    start: [
      start[0] - (before[0] === 0 ? 0 : before[0] * step[0]),
      start[1] - (before[1] === 0 ? 0 : before[1] * step[1]),
    ],
  };
}

function hull(inputs: readonly (ReceptiveField | undefined)[]): ReceptiveField | undefined {
  let joined: ReceptiveField | undefined;
  for (const other of inputs) {
    if (other === undefined) return undefined;
    if (other === joined) continue;
    if (joined === undefined) {
      joined = other;
      continue;
    }
    const here: ReceptiveField = joined;
    const start = perAxis((axis) => Math.min(here.start[axis], other.start[axis]));
    joined = {
      start,
      extent: perAxis(
        (axis) =>
          Math.max(here.start[axis] + here.extent[axis], other.start[axis] + other.extent[axis]) -
          start[axis],
      ),
      step: perAxis((axis) => Math.max(here.step[axis], other.step[axis])),
    };
  }
  return joined;
}

export function sameReach(a: ReceptiveField | undefined, b: ReceptiveField | undefined): boolean {
  if (a === b) return true;
  if (a === undefined || b === undefined) return false;
  return ([0, 1] as const).every(
    (axis) =>
      a.extent[axis] === b.extent[axis] && a.step[axis] === b.step[axis] && a.start[axis] === b.start[axis],
  );
}
