import { finish } from './finish';
import { gemm, halvedVectorProduct, PIECE, vectorProduct, widen } from './gemm';
import {
  A_SCRATCH, A_SCRATCH_STRIDE, A_WEIGHTS, C_BANDS, C_BAND_COUNT, C_DEPTH_BLOCKS, C_GATHERED, C_GATHER_PIXELS, C_HALVES, C_HEIGHT, C_MODE, C_OFFSETS,
  C_PAIRS, C_PIXELS, C_PIXEL_BLOCK, C_START, C_STEP_X, C_STEP_Y, C_WIDTH, M_BLOCK, M_IMAGE, MODE_DIRECT, MODE_SHARED, S_IN,
} from './layout';
import { MR, NB } from './micro';
import { strassen } from './strassen';
import { int, ptr } from './vector';

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
    const a = ptr(step, C_START) + ptr(band, 0) + <usize>n * ptr(step, S_IN + M_IMAGE) + (<usize>first << 5);
    const blockBytes = ptr(step, S_IN + M_BLOCK);
    multiply(step, band, a, MR * 32, blockBytes, scratch, n * area + first, count);
    return;
  }
  const first = at * block;
  const count = min(block, pixels - first);
  const sums = scratch + <usize>((block + MR - 1) / MR) * groupBytes;
  gather(step, ptr(band, 0), scratch, first, count);
  multiply(step, band, scratch, groupBytes, gatheredBlock(step), sums, first, count);
}
