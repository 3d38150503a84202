import { activate } from './activation';
import {
  A_ACTIVATION, A_ALPHA, A_BETA, A_BIAS, A_COLUMNS, A_HIGH, A_LOW, A_OUT_BLOCKS, A_ROWS, M_BLOCK, M_IMAGE, M_POINTER, M_ROW,
  S_OTHER, S_OUT,
} from './layout';
import { add, clip, float, int, ptr } from './vector';

/**
 * Takes plain sums of `pixels` output pixels from `first` on, adds bias and residual, clips, applies the activation and
 * stores each pixel at its place in the output map.
 *
 * sums: [blocks][pixels][8], blocks `sumBlock` bytes apart, for output blocks from `block` on
 */
export function finish(step: usize, sums: usize, sumBlock: usize, block: i32, blocks: i32, first: i32, pixels: i32): void {
  const last = min(block + blocks, int(step, A_OUT_BLOCKS));
  const rows = int(step, A_ROWS), columns = int(step, A_COLUMNS);
  const image = first / (rows * columns);
  const inImage = first - image * rows * columns;
  const firstRow = inImage / columns;
  const firstColumn = inImage - firstRow * columns;
  const low = v128.load32_splat(step + A_LOW), high = v128.load32_splat(step + A_HIGH);
  const activation = int(step, A_ACTIVATION);
  const other = ptr(step, S_OTHER + M_POINTER);
  for (; block < last; block++, sums += sumBlock) {
    const bias = ptr(step, A_BIAS) + <usize>block * 32;
    const bias0 = v128.load(bias), bias1 = v128.load(bias, 16);
    let n = image, y = firstRow, x = firstColumn, left = pixels, from = sums;
    while (left > 0) {
      const run = min(left, columns - x);
      let to = ptr(step, S_OUT + M_POINTER) + <usize>n * ptr(step, S_OUT + M_IMAGE) + <usize>block * ptr(step, S_OUT + M_BLOCK)
        + <usize>y * ptr(step, S_OUT + M_ROW) + (<usize>x << 5);
      const start = to;
      const end = from + (<usize>run << 5);
      if (other != 0) {
        let plus = other + <usize>n * ptr(step, S_OTHER + M_IMAGE) + <usize>block * ptr(step, S_OTHER + M_BLOCK)
          + <usize>y * ptr(step, S_OTHER + M_ROW) + (<usize>x << 5);
        for (; from < end; from += 32, to += 32, plus += 32) {
          v128.store(to, clip(add(add(v128.load(from), bias0), v128.load(plus)), low, high));
          v128.store(to, clip(add(add(v128.load(from, 16), bias1), v128.load(plus, 16)), low, high), 16);
        }
      } else {
        for (; from < end; from += 32, to += 32) {
          v128.store(to, clip(add(v128.load(from), bias0), low, high));
          v128.store(to, clip(add(v128.load(from, 16), bias1), low, high), 16);
        }
      }
      if (activation != 0) activate(start, start, run * 8, activation, float(step, A_ALPHA), float(step, A_BETA));
      left -= run;
      x = 0;
      if (++y == rows) { y = 0; n++; }
    }
  }
}
