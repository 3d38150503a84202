import { param } from '../schema/params.ts';
import type { Tally } from './define.ts';

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
