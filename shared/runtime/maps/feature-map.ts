import { type Dims, elementCount } from '../../base/dims.ts';
import type { FloatTensor } from '../../base/tensor.ts';

/** What one node gave for one picture: `channels` planes of `height` × `width`, one after the other in `data`. */
export interface FeatureMap {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  readonly data: Float32Array;
}

export interface MapExtents {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}

/**
 * How a tensor is looked at: N×C×H×W as C planes; N×F as F single values; N×L×D, a sequence, as one plane of L rows;
 * more axes with all between the channels and the last one folded into rows.
 */
export function mapExtents(dims: Dims): MapExtents {
  // Without a batch axis there is nothing to leave out.
  const sample = dims.length > 1 ? dims.slice(1) : dims;
  if (sample.length <= 1) return { channels: sample[0] ?? 1, height: 1, width: 1 };
  if (sample.length === 2) return { channels: 1, height: sample[0]!, width: sample[1]! };
  return {
    channels: sample[0]!,
    height: elementCount(sample.slice(1, -1)),
    width: sample.at(-1)!,
  };
}

/** One picture of a batch, copied out of its tensor. Throws a RangeError when the batch has no such place. */
export function featureMapOf({ dims, data }: FloatTensor, place = 0): FeatureMap {
  const extents = mapExtents(dims);
  const count = extents.channels * extents.height * extents.width;
  if (!Number.isInteger(place) || place < 0 || (place + 1) * count > data.length) {
    throw new RangeError(`A batch of ${dims[0] ?? 1} has no place ${place}.`);
  }
  return { ...extents, data: data.slice(place * count, (place + 1) * count) };
}

/** Whether every channel is a single number, as behind a fully connected layer or a global pool. */
export function isVector({ height, width }: MapExtents): boolean {
  return height === 1 && width === 1;
}

/** One channel's plane; a view, not a copy. */
export function planeOf({ height, width, data }: FeatureMap, channel: number): Float32Array {
  const count = height * width;
  return data.subarray(channel * count, (channel + 1) * count);
}
