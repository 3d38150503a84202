import { activate } from './activation';
import { gemm, SHORT_PIECE } from './gemm';
import {
  A_ACTIVATION, A_ALPHA, A_BETA, A_BIAS, A_HIGH, A_LOW, A_OUT_BLOCKS, A_SCRATCH, A_SCRATCH_STRIDE, A_WEIGHTS, M_BLOCK, M_BLOCKS,
  M_HEIGHT, M_IMAGE, M_POINTER, M_ROW, M_WIDTH, S_IN, S_OTHER, S_OUT, W_BLOCKS, W_BLOCKS_PER_UNIT, W_INPUTS, W_INPUT_STRIDE,
  W_PASSES, W_PASS_COUNT, W_PRODUCTS, W_PRODUCT_STRIDE, W_SHARED, W_SIDE, W_START, W_STRIDE, W_TILES_X, W_TILES_Y,
} from './layout';
import { MR, NB } from './micro';
import { add, clip, float, int, mul, ptr, scale, scaleAdd, sub } from './vector';

/** Bytes at the start of each thread's scratch for one tile in work: 36 vectors. */
// @ts-ignore: decorator
@inline const TILE_BYTES: usize = 640;

/**
 * Bᵀ d B of 6×6 tiles of the input, for F(4×4, 3×3) and its like, from F(5×5, 2×2) to F(2×2, 5×5) (Lavin and Gray 2015):
 * all have the points 0, ±1, ±2 and ∞, so only the step from tile to tile differs.
 * to: [36 frequencies][channel block][tile][8]
 */
function transformInput(step: usize, to: usize, tile: usize, block0: i32, block1: i32, first: i32, tiles: i32): void {
  const across = int(step, W_TILES_X), perImage = across * int(step, W_TILES_Y);
  const apart = ptr(step, W_STRIDE), pixel = apart * 32, row = ptr(step, S_IN + M_ROW) * apart;
  const stride = ptr(step, W_INPUT_STRIDE), side = int(step, W_SIDE);
  for (let block = block0; block < block1; block++) {
    const base = ptr(step, W_START) + <usize>block * ptr(step, S_IN + M_BLOCK);
    let n = first / perImage;
    let ty = (first - n * perImage) / across;
    let tx = first - n * perImage - ty * across;
    let into = to + <usize>block * <usize>tiles * 32;
    for (let t = 0; t < tiles; t++, into += 32) {
      const source = base + <usize>n * ptr(step, S_IN + M_IMAGE) + <usize>(ty * side) * row + <usize>(tx * side) * pixel;
      for (let half: usize = 0; half < 32; half += 16) {
        let from = source + half;
        let at = tile;
        for (let j = 0; j < 6; j++) {
          const d0 = v128.load(from), d1 = v128.load(from + row), d2 = v128.load(from + row * 2);
          const d3 = v128.load(from + row * 3), d4 = v128.load(from + row * 4), d5 = v128.load(from + row * 5);
          const a = scaleAdd(d2, -4, d4), b = scaleAdd(d1, -4, d3), c = sub(d4, d2), e = scale(sub(d3, d1), 2);
          v128.store(at, add(scaleAdd(d0, 4, scale(d2, -5)), d4));
          v128.store(at, add(a, b), 96);
          v128.store(at, sub(a, b), 192);
          v128.store(at, add(c, e), 288);
          v128.store(at, sub(c, e), 384);
          v128.store(at, add(scaleAdd(d1, 4, scale(d3, -5)), d5), 480);
          from += pixel;
          at += 16;
        }
        at = tile;
        let out = into + half;
        for (let i = 0; i < 6; i++) {
          const d0 = v128.load(at), d1 = v128.load(at, 16), d2 = v128.load(at, 32);
          const d3 = v128.load(at, 48), d4 = v128.load(at, 64), d5 = v128.load(at, 80);
          const a = scaleAdd(d2, -4, d4), b = scaleAdd(d1, -4, d3), c = sub(d4, d2), e = scale(sub(d3, d1), 2);
          v128.store(out, add(scaleAdd(d0, 4, scale(d2, -5)), d4)); out += stride;
          v128.store(out, add(a, b)); out += stride;
          v128.store(out, sub(a, b)); out += stride;
          v128.store(out, add(c, e)); out += stride;
          v128.store(out, sub(c, e)); out += stride;
          v128.store(out, add(scaleAdd(d1, 4, scale(d3, -5)), d5)); out += stride;
          at += 96;
        }
      }
      if (++tx == across) { tx = 0; if ((++ty) * across == perImage) { ty = 0; n++; } }
    }
  }
}

/** Aᵀ m of the six products of each column, `to` 96 bytes apart: `side` rows of 6. The product at ∞ is the last row's. */
// @ts-ignore: decorator
@inline
function foldColumns(from: usize, stride: usize, to: usize, side: i32): void {
  for (let j = 0; j < 6; j++, from += stride, to += 16) {
    let q = from;
    const d0 = v128.load(q); q += stride * 6;
    const d1 = v128.load(q); q += stride * 6;
    const d2 = v128.load(q); q += stride * 6;
    const d3 = v128.load(q); q += stride * 6;
    const d4 = v128.load(q); q += stride * 6;
    const d5 = v128.load(q);
    const a = add(d1, d2), b = sub(d1, d2), c = add(d3, d4), e = sub(d3, d4);
    v128.store(to, add(add(d0, a), c));
    if (side == 2) {
      v128.store(to, add(scaleAdd(e, 2, b), d5), 96);
      continue;
    }
    v128.store(to, scaleAdd(e, 2, b), 96);
    if (side == 3) {
      v128.store(to, add(scaleAdd(c, 4, a), d5), 192);
      continue;
    }
    v128.store(to, scaleAdd(c, 4, a), 192);
    if (side == 4) {
      v128.store(to, add(scaleAdd(e, 8, b), d5), 288);
      continue;
    }
    v128.store(to, scaleAdd(e, 8, b), 288);
    v128.store(to, add(scaleAdd(c, 16, a), d5), 384);
  }
}

/**
 * The rest of Aᵀ m A, then bias, residual and clip, of `rows` rows from `at` on into the map at `out`. `columns` of the
 * tile lie inside the map. plus: the residual at the same place, 0 for none
 */
// @ts-ignore: decorator
@inline
function foldRows(
  at: usize, out: usize, row: usize, plus: usize, otherRow: usize, bias: v128, low: v128, high: v128, rows: i32, columns: i32, side: i32,
): void {
  for (let i = 0; i < rows; i++, at += 96, out += row) {
    const d0 = add(v128.load(at), bias), d1 = v128.load(at, 16), d2 = v128.load(at, 32);
    const d3 = v128.load(at, 48), d4 = v128.load(at, 64), d5 = add(v128.load(at, 80), bias);
    const a = add(d1, d2), b = sub(d1, d2), c = add(d3, d4), e = sub(d3, d4);
    let y0 = add(add(d0, a), c), y1 = add(scaleAdd(e, 2, b), side == 2 ? d5 : bias);
    let y2 = y0, y3 = y0, y4 = y0;
    if (side > 2) y2 = add(scaleAdd(c, 4, a), side == 3 ? d5 : bias);
    if (side > 3) y3 = add(scaleAdd(e, 8, b), side == 4 ? d5 : bias);
    if (side > 4) y4 = add(scaleAdd(c, 16, a), d5);
    if (plus != 0) {
      y0 = add(y0, v128.load(plus));
      if (columns > 1) y1 = add(y1, v128.load(plus, 32));
      if (side > 2 && columns > 2) y2 = add(y2, v128.load(plus, 64));
      if (side > 3 && columns > 3) y3 = add(y3, v128.load(plus, 96));
      if (side > 4 && columns > 4) y4 = add(y4, v128.load(plus, 128));
      plus += otherRow;
    }
    v128.store(out, clip(y0, low, high));
    if (columns > 1) v128.store(out, clip(y1, low, high), 32);
    if (side > 2 && columns > 2) v128.store(out, clip(y2, low, high), 64);
    if (side > 3 && columns > 3) v128.store(out, clip(y3, low, high), 96);
    if (side > 4 && columns > 4) v128.store(out, clip(y4, low, high), 128);
  }
}

/**
 * Aᵀ m A of the products of output blocks [block0, block1), then bias, residual, clip and activation. Tiles that overhang the
 * map store only what is inside.
 */
function transformOutput(step: usize, products: usize, tile: usize, block0: i32, block1: i32, first: i32, tiles: i32): void {
  const across = int(step, W_TILES_X), perImage = across * int(step, W_TILES_Y), side = int(step, W_SIDE);
  const height = int(step, S_OUT + M_HEIGHT), width = int(step, S_OUT + M_WIDTH);
  const row = ptr(step, S_OUT + M_ROW), otherRow = ptr(step, S_OTHER + M_ROW), stride = ptr(step, W_PRODUCT_STRIDE);
  const low = v128.load32_splat(step + A_LOW), high = v128.load32_splat(step + A_HIGH);
  const activation = int(step, A_ACTIVATION);
  const other = ptr(step, S_OTHER + M_POINTER);
  for (let block = block0; block < block1; block++) {
    let n = first / perImage;
    let ty = (first - n * perImage) / across;
    let tx = first - n * perImage - ty * across;
    let source = products + <usize>(block - block0) * <usize>tiles * 32;
    for (let t = 0; t < tiles; t++, source += 32) {
      const place = <usize>(ty * side) * row + <usize>(tx * side * 32);
      const target = ptr(step, S_OUT + M_POINTER) + <usize>n * ptr(step, S_OUT + M_IMAGE) + <usize>block * ptr(step, S_OUT + M_BLOCK) + place;
      const residual: usize = other == 0 ? 0 : other + <usize>n * ptr(step, S_OTHER + M_IMAGE) + <usize>block * ptr(step, S_OTHER + M_BLOCK)
        + <usize>(ty * side) * otherRow + <usize>(tx * side * 32);
      const rows = min(side, height - ty * side), columns = min(side, width - tx * side);
      for (let half: usize = 0; half < 32; half += 16) {
        const bias = v128.load(ptr(step, A_BIAS) + <usize>block * 32 + half);
        const from = source + half, to = target + half;
        const plus: usize = residual == 0 ? 0 : residual + half;
        // Each side has code of its own, with nothing left to ask.
        switch (side) {
          case 2:
            foldColumns(from, stride, tile, 2);
            foldRows(tile, to, row, plus, otherRow, bias, low, high, rows, columns, 2);
            break;
          case 3:
            foldColumns(from, stride, tile, 3);
            foldRows(tile, to, row, plus, otherRow, bias, low, high, rows, columns, 3);
            break;
          case 4:
            foldColumns(from, stride, tile, 4);
            foldRows(tile, to, row, plus, otherRow, bias, low, high, rows, columns, 4);
            break;
          default:
            foldColumns(from, stride, tile, 5);
            foldRows(tile, to, row, plus, otherRow, bias, low, high, rows, columns, 5);
        }
      }
      if (activation != 0) {
        for (let i = 0; i < rows; i++) {
          const line = target + <usize>i * row;
          activate(line, line, columns * 8, activation, float(step, A_ALPHA), float(step, A_BETA));
        }
      }
      if (++tx == across) { tx = 0; if ((++ty) * across == perImage) { ty = 0; n++; } }
    }
  }
}

/**
 * The 36 products of a pass, one per frequency, and what becomes of them.
 * weights: [pass][36 frequencies, 64 bytes apart][panel][channel][NB]
 */
function finishPass(step: usize, pass: i32, inputs: usize, products: usize, tile: usize, first: i32, tiles: i32): void {
  const span = ptr(step, W_PASSES) + (<usize>pass << 3);
  const p0 = int(span, 0), panels = int(span, 4);
  const depth = int(step, S_IN + M_BLOCKS);
  const line = <usize>tiles * 32;
  const panelBytes = <usize>depth * (8 * NB * 4);
  const weights = ptr(step, A_WEIGHTS) + 36 * (<usize>p0 * panelBytes + (<usize>pass << 6));
  const frequency = <usize>panels * panelBytes + 64;
  for (let f: usize = 0; f < 36; f++) {
    gemm(
      inputs + f * ptr(step, W_INPUT_STRIDE), weights + f * frequency, products + f * ptr(step, W_PRODUCT_STRIDE),
      tiles, depth, panels, MR * 32, line, line, SHORT_PIECE,
    );
  }
  transformOutput(step, products, tile, p0 * (NB / 8), min((p0 + panels) * (NB / 8), int(step, A_OUT_BLOCKS)), first, tiles);
}

export function winograd(step: usize, phase: i32, unit: i32, thread: i32): void {
  const scratch = ptr(step, A_SCRATCH) + <usize>thread * ptr(step, A_SCRATCH_STRIDE);
  const shared = int(step, W_SHARED) != 0;
  const span = ptr(step, W_BLOCKS) + (shared ? 0 : <usize>unit << 3);
  const first = int(span, 0), tiles = int(span, 4);
  const products = scratch + ptr(step, W_PRODUCTS);
  const blocks = int(step, S_IN + M_BLOCKS);
  if (!shared) {
    const inputs = scratch + TILE_BYTES;
    transformInput(step, inputs, scratch, 0, blocks, first, tiles);
    const passes = int(step, W_PASS_COUNT);
    for (let pass = 0; pass < passes; pass++) finishPass(step, pass, inputs, products, scratch, first, tiles);
    return;
  }
  // Shared: all threads transform the input; then each multiplies and finishes output channels of its own.
  const inputs = ptr(step, W_INPUTS);
  if (phase == 0) {
    const count = int(step, W_BLOCKS_PER_UNIT);
    transformInput(step, inputs, scratch, unit * count, min(blocks, (unit + 1) * count), first, tiles);
  } else {
    finishPass(step, unit, inputs, products, scratch, first, tiles);
  }
}
