import { NB } from './micro';
import { add, fma, mul, scale, scaleAdd, sub } from './vector';

/** The values of four outputs at the same place: `apart` bytes from one output to the next. */
// @ts-ignore: decorator
@inline
function gather(from: usize, apart: usize): v128 {
  let four = v128.load32_zero(from);
  four = v128.load32_lane(from + apart, four, 1);
  four = v128.load32_lane(from + apart * 2, four, 2);
  return v128.load32_lane(from + apart * 3, four, 3);
}

/**
 * Packs the weights of one panel (up to NB output channels) for the matrix product: [depth block][8][NB].
 * source: [outputs][channels][taps], the panel's first output first
 * scales: one factor per output channel of the panel (folded batch norm)
 * first: for grouped convolutions, where each output's own channels start among the `window` channels of the band
 * Depth runs over taps, then blocks of channels. Zero where there is no such channel.
 */
export function packPanel(to: usize, source: usize, scales: usize, first: usize, outputs: i32, channels: i32, taps: i32, window: i32): void {
  const blocks = (window + 7) >> 3;
  const plane = <usize>taps * 4, row = <usize>channels * plane, perTap = <usize>blocks * (8 * NB * 4);
  if (outputs < NB || channels < blocks * 8) memory.fill(to, 0, <usize>taps * perTap);
  for (let o = 0; o < outputs; ) {
    const channel = load<i32>(first + <usize>o * 4);
    // Four outputs at a time, if there are so many that read the same channels.
    const together = o + 4 <= outputs && load<i32>(first + <usize>o * 4 + 12) == channel;
    const factors = v128.load(scales + <usize>o * 4);
    for (let tap: usize = 0; tap < <usize>taps; tap++) {
      let from = source + <usize>o * row + tap * 4;
      let at = to + tap * perTap + (<usize>channel * NB + <usize>o) * 4;
      for (let c = 0; c < channels; c++, from += plane, at += NB * 4) {
        if (together) v128.store(at, mul(gather(from, row), factors));
        else store<f32>(at, load<f32>(from) * f32x4.extract_lane(factors, 0));
      }
    }
    o += together ? 4 : 1;
  }
}

/** The same for a first layer that reads interleaved pixels: depth runs over kernel rows, then columns and channels. */
export function packInterleaved(
  to: usize, source: usize, scales: usize, outputs: i32, channels: i32, kernelY: i32, kernelX: i32,
): void {
  const blocks = (kernelX * channels + 7) >> 3;
  memory.fill(to, 0, <usize>kernelY * <usize>blocks * (8 * NB * 4));
  for (let o = 0; o < outputs; o++) {
    const factor = load<f32>(scales + <usize>o * 4);
    for (let c = 0; c < channels; c++) {
      for (let ky = 0; ky < kernelY; ky++) {
        for (let kx = 0; kx < kernelX; kx++) {
          const from = source + <usize>(((o * channels + c) * kernelY + ky) * kernelX + kx) * 4;
          const at = to + (<usize>(ky * blocks * 8 + kx * channels + c) * NB + <usize>o) * 4;
          store<f32>(at, load<f32>(from) * factor);
        }
      }
    }
  }
}

/**
 * The seven factors of Strassen's algorithm, in the order of its products, of two panels that lie packed one after the
 * other at `from`: the left and the right half of the output channels, of which the upper half of the depth comes first.
 */
export function packStrassen(to: usize, from: usize, matrix: usize): void {
  const b12 = matrix * 2;
  for (let at: usize = 0; at < matrix; at += 16, to += 16, from += 16) {
    const b11 = v128.load(from), b21 = v128.load(from + matrix);
    const right = v128.load(from + b12), b22 = v128.load(from + b12 + matrix);
    const t1 = sub(right, b11);
    const t2 = sub(b22, t1);
    v128.store(to, b11);
    v128.store(to + matrix, b21);
    v128.store(to + matrix * 2, b22);
    v128.store(to + matrix * 3, sub(t2, b21));
    v128.store(to + matrix * 4, t1);
    v128.store(to + matrix * 5, t2);
    v128.store(to + matrix * 6, sub(b22, right));
  }
}

/** Packed panels whose halves read 4 channels each, without the zeros that stand for the other 4: `from` has 8 rows of 8 a tap. */
export function packQuads(to: usize, from: usize, bytes: usize): void {
  for (const end = from + bytes; from < end; from += 256) {
    for (let row = from; row < from + 128; row += 32, to += 32) {
      v128.store(to, v128.load(row));
      v128.store(to, v128.load(row, 144), 16);
    }
  }
}

/** G g for one column: the polynomial of two to five values, `apart` bytes from one to the next, at the six points. */
// @ts-ignore: decorator
@inline
function spread(to: usize, stride: usize, from: usize, apart: usize, size: i32): void {
  const a = v128.load(from), b = v128.load(from + apart);
  let even = a, odd = b, evenFar = a, oddFar = scale(b, 2), last = b;
  if (size > 2) {
    last = v128.load(from + apart * 2);
    even = add(even, last);
    evenFar = scaleAdd(last, 4, evenFar);
  }
  if (size > 3) {
    last = v128.load(from + apart * 3);
    odd = add(odd, last);
    oddFar = scaleAdd(last, 8, oddFar);
  }
  if (size > 4) {
    last = v128.load(from + apart * 4);
    even = add(even, last);
    evenFar = scaleAdd(last, 16, evenFar);
  }
  v128.store(to, scale(a, 0.25));
  v128.store(to + stride, scale(add(even, odd), -1.0 / 6));
  v128.store(to + stride * 2, scale(sub(even, odd), -1.0 / 6));
  v128.store(to + stride * 3, scale(add(evenFar, oddFar), 1.0 / 24));
  v128.store(to + stride * 4, scale(sub(evenFar, oddFar), 1.0 / 24));
  v128.store(to + stride * 5, last);
}

/**
 * Transforms the square filters (of 2 to 5 values a side) of one panel for Winograd's algorithm: G g Gᵀ, four output channels at a time.
 * to: [36 frequencies, `frequency` bytes apart][channel][NB]; scratch: 25 + 30 vectors
 */
export function packWinograd(
  to: usize, frequency: usize, source: usize, scales: usize, scratch: usize, outputs: i32, channels: i32, size: i32,
): void {
  const padded = (channels + 7) & ~7;
  const taps = <usize>(size * size), filter = taps * 4, row = <usize>channels * filter, line = <usize>size * 16;
  if (outputs < NB || channels < padded) {
    for (let f: usize = 0; f < 36; f++) memory.fill(to + f * frequency, 0, <usize>padded * NB * 4);
  }
  const half = scratch + taps * 16;
  // Both quarters of what lies together are written soon one after the other.
  for (let c = 0; c < channels; c++) {
    for (let o = 0; o < outputs; o += 4) {
      const lanes = min(4, outputs - o);
      const g = source + <usize>o * row + <usize>c * filter;
      if (lanes == 4) {
        const factors = v128.load(scales + <usize>o * 4);
        for (let tap: usize = 0; tap < taps; tap++) v128.store(scratch + tap * 16, mul(gather(g + tap * 4, row), factors));
      } else {
        memory.fill(scratch, 0, taps * 16);
        for (let lane: usize = 0; lane < <usize>lanes; lane++) {
          const factor = load<f32>(scales + <usize>o * 4 + lane * 4);
          for (let tap: usize = 0; tap < taps; tap++) {
            store<f32>(scratch + tap * 16 + lane * 4, load<f32>(g + lane * row + tap * 4) * factor);
          }
        }
      }
      for (let j = 0; j < size; j++) spread(half + <usize>j * 16, line, scratch + <usize>j * 16, line, size);
      let into = to + (<usize>c * NB + <usize>o) * 4;
      for (let i: usize = 0; i < 6; i++, into += frequency * 6) spread(into, frequency, half + i * line, 16, size);
    }
  }
}

/**
 * Filters of one row or column of one panel for Winograd's algorithm along it, four output channels at a time.
 * to: [points, `frequency` bytes apart][channel][NB]; matrix: [points][taps]; scratch: a vector for each tap
 */
export function packLine(
  to: usize, frequency: usize, source: usize, scales: usize, matrix: usize, points: i32, scratch: usize, outputs: i32, channels: i32, taps: i32,
): void {
  const padded = (channels + 7) & ~7, filter = <usize>taps * 4, row = <usize>channels * filter;
  if (outputs < NB || channels < padded) {
    for (let f = 0; f < points; f++) memory.fill(to + <usize>f * frequency, 0, <usize>padded * NB * 4);
  }
  for (let c = 0; c < channels; c++) {
    for (let o = 0; o < outputs; o += 4) {
      const lanes = min(4, outputs - o), g = source + <usize>o * row + <usize>c * filter;
      for (let tap: usize = 0; tap < <usize>taps; tap++) {
        let values = f32x4.splat(0);
        if (lanes == 4) values = mul(gather(g + tap * 4, row), v128.load(scales + <usize>o * 4));
        v128.store(scratch + tap * 16, values);
        if (lanes == 4) continue;
        for (let lane: usize = 0; lane < <usize>lanes; lane++)
          store<f32>(scratch + tap * 16 + lane * 4, load<f32>(g + lane * row + tap * 4) * load<f32>(scales + (<usize>o + lane) * 4));
      }
      let into = to + (<usize>c * NB + <usize>o) * 4, factors = matrix;
      for (let f = 0; f < points; f++, into += frequency) {
        let sum = f32x4.splat(0);
        for (let at = scratch; at < scratch + <usize>taps * 16; at += 16, factors += 4) sum = fma(v128.load(at), v128.load32_splat(factors), sum);
        v128.store(into, sum);
      }
    }
  }
}

/** One block of depthwise filters: [tap][8]. source: [channels][taps] */
export function packDepthwise(to: usize, source: usize, scales: usize, channels: i32, taps: i32): void {
  memory.fill(to, 0, <usize>taps * 32);
  for (let c = 0; c < channels; c++) {
    const factor = load<f32>(scales + <usize>c * 4);
    for (let tap = 0; tap < taps; tap++) {
      store<f32>(to + <usize>(tap * 8 + c) * 4, load<f32>(source + <usize>(c * taps + tap) * 4) * factor);
    }
  }
}

/** To the nearest bfloat16, to the even one of two, in the upper half of each word; what is no number stays none. */
// @ts-ignore: decorator
@inline
function rounded(x: v128): v128 {
  const odd = v128.and(i32x4.shr_u(x, 16), i32x4.splat(1));
  const near = i32x4.add(i32x4.add(x, i32x4.splat(0x7fff)), odd);
  return v128.bitselect(near, i32x4.splat(0x7fc00000), f32x4.eq(x, x));
}

/** A packed panel in bfloat16: of every 8 values, the first 4 in the lower halves of 4 words, the others in the upper. */
export function packHalves(to: usize, from: usize, bytes: usize): void {
  const upper = i32x4.splat(0xffff0000);
  for (const end = from + bytes; from < end; from += 32, to += 16) {
    const low = i32x4.shr_u(rounded(v128.load(from)), 16);
    v128.store(to, v128.or(low, v128.and(rounded(v128.load(from, 16)), upper)));
  }
}
