import { type Dims, elementCount } from '../base/dims.ts';

/** The vectors along one axis of a dense tensor: lane `l` holds `at(l) + i·step` for i in [0, length). */
export interface Lanes {
  readonly count: number;
  readonly length: number;
  readonly step: number;
  at(lane: number): number;
}

export function lanesOf(dims: Dims, axis: number): Lanes {
  const length = dims[axis]!;
  const step = elementCount(dims.slice(axis + 1));
  return {
    count: elementCount(dims.slice(0, axis)) * step,
    length,
    step,
    at: (lane) => Math.floor(lane / step) * length * step + (lane % step),
  };
}
