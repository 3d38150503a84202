import { full, partial, MR, NB } from './micro';

/**
 * The product that everything rests on: P pixels by `panels` panels of NB output channels, over `depth` blocks of 8.
 *
 * a: pixels in groups of MR, `group` bytes apart; inside a group, blocks of 8 values per pixel, `aBlock` bytes from one
 *    block of depth to the next (`aTail` in the last, smaller group)
 * b: [panel][depth·8][NB], packed
 * o: [block of 8 channels][pixel][8], blocks `oBlock` bytes apart; plain sums, nothing added
 */
export function gemm(
  a: usize, b: usize, o: usize, pixels: i32, depth: i32, panels: i32,
  group: usize, aBlock: usize, aTail: usize, oBlock: usize,
): void {
  const panelBytes = <usize>depth * (8 * NB * 4);
  for (let panel = 0; panel < panels; panel++) {
    let pixel = 0;
    let ap = a;
    let op = o;
    for (; pixel + MR <= pixels; pixel += MR) {
      full(ap, b, op, depth, aBlock, oBlock);
      ap += group;
      op += MR * 32;
    }
    if (pixel < pixels) partial(pixels - pixel, ap, b, op, depth, aTail, oBlock);
    b += panelBytes;
    o += oBlock * (NB / 8);
  }
}
