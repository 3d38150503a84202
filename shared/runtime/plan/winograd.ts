import type { Window } from './graph.ts';
import { LINE_POINTS, lineSide } from './line-transform.ts';
import type { Algorithm, ScratchNeed, TileSide } from './steps.ts';
import { type ConvolutionShape, isOne, shrinkingParts, type Target } from './target.ts';
import { blocksOf, PIXEL_BYTES } from './tensors.ts';

type Winograd = Extract<Algorithm, { kind: 'winograd' }>;
type Line = Extract<Algorithm, { kind: 'line' }>;

/** Tiles up to which one block of them is worked on at once. */
const FEW_TILES = 64;
/** Transformed values that a thread reads while it would read one that another thread has just written. */
const SHARING = 4;
/** Bytes of the products of one pass of Winograd's algorithm, which are to stay in the second-level cache. */
const PRODUCT_BYTES = 320 * 1024;
/** Output channels of a pass at least, since every pass reads all inputs; and what threads take by turns when they share. */
const PASS_CHANNELS = 64;
/** Bytes between frequencies of the filters, as the kernels know too: multiples of 4 KiB would all fall into one set of the cache. */
const APART = 64;
/** Taps of a line from which on the transforms are paid for, and the most that leave a tile of some outputs. */
const LINE_TAPS = [5, 7] as const;
/** Channels of a line's input and output at least, which the transforms of both are shared by. */
const LINE_CHANNELS = 32;
/** Multiplications of a line relative to those of its taps, at most. */
const LINE_SHARE = 0.7;
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
    // Outputs that lie as far apart as the taps do are a grid of their own, on which both are 1 apart.
    new Set([...window.stride, ...window.dilation]).size === 1 &&
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

export function tilesOf({ output, window }: Pick<ConvolutionShape, 'output' | 'window'>): {
  readonly across: number;
  readonly down: number;
} {
  const side = tileSide(window);
  return { across: Math.ceil(output.width / side), down: Math.ceil(output.height / side) };
}

export function chooseTiles(shape: ConvolutionShape, target: Target): Winograd {
  const { input, output, window } = shape;
  const { across, down } = tilesOf(shape);
  const tiles = across * down * output.batch;
  const panels = Math.ceil(output.channels / target.panelChannels);
  const shared = suitsSharing(tiles, output.channels, target);
  const channels = Math.max(input.channels, output.channels);
  const few = tiles <= FEW_TILES && (shared || target.threads === 1);
  const preferred = few ? tiles : channels <= 64 ? 16 : channels <= 128 ? 24 : 48;
  const fits = shared ? 0 : PRODUCT_BYTES / (36 * 4 * Math.min(tiles, preferred));
  const perPass = Math.max(1, Math.floor(Math.max(PASS_CHANNELS, fits) / target.panelChannels));
  return {
    kind: 'winograd',
    side: tileSide(window),
    panels,
    tilesAcross: across,
    tilesDown: down,
    tileBlocks: shared ? [tiles] : tileBlocks(tiles, preferred, target),
    shared,
    passes: shrinkingParts(panels, perPass, shared ? target.threads : 1),
  };
}

/**
 * Whether all threads are to work on one block of tiles: then each reads only its share of the filters, but most of the
 * transformed inputs from where other threads have just written them. Otherwise each has tiles of its own and reads all
 * filters; they must be enough for the register tile.
 */
function suitsSharing(tiles: number, filters: number, { threads, tilePixels }: Target): boolean {
  if (threads === 1 || tiles > FEW_TILES) return false;
  return tiles < 2 * tilePixels * threads || SHARING * tiles < filters;
}

/** Whole groups of the register tile's pixels. */
function tileBlocks(tiles: number, preferred: number, { threads, tilePixels }: Target): number[] {
  const groups = Math.ceil(tiles / tilePixels);
  const most = Math.ceil(groups / Math.ceil(tiles / preferred));
  const parts = shrinkingParts(groups, most, threads).map((part) => part * tilePixels);
  parts[parts.length - 1]! -= groups * tilePixels - tiles;
  return parts;
}

/** The same along one axis, of filters of one row or of one column. */
export function suitsLine({ input, output, window, groups, taps }: ConvolutionShape): boolean {
  const [least, most] = LINE_TAPS;
  const [kernelY, kernelX] = window.kernel;
  if (groups !== 1 || Math.min(kernelY, kernelX) !== 1 || taps !== kernelY * kernelX) return false;
  if (taps < least || taps > most || !isOne(window.stride) || !isOne(window.dilation)) return false;
  if (Math.min(input.channels, output.channels) < LINE_CHANNELS) return false;
  const { across, down } = lineTilesOf({ output, window });
  return LINE_POINTS * across * down <= LINE_SHARE * taps * output.height * output.width;
}

export function lineTilesOf({ output, window }: Pick<ConvolutionShape, 'output' | 'window'>) {
  const [kernelY, kernelX] = window.kernel;
  const isDown = kernelY > 1;
  const side = lineSide(Math.max(kernelY, kernelX));
  return {
    isDown,
    side,
    across: isDown ? output.width : Math.ceil(output.width / side),
    down: isDown ? Math.ceil(output.height / side) : output.height,
  };
}

export function chooseLine(shape: ConvolutionShape, target: Target): Line {
  const { input, output } = shape;
  const { isDown, side, across, down } = lineTilesOf(shape);
  const tiles = across * down * output.batch;
  const panels = Math.ceil(output.channels / target.panelChannels);
  const preferred = Math.max(input.channels, output.channels) <= 128 ? 96 : 64;
  const fits = PRODUCT_BYTES / (LINE_POINTS * 4 * Math.min(tiles, preferred));
  const perPass = Math.max(1, Math.floor(Math.max(PASS_CHANNELS, fits) / target.panelChannels));
  return {
    kind: 'line',
    isDown,
    side,
    panels,
    tilesAcross: across,
    tilesDown: down,
    tileBlocks: tileBlocks(tiles, preferred, target),
    passes: shrinkingParts(panels, perPass, 1),
  };
}

/** Products of a tile. */
export function frequenciesOf({ kind }: Winograd | Line): number {
  return kind === 'line' ? LINE_POINTS : 36;
}

/** Where a panel's transformed filters lie: [pass][frequencies][panel of the pass][channel][panel's channels]. */
export function winogradFilters(
  { input }: ConvolutionShape,
  algorithm: Winograd | Line,
  target: Target,
  panel: number,
): { readonly offset: number; readonly frequencyStride: number } {
  const panelBytes = blocksOf(input.channels) * 8 * target.panelChannels * 4;
  const { passes } = algorithm;
  let first = 0;
  let pass = 0;
  while (first + passes[pass]! <= panel) first += passes[pass++]!;
  return {
    offset: frequenciesOf(algorithm) * (first * panelBytes + pass * APART) + (panel - first) * panelBytes,
    frequencyStride: passes[pass]! * panelBytes + APART,
  };
}

export function winogradFilterBytes(
  { input }: ConvolutionShape,
  algorithm: Winograd | Line,
  target: Target,
): number {
  const { panels, passes } = algorithm;
  const panelBytes = blocksOf(input.channels) * 8 * target.panelChannels * 4;
  return frequenciesOf(algorithm) * (panels * panelBytes + passes.length * APART);
}

export function winogradInputStride(
  { input }: ConvolutionShape,
  { tileBlocks: blocks }: Winograd | Line,
): number {
  return blocksOf(input.channels) * largest(blocks) * PIXEL_BYTES + 192;
}
export function winogradProductStride(
  { passes, tileBlocks: blocks }: Winograd | Line,
  target: Target,
): number {
  return ((largest(passes) * target.panelChannels) / 8) * largest(blocks) * PIXEL_BYTES + 192;
}

export function winogradScratch(shape: ConvolutionShape, algorithm: Winograd, target: Target): ScratchNeed {
  const inputs = 36 * winogradInputStride(shape, algorithm);
  const perThread = TILE_SCRATCH + 36 * winogradProductStride(algorithm, target);
  return algorithm.shared ? { perThread, shared: inputs } : { perThread: perThread + inputs, shared: 0 };
}

export function lineScratch(shape: ConvolutionShape, algorithm: Line, target: Target): ScratchNeed {
  const perPoint = winogradInputStride(shape, algorithm) + winogradProductStride(algorithm, target);
  return { perThread: LINE_POINTS * perPoint, shared: 0 };
}

/** Maps may have more blocks of tiles than a call takes arguments. */
function largest(parts: readonly number[]): number {
  return parts.reduce((most, part) => Math.max(most, part), 0);
}
