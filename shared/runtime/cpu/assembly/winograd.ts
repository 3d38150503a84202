import { gemm, SHORT_PIECE } from './gemm';
import {
  A_OUT_BLOCKS, A_SCRATCH, A_SCRATCH_STRIDE, A_WEIGHTS, M_BLOCKS, S_IN, W_BLOCKS, W_BLOCKS_PER_UNIT, W_INPUTS,
  W_INPUT_STRIDE, W_PASSES, W_PASS_COUNT, W_PRODUCTS, W_PRODUCT_STRIDE, W_SHARED,
} from './layout';
import { MR, NB } from './micro';
import { int, ptr } from './vector';
import { countTiles, lowerEdge, rightEdge } from './winograd-edges';
import { transformInput } from './winograd-input';
import { transformOutput } from './winograd-output';

/** Bytes at the start of each thread's scratch for one tile in work: 36 vectors. */
// @ts-ignore: decorator
@inline const TILE_BYTES: usize = 640;

/**
 * The 36 products of a pass, one per frequency, and what becomes of them.
 * weights: [pass][36 frequencies, 64 bytes apart][panel][channel][NB]
 */
function finishPass(step: usize, pass: i32, inputs: usize, products: usize, tile: usize, first: i32, tiles: i32): void {
  const span = ptr(step, W_PASSES) + (<usize>pass << 3);
  const p0 = int(span, 0), panels = int(span, 4);
  const depth = int(step, S_IN + M_BLOCKS);
  const panelBytes = <usize>depth * (8 * NB * 4);
  const weights = ptr(step, A_WEIGHTS) + 36 * (<usize>p0 * panelBytes + (<usize>pass << 6));
  const frequency = <usize>panels * panelBytes + 64;
  const right = rightEdge(step), lower = lowerEdge(step);
  for (let i = 0; i < 6; i++) {
    const skipped = i == 3 || i == 4 ? lower : -1;
    const near = countTiles(step, first, tiles, -1, skipped), far = countTiles(step, first, tiles, right, skipped);
    for (let j = 0; j < 6; j++) {
      const f = <usize>(i * 6 + j), count = j == 3 || j == 4 ? far : near;
      const line = <usize>count * 32;
      gemm(
        inputs + f * ptr(step, W_INPUT_STRIDE), weights + f * frequency, products + f * ptr(step, W_PRODUCT_STRIDE),
        count, depth, panels, MR * 32, line, line, SHORT_PIECE,
      );
    }
  }
  transformOutput(step, products, tile, p0 * (NB / 8), min((p0 + panels) * (NB / 8), int(step, A_OUT_BLOCKS)), first, tiles);
}

export function winograd(step: usize, phase: i32, unit: i32, thread: i32): void {
  const scratch = ptr(step, A_SCRATCH) + <usize>thread * ptr(step, A_SCRATCH_STRIDE);
  const shared = int(step, W_SHARED) != 0;
  const span = ptr(step, W_BLOCKS) + (shared ? 0 : <usize>unit << 3);
  const first = int(span, 0), tiles = int(span, 4);
  const products = scratch + ptr(step, W_PRODUCTS);
  const blocks = int(step, S_IN + M_BLOCKS);
  if (!shared) {
    const inputs = scratch + TILE_BYTES;
    transformInput(step, inputs, scratch, 0, blocks, first, tiles);
    const passes = int(step, W_PASS_COUNT);
    for (let pass = 0; pass < passes; pass++) finishPass(step, pass, inputs, products, scratch, first, tiles);
    return;
  }
  // Shared: all threads transform the input; then each multiplies and finishes output channels of its own.
  const inputs = ptr(step, W_INPUTS);
  if (phase == 0) {
    const count = int(step, W_BLOCKS_PER_UNIT);
    transformInput(step, inputs, scratch, unit * count, min(blocks, (unit + 1) * count), first, tiles);
  } else {
    finishPass(step, unit, inputs, products, scratch, first, tiles);
  }
}
