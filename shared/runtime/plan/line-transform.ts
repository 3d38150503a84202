/**
 * Winograd's algorithm along one axis (Lavin and Gray 2015; Toom and Cook): at 0, four pairs of points and ∞, ten values of
 * the input give as many products as they are, and these the outputs of a tile.
 */
export const LINE_POINTS = 10;

/** Pairs ±a, of those tried the ones that round least: 2e-5 of the outputs' deviation at most, as F(4×4, 3×3) does. */
const PAIRS = [0.4, 0.8, 1.2, 1.6] as const;

/** Outputs of a tile: tile and filter have 11 values together, so that ten are read. */
export function lineSide(taps: number): number {
  return LINE_POINTS + 1 - taps;
}

/** Coefficients of the product of (y − a²) over some pairs, that of y⁰ first. */
function squaresOf(pairs: readonly number[]): number[] {
  return pairs.reduce<number[]>(
    (product, a) =>
      Array.from({ length: product.length + 1 }, (_, i) => (product[i - 1] ?? 0) - a * a * (product[i] ?? 0)),
    [1],
  );
}

/**
 * What the kernel reads: four coefficients of point 0 (the fifth is 1), then of each pair a and three of the others' (the
 * fourth is 1), then for each output the pairs' powers.
 */
export function lineTable(side: number): number[] {
  const powers = Array.from({ length: side }, (_, i) => PAIRS.map((a) => a ** i));
  const pairs = PAIRS.map((a) => [a, ...squaresOf(PAIRS.filter((other) => other !== a)).slice(0, -1)]);
  return [squaresOf(PAIRS).slice(0, -1), ...pairs, ...powers].flat();
}

/** What filters are multiplied by: [points][taps]. */
export function lineFilters(taps: number): number[] {
  const points = [0, ...PAIRS.flatMap((a) => [a, -a])];
  const finite = points.map((point) => {
    const apart = points.reduce(
      (product, other) => (other === point ? product : product * (point - other)),
      1,
    );
    return Array.from({ length: taps }, (_, tap) => point ** tap / apart);
  });
  return [...finite.flat(), ...Array.from({ length: taps }, (_, tap) => (tap === taps - 1 ? 1 : 0))];
}
