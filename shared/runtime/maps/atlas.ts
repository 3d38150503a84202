import { type Colouring, paint, rangeFor } from './colours.ts';
import { type FeatureMap, planeOf } from './feature-map.ts';
import type { MapStatistics } from './statistics.ts';

export interface AtlasOptions {
  readonly colouring: Colouring;
  /** Colours span each channel's own range, or that of all of them. */
  readonly range: 'channel' | 'layer';
  /** A tile has at most this many pixels along either side; larger maps are averaged down. */
  readonly maxTile: number;
  /** At most this many channels, the first ones. */
  readonly maxChannels: number;
}

/**
 * Channels of one node as a picture for a texture: tiles of `tileWidth` × `tileHeight` pixels without gaps, in rows of
 * `columns`, channel after channel from the top left. `pixels` are R, G, B, A bytes, the top row first; what the last row
 * of tiles leaves over is transparent.
 */
export interface MapAtlas {
  readonly width: number;
  readonly height: number;
  readonly columns: number;
  readonly tileWidth: number;
  readonly tileHeight: number;
  /** Tiles there are: channels 0 to `tiles` − 1. */
  readonly tiles: number;
  /** Channels that the node has. */
  readonly channels: number;
  readonly pixels: Uint8Array;
}

/** Paints the first channels of a map into one picture. */
export function atlasOf(map: FeatureMap, statistics: MapStatistics, options: AtlasOptions): MapAtlas {
  const { colouring, range, maxTile, maxChannels } = options;
  const tiles = Math.min(map.channels, maxChannels);
  const tileWidth = Math.min(map.width, maxTile);
  const tileHeight = Math.min(map.height, maxTile);
  const columns = Math.max(1, Math.ceil(Math.sqrt((tiles * tileHeight) / tileWidth)));
  const rows = Math.ceil(tiles / columns);
  const width = columns * tileWidth;
  const height = rows * tileHeight;
  const pixels = new Uint8Array(4 * width * height);
  for (let channel = 0; channel < tiles; channel++) {
    const { min, max } = range === 'channel' ? statistics.channels[channel]! : statistics;
    const tile = shrink(planeOf(map, channel), map.width, map.height, tileWidth, tileHeight);
    const start = Math.floor(channel / columns) * tileHeight * width + (channel % columns) * tileWidth;
    paint(tile, tileWidth, colouring, rangeFor(colouring, min, max), pixels, width, start);
  }
  return { width, height, columns, tileWidth, tileHeight, tiles, channels: map.channels, pixels };
}

/** Averages a plane down; each pixel is the mean of the values whose places it covers. */
export function shrink(
  plane: Float32Array,
  width: number,
  height: number,
  toWidth: number,
  toHeight: number,
): Float32Array {
  if (width === toWidth && height === toHeight) return plane;
  const out = new Float32Array(toWidth * toHeight);
  for (let y = 0; y < toHeight; y++) {
    const top = Math.floor((y * height) / toHeight);
    const bottom = Math.max(top + 1, Math.floor(((y + 1) * height) / toHeight));
    for (let x = 0; x < toWidth; x++) {
      const left = Math.floor((x * width) / toWidth);
      const right = Math.max(left + 1, Math.floor(((x + 1) * width) / toWidth));
      let sum = 0;
      for (let row = top; row < bottom; row++) {
        for (let column = left; column < right; column++) sum += plane[row * width + column]!;
      }
      out[y * toWidth + x] = sum / ((bottom - top) * (right - left));
    }
  }
  return out;
}
