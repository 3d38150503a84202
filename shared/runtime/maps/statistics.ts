import { type FeatureMap, isVector, planeOf } from './feature-map.ts';

/**
 * Why a channel tells nothing about this picture: every value is zero, as behind a ReLU that no longer fires, or every
 * value is the same. A channel of a single value is never called dead: one number cannot vary.
 */
export type Deadness = 'zero' | 'constant';

export interface ChannelStatistics {
  /** Of the finite values; both NaN where there are none. */
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  readonly dead: Deadness | undefined;
}

export interface MapStatistics {
  /** All values, finite or not. */
  readonly count: number;
  /** Values that are infinite or not a number; everything below is about the others. */
  readonly notFinite: number;
  /** NaN where no value is finite; so are `max`, `mean` and `deviation`. */
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  /** Of the values as a population: √(Σ(x − mean)² / n), as numpy's `std`. */
  readonly deviation: number;
  /** How many values are exactly zero, as a share of the finite ones; 0 to 1. */
  readonly zeroShare: number;
  /** Values per bin of equal width from `min` to `max`, the last bin closed: numpy's `histogram`. */
  readonly histogram: readonly number[];
  readonly channels: readonly ChannelStatistics[];
}

export const HISTOGRAM_BINS = 48;

/** Range, mean, spread, zeros and dead channels of a map. Sums in double precision, in two passes. */
export function statisticsOf(map: FeatureMap, bins = HISTOGRAM_BINS): MapStatistics {
  const single = isVector(map);
  const channels: ChannelStatistics[] = [];
  let finite = 0;
  let sum = 0;
  let zeros = 0;
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (let channel = 0; channel < map.channels; channel++) {
    const plane = sweep(planeOf(map, channel));
    channels.push(channelFrom(plane, map.height * map.width, single));
    finite += plane.finite;
    sum += plane.sum;
    zeros += plane.zeros;
    if (plane.min < min) min = plane.min;
    if (plane.max > max) max = plane.max;
  }
  const count = map.data.length;
  if (finite === 0) {
    const none = Number.NaN;
    const nothing = { min: none, max: none, mean: none, deviation: none, zeroShare: 0 };
    return { count, notFinite: count, ...nothing, histogram: new Array(bins).fill(0), channels };
  }
  const mean = sum / finite;
  const { squares, histogram } = spread(map.data, mean, min, max, bins);
  return {
    count,
    notFinite: count - finite,
    min,
    max,
    mean,
    deviation: Math.sqrt(squares / finite),
    zeroShare: zeros / finite,
    histogram,
    channels,
  };
}

interface Sweep {
  readonly finite: number;
  readonly zeros: number;
  readonly sum: number;
  readonly min: number;
  readonly max: number;
}

function sweep(plane: Float32Array): Sweep {
  let finite = 0;
  let zeros = 0;
  let sum = 0;
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < plane.length; i++) {
    const value = plane[i]!;
    // What is not finite less itself is not zero.
    if (value - value !== 0) continue;
    finite++;
    sum += value;
    if (value === 0) zeros++;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return { finite, zeros, sum, min, max };
}

function channelFrom({ finite, sum, min, max }: Sweep, count: number, single: boolean): ChannelStatistics {
  if (finite === 0) return { min: Number.NaN, max: Number.NaN, mean: Number.NaN, dead: undefined };
  const flat = !single && finite === count && min === max;
  const dead = flat ? (min === 0 ? 'zero' : 'constant') : undefined;
  return { min, max, mean: sum / finite, dead };
}

function spread(data: Float32Array, mean: number, min: number, max: number, bins: number) {
  const histogram = new Array<number>(bins).fill(0);
  // Where all values are the same, numpy widens the range by a half to either side.
  const from = min === max ? min - 0.5 : min;
  const perUnit = bins / (min === max ? 1 : max - min);
  let squares = 0;
  for (let i = 0; i < data.length; i++) {
    const value = data[i]!;
    if (value - value !== 0) continue;
    squares += (value - mean) * (value - mean);
    const bin = Math.min(bins - 1, Math.floor((value - from) * perUnit));
    histogram[bin]!++;
  }
  return { squares, histogram };
}

/** The channels flagged as dead, in order. */
export function deadChannels({ channels }: MapStatistics): readonly number[] {
  return channels.flatMap(({ dead }, channel) => (dead === undefined ? [] : [channel]));
}
