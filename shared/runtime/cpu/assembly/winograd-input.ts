import {
  M_BLOCK, M_IMAGE, M_ROW, S_IN, W_INPUT_STRIDE, W_SIDE, W_START, W_STRIDE, W_TILES_X, W_TILES_Y,
} from './layout';
import { add, int, ptr, scale, scaleAdd, sub } from './vector';
import { countTiles, lowerEdge, rightEdge } from './winograd-edges';

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
export function transformInput(step: usize, to: usize, tile: usize, block0: i32, block1: i32, first: i32, tiles: i32): void {
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
