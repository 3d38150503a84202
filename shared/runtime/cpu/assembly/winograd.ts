import { activate } from './activation';
import { gemm, SHORT_PIECE } from './gemm';
import {
  A_ACTIVATION, A_ALPHA, A_BETA, A_BIAS, A_HIGH, A_LOW, A_OUT_BLOCKS, A_SCRATCH, A_SCRATCH_STRIDE, A_WEIGHTS, M_BLOCK, M_BLOCKS,
  M_HEIGHT, M_IMAGE, M_POINTER, M_ROW, M_WIDTH, S_IN, S_OTHER, S_OUT, W_BLOCKS, W_BLOCKS_PER_UNIT, W_INPUTS, W_INPUT_STRIDE,
  W_PASSES, W_PASS_COUNT, W_PRODUCTS, W_PRODUCT_STRIDE, W_SHARED, W_SIDE, W_START, W_STRIDE, W_TILES_X, W_TILES_Y,
} from './layout';
import { MR, NB } from './micro';
import { add, clip, float, int, mul, ptr, scale, scaleAdd, sub } from './vector';

/** Bytes at the start of each thread's scratch for one tile in work: 36 vectors. */
// @ts-ignore: decorator
@inline const TILE_BYTES: usize = 640;

/**
 * Tiles at the right and the lower edge that reach so little into the map that they do without the points ±2: for them four
 * inputs a side do, and the frequencies 3 and 4 of that direction have no place for them. The last column and row of tiles,
 * or -1 where these are like the others.
 */
// @ts-ignore: decorator
@inline
function edgeOf(extent: i32, tiles: i32, side: i32): i32 {
  return side >= 4 && extent - (tiles - 1) * side <= side - 2 ? tiles - 1 : -1;
}
// @ts-ignore: decorator
@inline
function rightEdge(step: usize): i32 { return edgeOf(int(step, S_OUT + M_WIDTH), int(step, W_TILES_X), int(step, W_SIDE)); }
// @ts-ignore: decorator
@inline
function lowerEdge(step: usize): i32 { return edgeOf(int(step, S_OUT + M_HEIGHT), int(step, W_TILES_Y), int(step, W_SIDE)); }

/** How many of the tiles are in neither the column `right` nor the row `lower`. */
function countTiles(step: usize, first: i32, tiles: i32, right: i32, lower: i32): i32 {
  if (right < 0 && lower < 0) return tiles;
  const across = int(step, W_TILES_X), down = int(step, W_TILES_Y);
  let count = 0;
  for (let t = first; t < first + tiles; t++) count += i32(t % across != right && t / across % down != lower);
  return count;
}

/** Bᵀ d of six values of a column, `row` bytes apart, into one of the tile in work, whose lines are 96 bytes apart. */
// @ts-ignore: decorator
@inline
function spreadColumn(from: usize, row: usize, to: usize): void {
  const d0 = v128.load(from), d1 = v128.load(from + row), d2 = v128.load(from + row * 2);
  const d3 = v128.load(from + row * 3), d4 = v128.load(from + row * 4), d5 = v128.load(from + row * 5);
  const a = scaleAdd(d2, -4, d4), b = scaleAdd(d1, -4, d3), c = sub(d4, d2), e = scale(sub(d3, d1), 2);
  v128.store(to, add(scaleAdd(d0, 4, scale(d2, -5)), d4));
  v128.store(to, add(a, b), 96);
  v128.store(to, sub(a, b), 192);
  v128.store(to, add(c, e), 288);
  v128.store(to, sub(c, e), 384);
  v128.store(to, add(scaleAdd(d1, 4, scale(d3, -5)), d5), 480);
}

/** The same of a line of the tile in work, to places `stride` bytes apart; those at ±2 behind `far` instead of `to`. */
// @ts-ignore: decorator
@inline
function spreadLine(line: usize, to: usize, far: usize, stride: usize): void {
  const d0 = v128.load(line), d1 = v128.load(line, 16), d2 = v128.load(line, 32);
  const d3 = v128.load(line, 48), d4 = v128.load(line, 64), d5 = v128.load(line, 80);
  const a = scaleAdd(d2, -4, d4), b = scaleAdd(d1, -4, d3), c = sub(d4, d2), e = scale(sub(d3, d1), 2);
  const three = stride + stride + stride;
  v128.store(to, add(scaleAdd(d0, 4, scale(d2, -5)), d4)); to += stride;
  v128.store(to, add(a, b)); to += stride;
  v128.store(to, sub(a, b)); to += three; far += three;
  v128.store(far, add(c, e)); far += stride;
  v128.store(far, sub(c, e));
  v128.store(to, add(scaleAdd(d1, 4, scale(d3, -5)), d5));
}

/** Of four values without the points ±2, for filters that are transformed with them. */
// @ts-ignore: decorator
@inline
function spreadShortColumn(from: usize, row: usize, to: usize): void {
  const d0 = v128.load(from), d1 = v128.load(from + row), d2 = v128.load(from + row * 2), d3 = v128.load(from + row * 3);
  v128.store(to, scale(sub(d0, d2), 4));
  v128.store(to, scale(add(d1, d2), -3), 96);
  v128.store(to, scale(sub(d1, d2), 3), 192);
  v128.store(to, sub(d3, d1), 480);
}
// @ts-ignore: decorator
@inline
function spreadShortLine(line: usize, to: usize, stride: usize): void {
  const d0 = v128.load(line), d1 = v128.load(line, 16), d2 = v128.load(line, 32), d3 = v128.load(line, 48);
  v128.store(to, scale(sub(d0, d2), 4)); to += stride;
  v128.store(to, scale(add(d1, d2), -3)); to += stride;
  v128.store(to, scale(sub(d1, d2), 3)); to += stride + stride + stride;
  v128.store(to, sub(d3, d1));
}

/**
 * Bᵀ d B of half a block of one tile. fullY, fullX: whether the tile is none of the lower, of the right edge.
 * to, farX, farY, far: the tile's places among all tiles, those with the frequencies 3 and 4 across, down, and both
 */
// @ts-ignore: decorator
@inline
function transformTile(
  from: usize, row: usize, pixel: usize, tile: usize, to: usize, farX: usize, farY: usize, far: usize, stride: usize,
  fullY: bool, fullX: bool,
): void {
  for (let at = tile; at < tile + (fullX ? 96 : 64); at += 16, from += pixel) {
    if (fullY) spreadColumn(from, row, at);
    else spreadShortColumn(from, row, at);
  }
  const six = stride * 6;
  for (let i = 0; i < 6; i++) {
    const isFar = i == 3 || i == 4;
    if (fullY || !isFar) {
      const into = isFar ? farY : to;
      if (fullX) spreadLine(tile, into, isFar ? far : farX, stride);
      else spreadShortLine(tile, into, stride);
    }
    tile += 96;
    to += six;
    farX += six;
    farY += six;
    far += six;
  }
}

/** The same of a tile whose frequencies all have the same places. */
// @ts-ignore: decorator
@inline
function transformWhole(from: usize, row: usize, pixel: usize, tile: usize, to: usize, stride: usize): void {
  for (let at = tile; at < tile + 96; at += 16, from += pixel) spreadColumn(from, row, at);
  const six = stride * 6;
  for (let line = tile; line < tile + 576; line += 96, to += six) spreadLine(line, to, to, stride);
}

/**
 * Bᵀ d B of 6×6 tiles of the input, for F(4×4, 3×3) and its like, from F(5×5, 2×2) to F(2×2, 5×5) (Lavin and Gray 2015):
 * all have the points 0, ±1, ±2 and ∞, so only the step from tile to tile differs.
 * to: [36 frequencies][channel block][those of the tiles that have the frequency][8]
 */
function transformInput(step: usize, to: usize, tile: usize, block0: i32, block1: i32, first: i32, tiles: i32): void {
  const across = int(step, W_TILES_X), perImage = across * int(step, W_TILES_Y);
  const apart = ptr(step, W_STRIDE), pixel = apart * 32, row = ptr(step, S_IN + M_ROW) * apart;
  const stride = ptr(step, W_INPUT_STRIDE), side = int(step, W_SIDE);
  const right = rightEdge(step), lower = lowerEdge(step);
  const withX = countTiles(step, first, tiles, right, -1), withY = countTiles(step, first, tiles, -1, lower);
  const withBoth = countTiles(step, first, tiles, right, lower), isEven = right < 0 && lower < 0;
  for (let block = block0; block < block1; block++) {
    const base = ptr(step, W_START) + <usize>block * ptr(step, S_IN + M_BLOCK);
    let n = first / perImage;
    let ty = (first - n * perImage) / across;
    let tx = first - n * perImage - ty * across;
    let into = to + (<usize>(block * tiles) << 5), farX = to + (<usize>(block * withX) << 5);
    let farY = to + (<usize>(block * withY) << 5), far = to + (<usize>(block * withBoth) << 5);
    for (let t = 0; t < tiles; t++, into += 32) {
      const source = base + <usize>n * ptr(step, S_IN + M_IMAGE) + <usize>(ty * side) * row + <usize>(tx * side) * pixel;
      const fullX = tx != right, fullY = ty != lower;
      for (let half: usize = 0; half < 32; half += 16) {
        const from = source + half, i0 = into + half, x = farX + half, y = farY + half, both = far + half;
        if (isEven) transformWhole(from, row, pixel, tile, i0, stride);
        else if (fullX) {
          if (fullY) transformTile(from, row, pixel, tile, i0, x, y, both, stride, true, true);
          else transformTile(from, row, pixel, tile, i0, x, y, both, stride, false, true);
        } else if (fullY) transformTile(from, row, pixel, tile, i0, x, y, both, stride, true, false);
        else transformTile(from, row, pixel, tile, i0, x, y, both, stride, false, false);
      }
      if (fullX) farX += 32;
      if (fullY) farY += 32;
      if (fullX && fullY) far += 32;
      if (++tx == across) { tx = 0; if ((++ty) * across == perImage) { ty = 0; n++; } }
    }
  }
}

/**
 * Aᵀ m of the products of each column, `to` 96 bytes apart: `side` rows of 6, or two rows less without the points ±2. The
 * product at ∞ is the last row's. from, farX, farY, far: as for `transformTile`
 */
// @ts-ignore: decorator
@inline
function foldColumns(
  from: usize, farX: usize, farY: usize, far: usize, stride: usize, to: usize, side: i32, fullY: bool, fullX: bool,
): void {
  const six = stride * 6;
  for (let j = 0; j < 6; j++) {
    const isFar = j == 3 || j == 4;
    if (fullX || !isFar) foldColumn(isFar ? farX : from, isFar ? far : farY, six, to, side, fullY);
    from += stride;
    farX += stride;
    farY += stride;
    far += stride;
    to += 16;
  }
}

/** The same of a tile whose frequencies all have the same places. */
// @ts-ignore: decorator
@inline
function foldWhole(from: usize, stride: usize, to: usize, side: i32): void {
  const six = stride * 6;
  for (let end = to + 96; to < end; to += 16, from += stride) foldColumn(from, from, six, to, side, true);
}

// @ts-ignore: decorator
@inline
function foldColumn(from: usize, far: usize, six: usize, to: usize, side: i32, fullY: bool): void {
  const three = six + six + six;
  const d0 = v128.load(from); from += six;
  const d1 = v128.load(from); from += six;
  const d2 = v128.load(from);
  const d5 = v128.load(from + three);
  const a = add(d1, d2), b = sub(d1, d2);
  if (!fullY) {
    v128.store(to, add(d0, a));
    v128.store(to, side == 4 ? add(b, d5) : b, 96);
    if (side == 5) v128.store(to, add(a, d5), 192);
    return;
  }
  far += three;
  const d3 = v128.load(far), d4 = v128.load(far + six);
  const c = add(d3, d4), e = sub(d3, d4);
  v128.store(to, add(add(d0, a), c));
  v128.store(to, side == 2 ? add(scaleAdd(e, 2, b), d5) : scaleAdd(e, 2, b), 96);
  if (side > 2) v128.store(to, side == 3 ? add(scaleAdd(c, 4, a), d5) : scaleAdd(c, 4, a), 192);
  if (side > 3) v128.store(to, side == 4 ? add(scaleAdd(e, 8, b), d5) : scaleAdd(e, 8, b), 288);
  if (side > 4) v128.store(to, add(scaleAdd(c, 16, a), d5), 384);
}

/**
 * The rest of Aᵀ m A, then bias, residual and clip, of `rows` rows from `at` on into the map at `out`. `columns` of the
 * tile lie inside the map. plus: the residual at the same place, 0 for none
 */
// @ts-ignore: decorator
@inline
function foldRows(
  at: usize, out: usize, row: usize, plus: usize, otherRow: usize, bias: v128, low: v128, high: v128, rows: i32, columns: i32, side: i32,
  fullX: bool,
): void {
  for (let i = 0; i < rows; i++, at += 96, out += row) {
    const d0 = add(v128.load(at), bias), d1 = v128.load(at, 16), d2 = v128.load(at, 32), d5 = add(v128.load(at, 80), bias);
    const a = add(d1, d2), b = sub(d1, d2);
    let y0 = add(d0, a), y1 = b, y2 = y0, y3 = y0, y4 = y0;
    if (fullX) {
      const d3 = v128.load(at, 48), d4 = v128.load(at, 64);
      const c = add(d3, d4), e = sub(d3, d4);
      y0 = add(y0, c);
      y1 = add(scaleAdd(e, 2, b), side == 2 ? d5 : bias);
      if (side > 2) y2 = add(scaleAdd(c, 4, a), side == 3 ? d5 : bias);
      if (side > 3) y3 = add(scaleAdd(e, 8, b), side == 4 ? d5 : bias);
      if (side > 4) y4 = add(scaleAdd(c, 16, a), d5);
    } else {
      y1 = add(b, side == 4 ? d5 : bias);
      y2 = add(a, d5);
    }
    if (plus != 0) {
      y0 = add(y0, v128.load(plus));
      if (columns > 1) y1 = add(y1, v128.load(plus, 32));
      if (side > 2 && columns > 2) y2 = add(y2, v128.load(plus, 64));
      if (side > 3 && columns > 3) y3 = add(y3, v128.load(plus, 96));
      if (side > 4 && columns > 4) y4 = add(y4, v128.load(plus, 128));
      plus += otherRow;
    }
    v128.store(out, clip(y0, low, high));
    if (columns > 1) v128.store(out, clip(y1, low, high), 32);
    if (side > 2 && columns > 2) v128.store(out, clip(y2, low, high), 64);
    if (side > 3 && columns > 3) v128.store(out, clip(y3, low, high), 96);
    if (side > 4 && columns > 4) v128.store(out, clip(y4, low, high), 128);
  }
}

/**
 * Aᵀ m A of the products of output blocks [block0, block1), then bias, residual, clip and activation. Tiles that overhang the
 * map store only what is inside.
 */
function transformOutput(step: usize, products: usize, tile: usize, block0: i32, block1: i32, first: i32, tiles: i32): void {
  const across = int(step, W_TILES_X), perImage = across * int(step, W_TILES_Y), side = int(step, W_SIDE);
  const height = int(step, S_OUT + M_HEIGHT), width = int(step, S_OUT + M_WIDTH);
  const row = ptr(step, S_OUT + M_ROW), otherRow = ptr(step, S_OTHER + M_ROW), stride = ptr(step, W_PRODUCT_STRIDE);
  const low = v128.load32_splat(step + A_LOW), high = v128.load32_splat(step + A_HIGH);
  const activation = int(step, A_ACTIVATION);
  const other = ptr(step, S_OTHER + M_POINTER);
  const right = rightEdge(step), lower = lowerEdge(step);
  const withX = countTiles(step, first, tiles, right, -1), withY = countTiles(step, first, tiles, -1, lower);
  const withBoth = countTiles(step, first, tiles, right, lower), isEven = right < 0 && lower < 0;
  for (let block = block0; block < block1; block++) {
    let n = first / perImage;
    let ty = (first - n * perImage) / across;
    let tx = first - n * perImage - ty * across;
    const at = block - block0;
    let source = products + (<usize>(at * tiles) << 5), farX = products + (<usize>(at * withX) << 5);
    let farY = products + (<usize>(at * withY) << 5), far = products + (<usize>(at * withBoth) << 5);
    for (let t = 0; t < tiles; t++, source += 32) {
      const place = <usize>(ty * side) * row + <usize>(tx * side * 32);
      const target = ptr(step, S_OUT + M_POINTER) + <usize>n * ptr(step, S_OUT + M_IMAGE) + <usize>block * ptr(step, S_OUT + M_BLOCK) + place;
      const residual: usize = other == 0 ? 0 : other + <usize>n * ptr(step, S_OTHER + M_IMAGE) + <usize>block * ptr(step, S_OTHER + M_BLOCK)
        + <usize>(ty * side) * otherRow + <usize>(tx * side * 32);
      const rows = min(side, height - ty * side), columns = min(side, width - tx * side);
      const fullX = tx != right, fullY = ty != lower;
      // Each kind of tile has code of its own, with nothing left to ask.
      const kind = isEven ? side : 8 + side + (fullX ? 16 : 0) + (fullY ? 32 : 0);
      for (let half: usize = 0; half < 32; half += 16) {
        const bias = v128.load(ptr(step, A_BIAS) + <usize>block * 32 + half);
        const from = source + half, x = farX + half, y = farY + half, both = far + half, to = target + half;
        const plus: usize = residual == 0 ? 0 : residual + half;
        switch (kind) {
          case 2:
            foldWhole(from, stride, tile, 2);
            foldRows(tile, to, row, plus, otherRow, bias, low, high, rows, columns, 2, true);
            break;
          case 3:
            foldWhole(from, stride, tile, 3);
            foldRows(tile, to, row, plus, otherRow, bias, low, high, rows, columns, 3, true);
            break;
          case 4:
            foldWhole(from, stride, tile, 4);
            foldRows(tile, to, row, plus, otherRow, bias, low, high, rows, columns, 4, true);
            break;
          case 5:
            foldWhole(from, stride, tile, 5);
            foldRows(tile, to, row, plus, otherRow, bias, low, high, rows, columns, 5, true);
            break;
          case 60:
            foldColumns(from, x, y, both, stride, tile, 4, true, true);
            foldRows(tile, to, row, plus, otherRow, bias, low, high, rows, columns, 4, true);
            break;
          case 61:
            foldColumns(from, x, y, both, stride, tile, 5, true, true);
            foldRows(tile, to, row, plus, otherRow, bias, low, high, rows, columns, 5, true);
            break;
          case 44:
            foldColumns(from, x, y, both, stride, tile, 4, true, false);
            foldRows(tile, to, row, plus, otherRow, bias, low, high, rows, columns, 4, false);
            break;
          case 45:
            foldColumns(from, x, y, both, stride, tile, 5, true, false);
            foldRows(tile, to, row, plus, otherRow, bias, low, high, rows, columns, 5, false);
            break;
          case 28:
            foldColumns(from, x, y, both, stride, tile, 4, false, true);
            foldRows(tile, to, row, plus, otherRow, bias, low, high, rows, columns, 4, true);
            break;
          case 29:
            foldColumns(from, x, y, both, stride, tile, 5, false, true);
            foldRows(tile, to, row, plus, otherRow, bias, low, high, rows, columns, 5, true);
            break;
          case 12:
            foldColumns(from, x, y, both, stride, tile, 4, false, false);
            foldRows(tile, to, row, plus, otherRow, bias, low, high, rows, columns, 4, false);
            break;
          default:
            foldColumns(from, x, y, both, stride, tile, 5, false, false);
            foldRows(tile, to, row, plus, otherRow, bias, low, high, rows, columns, 5, false);
            break;
        }
      }
      if (activation != 0) {
        for (let i = 0; i < rows; i++) {
          const line = target + <usize>i * row;
          activate(line, line, columns * 8, activation, float(step, A_ALPHA), float(step, A_BETA));
        }
      }
      if (fullX) farX += 32;
      if (fullY) farY += 32;
      if (fullX && fullY) far += 32;
      if (++tx == across) { tx = 0; if ((++ty) * across == perImage) { ty = 0; n++; } }
    }
  }
}

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
