import type { MapView, Window } from './graph.ts';
import type { Algorithm, Band, ScratchNeed } from './steps.ts';
import { type ConvolutionShape, evenBlocks, isOne, roundUp, type Target } from './target.ts';
import { blocksOf, type Layout, PIXEL_BYTES } from './tensors.ts';

/** Second-level cache that a block of gathered pixels may fill, in bytes. */
const GATHER_BYTES = 384 * 1024;
/** The same for pixels read in place. */
const PIXELS_BYTES = 160 * 1024;
/** Pixels of a block at least: a few register tiles. */
const LEAST_BLOCK = 24;
/** Units of work for every thread, where there are enough: the last one to be worked on is not to be waited for long. */
const UNITS_PER_THREAD = 16;
/** The same where every unit begins with work of its own that others repeat. */
const FEW_UNITS = 4;
/** The same where so many bytes of filters pass by anew for every block of pixels, from further away. */
const PIXELS_OF_LARGE_BYTES = 512 * 1024;
const LARGE_FILTERS_BYTES = 1.5 * 2 ** 20;
/** All pixels up to this many bytes are one block where the filters are larger, which then stream by but once. */
const FEW_BYTES = 640 * 1024;
/** Maps with fewer output pixels than this are gathered once for all threads. */
const FEW_PIXELS = 320;
/** Output pixels of every thread from which on it keeps to its own: what it reads is what it wrote in the step before. */
const OWN_PIXELS = 48;
/** Panels that share windows up to which these are read where they lie: more pay for a copy. */
const FEW_PANELS = 4;
/** Blocks of 8 values that such windows have at most. */
const SMALL_WINDOW = 64;
/** Pixels of a unit of them, in whole rows. */
const WINDOW_PIXELS = 256;
/** Multiply-adds of one unit of work at most, so that a cancelled run stops within milliseconds. */
const UNIT_MACS = 200e6;
/** Multiply-adds of one unit of work at least, where it is cut into more than a few for every thread: some 40 µs. */
const LEAST_UNIT_MACS = 1e6;
/** Share of the time that Strassen's algorithm must promise to save, since it takes 1.75 times the memory for weights. */
const STRASSEN_GAIN = 0.06;

/** A convolution as a product of pixels, or of their windows, and filters. */
export type Product = Extract<Algorithm, { bands: readonly Band[] }>;

/** Chooses how the pixels are read, and cuts them and the filters into blocks and bands. */
export function chooseProduct(
  shape: ConvolutionShape,
  layout: Layout,
  contiguous: boolean,
  target: Target,
  prepares = false,
): Product {
  const { input, output, window, groups, taps } = shape;
  const panels = Math.ceil(output.channels / target.panelChannels);
  const grouped = groups > 1 ? groupBands(shape, target) : undefined;
  const bandChannels = grouped?.channels ?? input.channels;
  const [kernelY, kernelX] = window.kernel;
  const depthBlocks =
    layout === 'interleaved'
      ? kernelY * Math.ceil((kernelX * input.channels) / 8)
      : taps * blocksOf(bandChannels);
  const area = output.height * output.width;
  const pixels = area * output.batch;
  const divides = target.threads > 1 && pixels >= OWN_PIXELS * target.threads;
  const inPlace =
    layout === 'blocked' &&
    contiguous &&
    isOne(window.kernel) &&
    isOne(window.stride) &&
    isUnpadded(window) &&
    (output.batch === 1 || area >= 4 * target.tilePixels);
  const windows =
    grouped !== undefined &&
    layout === 'blocked' &&
    target.panelChannels === 8 &&
    window.stride[1] <= 2 &&
    depthBlocks <= SMALL_WINDOW &&
    grouped.bands.every(({ panels: own }) => own <= FEW_PANELS);
  const kind = windows
    ? 'windows'
    : inPlace
      ? 'pixels'
      : layout === 'interleaved'
        ? 'rows'
        : pixels <= FEW_PIXELS && !divides && !grouped
          ? 'gather-shared'
          : 'gather';

  const span = kind === 'pixels' ? area : pixels;
  const isLarge =
    kind === 'pixels' && panels * target.panelChannels * depthBlocks * PIXEL_BYTES > LARGE_FILTERS_BYTES;
  const fewer =
    (isLarge || !divides) && pixels < output.channels && pixels * depthBlocks * PIXEL_BYTES <= FEW_BYTES;
  const bytes = kind !== 'pixels' ? GATHER_BYTES : isLarge ? PIXELS_OF_LARGE_BYTES : PIXELS_BYTES;
  // What Strassen's algorithm may halve is cut so that both halves are whole register tiles.
  const halves = depthBlocks % 2 === 0 && panels % 2 === 0;
  const preferred = Math.min(192, Math.max(LEAST_BLOCK, Math.floor(bytes / (depthBlocks * PIXEL_BYTES))));
  // There are to be enough blocks of pixels for all threads, since bands may gather them anew, or make sums of them.
  const most =
    target.threads > 1 && !isLarge
      ? Math.min(preferred, Math.max(LEAST_BLOCK, Math.ceil(span / (UNITS_PER_THREAD * target.threads))))
      : preferred;
  const pixelBlock = windows
    ? rowsOfUnit(output, target) * output.width
    : fewer
      ? roundUp(span, target)
      : kind === 'gather-shared'
        ? roundUp(Math.ceil(pixels / Math.ceil(pixels / preferred)), target)
        : evenBlocks(span, most, halves ? { ...target, tilePixels: 2 * target.tilePixels } : target);
  const perSpan = Math.ceil(span / pixelBlock);
  const pixelBlocks = kind === 'pixels' ? perSpan * output.batch : perSpan;
  const units = kind === 'gather-shared' ? 1 : pixelBlocks;
  const macsPerPanel =
    (kind === 'gather-shared' ? pixels : pixelBlock) * depthBlocks * 8 * target.panelChannels;
  const cut = (count: number, macs: number, perThread: number): Band[] =>
    splitBands(
      grouped?.bands ?? [{ firstBlock: 0, firstPanel: 0, panels: count }],
      units,
      macs,
      target,
      perThread,
    );
  const pairs = cut(panels / 2, macsPerPanel * 2, FEW_UNITS);
  // Fully connected layers read a whole map of one pixel.
  const halved =
    target.weightType === 'bfloat16' && kind !== 'rows' && !grouped && (isOne(window.kernel) || area === 1);
  // Rows of interleaved pixels have a product of their own, which takes panels one by one.
  const strassen =
    kind !== 'rows' &&
    !halved &&
    !grouped &&
    suitsStrassen({ depthBlocks, panels, pixels, pixelBlock }, pairs.length, target);
  // Bands cost nothing but where each gathers its pixels.
  const gathersAlone = kind === 'gather' || kind === 'rows' || prepares;
  const bands = strassen ? pairs : cut(panels, macsPerPanel, gathersAlone ? FEW_UNITS : UNITS_PER_THREAD);
  return {
    kind,
    strassen,
    halved,
    quads: windows && input.channels / groups === 4 && output.channels / groups === 4 && groups % 2 === 0,
    panels,
    pixels,
    depthBlocks,
    bandChannels,
    pixelBlock: windows ? pixelBlock : Math.min(pixelBlock, roundUp(span, target)),
    pixelBlocks,
    bands,
  };
}

/**
 * Strassen's algorithm saves an eighth of the multiplications. Against that stand the sums of quarters of the pixels,
 * made anew for every band; more and shorter products, of which each costs some twenty cycles beside its depth; and
 * weights of 1.75 times the size, which few pixels do not pay for.
 */
function suitsStrassen(
  {
    depthBlocks,
    panels,
    pixels,
    pixelBlock,
  }: Pick<Product, 'depthBlocks' | 'panels' | 'pixels' | 'pixelBlock'>,
  bands: number,
  { tilePixels, panelChannels }: Target,
): boolean {
  if (depthBlocks % 2 !== 0 || panels % 2 !== 0 || pixelBlock < 4 * tilePixels) return false;
  const cost = (4 * bands) / (panels * panelChannels) + 1 / depthBlocks + 5 / pixels;
  return 1 / 8 - cost > STRASSEN_GAIN;
}

/** `prepares`: pixels are changed before they are multiplied, in a copy of each block. */
export function productScratch(
  shape: ConvolutionShape,
  algorithm: Product,
  target: Target,
  prepares = false,
): ScratchNeed {
  const sums = productSums(algorithm, target);
  const groupBytes = algorithm.depthBlocks * PIXEL_BYTES;
  switch (algorithm.kind) {
    case 'pixels':
    case 'windows':
      return { perThread: sums + (prepares ? algorithm.pixelBlock * groupBytes : 0), shared: 0 };
    case 'gather':
    case 'rows':
      return { perThread: sums + roundUp(algorithm.pixelBlock, target) * groupBytes, shared: 0 };
    case 'gather-shared': {
      const pixels = shape.output.height * shape.output.width * shape.output.batch;
      return { perThread: sums, shared: roundUp(pixels, target) * groupBytes };
    }
  }
}

/** No more than a thread's share. */
function rowsOfUnit({ batch, height, width }: MapView, { threads }: Target): number {
  return Math.min(Math.ceil((batch * height) / threads), Math.max(1, Math.floor(WINDOW_PIXELS / width)));
}

function productSums({ strassen, halved, pixelBlock, depthBlocks }: Product, target: Target): number {
  const panelBytes = target.panelChannels * 4;
  // Vectors are multiplied by four panels at once; a panel of halves is widened behind the sums.
  if (!strassen) return (Math.max(pixelBlock, 4) + (halved ? depthBlocks * 8 : 0)) * panelBytes;
  const upper = roundUp(Math.ceil(pixelBlock / 2), target);
  return (2 * pixelBlock + 7 * upper) * panelBytes + 4 * upper * (depthBlocks / 2) * PIXEL_BYTES;
}

/**
 * The input channels that each panel of output channels sees. Panels that straddle groups see the channels of all of
 * them, with zero weights where a filter does not look; panels that see the same channels form one band.
 */
function groupBands(
  { input, output, groups }: ConvolutionShape,
  target: Target,
): { readonly bands: readonly Band[]; readonly channels: number } {
  const filters = output.channels / groups;
  const perGroup = input.channels / groups;
  const ranges: { first: number; end: number }[] = [];
  for (let o = 0; o < output.channels; o += target.panelChannels) {
    const last = Math.min(o + target.panelChannels, output.channels) - 1;
    const first = Math.floor((Math.floor(o / filters) * perGroup) / 8);
    ranges.push({ first, end: (Math.floor(last / filters) + 1) * perGroup });
  }
  const blocks = Math.max(...ranges.map(({ first, end }) => blocksOf(end) - first));
  const total = blocksOf(input.channels);
  const bands: Band[] = [];
  for (const [panel, { first }] of ranges.entries()) {
    // All bands read equally many blocks; the last must not read past the end.
    const firstBlock = Math.min(first, total - blocks);
    const before = bands.at(-1);
    if (before?.firstBlock === firstBlock) bands[bands.length - 1] = { ...before, panels: before.panels + 1 };
    else bands.push({ firstBlock, firstPanel: panel, panels: 1 });
  }
  return { bands, channels: Math.min(blocks * 8, input.channels) };
}

/** Cuts bands so that every thread finds several units and no unit is long. */
function splitBands(
  bands: readonly Band[],
  pixelUnits: number,
  macsPerPanel: number,
  { threads }: Target,
  perThread: number,
): Band[] {
  const macs = pixelUnits * macsPerPanel * bands.reduce((sum, { panels }) => sum + panels, 0);
  const units = threads * Math.max(FEW_UNITS, Math.min(perThread, macs / (LEAST_UNIT_MACS * threads)));
  const wanted = threads > 1 ? Math.ceil(units / (pixelUnits * bands.length)) : 1;
  return bands.flatMap(({ firstBlock, firstPanel, panels }) => {
    const parts = Math.min(panels, Math.max(wanted, Math.ceil((panels * macsPerPanel) / UNIT_MACS)));
    return Array.from({ length: parts }, (_, i) => {
      const from = Math.floor((panels * i) / parts);
      const to = Math.floor((panels * (i + 1)) / parts);
      return { firstBlock, firstPanel: firstPanel + from, panels: to - from };
    });
  });
}

function isUnpadded({ before, after }: Window): boolean {
  return before[0] === 0 && before[1] === 0 && after[0] === 0 && after[1] === 0;
}
