/** How far a kernel is unrolled: everything, kernel rows in a loop, or both axes in loops. */
export type Unrolling = 'full' | 'rows' | 'none';

/** Kernels of more taps than this would make sources that drivers choke on. */
const MAX_UNROLLED_TAPS = 36;
const MAX_UNROLLED_ROW = 24;

export function unrollingOf([height, width]: readonly [number, number]): Unrolling {
  if (height < 7 && height * width <= MAX_UNROLLED_TAPS) return 'full';
  return width <= MAX_UNROLLED_ROW ? 'rows' : 'none';
}
