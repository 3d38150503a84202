import type { Limits } from '../pass.ts';

/** Tiles and output quads that one invocation of the product sums. */
export interface ProductTile {
  readonly quads: number;
  readonly tiles: number;
}

/** What one invocation of the output transform writes. */
export function winogradTile(limits: Limits) {
  return { quads: 1, rows: limits.drawBuffers >= 8 ? 2 : 1, columns: 4 };
}

export function productTile(limits: Limits): ProductTile {
  return limits.drawBuffers >= 8 ? { quads: 2, tiles: 4 } : { quads: 1, tiles: 4 };
}
