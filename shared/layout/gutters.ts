/** A stretch across the flow that a wire runs along in the gutter between two columns. */
export interface Upright {
  low: number;
  high: number;
}

/** Side by side as far as they overlap: the slot of each, and how many there are. */
export function slotsFor<T extends Upright>(
  uprights: readonly T[],
): { readonly slotOf: ReadonlyMap<T, number>; readonly count: number } {
  const slotOf = new Map<T, number>();
  const ends: number[] = [];
  for (const upright of [...uprights].sort((a, b) => a.low - b.low)) {
    let slot = ends.findIndex((end) => end < upright.low);
    if (slot < 0 && ends.length < MOST_SLOTS) slot = ends.length;
    // Of very many, some lie upon each other.
    if (slot < 0) slot = ends.indexOf(Math.min(...ends));
    ends[slot] = upright.high;
    slotOf.set(upright, slot);
  }
  return { slotOf, count: ends.length };
}

const MOST_SLOTS = 16;
