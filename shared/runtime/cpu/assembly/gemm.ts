import { full, halvedVector, partial, vector, MR, NB } from './micro';

/**
 * Blocks of 8 that are summed in one go, at most. Sums of more are made of pieces, whose rounding errors do not grow with
 * the depth; and a panel's piece stays in the first cache from one pixel to the next.
 */
// @ts-ignore: decorator
@inline export const PIECE: i32 = 64;
/** The same where what is multiplied is itself a sum, so that errors start out larger. */
// @ts-ignore: decorator
@inline export const SHORT_PIECE: i32 = 24;

/**
 * The same for so few pixels that a panel is used up quickly, and all of them stay in the first cache: with short pieces
 * the weights are read in an even stream, which the processor fetches ahead, and not in bursts, which it waits for.
 */
// @ts-ignore: decorator
@inline const STREAM_PIECE: i32 = 4;
// @ts-ignore: decorator
@inline export const STREAM_PIXELS: i32 = 32;
// @ts-ignore: decorator
@inline const STREAM_BYTES: i32 = 32768;

/** The length of even pieces. */
// @ts-ignore: decorator
@inline
function even(depth: i32, most: i32): i32 {
  const pieces = (depth + most - 1) / most;
  return (depth + pieces - 1) / pieces;
}

/**
 * The product that everything rests on: P pixels by `panels` panels of NB output channels, over `depth` blocks of 8.
 *
 * a: pixels in groups of MR, `group` bytes apart; inside a group, blocks of 8 values per pixel, `aBlock` bytes from one
 *    block of depth to the next
 * b: [panel][depth·8][NB], packed
 * o: [block of 8 channels][pixel][8], blocks `oBlock` bytes apart; plain sums, nothing added
 * most: blocks per piece, PIECE or SHORT_PIECE
 */
export function gemm(
  a: usize, b: usize, o: usize, pixels: i32, depth: i32, panels: i32,
  group: usize, aBlock: usize, oBlock: usize, most: i32,
): void {
  const streams = pixels > MR && pixels <= STREAM_PIXELS && pixels * depth * 32 <= STREAM_BYTES;
  const length = even(depth, streams ? STREAM_PIECE : most);
  for (let panel = 0; panel < panels; panel++) {
    for (let done = 0; done < depth; done += length) {
      const piece = min(length, depth - done);
      let pixel = 0;
      let ap = a + <usize>done * aBlock;
      let op = o;
      for (; pixel + MR <= pixels; pixel += MR) {
        full(ap, b, op, piece, aBlock, oBlock, done == 0);
        ap += group;
        op += MR * 32;
      }
      if (pixel < pixels) partial(pixels - pixel, ap, b, op, piece, aBlock, oBlock, done == 0);
      b += <usize>piece * (8 * NB * 4);
    }
    o += oBlock * (NB / 8);
  }
}

/** The same of one pixel by four panels at once, whose sums lie one after the other. */
export function vectorProduct(a: usize, b: usize, o: usize, depth: i32, aBlock: usize): void {
  const panelBytes = <usize>depth * (8 * NB * 4);
  const length = even(depth, PIECE);
  for (let done = 0; done < depth; done += length) {
    const piece = min(length, depth - done);
    vector(a, b, o, piece, aBlock, panelBytes, done == 0);
    a += <usize>piece * aBlock;
    b += <usize>piece * (8 * NB * 4);
  }
}

/** The same with weights in bfloat16. */
export function halvedVectorProduct(a: usize, b: usize, o: usize, depth: i32, aBlock: usize): void {
  const panelBytes = <usize>depth * (8 * NB * 2);
  const length = even(depth, PIECE);
  for (let done = 0; done < depth; done += length) {
    const piece = min(length, depth - done);
    halvedVector(a, b, o, piece, aBlock, panelBytes, done == 0);
    a += <usize>piece * aBlock;
    b += <usize>piece * (8 * NB * 2);
  }
}

/** A panel in bfloat16 as one in single precision: `bytes` are those of the latter. */
export function widen(to: usize, from: usize, bytes: usize): void {
  const upper = i32x4.splat(0xffff0000);
  for (const end = to + bytes; to < end; to += 32, from += 16) {
    const pairs = v128.load(from);
    v128.store(to, i32x4.shl(pairs, 16));
    v128.store(to, v128.and(pairs, upper), 16);
  }
}
