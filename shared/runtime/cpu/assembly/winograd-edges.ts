import { M_HEIGHT, M_WIDTH, S_OUT, W_SIDE, W_TILES_X, W_TILES_Y } from './layout';
import { int } from './vector';

/**
 * Tiles at the right and the lower edge that reach so little into the map that they do without the points ±2: for them four
 * inputs a side do, and the frequencies 3 and 4 of that direction have no place for them. The last column and row of tiles,
 * or -1 where these are like the others.
 */
// @ts-ignore: decorator
@inline
function edgeOf(extent: i32, tiles: i32, side: i32): i32 {
  return side >= 4 && extent - (tiles - 1) * side <= side - 2 ? tiles - 1 : -1;
}
// @ts-ignore: decorator
@inline
export function rightEdge(step: usize): i32 { return edgeOf(int(step, S_OUT + M_WIDTH), int(step, W_TILES_X), int(step, W_SIDE)); }
// @ts-ignore: decorator
@inline
export function lowerEdge(step: usize): i32 { return edgeOf(int(step, S_OUT + M_HEIGHT), int(step, W_TILES_Y), int(step, W_SIDE)); }

/** How many of the tiles are in neither the column `right` nor the row `lower`. */
export function countTiles(step: usize, first: i32, tiles: i32, right: i32, lower: i32): i32 {
  if (right < 0 && lower < 0) return tiles;
  const across = int(step, W_TILES_X), down = int(step, W_TILES_Y);
  let count = 0;
  for (let t = first; t < first + tiles; t++) count += i32(t % across != right && t / across % down != lower);
  return count;
}
