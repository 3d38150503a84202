import type { WeightType } from '../../graph/number-types.ts';
import type { MapView, Window } from './graph.ts';

/** Parts of a thread's share that are as small as any. */
const SMALLEST_SHARE = 8;

/** What the choice depends on besides the layer. */
export interface Target {
  readonly threads: number;
  /** Pixels and output channels of the kernels' register tile. */
  readonly tilePixels: number;
  readonly panelChannels: number;
  /** In what weights of fully connected and 1×1 layers are kept; single precision where it is not said. */
  readonly weightType?: WeightType;
}

/** A convolution as the choice of its algorithm sees it. */
export interface ConvolutionShape {
  readonly input: MapView;
  readonly output: MapView;
  readonly window: Window;
  readonly groups: number;
  /** Taps of the window that are computed. */
  readonly taps: number;
}

/** A block size near `preferred`, a multiple of the tile, that splits `total` evenly and into a multiple of the threads. */
export function evenBlocks(total: number, preferred: number, target: Target): number {
  const whole = Math.ceil(total / preferred);
  const count = whole < 4 * target.threads ? Math.ceil(whole / target.threads) * target.threads : whole;
  return Math.max(1, roundUp(Math.ceil(total / count), target));
}

/**
 * Sizes of the parts of `total`, `most` at most, that threads draw, each from a range of its own: large parts first and
 * small ones last, so that none waits long for another, even where one processor is slower.
 */
export function shrinkingParts(total: number, most: number, threads: number): number[] {
  const parts: number[] = [];
  for (let thread = 0; thread < threads; thread++) {
    const share = Math.floor((total * (thread + 1)) / threads) - Math.floor((total * thread) / threads);
    const least = threads === 1 ? most : Math.ceil(share / SMALLEST_SHARE);
    for (let left = share; left > 0; left -= parts.at(-1)!) {
      parts.push(Math.min(left, most, Math.max(least, Math.ceil(left / 2))));
    }
  }
  return parts;
}

export function roundUp(pixels: number, { tilePixels }: Target): number {
  return Math.ceil(pixels / tilePixels) * tilePixels;
}

export function isOne(pair: readonly [number, number]): boolean {
  return pair[0] === 1 && pair[1] === 1;
}
