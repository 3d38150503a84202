import { activate } from './activation';
import { finish } from './finish';
import { gemm, halvedVectorProduct, PIECE, STREAM_PIXELS, vectorProduct, widen } from './gemm';
import {
  A_ACTIVATION, A_ALPHA, A_BETA, A_BIAS, A_COLUMNS, A_LOW, A_OUT_BLOCKS, A_ROWS, A_SCRATCH, A_SCRATCH_STRIDE, A_WEIGHTS, C_BANDS, C_BAND_COUNT, C_DEPTH_BLOCKS, C_GATHERED, C_GATHER_PIXELS, C_HALVES, C_HEIGHT, C_MODE, C_OFFSETS,
  C_PAIRS, C_PIXELS, C_PIXEL_BLOCK, C_PREPARE, C_PREPARE_HIGH, C_PREPARE_LOW, C_QUADS, C_START, C_STEP_X, C_STEP_Y, C_WIDTH, M_BLOCK, M_IMAGE, M_POINTER, M_ROW, MODE_DIRECT, MODE_SHARED, MODE_WINDOWS, S_IN, S_OTHER, S_OUT,
} from './layout';
import { finished, finishedPartial, MR, NB, windows } from './micro';
import { strassen } from './strassen';
import { clip, float, fma, int, ptr } from './vector';

/** Bytes from one block of depth to the next in gathered pixels: of a group, or of all pixels where they are fewer. */
// @ts-ignore: decorator
@inline
function gatheredBlock(step: usize): usize {
  return <usize>min(MR, int(step, C_PIXELS)) << 5;
}

/**
 * Copies the windows of `pixels` output pixels from `first` on into groups of MR pixels: [group][depth block][pixel][8].
 * `first` starts a group. Serves every kernel, stride, dilation and padding, for one copy per value read.
 */
function gather(step: usize, band: usize, to: usize, first: i32, pixels: i32): void {
  const width = int(step, C_WIDTH), height = int(step, C_HEIGHT);
  const stepX = ptr(step, C_STEP_X), stepY = ptr(step, C_STEP_Y), image = ptr(step, S_IN + M_IMAGE);
  const offsets = ptr(step, C_OFFSETS);
  const offsetsEnd = offsets + <usize>int(step, C_DEPTH_BLOCKS) * 4;
  const base = ptr(step, C_START) + band;
  const block = gatheredBlock(step);
  let n = first / (width * height);
  let rest = first - n * width * height;
  let y = rest / width;
  let x = rest - y * width;
  for (let done = 0; done < pixels; done += MR) {
    const group = min(MR, pixels - done);
    let column = to;
    for (let pixel = 0; pixel < group; pixel++, column += 32) {
      const window = base + <usize>n * image + <usize>y * stepY + <usize>x * stepX;
      let into = column;
      for (let at = offsets; at < offsetsEnd; at += 4, into += block) {
        const from = window + load<u32>(at);
        v128.store(into, v128.load(from));
        v128.store(into, v128.load(from, 16), 16);
      }
      if (++x == width) { x = 0; if (++y == height) { y = 0; n++; } }
    }
    to += block * <usize>int(step, C_DEPTH_BLOCKS);
  }
}

/**
 * Copies `pixels` pixels that follow each other, each channel times its factor plus its offset, and clipped: a block of
 * depth after the other, `pixels` apart.
 */
function prepare(step: usize, from: usize, fromBlock: usize, to: usize, pixels: i32): void {
  const low = v128.load32_splat(step + C_PREPARE_LOW), high = v128.load32_splat(step + C_PREPARE_HIGH);
  let factors = ptr(step, C_PREPARE);
  for (const end = factors + <usize>int(step, C_DEPTH_BLOCKS) * 64; factors < end; factors += 64, from += fromBlock) {
    const factor0 = v128.load(factors), factor1 = v128.load(factors, 16);
    const offset0 = v128.load(factors, 32), offset1 = v128.load(factors, 48);
    let at = from;
    for (const last = from + (<usize>pixels << 5); at < last; at += 32, to += 32) {
      v128.store(to, clip(fma(v128.load(at), factor0, offset0), low, high));
      v128.store(to, clip(fma(v128.load(at, 16), factor1, offset1), low, high), 16);
    }
  }
}

/** Multiplies a gathered (or, when direct, untouched) block of pixels by a band of panels and finishes each panel. */
function multiply(
  step: usize, band: usize, a: usize, group: usize, block: usize, sums: usize, first: i32, pixels: i32,
): void {
  if (int(step, C_PAIRS) != 0) {
    strassen(step, band, a, group, block, sums, first, pixels);
    return;
  }
  if (int(step, C_HALVES) != 0) {
    multiplyHalves(step, band, a, group, block, sums, first, pixels);
    return;
  }
  const depth = int(step, C_DEPTH_BLOCKS);
  const panelBytes = <usize>depth * (8 * NB * 4);
  const sumBlock = <usize>pixels << 5;
  const end = int(band, 4) + int(band, 8);
  let panel = int(band, 4);
  if (pixels == 1) {
    for (; panel + 4 <= end; panel += 4) {
      vectorProduct(a, ptr(step, A_WEIGHTS) + <usize>panel * panelBytes, sums, depth, block);
      finish(step, sums, 32, panel * (NB / 8), 4 * (NB / 8), first, 1);
    }
  }
  for (; panel < end; panel++) {
    gemm(a, ptr(step, A_WEIGHTS) + <usize>panel * panelBytes, sums, pixels, depth, 1, group, block, sumBlock, PIECE);
    finish(step, sums, sumBlock, panel * (NB / 8), NB / 8, first, pixels);
  }
}

/** Pixels of a register tile that its sums want to keep the processor busy; few blocks of depth bear fewer. */
// @ts-ignore: decorator
@inline const BUSY: i32 = 4;
// @ts-ignore: decorator
@inline const SHALLOW: i32 = 4;

/**
 * Whether sums can be finished in the registers: of one piece, without a residual, into whole panels. Rows must be long
 * enough to be cut into tiles, where the output's do not follow each other without gaps.
 */
function finishesAtOnce(step: usize, band: usize, pixels: i32): bool {
  if (int(step, C_PAIRS) != 0 || int(step, C_HALVES) != 0 || ptr(step, S_OTHER + M_POINTER) != 0) return false;
  if (pixels <= STREAM_PIXELS || int(step, C_DEPTH_BLOCKS) > PIECE) return false;
  if ((int(band, 4) + int(band, 8)) * (NB / 8) > int(step, A_OUT_BLOCKS)) return false;
  const columns = int(step, A_COLUMNS);
  return columns >= BUSY * ((columns + MR - 1) / MR) || int(step, C_DEPTH_BLOCKS) <= SHALLOW;
}

/** The same for pixels that are read where they lie: from the registers to their places, in even runs of a row. */
function multiplyAtOnce(step: usize, band: usize, a: usize, block: usize, first: i32, pixels: i32): void {
  const depth = int(step, C_DEPTH_BLOCKS), panelBytes = <usize>depth * (8 * NB * 4);
  const rows = int(step, A_ROWS), columns = int(step, A_COLUMNS);
  const image = first / (rows * columns);
  const inImage = first - image * rows * columns;
  const firstRow = inImage / columns;
  const activation = int(step, A_ACTIVATION), outBlock = ptr(step, S_OUT + M_BLOCK), limits = step + A_LOW;
  const end = int(band, 4) + int(band, 8);
  for (let panel = int(band, 4); panel < end; panel++) {
    const b = ptr(step, A_WEIGHTS) + <usize>panel * panelBytes, bias = ptr(step, A_BIAS) + <usize>panel * (NB * 4);
    const out = ptr(step, S_OUT + M_POINTER) + <usize>(panel * (NB / 8)) * outBlock;
    let n = image, y = firstRow, x = inImage - firstRow * columns, left = pixels, from = a;
    while (left > 0) {
      const run = min(left, columns - x), tiles = (run + MR - 1) / MR;
      const start = out + <usize>n * ptr(step, S_OUT + M_IMAGE) + <usize>y * ptr(step, S_OUT + M_ROW) + (<usize>x << 5);
      let to = start;
      for (let tile = 0; tile < tiles; tile++) {
        const count = run * (tile + 1) / tiles - run * tile / tiles;
        if (count == MR) finished(from, b, to, depth, block, outBlock, bias, limits);
        else finishedPartial(count, from, b, to, depth, block, outBlock, bias, limits);
        from += <usize>count << 5;
        to += <usize>count << 5;
      }
      if (activation != 0) {
        for (let at = start, j = 0; j < NB / 8; j++, at += outBlock) {
          activate(at, at, run * 8, activation, float(step, A_ALPHA), float(step, A_BETA));
        }
      }
      left -= run;
      x = 0;
      if (++y == rows) { y = 0; n++; }
    }
  }
}

/** The same with weights in bfloat16. Pixels that share a panel have it widened first, behind the sums of a block of pixels. */
function multiplyHalves(
  step: usize, band: usize, a: usize, group: usize, block: usize, sums: usize, first: i32, pixels: i32,
): void {
  const depth = int(step, C_DEPTH_BLOCKS);
  const panelBytes = <usize>depth * (8 * NB * 2);
  const sumBlock = <usize>pixels << 5;
  const wide = sums + <usize>max(4, int(step, C_PIXEL_BLOCK)) * (NB * 4);
  const end = int(band, 4) + int(band, 8);
  let panel = int(band, 4);
  if (pixels == 1) {
    for (; panel + 4 <= end; panel += 4) {
      halvedVectorProduct(a, ptr(step, A_WEIGHTS) + <usize>panel * panelBytes, sums, depth, block);
      finish(step, sums, 32, panel * (NB / 8), 4 * (NB / 8), first, 1);
    }
  }
  for (; panel < end; panel++) {
    widen(wide, ptr(step, A_WEIGHTS) + <usize>panel * panelBytes, panelBytes * 2);
    gemm(a, wide, sums, pixels, depth, 1, group, block, sumBlock, PIECE);
    finish(step, sums, sumBlock, panel * (NB / 8), NB / 8, first, pixels);
  }
}

/**
 * The same for whole rows of pixels, whose windows are read where they lie: rows in even runs of the register tile's
 * pixels at most. Panels are 8 channels wide.
 */
function multiplyWindows(step: usize, band: usize, sums: usize, first: i32, pixels: i32): void {
  const width = int(step, C_WIDTH), height = int(step, C_HEIGHT), depth = int(step, C_DEPTH_BLOCKS);
  const stepX = ptr(step, C_STEP_X), stride = <i32>(stepX >> 5), quads = int(step, C_QUADS) != 0;
  const offsets = ptr(step, C_OFFSETS), offsetsEnd = offsets + <usize>depth * 4;
  const panelBytes = <usize>depth * (quads ? 4 * 32 : 8 * 32);
  const tiles = (width + MR - 1) / MR;
  const end = int(band, 4) + int(band, 8);
  for (let panel = int(band, 4); panel < end; panel++) {
    const weights = ptr(step, A_WEIGHTS) + <usize>panel * panelBytes;
    let o = sums, row = first / width;
    for (let done = 0; done < pixels; done += width, row++) {
      const n = row / height;
      let from = ptr(step, C_START) + ptr(band, 0) + <usize>n * ptr(step, S_IN + M_IMAGE) + <usize>(row - n * height) * ptr(step, C_STEP_Y);
      for (let tile = 0; tile < tiles; tile++) {
        const count = width * (tile + 1) / tiles - width * tile / tiles;
        windows(count, stride, quads, from, offsets, offsetsEnd, weights, o);
        from += <usize>count * stepX;
        o += <usize>count << 5;
      }
    }
    finish(step, sums, <usize>pixels << 5, panel, 1, first, pixels);
  }
}

export function convolution(step: usize, phase: i32, unit: i32, thread: i32): void {
  const mode = int(step, C_MODE);
  const scratch = ptr(step, A_SCRATCH) + <usize>thread * ptr(step, A_SCRATCH_STRIDE);
  const depth = int(step, C_DEPTH_BLOCKS);
  const pixels = int(step, C_PIXELS);
  const block = int(step, C_PIXEL_BLOCK);
  const groupBytes = <usize>depth * (MR * 32);
  if (mode == MODE_SHARED) {
    if (phase == 0) {
      const first = unit * int(step, C_GATHER_PIXELS);
      const count = min(int(step, C_GATHER_PIXELS), pixels - first);
      gather(step, 0, ptr(step, C_GATHERED) + <usize>(first / MR) * groupBytes, first, count);
      return;
    }
    const band = ptr(step, C_BANDS) + <usize>unit * 12;
    for (let first = 0; first < pixels; first += block) {
      const count = min(block, pixels - first);
      multiply(step, band, ptr(step, C_GATHERED) + <usize>(first / MR) * groupBytes, groupBytes, gatheredBlock(step), scratch, first, count);
    }
    return;
  }
  // All bands of a block of pixels after each other: a thread's share is a part of the map with all its channels.
  const bands = int(step, C_BAND_COUNT);
  const at = unit / bands;
  const band = ptr(step, C_BANDS) + <usize>(unit - at * bands) * 12;
  if (mode == MODE_DIRECT) {
    // Pixel blocks are counted per image, since the images of a batch do not join.
    const area = int(step, C_WIDTH) * int(step, C_HEIGHT);
    const perImage = (area + block - 1) / block;
    const n = at / perImage;
    const first = (at - n * perImage) * block;
    const count = min(block, area - first);
    let a = ptr(step, C_START) + ptr(band, 0) + <usize>n * ptr(step, S_IN + M_IMAGE) + (<usize>first << 5);
    let blockBytes = ptr(step, S_IN + M_BLOCK), sums = scratch;
    if (ptr(step, C_PREPARE) != 0) {
      sums += <usize>(block * depth) << 5;
      prepare(step, a, blockBytes, scratch, count);
      a = scratch;
      blockBytes = <usize>count << 5;
    }
    if (finishesAtOnce(step, band, count)) multiplyAtOnce(step, band, a, blockBytes, n * area + first, count);
    else multiply(step, band, a, MR * 32, blockBytes, sums, n * area + first, count);
    return;
  }
  const first = at * block;
  const count = min(block, pixels - first);
  if (mode == MODE_WINDOWS) {
    multiplyWindows(step, band, scratch, first, count);
    return;
  }
  const sums = scratch + <usize>((block + MR - 1) / MR) * groupBytes;
  gather(step, ptr(band, 0), scratch, first, count);
  multiply(step, band, scratch, groupBytes, gatheredBlock(step), sums, first, count);
}
