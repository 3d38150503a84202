import { NB } from './micro';

/**
 * Packs the weights of one panel (up to NB output channels) for the matrix product: [depth block][8][NB].
 * source: [outputs][channels][taps], the panel's first output first
 * scales: one factor per output channel of the panel (folded batch norm)
 * first: for grouped convolutions, where each output's own channels start among the `window` channels of the band
 * Depth runs over taps, then blocks of channels. Zero where there is no such channel.
 */
export function packPanel(to: usize, source: usize, scales: usize, first: usize, outputs: i32, channels: i32, taps: i32, window: i32): void {
  const blocks = (window + 7) >> 3;
  memory.fill(to, 0, <usize>taps * <usize>blocks * (8 * NB * 4));
  for (let o = 0; o < outputs; o++) {
    const factor = load<f32>(scales + <usize>o * 4);
    const shift = load<i32>(first + <usize>o * 4);
    let from = source + <usize>o * <usize>channels * <usize>taps * 4;
    for (let c = 0; c < channels; c++) {
      let at = to + (<usize>(shift + c) * NB + <usize>o) * 4;
      for (let tap = 0; tap < taps; tap++, from += 4, at += <usize>blocks * (8 * NB * 4)) store<f32>(at, load<f32>(from) * factor);
    }
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

// @ts-ignore: decorator
@inline
function spread(to: usize, stride: usize, a: f64, b: f64, c: f64): void {
  const even = (a + c) / -6, odd = b / -6;
  const evenFar = a / 24 + c / 6, oddFar = b / 12;
  store<f64>(to, a / 4);
  store<f64>(to + stride, even + odd);
  store<f64>(to + stride * 2, even - odd);
  store<f64>(to + stride * 3, evenFar + oddFar);
  store<f64>(to + stride * 4, evenFar - oddFar);
  store<f64>(to + stride * 5, c);
}

/**
 * Transforms the 3×3 filters of one panel for F(4×4, 3×3): G g Gᵀ, computed in double precision.
 * to: [36 frequencies, `frequency` bytes apart][channel][NB]; scratch: 18 + 36 doubles
 */
export function packWinograd(to: usize, frequency: usize, source: usize, scales: usize, scratch: usize, outputs: i32, channels: i32): void {
  const padded = (channels + 7) & ~7;
  for (let f: usize = 0; f < 36; f++) memory.fill(to + f * frequency, 0, <usize>padded * NB * 4);
  const half = scratch, whole = scratch + 18 * 8;
  for (let o = 0; o < outputs; o++) {
    const factor = <f64>load<f32>(scales + <usize>o * 4);
    for (let c = 0; c < channels; c++) {
      const g = source + <usize>((o * channels + c) * 9) * 4;
      for (let j: usize = 0; j < 3; j++) {
        const at = g + j * 4;
        spread(half + j * 8, 24, <f64>load<f32>(at) * factor, <f64>load<f32>(at, 12) * factor, <f64>load<f32>(at, 24) * factor);
      }
      for (let i: usize = 0; i < 6; i++) {
        const at = half + i * 24;
        spread(whole + i * 48, 8, load<f64>(at), load<f64>(at, 8), load<f64>(at, 16));
      }
      let into = to + (<usize>c * NB + <usize>o) * 4;
      for (let f: usize = 0; f < 36; f++, into += frequency) store<f32>(into, <f32>load<f64>(whole + f * 8));
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
