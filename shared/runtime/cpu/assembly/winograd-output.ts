import { activate } from './activation';
import {
  A_ACTIVATION, A_ALPHA, A_BETA, A_BIAS, A_HIGH, A_LOW, M_BLOCK, M_HEIGHT, M_IMAGE, M_POINTER, M_ROW, M_WIDTH,
  S_OTHER, S_OUT, W_PRODUCT_STRIDE, W_SIDE, W_TILES_X, W_TILES_Y,
} from './layout';
import { add, clip, float, int, ptr, scaleAdd, sub } from './vector';
import { countTiles, lowerEdge, rightEdge } from './winograd-edges';

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

/** Of one column. from, far: its products at 0, ±1 and ∞, and those at ±2, both counted from the first of six */
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

/** Half a block of one tile, of a kind that is known: isEven, whether all its frequencies have the same places. */
// @ts-ignore: decorator
@inline
function foldTile(
  from: usize, farX: usize, farY: usize, far: usize, stride: usize, tile: usize, out: usize, row: usize, plus: usize, otherRow: usize,
  bias: v128, low: v128, high: v128, rows: i32, columns: i32, side: i32, isEven: bool, fullY: bool, fullX: bool,
): void {
  if (isEven) foldWhole(from, stride, tile, side);
  else foldColumns(from, farX, farY, far, stride, tile, side, fullY, fullX);
  foldRows(tile, out, row, plus, otherRow, bias, low, high, rows, columns, side, fullX);
}

/** The same of any kind. */
// @ts-ignore: decorator
@inline
function foldAny(
  from: usize, farX: usize, farY: usize, far: usize, stride: usize, tile: usize, out: usize, row: usize, plus: usize, otherRow: usize,
  bias: v128, low: v128, high: v128, rows: i32, columns: i32, side: i32, isEven: bool, fullY: bool, fullX: bool,
): void {
  if (isEven) foldTile(from, farX, farY, far, stride, tile, out, row, plus, otherRow, bias, low, high, rows, columns, side, true, true, true);
  else if (fullY && fullX) foldTile(from, farX, farY, far, stride, tile, out, row, plus, otherRow, bias, low, high, rows, columns, side, false, true, true);
  else if (fullY) foldTile(from, farX, farY, far, stride, tile, out, row, plus, otherRow, bias, low, high, rows, columns, side, false, true, false);
  else if (fullX) foldTile(from, farX, farY, far, stride, tile, out, row, plus, otherRow, bias, low, high, rows, columns, side, false, false, true);
  else foldTile(from, farX, farY, far, stride, tile, out, row, plus, otherRow, bias, low, high, rows, columns, side, false, false, false);
}

/**
 * Aᵀ m A of the products of output blocks [block0, block1), then bias, residual, clip and activation. Tiles that overhang the
 * map store only what is inside.
 */
export function transformOutput(step: usize, products: usize, tile: usize, block0: i32, block1: i32, first: i32, tiles: i32): void {
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
      for (let half: usize = 0; half < 32; half += 16) {
        const bias = v128.load(ptr(step, A_BIAS) + <usize>block * 32 + half);
        const from = source + half, x = farX + half, y = farY + half, both = far + half, to = target + half;
        const plus: usize = residual == 0 ? 0 : residual + half;
        // Each kind of tile has code of its own, with nothing left to ask.
        if (side == 2) foldTile(from, x, y, both, stride, tile, to, row, plus, otherRow, bias, low, high, rows, columns, 2, true, true, true);
        else if (side == 3) foldTile(from, x, y, both, stride, tile, to, row, plus, otherRow, bias, low, high, rows, columns, 3, true, true, true);
        else if (side == 4) foldAny(from, x, y, both, stride, tile, to, row, plus, otherRow, bias, low, high, rows, columns, 4, isEven, fullY, fullX);
        else foldAny(from, x, y, both, stride, tile, to, row, plus, otherRow, bias, low, high, rows, columns, 5, isEven, fullY, fullX);
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
