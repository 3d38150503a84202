import type { Window } from './graph.ts';
import type { Algorithm, ScratchNeed, TileSide } from './steps.ts';
import { type ConvolutionShape, evenBlocks, isOne, type Target } from './target.ts';
import { blocksOf, PIXEL_BYTES } from './tensors.ts';

type Winograd = Extract<Algorithm, { kind: 'winograd' }>;

/** Tiles up to which all threads work on one block of them. */
const FEW_TILES = 64;
/** Output channels that one pass of Winograd's algorithm multiplies and finishes, at most. */
const PASS_CHANNELS = 64;
/** Bytes between frequencies of the filters, as the kernels know too: multiples of 4 KiB would all fall into one set of the cache. */
const APART = 64;
/** Bytes of scratch for the one tile in work. */
export const TILE_SCRATCH = 640;

/**
 * Winograd's F(4×4, 3×3) has a quarter of the multiplications, F(2×2, 5×5) and F(5×5, 2×2) little more than a third; worth
 * it unless the filters would not fit the caches at all.
 */
export function suitsWinograd({ input, output, window, groups }: ConvolutionShape): boolean {
  return (
    groups === 1 &&
    window.kernel[0] >= 2 &&
    window.kernel[0] <= 5 &&
    window.kernel[1] === window.kernel[0] &&
    isOne(window.stride) &&
    isOne(window.dilation) &&
    input.channels >= 8 &&
    output.channels >= 8 &&
    input.channels * output.channels <= 1 << 22 &&
    output.height * output.width >= 49 &&
    output.height >= 4 &&
    output.width >= 4
  );
}

/** Outputs along the side of a tile, of which Winograd's algorithm reads six values. */
export function tileSide({ kernel }: Pick<Window, 'kernel'>): TileSide {
  return (7 - kernel[0]) as TileSide;
}

export function chooseTiles({ input, output, window }: ConvolutionShape, target: Target): Winograd {
  const side = tileSide(window);
  const tilesAcross = Math.ceil(output.width / side);
  const tilesDown = Math.ceil(output.height / side);
  const tiles = tilesAcross * tilesDown * output.batch;
  const panels = Math.ceil(output.channels / target.panelChannels);
  // Where all threads work on one block of tiles, passes are the units of work: each thread is to find two.
  const passes = Math.min(panels, Math.max(Math.ceil(output.channels / PASS_CHANNELS), 2 * target.threads));
  const panelsPerPass = Math.ceil(panels / passes);
  const common = { kind: 'winograd', side, panels, panelsPerPass, tilesAcross, tilesDown } as const;
  if (tiles <= FEW_TILES) return { ...common, tileBlock: tiles, shared: target.threads > 1 };
  const channels = Math.max(input.channels, output.channels);
  const preferred = channels <= 128 ? 24 : 48;
  return { ...common, tileBlock: evenBlocks(tiles, preferred, target), shared: false };
}

/** Where a panel's transformed filters lie: [pass][36 frequencies][panel of the pass][channel][panel's channels]. */
export function winogradFilters(
  { input }: ConvolutionShape,
  { panels, panelsPerPass }: Winograd,
  target: Target,
  panel: number,
): { readonly offset: number; readonly frequencyStride: number } {
  const panelBytes = blocksOf(input.channels) * 8 * target.panelChannels * 4;
  const pass = Math.floor(panel / panelsPerPass);
  const first = pass * panelsPerPass;
  return {
    offset: 36 * (first * panelBytes + pass * APART) + (panel - first) * panelBytes,
    frequencyStride: Math.min(panelsPerPass, panels - first) * panelBytes + APART,
  };
}

export function winogradFilterBytes(shape: ConvolutionShape, algorithm: Winograd, target: Target): number {
  const passes = Math.ceil(algorithm.panels / algorithm.panelsPerPass);
  const panelBytes = blocksOf(shape.input.channels) * 8 * target.panelChannels * 4;
  return 36 * (algorithm.panels * panelBytes + passes * APART);
}

export function winogradInputStride({ input }: ConvolutionShape, { tileBlock }: Winograd): number {
  return blocksOf(input.channels) * tileBlock * PIXEL_BYTES + 192;
}
export function winogradProductStride({ panelsPerPass, tileBlock }: Winograd, target: Target): number {
  return ((panelsPerPass * target.panelChannels) / 8) * tileBlock * PIXEL_BYTES + 192;
}

export function winogradScratch(shape: ConvolutionShape, algorithm: Winograd, target: Target): ScratchNeed {
  const inputs = 36 * winogradInputStride(shape, algorithm);
  const perThread = TILE_SCRATCH + 36 * winogradProductStride(algorithm, target);
  return algorithm.shared ? { perThread, shared: inputs } : { perThread: perThread + inputs, shared: 0 };
}
