import type { FloatTensor } from '../../base/tensor.ts';
import type { LayerKind } from '../../layers/index.ts';
import type { ValueRange } from './colours.ts';
import type { FeatureMap } from './feature-map.ts';

/** A convolution's weights as pictures: `filters` × `channels` planes of `height` × `width`, in this order in `data`. */
export interface KernelTiles {
  readonly filters: number;
  /** Input channels that one filter sees: those of its group. */
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  readonly data: Float32Array;
}

/** Weights that are read back to be looked at have at most this many bytes. */
export const KERNEL_BYTES = 64 * 2 ** 20;

/** Layers whose weights are planes. */
export function hasKernels(kind: LayerKind): boolean {
  return kind === 'conv2d' || kind === 'convTranspose2d';
}

/**
 * A `weight` of 4 axes. Those of a transposed convolution come as input × output channels: there a filter is what one
 * input channel paints.
 */
export function kernelTilesOf({ dims, data }: FloatTensor): KernelTiles {
  const [filters = 1, channels = 1, height = 1, width = 1] = dims;
  return { filters, channels, height, width, data };
}

/** What one filter sees of each of its input channels. */
export function filterMap({ channels, height, width, data }: KernelTiles, filter: number): FeatureMap {
  const count = channels * height * width;
  return { channels, height, width, data: data.subarray(filter * count, (filter + 1) * count) };
}

/** All planes side by side, for ranges and statistics of the whole layer. */
export function allKernels({ filters, channels, height, width, data }: KernelTiles): FeatureMap {
  return { channels: filters * channels, height, width, data };
}

/** Writes one filter of three channels as RGBA, the first channel red; all filters share the range. */
export function paintRgb(
  { channels, height, width, data }: KernelTiles,
  filter: number,
  { low, high }: ValueRange,
  pixels: Uint8ClampedArray | Uint8Array,
): void {
  const plane = height * width;
  const scale = high > low ? 255 / (high - low) : 0;
  for (let i = 0; i < plane; i++) {
    for (let part = 0; part < 3; part++) {
      const value = data[(filter * channels + part) * plane + i]!;
      pixels[4 * i + part] = Math.round((value - low) * scale);
    }
    pixels[4 * i + 3] = 255;
  }
}
