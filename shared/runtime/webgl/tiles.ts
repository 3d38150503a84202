import type { MapView } from '../plan/graph.ts';
import { singleTile, type Tile } from './layout.ts';
import type { Limits } from './pass.ts';

/** Rows and columns: what sliding windows and transforms like best. */
export function spatialTile(limits: Limits): Tile {
  return limits.drawBuffers >= 8 ? { quads: 1, rows: 2, columns: 4 } : { quads: 1, rows: 1, columns: 4 };
}

/** Channels too: what 1×1 convolutions like best, since weights are read once for every pixel of the tile. */
export function channelTile(limits: Limits): Tile {
  return limits.drawBuffers >= 8 ? { quads: 2, rows: 2, columns: 2 } : { quads: 2, rows: 1, columns: 2 };
}

/** The tile shrunk to what the tensor has: a single row of pixels, or column of them, is all of its pixels. */
export function fitTile(tile: Tile, view: MapView): Tile {
  const quads = Math.min(tile.quads, powerAbove(Math.ceil(view.channels / 4)));
  const pixels = tile.rows * tile.columns;
  const rows = Math.min(view.width === 1 ? pixels : tile.rows, powerAbove(view.height));
  const columns = Math.min(view.height === 1 ? pixels : tile.columns, powerAbove(view.width));
  return quads * rows * columns === 1 ? singleTile : { quads, rows, columns };
}

export function targetsOf({ quads, rows, columns }: Tile): number {
  return quads * rows * columns;
}

function powerAbove(extent: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(1, extent)));
}
