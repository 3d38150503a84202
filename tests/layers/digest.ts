import type { Dims } from '../../shared/base/dims.ts';

/** One tensor as a list of few numbers: its extents, and a weighted sum that tells a wrong or misplaced element. */
export interface Digest {
  readonly dims: Dims;
  readonly sum: number;
}

/** Numbers that no sum holds stand for themselves. */
const finite = (value: number): number =>
  Number.isNaN(value) ? 777 : value === Infinity ? 1e4 : value === -Infinity ? -1e4 : value;

const weightAt = (i: number): number => (((i * 37) % 101) + 1) / 101;

/** The digest, and how far rounding of single elements (2e-6, relative above 1) may move its sum. */
export function digestOf(data: ArrayLike<number>, dims: Dims): Digest & { readonly tolerance: number } {
  let [sum, size] = [0, 0];
  for (let i = 0; i < data.length; i++) {
    const value = finite(data[i]!);
    sum += weightAt(i) * value;
    size += weightAt(i) * Math.max(1, Math.abs(value));
  }
  return { dims, sum, tolerance: 2e-6 * size };
}
