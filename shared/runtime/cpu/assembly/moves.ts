import {
  COPY_EDGE, COPY_REFLECT, D_INTERLEAVED, D_LEFT, D_POINTER, D_STRIDE, D_TOP, G_AXES, G_FROM, G_RANK, G_ROWS, G_ROWS_PER_UNIT, G_TO, M_BLOCK, M_BLOCKS, M_BOTTOM, M_CHANNELS, M_HEIGHT, M_IMAGE, M_LEFT,
  M_POINTER, M_RIGHT, M_ROW, M_TOP, M_WIDTH, S_BATCH, S_IN, S_OUT, V_FROM, V_IMAGES, V_PIXELS, V_PIXELS_PER_UNIT, V_PIXEL_COUNT, V_RUNS, V_RUN_COUNT, V_TO, V_ZEROS, Y_CHANNEL, Y_LEFT, Y_MODE, Y_TOP, Y_VALUE,
} from './layout';
import { blockOf, endRow, firstRow, imageOf } from './rows';
import { float, int, ptr } from './vector';

/**
 * Clears a range's part of the halo of the step's output, that of as many of its rows: what was there belonged to another
 * tensor. Whoever works on the range has these rows in its cache.
 */
export function clearHalo(step: usize, range: i32, ranges: i32): void {
  const row = ptr(step, S_OUT + M_ROW), height = int(step, S_OUT + M_HEIGHT), width = ptr(step, S_OUT + M_WIDTH) << 5;
  const left = ptr(step, S_OUT + M_LEFT) << 5, right = ptr(step, S_OUT + M_RIGHT) << 5;
  const above = ptr(step, S_OUT + M_TOP) * row, below = ptr(step, S_OUT + M_BOTTOM) * row;
  const y0 = height * range / ranges, y1 = height * (range + 1) / ranges;
  const blocks = int(step, S_OUT + M_BLOCKS), planes = int(step, S_BATCH) * blocks;
  for (let plane = 0; plane < planes; plane++) {
    const n = plane / blocks, block = plane - n * blocks;
    const inner = ptr(step, S_OUT + M_POINTER) + <usize>n * ptr(step, S_OUT + M_IMAGE) + <usize>block * ptr(step, S_OUT + M_BLOCK);
    if (range == 0) memory.fill(inner - above - left, 0, above);
    for (let y = y0; y < y1; y++) {
      const at = inner + <usize>y * row;
      memory.fill(at - left, 0, left);
      memory.fill(at + width, 0, right);
    }
    if (range == ranges - 1) memory.fill(inner + <usize>height * row - left, 0, below);
  }
}

/** Dense [N, C, H, W] → the step's output map. A unit is some rows of one block (or, interleaved, some rows). */
export function importDense(step: usize, unit: i32): void {
  const height = int(step, S_OUT + M_HEIGHT), width = int(step, S_OUT + M_WIDTH), channels = int(step, S_OUT + M_CHANNELS);
  const interleaved = int(step, D_INTERLEAVED) != 0;
  const blocks = interleaved ? 1 : int(step, S_OUT + M_BLOCKS);
  const n = imageOf(step, unit, blocks), block = blockOf(unit, blocks);
  const y0 = firstRow(step, unit, blocks);
  const y1 = endRow(step, y0, height);
  const channelBytes = <usize>(height * width) * 4;
  const dense = ptr(step, D_POINTER) + <usize>n * <usize>channels * channelBytes + <usize>block * 8 * channelBytes;
  const out = ptr(step, S_OUT + M_POINTER) + <usize>n * ptr(step, S_OUT + M_IMAGE) + <usize>block * ptr(step, S_OUT + M_BLOCK);
  const lanes = interleaved ? channels : min(8, channels - block * 8);
  const pixel: usize = interleaved ? <usize>channels * 4 : 32;
  if (interleaved) clearInterleavedRows(step, out, y0, y1, pixel);
  for (let y = y0; y < y1; y++) {
    const target = out + <usize>y * ptr(step, S_OUT + M_ROW);
    if (lanes < 8 && !interleaved) memory.fill(target, 0, <usize>width * 32);
    for (let lane = 0; lane < lanes; lane++) {
      let from = dense + <usize>lane * channelBytes + <usize>(y * width) * 4;
      let to = target + <usize>lane * 4;
      for (let x = 0; x < width; x++, from += 4, to += pixel) store<f32>(to, load<f32>(from));
    }
  }
}

/**
 * Dense [N, C, H, W] → the step's output map of the phases: channel (c · stride + dy) · stride + dx is every stride-th row
 * and column of channel c, from dy and dx on, less what lies above and left of the input. A unit is some rows of one block.
 */
export function importPhases(step: usize, unit: i32): void {
  const height = int(step, S_OUT + M_HEIGHT), width = int(step, S_OUT + M_WIDTH), phases = int(step, S_OUT + M_CHANNELS);
  const inHeight = int(step, S_IN + M_HEIGHT), inWidth = int(step, S_IN + M_WIDTH);
  const stride = int(step, D_STRIDE), top = int(step, D_TOP), left = int(step, D_LEFT);
  const blocks = int(step, S_OUT + M_BLOCKS);
  const n = imageOf(step, unit, blocks), block = blockOf(unit, blocks);
  const y0 = firstRow(step, unit, blocks);
  const y1 = endRow(step, y0, height);
  const dense = ptr(step, S_IN + M_POINTER) + <usize>n * ptr(step, S_IN + M_IMAGE);
  const out = ptr(step, S_OUT + M_POINTER) + <usize>n * ptr(step, S_OUT + M_IMAGE) + <usize>block * ptr(step, S_OUT + M_BLOCK);
  for (let y = y0; y < y1; y++) {
    const target = out + <usize>y * ptr(step, S_OUT + M_ROW);
    memory.fill(target, 0, <usize>width * 32);
    for (let lane = 0; lane < min(8, phases - block * 8); lane++) {
      const phase = block * 8 + lane;
      const row = phase / stride, channel = row / stride;
      const sourceY = y * stride + row - channel * stride - top;
      if (sourceY < 0 || sourceY >= inHeight) continue;
      const shift = phase - row * stride - left;
      const x0 = shift < 0 ? (stride - 1 - shift) / stride : 0;
      const x1 = min(width, (inWidth - shift + stride - 1) / stride);
      let from = dense + (<usize>(channel * inHeight + sourceY) * <usize>inWidth + <usize>(x0 * stride + shift)) * 4;
      let to = target + (<usize>x0 << 5) + <usize>lane * 4;
      for (let x = x0; x < x1; x++, from += <usize>stride * 4, to += 32) store<f32>(to, load<f32>(from));
    }
  }
}

/**
 * Zeros for whole rows of an interleaved map, with halo and what vector loads may reach behind it; the first and last rows
 * take the halo above and below with them. Nothing beyond: behind an image begins the next, which others write.
 */
function clearInterleavedRows(step: usize, inner: usize, y0: i32, y1: i32, pixel: usize): void {
  const row = ptr(step, S_OUT + M_ROW);
  const start = inner - ptr(step, S_OUT + M_LEFT) * pixel;
  const first = y0 == 0 ? -int(step, S_OUT + M_TOP) : y0;
  const last = y1 == int(step, S_OUT + M_HEIGHT) ? y1 + int(step, S_OUT + M_BOTTOM) : y1;
  memory.fill(start + <usize>first * row, 0, <usize>(last - first) * row);
}

/** The step's input map → dense [N, C, H, W]. */
export function exportDense(step: usize, unit: i32): void {
  const height = int(step, S_IN + M_HEIGHT), width = int(step, S_IN + M_WIDTH), channels = int(step, S_IN + M_CHANNELS);
  const blocks = int(step, S_IN + M_BLOCKS);
  const n = imageOf(step, unit, blocks), block = blockOf(unit, blocks);
  const y0 = firstRow(step, unit, blocks);
  const y1 = endRow(step, y0, height);
  const channelBytes = <usize>(height * width) * 4;
  const dense = ptr(step, D_POINTER) + <usize>n * <usize>channels * channelBytes + <usize>block * 8 * channelBytes;
  const inner = ptr(step, S_IN + M_POINTER) + <usize>n * ptr(step, S_IN + M_IMAGE) + <usize>block * ptr(step, S_IN + M_BLOCK);
  const lanes = min(8, channels - block * 8);
  for (let y = y0; y < y1; y++) {
    const source = inner + <usize>y * ptr(step, S_IN + M_ROW);
    for (let lane = 0; lane < lanes; lane++) {
      let from = source + <usize>lane * 4;
      let to = dense + <usize>lane * channelBytes + <usize>(y * width) * 4;
      for (let x = 0; x < width; x++, from += 32, to += 4) store<f32>(to, load<f32>(from));
    }
  }
}

/** Where an index outside [0, extent) reads: mirrored without repeating the edge, or the edge itself. */
function fold(i: i32, extent: i32, mode: i32): i32 {
  if (i >= 0 && i < extent) return i;
  if (mode == COPY_EDGE) return i < 0 ? 0 : extent - 1;
  if (mode == COPY_REFLECT) {
    if (extent == 1) return 0;
    const period = 2 * (extent - 1);
    let at = i % period;
    if (at < 0) at += period;
    return at < extent ? at : period - at;
  }
  return -1;
}

/**
 * The input map into the output map, shifted by channels, rows and columns. COPY_PLAIN writes only the lanes of its own
 * channels (and zeros into the lanes behind the output's last channel); the other modes fill the whole output map.
 * A unit is some rows of one block of the output that it touches.
 */
export function copyMap(step: usize, unit: i32): void {
  const channel = int(step, Y_CHANNEL), channels = int(step, S_IN + M_CHANNELS), mode = int(step, Y_MODE);
  const height = int(step, S_OUT + M_HEIGHT), width = int(step, S_OUT + M_WIDTH), outChannels = int(step, S_OUT + M_CHANNELS);
  const inHeight = int(step, S_IN + M_HEIGHT), inWidth = int(step, S_IN + M_WIDTH);
  const firstBlock = mode == 0 ? channel >> 3 : 0;
  const blocks = mode == 0 ? ((channel + channels + 7) >> 3) - firstBlock : int(step, S_OUT + M_BLOCKS);
  const n = imageOf(step, unit, blocks), block = firstBlock + blockOf(unit, blocks);
  const y0 = firstRow(step, unit, blocks);
  const y1 = endRow(step, y0, height);
  const from = ptr(step, S_IN + M_POINTER) + <usize>n * ptr(step, S_IN + M_IMAGE);
  const to = ptr(step, S_OUT + M_POINTER) + <usize>n * ptr(step, S_OUT + M_IMAGE) + <usize>block * ptr(step, S_OUT + M_BLOCK);
  const top = int(step, Y_TOP), left = int(step, Y_LEFT), value = float(step, Y_VALUE);
  for (let y = y0; y < y1; y++) {
    const target = to + <usize>y * ptr(step, S_OUT + M_ROW);
    const sourceY = fold(y - top, inHeight, mode);
    for (let lane = 0; lane < 8; lane++) {
      const c = block * 8 + lane;
      const sourceChannel = c - channel;
      let at = target + <usize>lane * 4;
      if (c >= outChannels) {
        for (let x = 0; x < width; x++, at += 32) store<f32>(at, 0);
        continue;
      }
      if (sourceChannel < 0 || sourceChannel >= channels) {
        if (mode != 0) for (let x = 0; x < width; x++, at += 32) store<f32>(at, value);
        continue;
      }
      const line = from + <usize>(sourceChannel >> 3) * ptr(step, S_IN + M_BLOCK) + <usize>max(0, sourceY) * ptr(step, S_IN + M_ROW)
        + <usize>(sourceChannel & 7) * 4;
      for (let x = 0; x < width; x++, at += 32) {
        const sourceX = fold(x - left, inWidth, mode);
        store<f32>(at, sourceY < 0 || sourceX < 0 ? value : load<f32>(line + (<usize>sourceX << 5)));
      }
    }
  }
}

/**
 * Elements from map to map by tables of places: for each run of channels that lie together, some pixels of an image. A
 * unit is as many pixels of an image.
 */
export function move(step: usize, unit: i32): void {
  const count = int(step, V_PIXEL_COUNT), perUnit = int(step, V_PIXELS_PER_UNIT);
  const perImage = (count + perUnit - 1) / perUnit;
  const n = unit / perImage, first = (unit - n * perImage) * perUnit;
  const image = ptr(step, V_IMAGES) + (<usize>n << 3);
  const base = ptr(step, V_FROM) + ptr(image, 0), target = ptr(step, V_TO) + ptr(image, 4);
  const pixels = ptr(step, V_PIXELS) + (<usize>first << 3);
  const end = pixels + (<usize>min(perUnit, count - first) << 3);
  const runsEnd = ptr(step, V_RUNS) + ptr(step, V_RUN_COUNT) * 12;
  const zero = f32x4.splat(0);
  for (let run = ptr(step, V_RUNS); run < runsEnd; run += 12) {
    const from = base + ptr(run, 0), to = target + ptr(run, 4);
    let at = pixels;
    switch (int(run, 8)) {
      case 8:
        for (; at < end; at += 8) {
          const source = from + ptr(at, 0), into = to + ptr(at, 4);
          v128.store(into, v128.load(source));
          v128.store(into, v128.load(source, 16), 16);
        }
        break;
      case 4: for (; at < end; at += 8) v128.store(to + ptr(at, 4), v128.load(from + ptr(at, 0))); break;
      case 2: for (; at < end; at += 8) store<u64>(to + ptr(at, 4), load<u64>(from + ptr(at, 0))); break;
      case 1: for (; at < end; at += 8) store<u32>(to + ptr(at, 4), load<u32>(from + ptr(at, 0))); break;
      case V_ZEROS + 4: for (; at < end; at += 8) v128.store(to + ptr(at, 4), zero); break;
      case V_ZEROS + 2: for (; at < end; at += 8) store<u64>(to + ptr(at, 4), 0); break;
      default: for (; at < end; at += 8) store<u32>(to + ptr(at, 4), 0); break;
    }
  }
}

/** Moves elements one by one between dense arrays, each axis with its own strides. A unit is some runs of the last axis. */
export function rearrange(step: usize, unit: i32): void {
  const rank = int(step, G_RANK), axes = ptr(step, G_AXES);
  const first = unit * int(step, G_ROWS_PER_UNIT);
  const end = min(int(step, G_ROWS), first + int(step, G_ROWS_PER_UNIT));
  const innermost = axes + <usize>max(0, rank - 1) * 12;
  const width = rank == 0 ? 1 : int(innermost, 0);
  const stepFrom: usize = rank == 0 ? 4 : ptr(innermost, 4), stepTo: usize = rank == 0 ? 4 : ptr(innermost, 8);
  for (let row = first; row < end; row++) {
    let rest = row;
    let from = ptr(step, G_FROM), to = ptr(step, G_TO);
    for (let axis = rank - 2; axis >= 0; axis--) {
      const at = axes + <usize>axis * 12;
      const extent = int(at, 0);
      const index = rest % extent;
      rest /= extent;
      from += <usize>index * ptr(at, 4);
      to += <usize>index * ptr(at, 8);
    }
    for (let x = 0; x < width; x++, from += stepFrom, to += stepTo) store<f32>(to, load<f32>(from));
  }
}
