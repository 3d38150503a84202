import { type Colouring, paint, rangeFor, type ValueRange } from '../../../shared/runtime/maps/colours.ts';
import { type FeatureMap, planeOf } from '../../../shared/runtime/maps/feature-map.ts';
import { type KernelTiles, paintRgb } from '../../../shared/runtime/maps/kernels.ts';
import type { MapStatistics } from '../../../shared/runtime/maps/statistics.ts';

/** Pictures of equal size to be laid out in a grid, painted when they come into view. */
export interface Sheet {
  readonly cells: number;
  readonly tileWidth: number;
  readonly tileHeight: number;
  /** What stands below a cell. */
  name(cell: number): string;
  /** Why a cell is flagged, if it is. */
  flag(cell: number): 'zero' | 'constant' | undefined;
  /** Writes the cell's RGBA pixels. */
  paint(cell: number, pixels: Uint8ClampedArray): void;
  /** The numbers under a point of a cell. */
  valuesAt(cell: number, x: number, y: number): readonly number[];
  /** The range of values that a cell's colours span. */
  rangeOf(cell: number): ValueRange;
}

export type RangeChoice = 'channel' | 'layer';

export interface Looks {
  readonly colouring: Colouring;
  readonly range: RangeChoice;
}

/** The channels of a map, or some of them, as a sheet. `names` are their numbers. */
export function mapSheet(
  map: FeatureMap,
  statistics: MapStatistics,
  { colouring, range }: Looks,
  names?: readonly number[],
): Sheet {
  const channelOf = (cell: number): number => names?.[cell] ?? cell;
  const rangeOf = (cell: number): ValueRange => {
    const { min, max } = range === 'channel' ? statistics.channels[channelOf(cell)]! : statistics;
    return rangeFor(colouring, min, max);
  };
  return {
    cells: names?.length ?? map.channels,
    tileWidth: map.width,
    tileHeight: map.height,
    name: (cell) => String(channelOf(cell)),
    flag: (cell) => statistics.channels[channelOf(cell)]!.dead,
    rangeOf,
    paint: (cell, pixels) =>
      paint(planeOf(map, channelOf(cell)), map.width, colouring, rangeOf(cell), pixels, map.width, 0),
    valuesAt: (cell, x, y) => [planeOf(map, channelOf(cell))[y * map.width + x]!],
  };
}

/** Kernels of three input channels as small pictures, red, green and blue from the first to the third. */
export function rgbSheet(kernels: KernelTiles, statistics: MapStatistics): Sheet {
  const range = { low: statistics.min, high: statistics.max };
  return {
    cells: kernels.filters,
    tileWidth: kernels.width,
    tileHeight: kernels.height,
    name: String,
    flag: () => undefined,
    rangeOf: () => range,
    paint: (cell, pixels) => paintRgb(kernels, cell, range, pixels),
    valuesAt: (cell, x, y) =>
      [0, 1, 2].map(
        (channel) => kernels.data[((cell * 3 + channel) * kernels.height + y) * kernels.width + x]!,
      ),
  };
}
