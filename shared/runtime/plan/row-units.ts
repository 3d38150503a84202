import type { MapView } from './graph.ts';

/** Values that a unit of row-by-row work handles at least, so that drawing units costs nothing beside it. */
export const VALUES_PER_UNIT = 16384;

/** How a map is cut into units of work that go row by row: some rows of one block of channels each. */
export interface RowUnits {
  readonly rows: number;
  /** Of one block of an image. */
  readonly perBlock: number;
}

/** No more rows than a thread's share of the map. `taps`: values that are read for each one that is written. */
export function rowUnitsOf(
  { height, width }: Pick<MapView, 'height' | 'width'>,
  threads: number,
  taps = 1,
): RowUnits {
  const share = Math.ceil(height / threads);
  const rows = Math.min(share, Math.max(1, Math.floor(VALUES_PER_UNIT / (width * 8 * taps))));
  return { rows, perBlock: Math.ceil(height / rows) };
}
