import {
  F_BYTES, F_BYTES_PER_UNIT, F_TO, M_BLOCK, M_BLOCKS, M_HEIGHT, M_IMAGE, M_POINTER, M_ROW, M_WIDTH, Q_K, Q_LEFT, Q_M, Q_N, Q_RIGHT,
  Q_ROWS, Q_ROWS_PER_UNIT, Q_TO, RUNS_MAXIMUM, RUNS_MEAN, RUNS_MINIMUM, RUNS_STANDARDISE, RUNS_SUM, RUNS_UNIT_SQUARE,
  RUNS_UNIT_SUM,
  S_IN, S_OUT, U_EPSILON, U_FROM, U_KIND, U_LENGTH, U_RUNS, U_RUNS_PER_UNIT, U_TO, Z_COLUMN_TAPS, Z_ROW_TAPS, Z_TAPS,
} from './layout';
import { blockOf, endRow, firstRow, imageOf } from './rows';
import { add, float, fma, int, mul, ptr } from './vector';

/** Zeros into a dense array. */
export function fill(step: usize, unit: i32): void {
  const first = <usize>unit * ptr(step, F_BYTES_PER_UNIT);
  memory.fill(ptr(step, F_TO) + first, 0, min(ptr(step, F_BYTES_PER_UNIT), ptr(step, F_BYTES) - first));
}

/** Sum of (x − shift)^power for power 1 or 2, of magnitudes for 0; in double precision, since runs can be long. */
function total(from: usize, length: i32, shift: f64, power: i32): f64 {
  let sum: f64 = 0;
  for (let i = 0; i < length; i++, from += 4) {
    const x = <f64>load<f32>(from) - shift;
    sum += power == 1 ? x : power == 2 ? x * x : abs(x);
  }
  return sum;
}

function extreme(from: usize, length: i32, largest: bool): f32 {
  let best = load<f32>(from);
  for (let i = 1; i < length; i++) {
    const x = load<f32>(from + <usize>i * 4);
    best = largest ? max(best, x) : min(best, x);
  }
  return best;
}

/** (x − shift) · factor */
function rescale(from: usize, to: usize, length: i32, shift: f64, factor: f64): void {
  for (let i = 0; i < length; i++, from += 4, to += 4) store<f32>(to, <f32>((<f64>load<f32>(from) - shift) * factor));
}

/** Reductions and normalisations of contiguous runs. A unit is some runs. */
export function runs(step: usize, unit: i32): void {
  const kind = int(step, U_KIND), length = int(step, U_LENGTH);
  const bytes = <usize>length * 4;
  const first = unit * int(step, U_RUNS_PER_UNIT);
  const end = min(int(step, U_RUNS), first + int(step, U_RUNS_PER_UNIT));
  for (let run = first; run < end; run++) {
    const from = ptr(step, U_FROM) + <usize>run * bytes;
    const one = ptr(step, U_TO) + <usize>run * 4, many = ptr(step, U_TO) + <usize>run * bytes;
    if (kind == RUNS_SUM) store<f32>(one, <f32>total(from, length, 0, 1));
    else if (kind == RUNS_MEAN) store<f32>(one, <f32>(total(from, length, 0, 1) / <f64>length));
    else if (kind == RUNS_MAXIMUM || kind == RUNS_MINIMUM) store<f32>(one, extreme(from, length, kind == RUNS_MAXIMUM));
    else if (kind == RUNS_STANDARDISE) {
      const mean = total(from, length, 0, 1) / <f64>length;
      const variance = total(from, length, mean, 2) / <f64>length;
      rescale(from, many, length, mean, 1 / sqrt<f64>(variance + <f64>float(step, U_EPSILON)));
    } else if (kind == RUNS_UNIT_SQUARE) {
      const square = total(from, length, 0, 2) / <f64>length;
      rescale(from, many, length, 0, 1 / sqrt<f64>(square + <f64>float(step, U_EPSILON)));
    } else {
      const norm = kind == RUNS_UNIT_SUM ? total(from, length, 0, 0) : sqrt<f64>(total(from, length, 0, 2));
      rescale(from, many, length, 0, norm == 0 ? 0 : 1 / norm);
    }
  }
}

/** Rows of a stack of matrix products, 16 columns at a time. A unit is some rows. */
export function matrixProduct(step: usize, unit: i32): void {
  const m = int(step, Q_M), k = int(step, Q_K), n = int(step, Q_N);
  const first = unit * int(step, Q_ROWS_PER_UNIT);
  const end = min(int(step, Q_ROWS), first + int(step, Q_ROWS_PER_UNIT));
  const line = <usize>n * 4;
  for (let row = first; row < end; row++) {
    const left = ptr(step, Q_LEFT) + <usize>row * <usize>k * 4;
    const right = ptr(step, Q_RIGHT) + <usize>(row / m) * <usize>k * line;
    const to = ptr(step, Q_TO) + <usize>row * line;
    let j = 0;
    for (; j + 16 <= n; j += 16) {
      let a = f32x4.splat(0), b = a, c = a, d = a;
      let at = right + <usize>j * 4;
      for (let i = 0; i < k; i++, at += line) {
        const x = v128.load32_splat(left + <usize>i * 4);
        a = fma(x, v128.load(at), a);
        b = fma(x, v128.load(at, 16), b);
        c = fma(x, v128.load(at, 32), c);
        d = fma(x, v128.load(at, 48), d);
      }
      const out = to + <usize>j * 4;
      v128.store(out, a); v128.store(out, b, 16); v128.store(out, c, 32); v128.store(out, d, 48);
    }
    for (; j < n; j++) {
      let sum: f64 = 0;
      for (let i = 0; i < k; i++) sum += <f64>load<f32>(left + <usize>i * 4) * <f64>load<f32>(right + <usize>i * line + <usize>j * 4);
      store<f32>(to + <usize>j * 4, <f32>sum);
    }
  }
}

/** Interpolation by tables of input positions and weights. A unit is some rows of one block. */
export function resize(step: usize, unit: i32): void {
  const blocks = int(step, S_OUT + M_BLOCKS);
  const n = imageOf(step, unit, blocks), block = blockOf(unit, blocks);
  const y0 = firstRow(step, unit, blocks);
  const y1 = endRow(step, y0, int(step, S_OUT + M_HEIGHT));
  const width = int(step, S_OUT + M_WIDTH), taps = int(step, Z_TAPS);
  const from = ptr(step, S_IN + M_POINTER) + <usize>n * ptr(step, S_IN + M_IMAGE) + <usize>block * ptr(step, S_IN + M_BLOCK);
  const out = ptr(step, S_OUT + M_POINTER) + <usize>n * ptr(step, S_OUT + M_IMAGE) + <usize>block * ptr(step, S_OUT + M_BLOCK);
  for (let y = y0; y < y1; y++) {
    let to = out + <usize>y * ptr(step, S_OUT + M_ROW);
    const rowTaps = ptr(step, Z_ROW_TAPS) + <usize>(y * taps) * 8;
    let columnTaps = ptr(step, Z_COLUMN_TAPS);
    for (let x = 0; x < width; x++, to += 32, columnTaps += <usize>taps * 8) {
      let a = f32x4.splat(0), b = a;
      if (taps == 2) {
        // Four terms in onnxruntime's order and precision: where whole numbers come of them, the last bit decides.
        for (let u = 0; u < 2; u++) {
          const row = from + ptr(rowTaps, u * 8) * ptr(step, S_IN + M_ROW);
          const down = v128.load32_splat(rowTaps + <usize>u * 8 + 4);
          for (let v = 0; v < 2; v++) {
            const at = row + (ptr(columnTaps, v * 8) << 5);
            const weight = mul(v128.load32_splat(columnTaps + <usize>v * 8 + 4), down);
            a = add(a, mul(weight, v128.load(at)));
            b = add(b, mul(weight, v128.load(at, 16)));
          }
        }
      } else for (let u = 0; u < taps; u++) {
        const row = from + ptr(rowTaps, u * 8) * ptr(step, S_IN + M_ROW);
        let c = f32x4.splat(0), d = c;
        for (let v = 0; v < taps; v++) {
          const at = row + (ptr(columnTaps, v * 8) << 5);
          const weight = v128.load32_splat(columnTaps + <usize>v * 8 + 4);
          c = fma(weight, v128.load(at), c);
          d = fma(weight, v128.load(at, 16), d);
        }
        const weight = v128.load32_splat(rowTaps + <usize>u * 8 + 4);
        a = add(a, mul(weight, c));
        b = add(b, mul(weight, d));
      }
      v128.store(to, a);
      v128.store(to, b, 16);
    }
  }
}
