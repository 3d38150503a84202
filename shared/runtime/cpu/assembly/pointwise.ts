import { activate, exp, expWithin, log, logarithm } from './activation';
import {
  A_ACTIVATION, A_ALPHA, A_BETA, A_HIGH, A_LOW, A_SCRATCH, A_SCRATCH_STRIDE, ACT_LOGARITHM, ACT_RECIPROCAL, BINARY_ADD,
  BINARY_AND, BINARY_AT_LEAST, BINARY_EQUAL, BINARY_EXCLUSIVE_OR, BINARY_GREATER, BINARY_OR, BINARY_DIVIDE, BINARY_DROP, BINARY_KEEP, BINARY_MAXIMUM,
  BINARY_MINIMUM, BINARY_MULTIPLY, BINARY_POWER, BINARY_SUBTRACT, B_KIND, B_ONE_CHANNEL, B_ONE_IMAGE, B_ONE_PIXEL, B_TURNED, L_ALPHA, L_BEFORE, L_BETA, L_BIAS, L_SIZE, M_BLOCK, M_BLOCKS, M_CHANNELS,
  M_HEIGHT, M_IMAGE, M_POINTER, M_ROW, M_WIDTH, S_IN, S_OTHER, S_OUT, X_AXIS, X_LOG, X_NONE,
} from './layout';
import { blockOf, endRow, firstRow, imageOf } from './rows';
import { add, clip, float, fma, int, larger, mul, ptr, scale, sub } from './vector';

/** Address of the first pixel of a row of one of a step's maps. */
// @ts-ignore: decorator
@inline
function rowOf(map: usize, n: i32, block: i32, y: i32): usize {
  return ptr(map, M_POINTER) + <usize>n * ptr(map, M_IMAGE) + <usize>block * ptr(map, M_BLOCK) + <usize>y * ptr(map, M_ROW);
}

/** Clips, then applies the activation; from a map to another or to itself. */
export function activation(step: usize, unit: i32): void {
  const blocks = int(step, S_OUT + M_BLOCKS);
  const n = imageOf(step, unit, blocks), block = blockOf(unit, blocks);
  const y0 = firstRow(step, unit, blocks);
  const y1 = endRow(step, y0, int(step, S_OUT + M_HEIGHT));
  const bytes = ptr(step, S_OUT + M_WIDTH) << 5;
  const low = v128.load32_splat(step + A_LOW), high = v128.load32_splat(step + A_HIGH);
  const kind = int(step, A_ACTIVATION);
  for (let y = y0; y < y1; y++) {
    let from = rowOf(step + S_IN, n, block, y);
    const start = rowOf(step + S_OUT, n, block, y);
    for (let to = start; to < start + bytes; to += 16, from += 16) {
      v128.store(to, clip(v128.load(from), low, high));
    }
    if (kind != 0) activate(start, start, <i32>(bytes >> 2), kind, float(step, A_ALPHA), float(step, A_BETA));
    if (kind == ACT_LOGARITHM || kind == ACT_RECIPROCAL) clearRow(step, block, start, bytes);
  }
}

/** a^b: whole exponents by multiplication, which also serves negative bases; others by logarithms. */
function power(a: f32, b: f32): f32 {
  if (nearest(b) == b && abs(b) <= 64) {
    let result: f64 = 1;
    for (let i = <i32>abs(b); i > 0; i--) result *= <f64>a;
    return <f32>(b < 0 ? 1 / result : result);
  }
  if (b == 0.5) return sqrt<f32>(a);
  return f32x4.extract_lane(exp(scale(logarithm(f32x4.splat(a)), b)), 0);
}

function powers(a: v128, b: v128): v128 {
  let y = f32x4.splat(power(f32x4.extract_lane(a, 0), f32x4.extract_lane(b, 0)));
  y = f32x4.replace_lane(y, 1, power(f32x4.extract_lane(a, 1), f32x4.extract_lane(b, 1)));
  y = f32x4.replace_lane(y, 2, power(f32x4.extract_lane(a, 2), f32x4.extract_lane(b, 2)));
  return f32x4.replace_lane(y, 3, power(f32x4.extract_lane(a, 3), f32x4.extract_lane(b, 3)));
}

/** All bits where a value is not zero. */
// @ts-ignore: decorator
@inline
function holds(x: v128): v128 {
  return f32x4.ne(x, f32x4.splat(0));
}

// @ts-ignore: decorator
@inline
function combine(kind: i32, a: v128, b: v128): v128 {
  switch (kind) {
    case BINARY_ADD: return add(a, b);
    case BINARY_MULTIPLY: return mul(a, b);
    case BINARY_SUBTRACT: return sub(a, b);
    case BINARY_DIVIDE: return f32x4.div(a, b);
    case BINARY_MAXIMUM: return f32x4.max(a, b);
    case BINARY_MINIMUM: return f32x4.min(a, b);
    case BINARY_KEEP: return v128.and(a, f32x4.gt(b, f32x4.splat(0)));
    case BINARY_DROP: return v128.andnot(a, f32x4.gt(b, f32x4.splat(0)));
    case BINARY_EQUAL: return v128.and(f32x4.eq(a, b), f32x4.splat(1));
    case BINARY_GREATER: return v128.and(f32x4.gt(a, b), f32x4.splat(1));
    case BINARY_AT_LEAST: return v128.and(f32x4.ge(a, b), f32x4.splat(1));
    case BINARY_AND: return v128.and(v128.and(holds(a), holds(b)), f32x4.splat(1));
    case BINARY_OR: return v128.and(v128.or(holds(a), holds(b)), f32x4.splat(1));
    case BINARY_EXCLUSIVE_OR: return v128.and(v128.xor(holds(a), holds(b)), f32x4.splat(1));
    default: return powers(a, b);
  }
}

/** Zeros behind the last channel of a row of the output's last block, where the operation may have left what is not finite. */
function clearRow(step: usize, block: i32, start: usize, bytes: usize): void {
  const lanes = int(step, S_OUT + M_CHANNELS) - block * 8;
  if (lanes >= 8) return;
  for (let at = start; at < start + bytes; at += 32) clearLanes(at, lanes);
}

/** Sums and products, which networks are full of, in loops that ask nothing. */
function addRow(from: usize, other: usize, stride: usize, to: usize, bytes: usize, low: v128, high: v128): void {
  for (const end = to + bytes; to < end; to += 32, from += 32, other += stride) {
    v128.store(to, clip(add(v128.load(from), v128.load(other)), low, high));
    v128.store(to, clip(add(v128.load(from, 16), v128.load(other, 16)), low, high), 16);
  }
}

function multiplyRow(from: usize, other: usize, stride: usize, to: usize, bytes: usize, low: v128, high: v128): void {
  for (const end = to + bytes; to < end; to += 32, from += 32, other += stride) {
    v128.store(to, clip(mul(v128.load(from), v128.load(other)), low, high));
    v128.store(to, clip(mul(v128.load(from, 16), v128.load(other, 16)), low, high), 16);
  }
}

function combineRow(
  kind: i32, turned: bool, from: usize, other: usize, stride: usize, oneChannel: bool, to: usize, bytes: usize, low: v128, high: v128,
): void {
  for (const end = to + bytes; to < end; to += 32, from += 32, other += stride) {
    const p = v128.load(from), q = v128.load(from, 16);
    let r = v128.load(other), s = v128.load(other, 16);
    if (oneChannel) {
      r = v128.load32_splat(other);
      s = r;
    }
    const a = turned ? combine(kind, r, p) : combine(kind, p, r), b = turned ? combine(kind, s, q) : combine(kind, q, s);
    v128.store(to, clip(a, low, high));
    v128.store(to, clip(b, low, high), 16);
  }
}

/** Two maps, value by value, or some of the second's repeated; then clip and activation. */
export function binary(step: usize, unit: i32): void {
  const blocks = int(step, S_OUT + M_BLOCKS);
  const n = imageOf(step, unit, blocks), block = blockOf(unit, blocks);
  const y0 = firstRow(step, unit, blocks);
  const y1 = endRow(step, y0, int(step, S_OUT + M_HEIGHT));
  const bytes = ptr(step, S_OUT + M_WIDTH) << 5;
  const low = v128.load32_splat(step + A_LOW), high = v128.load32_splat(step + A_HIGH);
  const kind = int(step, B_KIND), after = int(step, A_ACTIVATION);
  const turned = int(step, B_TURNED) != 0;
  const oneChannel = int(step, B_ONE_CHANNEL) != 0, onePixel = int(step, B_ONE_PIXEL) != 0;
  const image = int(step, B_ONE_IMAGE) != 0 ? 0 : n, stride: usize = onePixel ? 0 : 32;
  for (let y = y0; y < y1; y++) {
    const from = rowOf(step + S_IN, n, block, y);
    const other = rowOf(step + S_OTHER, image, oneChannel ? 0 : block, onePixel ? 0 : y);
    const start = rowOf(step + S_OUT, n, block, y);
    if (kind == BINARY_ADD && !oneChannel) addRow(from, other, stride, start, bytes, low, high);
    else if (kind == BINARY_MULTIPLY && !oneChannel) multiplyRow(from, other, stride, start, bytes, low, high);
    else combineRow(kind, turned, from, other, stride, oneChannel, start, bytes, low, high);
    if (kind == BINARY_DIVIDE || kind == BINARY_POWER) clearRow(step, block, start, bytes);
    if (after != 0) activate(start, start, <i32>(bytes >> 2), after, float(step, A_ALPHA), float(step, A_BETA));
  }
}

/**
 * Local response normalisation across channels, one row at a time: the squares of a pixel lie in a line with zeros at
 * both ends, so that a window is a sum of shifted loads. x^−β is 2^(−β log₂ x), or two square roots for the usual ¾.
 */
export function responseNorm(step: usize, unit: i32, thread: i32): void {
  const height = int(step, S_IN + M_HEIGHT), width = int(step, S_IN + M_WIDTH);
  const blocks = int(step, S_IN + M_BLOCKS), channels = int(step, S_IN + M_CHANNELS);
  const size = int(step, L_SIZE), before = int(step, L_BEFORE);
  const n = unit / height, y = unit - n * height;
  const margin = (<usize>size + 7 & ~7) * 4;
  const line = ptr(step, A_SCRATCH) + <usize>thread * ptr(step, A_SCRATCH_STRIDE) + margin;
  const span = <usize>blocks * 32;
  memory.fill(line - margin, 0, span + 2 * margin);
  const share = f32x4.splat(float(step, L_ALPHA) / <f32>size), k = f32x4.splat(float(step, L_BIAS));
  const beta = float(step, L_BETA);
  const root = f32x4.splat(1);
  for (let x = 0; x < width; x++) {
    let from = rowOf(step + S_IN, n, 0, y) + (<usize>x << 5);
    for (let at = line; at < line + span; at += 32, from += ptr(step, S_IN + M_BLOCK)) {
      const a = v128.load(from), b = v128.load(from, 16);
      v128.store(at, mul(a, a));
      v128.store(at, mul(b, b), 16);
    }
    // The lanes beyond the last channel must not count.
    for (let c = channels; c < blocks * 8; c++) store<f32>(line + <usize>c * 4, 0);
    from = rowOf(step + S_IN, n, 0, y) + (<usize>x << 5);
    let to = rowOf(step + S_OUT, n, 0, y) + (<usize>x << 5);
    for (let at = line; at < line + span; at += 32, from += ptr(step, S_IN + M_BLOCK), to += ptr(step, S_OUT + M_BLOCK)) {
      for (let half: usize = 0; half < 32; half += 16) {
        let sum = f32x4.splat(0);
        let tap = at + half - <usize>before * 4;
        for (let i = 0; i < size; i++, tap += 4) sum = add(sum, v128.load(tap));
        const base = fma(sum, share, k);
        let factor: v128;
        if (beta == 0.75) {
          const s = f32x4.sqrt(base);
          factor = f32x4.div(root, mul(s, f32x4.sqrt(s)));
        } else factor = exp(scale(log(base), -beta));
        v128.store(to + half, mul(v128.load(from + half), factor));
      }
    }
  }
}

/** Reads lane by lane or pixel by pixel, wherever the axis lies: e^(x − max) / Σ. */
export function softmax(step: usize, unit: i32, thread: i32): void {
  const axis = int(step, X_AXIS);
  if (axis == 0) softmaxChannels(step, unit);
  else softmaxSpatial(step, unit, axis);
}

/** Over channels: unit is an image's row. */
function softmaxChannels(step: usize, unit: i32): void {
  const height = int(step, S_IN + M_HEIGHT), width = int(step, S_IN + M_WIDTH);
  const blocks = int(step, S_IN + M_BLOCKS), channels = int(step, S_IN + M_CHANNELS);
  const n = unit / height, y = unit - n * height;
  const logarithm = int(step, X_LOG) != 0;
  const inBlock = ptr(step, S_IN + M_BLOCK), outBlock = ptr(step, S_OUT + M_BLOCK);
  const lanes = channels & 7;
  for (let x = 0; x < width; x++) {
    const from = rowOf(step + S_IN, n, 0, y) + (<usize>x << 5);
    const to = rowOf(step + S_OUT, n, 0, y) + (<usize>x << 5);
    let most = f32x4.splat(-Infinity);
    const whole = channels >> 3;
    for (let block = 0; block < whole; block++) {
      const at = from + <usize>block * inBlock;
      most = larger(larger(most, v128.load(at)), v128.load(at, 16));
    }
    let peak = max(max(f32x4.extract_lane(most, 0), f32x4.extract_lane(most, 1)), max(f32x4.extract_lane(most, 2), f32x4.extract_lane(most, 3)));
    for (let lane = 0; lane < lanes; lane++) peak = max(peak, load<f32>(from + <usize>whole * inBlock + <usize>lane * 4));
    const shift = f32x4.splat(peak);
    let total: f64 = 0;
    for (let block = 0; block < blocks; block++) {
      const at = from + <usize>block * inBlock, into = to + <usize>block * outBlock;
      const a = sub(v128.load(at), shift), b = sub(v128.load(at, 16), shift);
      const ea = expWithin(a), eb = expWithin(b);
      v128.store(into, logarithm ? a : ea);
      v128.store(into, logarithm ? b : eb, 16);
      if (block < whole) {
        const s = add(ea, eb);
        total += <f64>f32x4.extract_lane(s, 0) + <f64>f32x4.extract_lane(s, 1) + <f64>f32x4.extract_lane(s, 2) + <f64>f32x4.extract_lane(s, 3);
      } else {
        // Lanes beyond the last channel hold zeros: their exponentials must not count.
        if (lanes > 0) total += <f64>f32x4.extract_lane(ea, 0);
        if (lanes > 1) total += <f64>f32x4.extract_lane(ea, 1);
        if (lanes > 2) total += <f64>f32x4.extract_lane(ea, 2);
        if (lanes > 3) total += <f64>f32x4.extract_lane(ea, 3);
        if (lanes > 4) total += <f64>f32x4.extract_lane(eb, 0);
        if (lanes > 5) total += <f64>f32x4.extract_lane(eb, 1);
        if (lanes > 6) total += <f64>f32x4.extract_lane(eb, 2);
      }
    }
    const divisor = f32x4.splat(<f32>total);
    const less = log(divisor);
    for (let block = 0; block < blocks; block++) {
      const into = to + <usize>block * outBlock;
      const a = v128.load(into), b = v128.load(into, 16);
      v128.store(into, logarithm ? sub(a, less) : f32x4.div(a, divisor));
      v128.store(into, logarithm ? sub(b, less) : f32x4.div(b, divisor), 16);
    }
    clearLanes(to + <usize>whole * outBlock, lanes);
  }
}

/** Over rows or columns: unit is a block of an image; each of its 8 channels by itself. */
function softmaxSpatial(step: usize, unit: i32, axis: i32): void {
  const height = int(step, S_IN + M_HEIGHT), width = int(step, S_IN + M_WIDTH);
  const blocks = int(step, S_IN + M_BLOCKS);
  const n = unit / blocks, block = unit - n * blocks;
  const logarithm = int(step, X_LOG) != 0;
  const none = int(step, X_NONE) != 0;
  const lines = axis == 1 ? width : height, count = axis == 1 ? height : width;
  const inLine: usize = axis == 1 ? 32 : ptr(step, S_IN + M_ROW), inNext: usize = axis == 1 ? ptr(step, S_IN + M_ROW) : 32;
  const outLine: usize = axis == 1 ? 32 : ptr(step, S_OUT + M_ROW), outNext: usize = axis == 1 ? ptr(step, S_OUT + M_ROW) : 32;
  for (let line = 0; line < lines; line++) {
    for (let half: usize = 0; half < 32; half += 16) {
      const from = rowOf(step + S_IN, n, block, 0) + <usize>line * inLine + half;
      const to = rowOf(step + S_OUT, n, block, 0) + <usize>line * outLine + half;
      let most = f32x4.splat(-Infinity), total = f32x4.splat(0);
      for (let i = 0; i < count; i++) most = larger(most, v128.load(from + <usize>i * inNext));
      const empty = none ? f32x4.eq(most, f32x4.splat(-Infinity)) : f32x4.splat(0);
      most = v128.bitselect(f32x4.splat(0), most, empty);
      for (let i = 0; i < count; i++) {
        const x = sub(v128.load(from + <usize>i * inNext), most);
        const e = expWithin(x);
        total = add(total, e);
        v128.store(to + <usize>i * outNext, logarithm ? x : e);
      }
      total = v128.bitselect(f32x4.splat(Infinity), total, empty);
      const less = log(total);
      for (let i = 0; i < count; i++) {
        const at = to + <usize>i * outNext;
        v128.store(at, logarithm ? sub(v128.load(at), less) : f32x4.div(v128.load(at), total));
      }
    }
  }
}

/** Puts zeros into the lanes from `lanes` on of one pixel; nothing when the block is whole. */
function clearLanes(pixel: usize, lanes: i32): void {
  if (lanes == 0) return;
  for (let lane = lanes; lane < 8; lane++) store<f32>(pixel + <usize>lane * 4, 0);
}
