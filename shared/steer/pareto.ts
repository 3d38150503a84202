/** A direction in which a quantity is better. */
export type Better = 'less' | 'more';

/** One thing by which items are told apart. */
export interface Aim<T> {
  readonly better: Better;
  /** In any unit, the same for all items. */
  of(item: T): number;
}

/**
 * The items that no other is at least as good as in every aim and better in one; of equal ones, the first. In the order of
 * the first aim, best first. n·log n for two aims, n times the length of the front for more.
 */
export function pareto<T>(items: readonly T[], aims: readonly Aim<T>[]): readonly T[] {
  const signed = items.map((item) =>
    aims.map(({ better, of }) => (better === 'less' ? of(item) : -of(item))),
  );
  const places = items.map((_, place) => place).sort((a, b) => compared(signed[a]!, signed[b]!) || a - b);
  const front: number[] = [];
  let least = Infinity;
  for (const place of places) {
    const here = signed[place]!;
    if (aims.length === 2) {
      if (here[1]! >= least) continue;
      least = here[1]!;
    } else if (front.some((other) => signed[other]!.every((value, i) => value <= here[i]!))) continue;
    front.push(place);
  }
  return front.map((place) => items[place]!);
}

function compared(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return a[i]! - b[i]!;
  return 0;
}
