import type { MapView, Window } from './graph.ts';

/** The smallest unit of work is such a part of what a thread has to do. */
const SMALL_UNITS = 16;

/** What the choice depends on besides the layer. */
export interface Target {
  readonly threads: number;
  /** Pixels and output channels of the kernels' register tile. */
  readonly tilePixels: number;
  readonly panelChannels: number;
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
 * Sizes of the parts of `total`, `most` at most, that threads draw one after the other: large ones first and small ones
 * last, so that none waits long for another, even where one processor is slower.
 */
export function shrinkingParts(total: number, most: number, threads: number): number[] {
  const share = threads === 1 ? 1 : 1 / (2 * threads);
  const least = threads === 1 ? 1 : Math.ceil(total / (SMALL_UNITS * threads));
  const parts: number[] = [];
  for (let left = total; left > 0; ) {
    const part = Math.min(left, most, Math.max(least, Math.ceil(left * share)));
    parts.push(part);
    left -= part;
  }
  return parts;
}

export function roundUp(pixels: number, { tilePixels }: Target): number {
  return Math.ceil(pixels / tilePixels) * tilePixels;
}

export function isOne(pair: readonly [number, number]): boolean {
  return pair[0] === 1 && pair[1] === 1;
}
