import type { MapView, Window } from './graph.ts';

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
}

/** A block size near `preferred`, a multiple of the tile, that splits `total` evenly and into a multiple of the threads. */
export function evenBlocks(total: number, preferred: number, target: Target): number {
  const whole = Math.ceil(total / preferred);
  const count = whole < 4 * target.threads ? Math.ceil(whole / target.threads) * target.threads : whole;
  return Math.max(1, roundUp(Math.ceil(total / count), target));
}

export function roundUp(pixels: number, { tilePixels }: Target): number {
  return Math.ceil(pixels / tilePixels) * tilePixels;
}

export function isOne(pair: readonly [number, number]): boolean {
  return pair[0] === 1 && pair[1] === 1;
}
