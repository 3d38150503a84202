import { finish } from './finish';
import { gemm, SHORT_PIECE } from './gemm';
import { A_WEIGHTS, C_DEPTH_BLOCKS, C_PAIRS } from './layout';
import { MR, NB } from './micro';
import { add, int, ptr, sub } from './vector';

/**
 * Four sums of quarters of the pixels' matrix, whose upper and lower halves are pixels and whose left and right halves
 * are depth: S₁ = A₂₁ + A₂₂, S₂ = S₁ − A₁₁, S₃ = A₁₁ − A₂₁, S₄ = A₁₂ − S₂. Pixels that the lower half lacks count as zero.
 *
 * a: as `gemm` reads it; to: [4][group][depth block][MR][8], `quarter` bytes from one sum to the next
 */
function addQuarters(a: usize, group: usize, block: usize, to: usize, quarter: usize, half: i32, upper: i32, lower: i32): void {
  const groups = (upper + MR - 1) / MR;
  const right = <usize>half * block, down = <usize>(upper / MR) * group;
  for (let g = 0; g < groups; g++) {
    const end = <usize>min(MR, upper - g * MR) << 5;
    const both = <usize>max(0, min(MR, lower - g * MR)) << 5;
    for (let d = 0; d < half; d++, to += MR * 32) {
      const from = a + <usize>g * group + <usize>d * block;
      let at: usize = 0;
      for (; at < both; at += 16) {
        const a11 = v128.load(from + at), a21 = v128.load(from + down + at);
        const s1 = add(a21, v128.load(from + down + right + at));
        const s2 = sub(s1, a11);
        v128.store(to + at, s1);
        v128.store(to + quarter + at, s2);
        v128.store(to + quarter * 2 + at, sub(a11, a21));
        v128.store(to + quarter * 3 + at, sub(v128.load(from + right + at), s2));
      }
      for (; at < end; at += 16) {
        const a11 = v128.load(from + at);
        v128.store(to + at, f32x4.splat(0));
        v128.store(to + quarter + at, f32x4.neg(a11));
        v128.store(to + quarter * 2 + at, a11);
        v128.store(to + quarter * 3 + at, add(v128.load(from + right + at), a11));
      }
    }
  }
}

/** The seven products to the quarters of the result: `sums` is [2 panels][NB / 8][pixel][8]. */
function addProducts(products: usize, product: usize, sums: usize, upper: i32, lower: i32): void {
  const pixels = <usize>(upper + lower) << 5, down = <usize>upper << 5;
  const right = pixels * (NB / 8);
  for (let b = 0; b < NB / 8; b++, sums += pixels) {
    const end = products + down, both = products + (<usize>lower << 5);
    let to = sums;
    for (let p = products; p < end; p += 16, to += 16) {
      const p1 = v128.load(p), p3 = v128.load(p + product * 2), p5 = v128.load(p + product * 4);
      const u2 = add(p1, v128.load(p + product * 5));
      v128.store(to, add(p1, v128.load(p + product)));
      v128.store(to + right, add(add(u2, p5), p3));
      if (p >= both) continue;
      const u3 = add(u2, v128.load(p + product * 6));
      v128.store(to + down, sub(u3, v128.load(p + product * 3)));
      v128.store(to + down + right, add(u3, p5));
    }
    products = end;
  }
}

/**
 * A band of a product in seven multiplications of quarters where eight are usual (Strassen 1969, in Winograd's form of
 * 15 additions), finished panel by panel. Half of the depth and of the panels are the quarters' extents.
 *
 * band: [–, first pair, pairs] of the pairs of panels p and p + panels / 2
 * weights: [pair][7][depth / 2 · 8][NB], see `packStrassen`
 * sums: scratch for two panels' sums, seven products, and four sums of quarters
 */
export function strassen(step: usize, band: usize, a: usize, group: usize, block: usize, sums: usize, first: i32, pixels: i32): void {
  const half = int(step, C_DEPTH_BLOCKS) >> 1;
  const upper = min(pixels, (((pixels + MR - 1) / MR + 1) >> 1) * MR);
  const lower = pixels - upper;
  const sumBlock = <usize>pixels << 5, productBlock = <usize>upper << 5;
  const panelSums = sumBlock * (NB / 8), product = productBlock * (NB / 8);
  const products = sums + panelSums * 2;
  const s1 = products + product * 7;
  const quarterGroup = <usize>half * (MR * 32);
  const quarter = <usize>((upper + MR - 1) / MR) * quarterGroup;
  addQuarters(a, group, block, s1, quarter, half, upper, lower);
  const a12 = a + <usize>half * block, a22 = a12 + <usize>(upper / MR) * group;
  const matrix = <usize>half * (8 * NB * 4);
  const pairs = int(step, C_PAIRS);
  const end = int(band, 4) + int(band, 8);
  for (let pair = int(band, 4); pair < end; pair++) {
    let w = ptr(step, A_WEIGHTS) + <usize>pair * 7 * matrix;
    let to = products;
    gemm(a, w, to, upper, half, 1, group, block, productBlock, SHORT_PIECE); w += matrix; to += product;
    gemm(a12, w, to, upper, half, 1, group, block, productBlock, SHORT_PIECE); w += matrix; to += product;
    gemm(s1 + quarter * 3, w, to, upper, half, 1, quarterGroup, MR * 32, productBlock, SHORT_PIECE); w += matrix; to += product;
    gemm(a22, w, to, lower, half, 1, group, block, productBlock, SHORT_PIECE); w += matrix; to += product;
    for (let i: usize = 0; i < 3; i++, w += matrix, to += product) {
      gemm(s1 + quarter * i, w, to, upper, half, 1, quarterGroup, MR * 32, productBlock, SHORT_PIECE);
    }
    addProducts(products, product, sums, upper, lower);
    finish(step, sums, sumBlock, pair * (NB / 8), NB / 8, first, pixels);
    finish(step, sums + panelSums, sumBlock, (pair + pairs) * (NB / 8), NB / 8, first, pixels);
  }
}
