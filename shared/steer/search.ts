import type { Evaluator } from './evaluate.ts';
import { type Bounds, type Measures, missOf } from './quantities.ts';
import { distanceBetween, type Scoring } from './wish.ts';

/** One variant: where each knob stands, by index into its values. */
export interface Variant {
  readonly at: readonly number[];
  readonly measures: Measures;
  readonly score: number;
  /** How far its knobs are from where they stood. */
  readonly distance: number;
}

export interface Progress {
  readonly evaluated: number;
  /** Variants in the space. */
  readonly space: number;
  /** Of the work, at most: 0 to 1. */
  readonly fraction: number;
  readonly found: number;
  readonly best: Variant | undefined;
  /** The best so far, best first. */
  readonly leading: readonly Variant[];
}

export interface SearchResult {
  /** The best that keep the limits, best first. */
  readonly variants: readonly Variant[];
  /** Every other variant is known to be no better than the last of these, or to break a limit. */
  readonly isProven: boolean;
  /** Of those that break one, the nearest. */
  readonly nearest: Variant | undefined;
  /** How far it misses; 0 where variants were found. */
  readonly miss: number;
  readonly evaluated: number;
  readonly space: number;
}

export interface SearchOptions {
  readonly limits: readonly Bounds[];
  readonly scoring: Scoring;
  /** How many of the best are kept. */
  readonly keep: number;
  /** Variants that may be looked at before the best that were found must do. */
  readonly patience: number;
  /** Whether to end with what is there, asked at every report. */
  readonly isStopped?: () => boolean;
}

/** Variants between two reports: some milliseconds. */
const BETWEEN_REPORTS = 2048;

/**
 * The best variants that keep all limits, by branch and bound: knobs are set one after another, and what is left open is
 * given up once its cheapest variant breaks a limit from above, its dearest one from below, or none of it can be better
 * than what is kept. Cheapest and dearest are known where a cost only rises with a knob, as it does with widths, depths
 * and sizes; knobs of which that is not so are set first. What is given up is so by proof; where a variant is seen outside of
 * its bounds, nothing is said to be proven.
 */
export function* search(evaluator: Evaluator, options: SearchOptions): Generator<Progress, SearchResult> {
  const { limits, scoring, keep, patience, isStopped = () => false } = options;
  const { knobs } = evaluator;
  const sizes = knobs.map(({ values }) => values.length);
  const space = sizes.reduce((product, size) => product * size, 1);
  const order = orderOf(evaluator);
  const distances = knobs.map(({ knob, values }) => values.map((value) => distanceBetween(value, knob.base)));
  const best = new Kept(keep);
  const seen = new Set<string>();
  let evaluated = 0;
  let nearest: Variant | undefined;
  let miss = Infinity;
  let isProven = true;
  let stopped = false;

  const distanceOf = (at: readonly number[]): number =>
    at.reduce((sum, index, place) => sum + distances[place]![index]!, 0);

  const look = (at: readonly number[]): Measures | undefined => {
    evaluated++;
    const measures = evaluator.measure(at);
    if (!measures) return undefined;
    const off = missOf(measures, limits);
    const distance = distanceOf(at);
    if (off > 0) {
      if (off < miss || (off === miss && nearest && distance < nearest.distance)) {
        miss = off;
        nearest = { at: [...at], measures: { ...measures }, score: Infinity, distance };
      }
      return measures;
    }
    // A score may measure anew, and the numbers are the evaluator's own.
    const copy = { ...measures };
    const score = scoring.score(at, copy, distance);
    const key = at.join();
    if (score <= best.worst && !seen.has(key)) {
      seen.add(key);
      best.add({ at: [...at], measures: copy, score, distance });
    }
    return copy;
  };

  const report = (): Progress => ({
    evaluated,
    space,
    fraction: Math.min(1, evaluated / Math.min(space, patience)),
    found: best.list.length,
    best: best.list[0],
    leading: best.list,
  });

  for (const at of starts(evaluator)) look(at);
  for (const variant of [...best.list].slice(0, 4)) climb(variant, look, sizes, evaluator.base, best);
  yield report();

  const needsCheapest = scoring.needs.cheapest || limits.some(({ max }) => max < Infinity);
  const needsDearest = scoring.needs.dearest || limits.some(({ min }) => min > 0);
  const corner = (
    at: readonly number[],
    depth: number,
    end: 'cheapest' | 'dearest',
  ): Measures | undefined => {
    const whole = [...at];
    for (const place of order.slice(depth)) {
      const low = knobs[place]!.knob.cost === 'falls' ? sizes[place]! - 1 : 0;
      whole[place] = end === 'cheapest' ? low : sizes[place]! - 1 - low;
    }
    evaluated++;
    const measures = evaluator.measure(whole);
    return measures && { ...measures };
  };
  const bounded = order.findIndex((_, i) =>
    order.slice(i).every((place) => knobs[place]!.knob.cost !== 'either'),
  );

  /** Sets the knobs from `depth` on, nearest values first. */
  function* below(
    at: number[],
    depth: number,
    distance: number,
    around: Corners | undefined,
  ): Generator<Progress, void> {
    if (evaluated > patience || stopped) {
      isProven = false;
      return;
    }
    if (evaluated - reported >= BETWEEN_REPORTS) {
      reported = evaluated;
      yield report();
      stopped = isStopped();
    }
    if (depth === order.length) {
      const measures = look(at);
      if (measures && around && !within(measures, around)) isProven = false;
      return;
    }
    let here: Corners | undefined;
    if (depth >= bounded && bounded >= 0) {
      here = {
        cheapest: needsCheapest ? corner(at, depth, 'cheapest') : undefined,
        dearest: needsDearest ? corner(at, depth, 'dearest') : undefined,
      };
      if (around && isOutside(here, around)) isProven = false;
      if (here.cheapest && limits.some((limit) => breaks(here!.cheapest!, limit, 'above'))) {
        if (here.cheapest) noteMiss(at, depth, here.cheapest);
        return;
      }
      if (here.dearest && limits.some((limit) => breaks(here!.dearest!, limit, 'below'))) return;
    }
    if (scoring.bound(distance, here?.cheapest, here?.dearest) > best.worst) return;
    const place = order[depth]!;
    for (const index of nearFirst(distances[place]!)) {
      const next = distance + distances[place]![index]!;
      if (scoring.bound(next, here?.cheapest, here?.dearest) > best.worst) continue;
      at[place] = index;
      yield* below(at, depth + 1, next, here);
    }
  }

  const noteMiss = (at: readonly number[], depth: number, measures: Measures): void => {
    const off = missOf(measures, limits);
    if (off <= 0 || off >= miss) return;
    const whole = [...at];
    for (const place of order.slice(depth))
      whole[place] = knobs[place]!.knob.cost === 'falls' ? sizes[place]! - 1 : 0;
    miss = off;
    nearest = { at: whole, measures, score: Infinity, distance: distanceOf(whole) };
  };

  let reported = evaluated;
  yield* below([...evaluator.base], 0, 0, undefined);
  return {
    variants: best.list,
    isProven,
    nearest: best.list.length > 0 ? undefined : nearest,
    miss: best.list.length > 0 || miss === Infinity ? 0 : miss,
    evaluated,
    space,
  };
}

interface Corners {
  readonly cheapest: Measures | undefined;
  readonly dearest: Measures | undefined;
}

const counted = [
  'macs',
  'otherOps',
  'params',
  'outputElements',
  'peakBytes',
  'depth',
  'fieldPixels',
] as const;

function within(measures: Measures, { cheapest, dearest }: Corners): boolean {
  return counted.every(
    (name) =>
      (!cheapest || measures[name] >= cheapest[name]) && (!dearest || measures[name] <= dearest[name]),
  );
}

function isOutside(here: Corners, around: Corners): boolean {
  return [here.cheapest, here.dearest].some((corner) => corner !== undefined && !within(corner, around));
}

function breaks(measures: Measures, limit: Bounds, side: 'above' | 'below'): boolean {
  const [one] = [side === 'above' ? { ...limit, min: 0 } : { ...limit, max: Infinity }];
  return missOf(measures, [one]) > 0;
}

/** Knobs that costs neither rise nor fall with first; then those with few values, which leave less open. */
function orderOf({ knobs }: Evaluator): readonly number[] {
  const free = (place: number): number => (knobs[place]!.knob.cost === 'either' ? 0 : 1);
  return knobs
    .map((_, place) => place)
    .sort((a, b) => free(a) - free(b) || knobs[a]!.values.length - knobs[b]!.values.length);
}

function nearFirst(distances: readonly number[]): readonly number[] {
  return distances.map((_, index) => index).sort((a, b) => distances[a]! - distances[b]!);
}

/** The original, each knob by itself, and all of them together from the original to either end. */
function* starts({ knobs, base }: Evaluator): Generator<readonly number[]> {
  yield base;
  for (const [place, { values }] of knobs.entries())
    for (let index = 0; index < values.length; index++) yield base.with(place, index);
  const steps = 48;
  for (let step = 1; step <= steps; step++) {
    for (const end of ['cheapest', 'dearest'] as const)
      yield base.map((index, place) => {
        const { knob, values } = knobs[place]!;
        const low = knob.cost === 'falls' ? values.length - 1 : 0;
        const to = end === 'cheapest' ? low : values.length - 1 - low;
        return Math.round(index + ((to - index) * step) / steps);
      });
  }
}

/** Moves one knob towards its base, or one there and another away, as long as that is better. */
function climb(
  start: Variant,
  look: (at: readonly number[]) => unknown,
  sizes: readonly number[],
  base: readonly number[],
  best: Kept,
): void {
  let here = start.at;
  for (let round = 0; round < 64; round++) {
    const before = best.list[0]?.score ?? Infinity;
    for (const [place, size] of sizes.entries()) {
      for (const by of [-1, 1]) {
        const moved = here[place]! + by;
        if (moved < 0 || moved >= size) continue;
        const single = here.with(place, moved);
        look(single);
        for (const [other, otherSize] of sizes.entries()) {
          const towards = Math.sign(base[other]! - single[other]!);
          const back = single[other]! + (towards === 0 ? -by : towards);
          if (other !== place && back >= 0 && back < otherSize) look(single.with(other, back));
        }
      }
    }
    const better = best.list[0];
    if (!better || better.score >= before) return;
    here = better.at;
  }
}

/** The best so far, a few, best first. */
class Kept {
  readonly list: Variant[] = [];
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  /** What is worse than this need not be looked at. */
  get worst(): number {
    return this.list.length < this.#most ? Infinity : this.list.at(-1)!.score;
  }

  add(variant: Variant): void {
    const after = this.list.findIndex(
      ({ score, distance }) =>
        score > variant.score || (score === variant.score && distance > variant.distance),
    );
    this.list.splice(after < 0 ? this.list.length : after, 0, variant);
    if (this.list.length > this.#most) this.list.pop();
  }
}
