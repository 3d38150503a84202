import { R_ROWS_PER_UNIT, R_UNITS_PER_BLOCK } from './layout';
import { int } from './vector';

/**
 * Units of some rows of one block of a map. They go down each image, all blocks of the same rows after each other: a
 * thread's share is a part of the map with all its channels, as it is of a product or of Winograd's tiles.
 */
// @ts-ignore: decorator
@inline
export function blockOf(unit: i32, blocks: i32): i32 {
  return unit % blocks;
}

// @ts-ignore: decorator
@inline
export function imageOf(step: usize, unit: i32, blocks: i32): i32 {
  return unit / (blocks * int(step, R_UNITS_PER_BLOCK));
}

/** The first of the unit's rows. */
// @ts-ignore: decorator
@inline
export function firstRow(step: usize, unit: i32, blocks: i32): i32 {
  return unit / blocks % int(step, R_UNITS_PER_BLOCK) * int(step, R_ROWS_PER_UNIT);
}

/** One past the last of the unit's rows, of a map of so many. */
// @ts-ignore: decorator
@inline
export function endRow(step: usize, first: i32, height: i32): i32 {
  return min(height, first + int(step, R_ROWS_PER_UNIT));
}
