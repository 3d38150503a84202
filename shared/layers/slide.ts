import type { Tally } from './define.ts';

/** The windows of a filter over dense data: window (i, j) starts at start + i·rowStep + j·columnStep. */
export interface Windows {
  readonly data: Float32Array;
  /** For every tap of the filter, its distance from the start of the window. */
  readonly taps: Int32Array;
  readonly start: number;
  readonly rows: number;
  readonly columns: number;
  readonly rowStep: number;
  readonly columnStep: number;
}

export interface Filter {
  /** One weight per tap. */
  readonly weights: Float32Array;
  /** What every sum starts from; counted as one operation per result where there is one. */
  readonly bias: number | undefined;
  /** Where the results of all windows go, row by row. */
  readonly results: Float32Array;
}

/** The dot product of one filter with every window, in double precision. */
export function slideOne(windows: Windows, filter: Filter, tally: Tally): void {
  const { weights, bias, results } = filter;
  const { data, taps, start, rows, columns, rowStep, columnStep } = windows;
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      const at = start + i * rowStep + j * columnStep;
      let total = bias ?? 0;
      for (let t = 0; t < taps.length; t++) total += weights[t]! * data[at + taps[t]!]!;
      tally.macs += taps.length;
      results[i * columns + j] = total;
    }
  }
  countBias([filter], tally);
}

/** The same for four filters at once: every element is read once instead of four times, which is three times as fast. */
export function slideFour(
  windows: Windows,
  filters: readonly [Filter, Filter, Filter, Filter],
  tally: Tally,
): void {
  const { data, taps, start, rows, columns, rowStep, columnStep } = windows;
  const [a, b, c, d] = filters;
  const [wA, wB, wC, wD] = [a.weights, b.weights, c.weights, d.weights];
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      const at = start + i * rowStep + j * columnStep;
      let totalA = a.bias ?? 0;
      let totalB = b.bias ?? 0;
      let totalC = c.bias ?? 0;
      let totalD = d.bias ?? 0;
      for (let t = 0; t < taps.length; t++) {
        const x = data[at + taps[t]!]!;
        totalA += wA[t]! * x;
        totalB += wB[t]! * x;
        totalC += wC[t]! * x;
        totalD += wD[t]! * x;
      }
      tally.macs += 4 * taps.length;
      const to = i * columns + j;
      a.results[to] = totalA;
      b.results[to] = totalB;
      c.results[to] = totalC;
      d.results[to] = totalD;
    }
  }
  countBias(filters, tally);
}

function countBias(filters: readonly Filter[], tally: Tally): void {
  for (const { bias, results } of filters) if (bias !== undefined) tally.otherOps += results.length;
}
