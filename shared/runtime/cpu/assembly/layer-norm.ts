import { activate } from './activation';
import {
  A_ACTIVATION, A_ALPHA, A_BETA, A_BIAS, A_HIGH, A_LOW, A_WEIGHTS, M_BLOCK, M_BLOCKS, M_CHANNELS, M_HEIGHT, M_IMAGE, M_POINTER,
  M_ROW, M_WIDTH, N_CENTRED, N_EPSILON, N_PIXELS_PER_UNIT, S_IN, S_OTHER, S_OUT,
} from './layout';
import { add, clip, firstLanes, float, fma, int, mul, ptr, sub, total } from './vector';

// @ts-ignore: decorator
@inline
function squares(x: v128, mean: v128, soFar: v128): v128 {
  const d = sub(x, mean);
  return fma(d, d, soFar);
}

/**
 * The channels of each pixel less their mean and by their deviation, then a factor and an offset per channel. A unit is
 * some pixels of a row; four at a time stay in the first cache while they are read for the mean, for the deviation, and
 * for the result. weights: [block][8]
 */
export function layerNorm(step: usize, unit: i32): void {
  const width = int(step, S_OUT + M_WIDTH), height = int(step, S_OUT + M_HEIGHT), perUnit = int(step, N_PIXELS_PER_UNIT);
  const perRow = (width + perUnit - 1) / perUnit;
  const row = unit / perRow, n = row / height, y = row - n * height;
  const first = (unit - row * perRow) * perUnit, end = min(width, first + perUnit);
  const place = <usize>first << 5;
  let from = ptr(step, S_IN + M_POINTER) + <usize>n * ptr(step, S_IN + M_IMAGE) + <usize>y * ptr(step, S_IN + M_ROW) + place;
  let to = ptr(step, S_OUT + M_POINTER) + <usize>n * ptr(step, S_OUT + M_IMAGE) + <usize>y * ptr(step, S_OUT + M_ROW) + place;
  const other = ptr(step, S_OTHER + M_POINTER);
  let plus: usize = other == 0 ? 0 : other + <usize>n * ptr(step, S_OTHER + M_IMAGE) + <usize>y * ptr(step, S_OTHER + M_ROW) + place;
  let x = first;
  for (; x + 4 <= end; x += 4, from += 128, to += 128) {
    fourPixels(step, from, to);
    if (plus != 0) plus = addOther(step, to, plus, 4);
    else finishPixels(step, to, 4);
  }
  for (; x < end; x++, from += 32, to += 32) {
    onePixel(step, from, to);
    if (plus != 0) plus = addOther(step, to, plus, 1);
    else finishPixels(step, to, 1);
  }
}

function fourPixels(step: usize, from: usize, to: usize): void {
  const blocks = int(step, S_IN + M_BLOCKS), channels = int(step, S_IN + M_CHANNELS);
  const stride = ptr(step, S_IN + M_BLOCK);
  const whole = channels >> 3, lanes = channels & 7;
  const low = firstLanes(lanes), high = firstLanes(lanes - 4);
  const zero = f32x4.splat(0);
  let a = zero, b = zero, c = zero, d = zero, e = zero, f = zero, g = zero, h = zero;
  let at = from;
  for (let block = 0; block < whole; block++, at += stride) {
    a = add(a, v128.load(at)); b = add(b, v128.load(at, 16));
    c = add(c, v128.load(at, 32)); d = add(d, v128.load(at, 48));
    e = add(e, v128.load(at, 64)); f = add(f, v128.load(at, 80));
    g = add(g, v128.load(at, 96)); h = add(h, v128.load(at, 112));
  }
  if (lanes != 0) {
    a = add(a, v128.and(v128.load(at), low)); b = add(b, v128.and(v128.load(at, 16), high));
    c = add(c, v128.and(v128.load(at, 32), low)); d = add(d, v128.and(v128.load(at, 48), high));
    e = add(e, v128.and(v128.load(at, 64), low)); f = add(f, v128.and(v128.load(at, 80), high));
    g = add(g, v128.and(v128.load(at, 96), low)); h = add(h, v128.and(v128.load(at, 112), high));
  }
  const share = f32x4.splat(1 / <f32>channels), epsilon = v128.load32_splat(step + N_EPSILON), one = f32x4.splat(1);
  const centre = int(step, N_CENTRED) != 0 ? share : zero;
  const m0 = mul(total(add(a, b)), centre), m1 = mul(total(add(c, d)), centre);
  const m2 = mul(total(add(e, f)), centre), m3 = mul(total(add(g, h)), centre);
  a = zero; b = zero; c = zero; d = zero; e = zero; f = zero; g = zero; h = zero;
  at = from;
  for (let block = 0; block < whole; block++, at += stride) {
    a = squares(v128.load(at), m0, a); b = squares(v128.load(at, 16), m0, b);
    c = squares(v128.load(at, 32), m1, c); d = squares(v128.load(at, 48), m1, d);
    e = squares(v128.load(at, 64), m2, e); f = squares(v128.load(at, 80), m2, f);
    g = squares(v128.load(at, 96), m3, g); h = squares(v128.load(at, 112), m3, h);
  }
  if (lanes != 0) {
    a = add(a, v128.and(squares(v128.load(at), m0, zero), low)); b = add(b, v128.and(squares(v128.load(at, 16), m0, zero), high));
    c = add(c, v128.and(squares(v128.load(at, 32), m1, zero), low)); d = add(d, v128.and(squares(v128.load(at, 48), m1, zero), high));
    e = add(e, v128.and(squares(v128.load(at, 64), m2, zero), low)); f = add(f, v128.and(squares(v128.load(at, 80), m2, zero), high));
    g = add(g, v128.and(squares(v128.load(at, 96), m3, zero), low)); h = add(h, v128.and(squares(v128.load(at, 112), m3, zero), high));
  }
  const s0 = f32x4.div(one, f32x4.sqrt(fma(total(add(a, b)), share, epsilon)));
  const s1 = f32x4.div(one, f32x4.sqrt(fma(total(add(c, d)), share, epsilon)));
  const s2 = f32x4.div(one, f32x4.sqrt(fma(total(add(e, f)), share, epsilon)));
  const s3 = f32x4.div(one, f32x4.sqrt(fma(total(add(g, h)), share, epsilon)));
  let w = ptr(step, A_WEIGHTS), bias = ptr(step, A_BIAS), into = to;
  const outStride = ptr(step, S_OUT + M_BLOCK);
  at = from;
  for (let block = 0; block < blocks; block++, at += stride, into += outStride, w += 32, bias += 32) {
    const w0 = v128.load(w), w1 = v128.load(w, 16), b0 = v128.load(bias), b1 = v128.load(bias, 16);
    v128.store(into, fma(mul(sub(v128.load(at), m0), s0), w0, b0)); v128.store(into, fma(mul(sub(v128.load(at, 16), m0), s0), w1, b1), 16);
    v128.store(into, fma(mul(sub(v128.load(at, 32), m1), s1), w0, b0), 32); v128.store(into, fma(mul(sub(v128.load(at, 48), m1), s1), w1, b1), 48);
    v128.store(into, fma(mul(sub(v128.load(at, 64), m2), s2), w0, b0), 64); v128.store(into, fma(mul(sub(v128.load(at, 80), m2), s2), w1, b1), 80);
    v128.store(into, fma(mul(sub(v128.load(at, 96), m3), s3), w0, b0), 96); v128.store(into, fma(mul(sub(v128.load(at, 112), m3), s3), w1, b1), 112);
  }
}

function onePixel(step: usize, from: usize, to: usize): void {
  const blocks = int(step, S_IN + M_BLOCKS), channels = int(step, S_IN + M_CHANNELS);
  const stride = ptr(step, S_IN + M_BLOCK);
  const whole = channels >> 3, lanes = channels & 7;
  const low = firstLanes(lanes), high = firstLanes(lanes - 4);
  let a = f32x4.splat(0), b = a;
  let at = from;
  for (let block = 0; block < whole; block++, at += stride) { a = add(a, v128.load(at)); b = add(b, v128.load(at, 16)); }
  if (lanes != 0) { a = add(a, v128.and(v128.load(at), low)); b = add(b, v128.and(v128.load(at, 16), high)); }
  const share = f32x4.splat(1 / <f32>channels);
  const mean = int(step, N_CENTRED) != 0 ? mul(total(add(a, b)), share) : f32x4.splat(0);
  a = f32x4.splat(0); b = a;
  at = from;
  for (let block = 0; block < whole; block++, at += stride) { a = squares(v128.load(at), mean, a); b = squares(v128.load(at, 16), mean, b); }
  if (lanes != 0) {
    const zero = f32x4.splat(0);
    a = add(a, v128.and(squares(v128.load(at), mean, zero), low));
    b = add(b, v128.and(squares(v128.load(at, 16), mean, zero), high));
  }
  const by = f32x4.div(f32x4.splat(1), f32x4.sqrt(fma(total(add(a, b)), share, v128.load32_splat(step + N_EPSILON))));
  let w = ptr(step, A_WEIGHTS), bias = ptr(step, A_BIAS), into = to;
  at = from;
  for (let block = 0; block < blocks; block++, at += stride, into += ptr(step, S_OUT + M_BLOCK), w += 32, bias += 32) {
    v128.store(into, fma(mul(sub(v128.load(at), mean), by), v128.load(w), v128.load(bias)));
    v128.store(into, fma(mul(sub(v128.load(at, 16), mean), by), v128.load(w, 16), v128.load(bias, 16)), 16);
  }
}

/** Adds the residual of `pixels` pixels, finishes them, and returns where the next ones' residual is. */
function addOther(step: usize, to: usize, plus: usize, pixels: i32): usize {
  const blocks = int(step, S_OUT + M_BLOCKS);
  const bytes = <usize>pixels << 5;
  let into = to, from = plus;
  for (let block = 0; block < blocks; block++, into += ptr(step, S_OUT + M_BLOCK), from += ptr(step, S_OTHER + M_BLOCK)) {
    for (let at: usize = 0; at < bytes; at += 16) v128.store(into + at, add(v128.load(into + at), v128.load(from + at)));
  }
  finishPixels(step, to, pixels);
  return plus + bytes;
}

/** Clips and activates, where there is anything to do, what was just written. */
function finishPixels(step: usize, to: usize, pixels: i32): void {
  const low = float(step, A_LOW), high = float(step, A_HIGH), activation = int(step, A_ACTIVATION);
  if (low == -Infinity && high == Infinity && activation == 0) return;
  const blocks = int(step, S_OUT + M_BLOCKS);
  const bytes = <usize>pixels << 5;
  for (let block = 0; block < blocks; block++, to += ptr(step, S_OUT + M_BLOCK)) {
    for (let at: usize = 0; at < bytes; at += 16) v128.store(to + at, clip(v128.load(to + at), f32x4.splat(low), f32x4.splat(high)));
    if (activation != 0) activate(to, to, pixels * 8, activation, float(step, A_ALPHA), float(step, A_BETA));
  }
}
