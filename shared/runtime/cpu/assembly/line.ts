import { activate } from './activation';
import { gemm, SHORT_PIECE } from './gemm';
import {
  A_ACTIVATION, A_ALPHA, A_BETA, A_BIAS, A_HIGH, A_LOW, A_OUT_BLOCKS, A_SCRATCH, A_SCRATCH_STRIDE, A_WEIGHTS, M_BLOCK, M_BLOCKS,
  M_HEIGHT, M_IMAGE, M_POINTER, M_ROW, M_WIDTH, S_IN, S_OTHER, S_OUT, W_BLOCKS, W_DOWN, W_INPUT_STRIDE, W_PASSES, W_PASS_COUNT,
  W_PRODUCTS, W_PRODUCT_STRIDE, W_SIDE, W_START, W_TABLE, W_TILES_X, W_TILES_Y,
} from './layout';
import { MR, NB } from './micro';
import { add, clip, float, fma, int, mul, ptr, sub } from './vector';

/** Points of the transforms, and where the table's pairs and powers begin. */
// @ts-ignore: decorator
@inline const POINTS: usize = 10;
// @ts-ignore: decorator
@inline const PAIRS: usize = 16;
// @ts-ignore: decorator
@inline const POWERS: usize = 80;

// @ts-ignore: decorator
@inline
function times(x: v128, factor: usize, sum: v128): v128 {
  return fma(x, v128.load32_splat(factor), sum);
}

/** The values at ±a: a and the coefficients of the other pairs lie at `pair`. */
// @ts-ignore: decorator
@inline
function spreadPair(
  pair: usize, d1: v128, d2: v128, d3: v128, d4: v128, d5: v128, d6: v128, d7: v128, d8: v128, to: usize, stride: usize,
): void {
  const even = times(d2, pair + 4, times(d4, pair + 8, times(d6, pair + 12, d8)));
  const odd = mul(times(d1, pair + 4, times(d3, pair + 8, times(d5, pair + 12, d7))), v128.load32_splat(pair));
  v128.store(to, add(even, odd));
  v128.store(to + stride, sub(even, odd));
}

/** Bᵀ d of ten values, `apart` bytes from one to the next. */
// @ts-ignore: decorator
@inline
function spread(from: usize, apart: usize, to: usize, stride: usize, table: usize): void {
  const d0 = v128.load(from); from += apart;
  const d1 = v128.load(from); from += apart;
  const d2 = v128.load(from); from += apart;
  const d3 = v128.load(from); from += apart;
  const d4 = v128.load(from); from += apart;
  const d5 = v128.load(from); from += apart;
  const d6 = v128.load(from); from += apart;
  const d7 = v128.load(from); from += apart;
  const d8 = v128.load(from); from += apart;
  const d9 = v128.load(from);
  const two = stride + stride;
  v128.store(to, times(d0, table, times(d2, table + 4, times(d4, table + 8, times(d6, table + 12, d8))))); to += stride;
  spreadPair(table + PAIRS, d1, d2, d3, d4, d5, d6, d7, d8, to, stride); to += two;
  spreadPair(table + PAIRS + 16, d1, d2, d3, d4, d5, d6, d7, d8, to, stride); to += two;
  spreadPair(table + PAIRS + 32, d1, d2, d3, d4, d5, d6, d7, d8, to, stride); to += two;
  spreadPair(table + PAIRS + 48, d1, d2, d3, d4, d5, d6, d7, d8, to, stride); to += two;
  v128.store(to, times(d1, table, times(d3, table + 4, times(d5, table + 8, times(d7, table + 12, d9)))));
}

/** to: [points][channel block][tile][8] */
function transformInput(step: usize, to: usize, first: i32, tiles: i32): void {
  const across = int(step, W_TILES_X), perImage = across * int(step, W_TILES_Y), side = int(step, W_SIDE);
  const down = int(step, W_DOWN) != 0, row = ptr(step, S_IN + M_ROW), blocks = int(step, S_IN + M_BLOCKS);
  const stride = ptr(step, W_INPUT_STRIDE), table = ptr(step, W_TABLE);
  const apart = down ? row : 32, stepX: usize = down ? 32 : <usize>side << 5, stepY = down ? <usize>side * row : row;
  for (let block = 0; block < blocks; block++) {
    const base = ptr(step, W_START) + <usize>block * ptr(step, S_IN + M_BLOCK);
    let n = first / perImage;
    let ty = (first - n * perImage) / across;
    let tx = first - n * perImage - ty * across;
    for (let t = 0; t < tiles; t++, to += 32) {
      const from = base + <usize>n * ptr(step, S_IN + M_IMAGE) + <usize>ty * stepY + <usize>tx * stepX;
      spread(from, apart, to, stride, table);
      spread(from + 16, apart, to + 16, stride, table);
      if (++tx == across) { tx = 0; if ((++ty) * across == perImage) { ty = 0; n++; } }
    }
  }
}

/** Aᵀ m of one half of a tile, then bias, residual and clip, of `count` outputs that are `apart` bytes from each other. */
function fold(
  from: usize, stride: usize, powers: usize, side: i32, out: usize, apart: usize, plus: usize, otherApart: usize,
  bias: v128, low: v128, high: v128, count: i32,
): void {
  const zero = add(v128.load(from), bias); from += stride;
  const a = v128.load(from), b = v128.load(from + stride); from += stride + stride;
  const c = v128.load(from), d = v128.load(from + stride); from += stride + stride;
  const e = v128.load(from), f = v128.load(from + stride); from += stride + stride;
  const g = v128.load(from), h = v128.load(from + stride); from += stride + stride;
  const s0 = add(a, b), t0 = sub(a, b), s1 = add(c, d), t1 = sub(c, d), s2 = add(e, f), t2 = sub(e, f), s3 = add(g, h), t3 = sub(g, h);
  for (let i = 0; i < count; i++, out += apart, powers += 16) {
    const odd = (i & 1) != 0;
    let y = i == 0 ? zero : bias;
    if (i == side - 1) y = add(y, v128.load(from));
    if (odd) y = add(times(t0, powers, times(t1, powers + 4, y)), times(t2, powers + 8, mul(t3, v128.load32_splat(powers + 12))));
    else y = add(times(s0, powers, times(s1, powers + 4, y)), times(s2, powers + 8, mul(s3, v128.load32_splat(powers + 12))));
    if (plus != 0) {
      y = add(y, v128.load(plus));
      plus += otherApart;
    }
    v128.store(out, clip(y, low, high));
  }
}

/** Aᵀ m of the products of output blocks [block0, block1) of the tiles. Those that overhang the map store what is inside. */
function transformOutput(step: usize, products: usize, block0: i32, block1: i32, first: i32, tiles: i32): void {
  const across = int(step, W_TILES_X), perImage = across * int(step, W_TILES_Y), side = int(step, W_SIDE);
  const down = int(step, W_DOWN) != 0, stride = ptr(step, W_PRODUCT_STRIDE), powers = ptr(step, W_TABLE) + POWERS;
  const extent = int(step, S_OUT + (down ? M_HEIGHT : M_WIDTH));
  const row = ptr(step, S_OUT + M_ROW), otherRow = ptr(step, S_OTHER + M_ROW), other = ptr(step, S_OTHER + M_POINTER);
  const apart: usize = down ? row : 32, otherApart: usize = down ? otherRow : 32;
  const low = v128.load32_splat(step + A_LOW), high = v128.load32_splat(step + A_HIGH);
  const activation = int(step, A_ACTIVATION);
  for (let block = block0; block < block1; block++) {
    const bias = ptr(step, A_BIAS) + <usize>block * 32, bias0 = v128.load(bias), bias1 = v128.load(bias, 16);
    let n = first / perImage;
    let ty = (first - n * perImage) / across;
    let tx = first - n * perImage - ty * across;
    for (let t = 0; t < tiles; t++, products += 32) {
      const y = <usize>(down ? ty * side : ty), x = <usize>(down ? tx : tx * side) << 5;
      const out = ptr(step, S_OUT + M_POINTER) + <usize>n * ptr(step, S_OUT + M_IMAGE) + <usize>block * ptr(step, S_OUT + M_BLOCK) + y * row + x;
      const plus: usize = other == 0 ? 0 : other + <usize>n * ptr(step, S_OTHER + M_IMAGE) + <usize>block * ptr(step, S_OTHER + M_BLOCK) + y * otherRow + x;
      const count = min(side, extent - (down ? ty : tx) * side);
      fold(products, stride, powers, side, out, apart, plus, otherApart, bias0, low, high, count);
      fold(products + 16, stride, powers, side, out + 16, apart, plus == 0 ? 0 : plus + 16, otherApart, bias1, low, high, count);
      if (activation != 0) {
        for (let i = 0, at = out; i < count; i++, at += apart) activate(at, at, 8, activation, float(step, A_ALPHA), float(step, A_BETA));
      }
      if (++tx == across) { tx = 0; if ((++ty) * across == perImage) { ty = 0; n++; } }
    }
  }
}

/**
 * Filters of one row or of one column by Winograd's algorithm along that axis: a unit is some tiles, as plan/line-transform.ts
 * has them. weights: [pass][points, 64 bytes apart][panel][channel][NB]
 */
export function line(step: usize, unit: i32, thread: i32): void {
  const inputs = ptr(step, A_SCRATCH) + <usize>thread * ptr(step, A_SCRATCH_STRIDE);
  const products = inputs + ptr(step, W_PRODUCTS);
  const span = ptr(step, W_BLOCKS) + (<usize>unit << 3);
  const first = int(span, 0), tiles = int(span, 4), depth = int(step, S_IN + M_BLOCKS);
  const panelBytes = <usize>depth * (8 * NB * 4), apart = <usize>tiles << 5;
  transformInput(step, inputs, first, tiles);
  const passes = int(step, W_PASS_COUNT);
  for (let pass = 0; pass < passes; pass++) {
    const part = ptr(step, W_PASSES) + (<usize>pass << 3), p0 = int(part, 0), panels = int(part, 4);
    const frequency = <usize>panels * panelBytes + 64;
    let weights = ptr(step, A_WEIGHTS) + POINTS * (<usize>p0 * panelBytes + (<usize>pass << 6));
    for (let f: usize = 0; f < POINTS; f++, weights += frequency) {
      gemm(
        inputs + f * ptr(step, W_INPUT_STRIDE), weights, products + f * ptr(step, W_PRODUCT_STRIDE),
        tiles, depth, panels, MR * 32, apart, apart, SHORT_PIECE,
      );
    }
    transformOutput(step, products, p0 * (NB / 8), min((p0 + panels) * (NB / 8), int(step, A_OUT_BLOCKS)), first, tiles);
  }
}
