/**
 * The coefficients ≥ 0 with the least Σ (row · coefficients − target)², by Lawson and Hanson's active set (Solving Least
 * Squares Problems, 1974, chapter 23). Few columns and thousands of rows: the normal equations are kept, of which
 * columns are scaled to length 1 first. Columns of zeros get 0.
 */
export function nonNegativeLeastSquares(
  rows: readonly (readonly number[])[],
  targets: readonly number[],
): readonly number[] {
  const columns = rows[0]?.length ?? 0;
  const scale = Array.from({ length: columns }, (_, c) =>
    Math.sqrt(rows.reduce((sum, row) => sum + row[c]! ** 2, 0)),
  );
  const unit = rows.map((row) => row.map((value, c) => (scale[c]! > 0 ? value / scale[c]! : 0)));
  const products = Array.from({ length: columns }, (_, a) =>
    Array.from({ length: columns }, (__, b) => unit.reduce((sum, row) => sum + row[a]! * row[b]!, 0)),
  );
  const aims = Array.from({ length: columns }, (_, c) =>
    unit.reduce((sum, row, i) => sum + row[c]! * targets[i]!, 0),
  );
  const found = new Float64Array(columns);
  const free = new Set<number>();
  const slope = (c: number): number =>
    aims[c]! - products[c]!.reduce((sum, value, b) => sum + value * found[b]!, 0);
  const tolerance = 1e-10 * Math.max(1e-300, ...aims.map(Math.abs));
  for (let rounds = 0; rounds < 3 * columns; rounds++) {
    const next = bestOf(columns, free, slope, tolerance);
    if (next === undefined) break;
    free.add(next);
    release(free, found, products, aims);
  }
  return Array.from(found, (value, c) => (scale[c]! > 0 ? value / scale[c]! : 0));
}

/** The column that would lower the sum the most steeply, of those that are held at 0. */
function bestOf(
  columns: number,
  free: ReadonlySet<number>,
  slope: (column: number) => number,
  tolerance: number,
): number | undefined {
  let best: number | undefined;
  let steepest = tolerance;
  for (let c = 0; c < columns; c++) {
    if (free.has(c)) continue;
    const here = slope(c);
    if (here > steepest) {
      steepest = here;
      best = c;
    }
  }
  return best;
}

/** Goes to the best of the free columns, or as far towards it as none becomes negative, which is then held at 0. */
function release(
  free: Set<number>,
  found: Float64Array,
  products: readonly (readonly number[])[],
  aims: readonly number[],
): void {
  while (free.size > 0) {
    const list = [...free];
    const wanted = solve(
      list.map((a) => list.map((b) => products[a]![b]!)),
      list.map((a) => aims[a]!),
    );
    if (wanted.every((value) => value > 0)) {
      for (const [i, c] of list.entries()) found[c] = wanted[i]!;
      return;
    }
    let share = 1;
    for (const [i, c] of list.entries())
      if (wanted[i]! <= 0) share = Math.min(share, found[c]! / (found[c]! - wanted[i]!));
    for (const [i, c] of list.entries()) {
      found[c] = found[c]! + share * (wanted[i]! - found[c]!);
      if (wanted[i]! <= 0 && found[c]! <= 1e-15) {
        found[c] = 0;
        free.delete(c);
      }
    }
  }
}

/** Gauss' elimination with pivots; a column that the others make up already is left at 0. */
function solve(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const count = right.length;
  const rows = matrix.map((row, i) => [...row, right[i]!]);
  for (let c = 0; c < count; c++) {
    let pivot = c;
    for (let r = c + 1; r < count; r++) if (Math.abs(rows[r]![c]!) > Math.abs(rows[pivot]![c]!)) pivot = r;
    [rows[c], rows[pivot]] = [rows[pivot]!, rows[c]!];
    if (Math.abs(rows[c]![c]!) < 1e-12) {
      rows[c] = Array.from({ length: count + 1 }, (_, i) => (i === c ? 1 : 0));
      continue;
    }
    for (let r = c + 1; r < count; r++) {
      const factor = rows[r]![c]! / rows[c]![c]!;
      for (let i = c; i <= count; i++) rows[r]![i]! -= factor * rows[c]![i]!;
    }
  }
  const result = new Array<number>(count).fill(0);
  for (let r = count - 1; r >= 0; r--) {
    let rest = rows[r]![count]!;
    for (let i = r + 1; i < count; i++) rest -= rows[r]![i]! * result[i]!;
    result[r] = rest / rows[r]![r]!;
  }
  return result;
}
