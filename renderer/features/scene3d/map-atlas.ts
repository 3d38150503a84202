import { DataTexture, LinearFilter, RGBAFormat, SRGBColorSpace } from 'three';
import type { MapAtlas } from '../../../shared/runtime/maps/atlas.ts';
import type { Tile } from './boxes.tsx';

/** The maps of many nodes in one texture. */
export interface SceneMaps {
  readonly texture: DataTexture;
  /** The whole sheet of a node's channels, all of them side by side; of a picture's three, or fewer, the first. */
  readonly sheetOf: ReadonlyMap<string, Tile>;
  /** Its channels one by one, from the first. */
  readonly slicesOf: ReadonlyMap<string, readonly Tile[]>;
}

export interface Packed {
  readonly side: number;
  /** Left and top corners in pixels, by node; those that did not fit are left out. */
  readonly corners: ReadonlyMap<string, readonly [left: number, top: number]>;
}

/** Sides of a texture that any WebGL2 has. */
const MOST_SIDE = 4096;

/** Places pictures on shelves of one square page, the highest first; the page is as small a power of two as holds them. */
export function packAtlases(
  atlases: readonly (readonly [id: string, size: Pick<MapAtlas, 'width' | 'height'>])[],
): Packed {
  const highestFirst = [...atlases].sort(([, a], [, b]) => b.height - a.height || b.width - a.width);
  for (let side = 256; ; side *= 2) {
    const corners = new Map<string, readonly [number, number]>();
    let [left, top, shelf] = [0, 0, 0];
    for (const [id, { width, height }] of highestFirst) {
      if (left + width > side) {
        top += shelf;
        left = 0;
        shelf = 0;
      }
      if (width > side || top + height > side) continue;
      corners.set(id, [left, top]);
      left += width;
      shelf = Math.max(shelf, height);
    }
    if (corners.size === atlases.length || side >= MOST_SIDE) return { side, corners };
  }
}

/** One texture of all atlases. A tile's edge pixels are shared by no other: half a pixel is left off all around. */
export function sceneMaps(atlases: ReadonlyMap<string, MapAtlas>): SceneMaps | undefined {
  if (atlases.size === 0) return undefined;
  const { side, corners } = packAtlases([...atlases]);
  const pixels = new Uint8Array(4 * side * side);
  const sheetOf = new Map<string, Tile>();
  const slicesOf = new Map<string, readonly Tile[]>();
  const tile = (left: number, top: number, width: number, height: number): Tile => [
    (left + 0.5) / side,
    (top + 0.5) / side,
    Math.max(width - 1, 0.01) / side,
    Math.max(height - 1, 0.01) / side,
  ];
  for (const [id, atlas] of atlases) {
    const corner = corners.get(id);
    if (!corner) continue;
    const [left, top] = corner;
    for (let row = 0; row < atlas.height; row++) {
      const line = atlas.pixels.subarray(4 * row * atlas.width, 4 * (row + 1) * atlas.width);
      pixels.set(line, 4 * ((top + row) * side + left));
    }
    sheetOf.set(
      id,
      atlas.channels < 4
        ? tile(left, top, atlas.tileWidth, atlas.tileHeight)
        : tile(left, top, atlas.width, atlas.height),
    );
    slicesOf.set(
      id,
      Array.from({ length: atlas.tiles }, (_, i) =>
        tile(
          left + (i % atlas.columns) * atlas.tileWidth,
          top + Math.floor(i / atlas.columns) * atlas.tileHeight,
          atlas.tileWidth,
          atlas.tileHeight,
        ),
      ),
    );
  }
  const texture = new DataTexture(pixels, side, side, RGBAFormat);
  texture.colorSpace = SRGBColorSpace;
  texture.magFilter = LinearFilter;
  texture.minFilter = LinearFilter;
  texture.needsUpdate = true;
  return { texture, sheetOf, slicesOf };
}
