/** The largest difference from the plain build, relative to the largest result, that rounding explains. */
const AGREEMENT = 1e-4;

/** Whether a build computed what another did. */
export function agree(actual: Float32Array, expected: Float32Array): boolean {
  return difference(actual, expected) <= AGREEMENT;
}

function difference(actual: Float32Array, expected: Float32Array): number {
  let worst = 0;
  let largest = 0;
  for (let i = 0; i < expected.length; i++) {
    const off = Math.abs(actual[i]! - expected[i]!);
    if (!(off <= worst)) worst = off;
    largest = Math.max(largest, Math.abs(expected[i]!));
  }
  return worst / largest;
}
