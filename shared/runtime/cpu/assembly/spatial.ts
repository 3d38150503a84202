import { activate } from './activation';
import {
  A_ACTIVATION, A_ALPHA, A_BETA, A_BIAS, A_HIGH, A_LOW, A_WEIGHTS, M_BLOCK, M_BLOCKS, M_HEIGHT, M_IMAGE, M_POINTER, M_ROW, M_WIDTH,
  POOL_AVERAGE_PADDED, POOL_MAX, P_DILATION_X, P_DILATION_Y, P_KERNEL_X, P_KERNEL_Y, P_KIND, P_LEFT, P_PADDED_HEIGHT,
  P_PADDED_WIDTH, P_PARTIALS, P_PLANES, P_STRIDE_X, P_STRIDE_Y, P_TOP, R_UNITS_PER_BLOCK, S_BATCH, S_IN, S_OTHER, S_OUT,
} from './layout';
import { slide, slides, TOGETHER } from './micro';
import { blockOf, endRow, firstRow, imageOf } from './rows';
import { add, clip, float, fma, int, larger, mul, ptr } from './vector';

/** First tap of a window that lies inside: the smallest t with start + t·dilation ≥ 0. */
// @ts-ignore: decorator
@inline
function firstInside(start: i32, dilation: i32): i32 {
  return start >= 0 ? 0 : (dilation - 1 - start) / dilation;
}
/** One past the last tap inside: the smallest t with start + t·dilation ≥ extent, at most `taps`. */
// @ts-ignore: decorator
@inline
function endInside(start: i32, dilation: i32, extent: i32, taps: i32): i32 {
  return start >= extent ? 0 : min(taps, (extent - start + dilation - 1) / dilation);
}

/**
 * Each channel by its own filter; reads its padding from the halo. Four output pixels at a time share the weights.
 * weights: [block][tap][8]
 */
export function depthwise(step: usize, unit: i32): void {
  const blocks = int(step, S_IN + M_BLOCKS);
  const n = imageOf(step, unit, blocks), block = blockOf(unit, blocks);
  const height = int(step, S_OUT + M_HEIGHT), width = int(step, S_OUT + M_WIDTH);
  const y0 = firstRow(step, unit, blocks);
  const y1 = endRow(step, y0, height);
  const kernelY = int(step, P_KERNEL_Y), kernelX = int(step, P_KERNEL_X);
  const row = ptr(step, S_IN + M_ROW);
  const stepX = <usize>int(step, P_STRIDE_X) * 32;
  const tapX = <usize>int(step, P_DILATION_X) * 32, tapY = <usize>int(step, P_DILATION_Y) * row;
  const base = ptr(step, S_IN + M_POINTER) + <usize>n * ptr(step, S_IN + M_IMAGE) + <usize>block * ptr(step, S_IN + M_BLOCK)
    - <usize>int(step, P_TOP) * row - <usize>int(step, P_LEFT) * 32;
  const weights = ptr(step, A_WEIGHTS) + <usize>block * <usize>(kernelY * kernelX) * 32;
  const out = ptr(step, S_OUT + M_POINTER) + <usize>n * ptr(step, S_OUT + M_IMAGE) + <usize>block * ptr(step, S_OUT + M_BLOCK);
  const other = ptr(step, S_OTHER + M_POINTER);
  const low = v128.load32_splat(step + A_LOW), high = v128.load32_splat(step + A_HIGH);
  const bias = ptr(step, A_BIAS) + <usize>block * 32;
  const bias0 = v128.load(bias), bias1 = v128.load(bias, 16);
  const activation = int(step, A_ACTIVATION);
  const rest = other == 0 ? 0 : other + <usize>n * ptr(step, S_OTHER + M_IMAGE) + <usize>block * ptr(step, S_OTHER + M_BLOCK);
  const slid = kernelX == kernelY && tapX == 32 && tapY == row && width >= TOGETHER && slides(kernelX, int(step, P_STRIDE_X));
  for (let y = y0; y < y1; y++) {
    const line = base + <usize>(y * int(step, P_STRIDE_Y)) * row;
    const target = out + <usize>y * ptr(step, S_OUT + M_ROW);
    let x = 0;
    if (slid) {
      const plus: usize = rest == 0 ? 0 : rest + <usize>y * ptr(step, S_OTHER + M_ROW);
      while (x < width) {
        // The last ones may be some that were computed already.
        const first = <usize>min(x, width - TOGETHER);
        const from = line + first * stepX, to = target + (first << 5), added: usize = plus == 0 ? 0 : plus + (first << 5);
        slide(kernelX, int(step, P_STRIDE_X), from, row, weights, to, added, bias0, low, high);
        slide(kernelX, int(step, P_STRIDE_X), from + 16, row, weights + 16, to + 16, added == 0 ? 0 : added + 16, bias1, low, high);
        x += TOGETHER;
      }
    }
    while (x < width) {
      let a0 = bias0, a1 = bias1, c0 = bias0, c1 = bias1, d0 = bias0, d1 = bias1, e0 = bias0, e1 = bias1;
      let from = line + <usize>x * stepX;
      let w = weights;
      const four = x + 4 <= width;
      if (four) {
        for (let ky = 0; ky < kernelY; ky++, from += tapY) {
          let at = from;
          for (let kx = 0; kx < kernelX; kx++, at += tapX, w += 32) {
            const w0 = v128.load(w), w1 = v128.load(w, 16);
            a0 = fma(v128.load(at), w0, a0); a1 = fma(v128.load(at, 16), w1, a1);
            const b = at + stepX;
            c0 = fma(v128.load(b), w0, c0); c1 = fma(v128.load(b, 16), w1, c1);
            const c = b + stepX;
            d0 = fma(v128.load(c), w0, d0); d1 = fma(v128.load(c, 16), w1, d1);
            const d = c + stepX;
            e0 = fma(v128.load(d), w0, e0); e1 = fma(v128.load(d, 16), w1, e1);
          }
        }
      } else {
        for (let ky = 0; ky < kernelY; ky++, from += tapY) {
          let at = from;
          for (let kx = 0; kx < kernelX; kx++, at += tapX, w += 32) {
            a0 = fma(v128.load(at), v128.load(w), a0); a1 = fma(v128.load(at, 16), v128.load(w, 16), a1);
          }
        }
      }
      const to = target + (<usize>x << 5);
      if (other != 0) {
        const plus = rest + <usize>y * ptr(step, S_OTHER + M_ROW) + (<usize>x << 5);
        a0 = add(a0, v128.load(plus)); a1 = add(a1, v128.load(plus, 16));
        if (four) {
          c0 = add(c0, v128.load(plus, 32)); c1 = add(c1, v128.load(plus, 48));
          d0 = add(d0, v128.load(plus, 64)); d1 = add(d1, v128.load(plus, 80));
          e0 = add(e0, v128.load(plus, 96)); e1 = add(e1, v128.load(plus, 112));
        }
      }
      v128.store(to, clip(a0, low, high)); v128.store(to, clip(a1, low, high), 16);
      if (four) {
        v128.store(to, clip(c0, low, high), 32); v128.store(to, clip(c1, low, high), 48);
        v128.store(to, clip(d0, low, high), 64); v128.store(to, clip(d1, low, high), 80);
        v128.store(to, clip(e0, low, high), 96); v128.store(to, clip(e1, low, high), 112);
        x += 4;
      } else x++;
    }
    if (activation != 0) activate(target, target, width * 8, activation, float(step, A_ALPHA), float(step, A_BETA));
  }
}

/** Largest or mean value of each window, of the values that lie inside the map. */
export function pool(step: usize, unit: i32): void {
  const blocks = int(step, S_IN + M_BLOCKS);
  const n = imageOf(step, unit, blocks), block = blockOf(unit, blocks);
  const inHeight = int(step, S_IN + M_HEIGHT), inWidth = int(step, S_IN + M_WIDTH);
  const height = int(step, S_OUT + M_HEIGHT), width = int(step, S_OUT + M_WIDTH);
  const y0 = firstRow(step, unit, blocks);
  const y1 = endRow(step, y0, height);
  const kernelY = int(step, P_KERNEL_Y), kernelX = int(step, P_KERNEL_X);
  const dilationY = int(step, P_DILATION_Y), dilationX = int(step, P_DILATION_X);
  const kind = int(step, P_KIND);
  const row = ptr(step, S_IN + M_ROW);
  const from = ptr(step, S_IN + M_POINTER) + <usize>n * ptr(step, S_IN + M_IMAGE) + <usize>block * ptr(step, S_IN + M_BLOCK);
  const out = ptr(step, S_OUT + M_POINTER) + <usize>n * ptr(step, S_OUT + M_IMAGE) + <usize>block * ptr(step, S_OUT + M_BLOCK);
  const tapX = <usize>dilationX * 32, tapY = <usize>dilationY * row;
  for (let y = y0; y < y1; y++) {
    const startY = y * int(step, P_STRIDE_Y) - int(step, P_TOP);
    const ky0 = firstInside(startY, dilationY), ky1 = endInside(startY, dilationY, inHeight, kernelY);
    const paddedY = endInside(startY, dilationY, int(step, P_PADDED_HEIGHT) - int(step, P_TOP), kernelY);
    let to = out + <usize>y * ptr(step, S_OUT + M_ROW);
    for (let x = 0; x < width; x++, to += 32) {
      const startX = x * int(step, P_STRIDE_X) - int(step, P_LEFT);
      const kx0 = firstInside(startX, dilationX), kx1 = endInside(startX, dilationX, inWidth, kernelX);
      let a = f32x4.splat(kind == POOL_MAX ? -Infinity : 0), b = a;
      let corner = from + <usize>(startY + ky0 * dilationY) * row + <usize>((startX + kx0 * dilationX) << 5);
      if (kind == POOL_MAX) {
        for (let ky = ky0; ky < ky1; ky++, corner += tapY) {
          let at = corner;
          for (let kx = kx0; kx < kx1; kx++, at += tapX) { a = larger(a, v128.load(at)); b = larger(b, v128.load(at, 16)); }
        }
      } else {
        // Columns first, as onnxruntime adds up: where means are rounded to integers, halves go the way of the last bit.
        for (let kx = kx0; kx < kx1; kx++, corner += tapX) {
          let c = f32x4.splat(0), d = c;
          let at = corner;
          for (let ky = ky0; ky < ky1; ky++, at += tapY) { c = add(c, v128.load(at)); d = add(d, v128.load(at, 16)); }
          a = add(a, c);
          b = add(b, d);
        }
        const count = kind == POOL_AVERAGE_PADDED
          ? paddedY * endInside(startX, dilationX, int(step, P_PADDED_WIDTH) - int(step, P_LEFT), kernelX)
          : max(0, ky1 - ky0) * max(0, kx1 - kx0);
        const divisor = f32x4.splat(<f32>count);
        a = f32x4.div(a, divisor);
        b = f32x4.div(b, divisor);
      }
      v128.store(to, a);
      v128.store(to, b, 16);
    }
  }
}

/**
 * Largest or mean value of each whole channel. First units of some rows of one block, as other steps are cut, so that each
 * thread reads the part of the map that it wrote; then what they found is brought together, some planes a unit.
 */
export function globalPool(step: usize, phase: i32, unit: i32): void {
  if (phase == 1) {
    const first = unit * int(step, P_PLANES);
    const end = min(int(step, S_BATCH) * int(step, S_IN + M_BLOCKS), first + int(step, P_PLANES));
    for (let plane = first; plane < end; plane++) poolPlane(step, plane);
    return;
  }
  const blocks = int(step, S_IN + M_BLOCKS);
  const n = imageOf(step, unit, blocks), block = blockOf(unit, blocks);
  const y0 = firstRow(step, unit, blocks);
  const y1 = endRow(step, y0, int(step, S_IN + M_HEIGHT));
  const row = ptr(step, S_IN + M_ROW), width = ptr(step, S_IN + M_WIDTH);
  const from = ptr(step, S_IN + M_POINTER) + <usize>n * ptr(step, S_IN + M_IMAGE) + <usize>block * ptr(step, S_IN + M_BLOCK)
    + <usize>y0 * row;
  const to = ptr(step, P_PARTIALS) + (<usize>unit << 6);
  if (int(step, P_KIND) == POOL_MAX) largestOfRows(from, row, y1 - y0, width, to);
  else sumsOfRows(from, row, y1 - y0, width, to);
}

function largestOfRows(from: usize, row: usize, rows: i32, width: usize, to: usize): void {
  let a = f32x4.splat(-Infinity), b = a;
  for (; rows > 0; rows--, from += row) {
    for (let at = from; at < from + (width << 5); at += 32) { a = larger(a, v128.load(at)); b = larger(b, v128.load(at, 16)); }
  }
  v128.store(to, a);
  v128.store(to, b, 16);
}

/** Rows in single precision, two sums for each channel, and their sum in double, because a map can hold millions of values. */
function sumsOfRows(from: usize, row: usize, rows: i32, width: usize, to: usize): void {
  let s0 = f64x2.splat(0), s1 = s0, s2 = s0, s3 = s0;
  for (; rows > 0; rows--, from += row) {
    let a = f32x4.splat(0), b = a, c = a, d = a;
    let at = from;
    for (const pairs = from + (width >> 1 << 6); at < pairs; at += 64) {
      a = add(a, v128.load(at)); b = add(b, v128.load(at, 16));
      c = add(c, v128.load(at, 32)); d = add(d, v128.load(at, 48));
    }
    if (width & 1) { a = add(a, v128.load(at)); b = add(b, v128.load(at, 16)); }
    a = add(a, c);
    b = add(b, d);
    s0 = f64x2.add(s0, f64x2.promote_low_f32x4(a));
    s1 = f64x2.add(s1, f64x2.promote_low_f32x4(i32x4.shuffle(a, a, 2, 3, 0, 1)));
    s2 = f64x2.add(s2, f64x2.promote_low_f32x4(b));
    s3 = f64x2.add(s3, f64x2.promote_low_f32x4(i32x4.shuffle(b, b, 2, 3, 0, 1)));
  }
  v128.store(to, s0);
  v128.store(to, s1, 16);
  v128.store(to, s2, 32);
  v128.store(to, s3, 48);
}

/** What the units of one block of an image found, as its one pixel. */
function poolPlane(step: usize, plane: i32): void {
  const blocks = int(step, S_IN + M_BLOCKS), perBlock = int(step, R_UNITS_PER_BLOCK);
  const n = plane / blocks, block = plane - n * blocks;
  const to = ptr(step, S_OUT + M_POINTER) + <usize>n * ptr(step, S_OUT + M_IMAGE) + <usize>block * ptr(step, S_OUT + M_BLOCK);
  const apart = <usize>blocks << 6;
  let at = ptr(step, P_PARTIALS) + (<usize>(n * perBlock * blocks + block) << 6);
  const end = at + <usize>perBlock * apart;
  if (int(step, P_KIND) == POOL_MAX) {
    let a = f32x4.splat(-Infinity), b = a;
    for (; at < end; at += apart) { a = larger(a, v128.load(at)); b = larger(b, v128.load(at, 16)); }
    v128.store(to, a);
    v128.store(to, b, 16);
    return;
  }
  let s0 = f64x2.splat(0), s1 = s0, s2 = s0, s3 = s0;
  for (; at < end; at += apart) {
    s0 = f64x2.add(s0, v128.load(at)); s1 = f64x2.add(s1, v128.load(at, 16));
    s2 = f64x2.add(s2, v128.load(at, 32)); s3 = f64x2.add(s3, v128.load(at, 48));
  }
  const area = f64x2.splat(<f64>int(step, S_IN + M_HEIGHT) * <f64>int(step, S_IN + M_WIDTH));
  v128.store(to, meansOf(s0, s1, area));
  v128.store(to, meansOf(s2, s3, area), 16);
}

// @ts-ignore: decorator
@inline
function meansOf(low: v128, high: v128, area: v128): v128 {
  const l = f32x4.demote_f64x2_zero(f64x2.div(low, area)), h = f32x4.demote_f64x2_zero(f64x2.div(high, area));
  return i32x4.shuffle(l, h, 0, 1, 4, 5);
}
