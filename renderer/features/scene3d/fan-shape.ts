import type { Point3, SpaceVolume } from '../../../shared/formats/pictures/space.ts';

/** A slice of a fan: its middle, and its lengths upwards and across. */
export interface Slice {
  readonly at: Point3;
  readonly high: number;
  readonly wide: number;
}

const GAP = 6;
/** Of the whole fan, against the volume's own width, and at least. */
const SPREAD = 1.7;
const LEAST_SPREAD = 170;

/**
 * Places a volume's channels as slices: at share 0 they lie in it one behind the other along the flow, as they are; at
 * share 1 they stand spread out over it in rows, each seen whole from the side of the input.
 */
export function fanPlaces(volume: SpaceVolume, count: number, share: number): readonly Slice[] {
  const columns = Math.max(1, Math.ceil(Math.sqrt(count)));
  const rows = Math.ceil(count / columns);
  const spread = Math.max(LEAST_SPREAD, SPREAD * volume.across);
  const wide = Math.min(spread / columns - GAP, volume.across);
  const high = (wide / volume.across) * volume.up;
  const [x, y, z] = volume.at;
  const floor = y + volume.up / 2 + 3 * GAP;
  const between = (from: number, to: number): number => from + (to - from) * share;
  return Array.from({ length: count }, (_, i): Slice => {
    const [row, column] = [Math.floor(i / columns), i % columns];
    const resting = x - volume.along / 2 + ((i + 0.5) / count) * volume.along;
    return {
      at: [
        // Higher rows stand further along: the fan leans away from who looks from the input.
        between(resting, x - volume.along / 2 + row * GAP * 0.6),
        between(y, floor + (rows - 1 - row + 0.5) * (high + GAP) - GAP / 2),
        between(z, z + (column - (columns - 1) / 2) * (wide + GAP)),
      ],
      high: between(volume.up, high),
      wide: between(volume.across, wide),
    };
  });
}
