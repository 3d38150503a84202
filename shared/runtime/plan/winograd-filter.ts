/** Of F(4×4, 3×3): what a row of three filter taps is at each of the six points. */
const FILTER_TRANSFORM = [
  [1 / 4, 0, 0],
  [-1 / 6, -1 / 6, -1 / 6],
  [-1 / 6, 1 / 6, -1 / 6],
  [1 / 24, 1 / 12, 1 / 6],
  [1 / 24, -1 / 12, 1 / 6],
  [0, 0, 1],
] as const;

const FACTORS = Float64Array.from(FILTER_TRANSFORM.flat());

/** The transform of one 3×3 filter along its columns, times its scale: six rows of three. */
export function transformColumns(weight: Float32Array, at: number, scale: number, half: Float64Array): void {
  for (let i = 0; i < 18; i += 3) {
    for (let j = 0; j < 3; j++) {
      half[i + j] =
        (FACTORS[i]! * weight[at + j]! +
          FACTORS[i + 1]! * weight[at + 3 + j]! +
          FACTORS[i + 2]! * weight[at + 6 + j]!) *
        scale;
    }
  }
}

/** Then along its rows: the value at the point of row `i` / 3 and column `k` / 3. */
export function transformedAt(half: Float64Array, i: number, k: number): number {
  return half[i]! * FACTORS[k]! + half[i + 1]! * FACTORS[k + 1]! + half[i + 2]! * FACTORS[k + 2]!;
}
