import type { Dims } from '../base/dims.ts';
import { type Issue, isIssue } from '../base/problem.ts';
import { param } from '../schema/params.ts';
import { type Reach, type Tally, type WeightSpec, weight } from './define.ts';
import { resolveAxis } from './expect.ts';

/** The parameter that all normalisations have. */
export const epsilonParam = param.float({
  title: 'Epsilon',
  doc: 'Added to the variance, so that it is never zero.',
  default: 1e-5,
  min: 0,
  max: 1,
  symbol: 'ε',
  advanced: true,
});

/** The parameter of what normalises the last axes. */
export const firstAxisParam = param.int({
  title: 'Axis',
  doc: 'The first axis that is normalised; −1 is the last one only.',
  default: -1,
  min: -8,
  max: 7,
});

interface OfLastAxes {
  readonly params: { readonly axis: number };
  readonly inputs: readonly Dims[];
}

/** What comes in keeps its shape, where it has such an axis. */
export function shapeOfLastAxes(title: string, { params, inputs }: OfLastAxes): readonly Dims[] | Issue {
  const at = resolveAxis(title, params.axis, inputs[0]!.length);
  return isIssue(at) ? at : [inputs[0]!];
}

/** A weight with one value per element of the axes that are normalised. */
export function weightOfLastAxes(name: string, value: number, { params, inputs }: OfLastAxes): WeightSpec {
  const x = inputs[0]!;
  const first = (params.axis + x.length) % x.length;
  const dims = x.slice(first);
  const axes = dims.map((_, i) => `D_${first + i}`);
  return weight(name, axes, dims, { kind: 'constant', value });
}

/** Where more than the last axis is normalised, each position sees others. */
export function reachOfLastAxes({ params, inputs }: OfLastAxes): Reach {
  const rank = inputs[0]!.length;
  return { kind: rank > 2 && (params.axis + rank) % rank < rank - 1 ? 'global' : 'pointwise' };
}

/**
 * Writes (x − mean) / √(variance + ε), then `affine`, over one run of elements, whose own mean and (biased) variance it
 * takes. Counts 4 operations per element: one each for mean and variance, two to scale and shift.
 */
export function standardise(
  x: Float32Array,
  y: Float32Array,
  epsilon: number,
  affine: (normalised: number, i: number) => number,
  tally: Tally,
): void {
  let total = 0;
  for (const value of x) total += value;
  const mean = total / x.length;
  let squares = 0;
  for (const value of x) squares += (value - mean) ** 2;
  const scale = 1 / Math.sqrt(squares / x.length + epsilon);
  for (let i = 0; i < x.length; i++) {
    y[i] = affine((x[i]! - mean) * scale, i);
    tally.otherOps += 4;
  }
}
