import { type SharingConvention, sharingConventions } from '../graph/quantities.ts';
import { type Evaluator, variantsOf } from './evaluate.ts';
import { type Bounds, edgeOf, hasLeast, type Measures, missOf } from './quantities.ts';
import { distanceBetween, type Scoring } from './wish.ts';

/** One variant: where each knob stands, by index into its values. */
export interface Variant {
  readonly at: readonly number[];
  readonly measures: Measures;
  readonly score: number;
  /** How far its knobs are from where they stood. */
  readonly distance: number;
}

/** How far a search is. */
export interface Progress {
  /** Variants that were counted. */
  readonly evaluated: number;
  /** Variants in the space. */
  readonly space: number;
  /** Of the work, at most: 0 to 1. */
  readonly fraction: number;
  /** Those of them that keep the limits. */
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
  /** False where nothing follows from cheaper and dearer variants: what is bounded may fall as a knob rises. */
  readonly isRising?: boolean;
  /** Whether to end with what is there, asked at every report. */
  readonly isStopped?: () => boolean;
  /** Variants between two reports; so many as take some milliseconds where they are counted by an evaluator when left out. */
  readonly pace?: number;
}

const PACE = 2048;

/**
 * The best variants that keep all limits, by branch and bound: knobs are set one after another, and what is left open is
 * given up once its cheapest variant breaks a limit from above, its dearest one from below, or none of it can be better
 * than what is kept. Cheapest and dearest are known where a cost only rises with a knob, as it does with widths, depths
 * and sizes; knobs of which that is not so are set first. What is given up is so by proof; where a variant is seen outside of
 * its bounds, nothing is said to be proven.
 */
export function* search(evaluator: Evaluator, options: SearchOptions): Generator<Progress, SearchResult> {
  const looked = new Looked(evaluator, options);
  yield* looked.lookAtAll(starts(evaluator));
  for (const variant of [...looked.best.list].slice(0, 4))
    yield* looked.lookAtAll(climb(variant, looked.sizes, evaluator.base, looked.best));
  yield* looked.pause();
  const descent = new Descent(looked, evaluator, options);
  yield* descent.below([...evaluator.base], 0, 0, undefined);
  return looked.result(descent.isProven);
}

/** What was looked at so far: the best of it, and of what breaks a limit the nearest. */
class Looked {
  readonly best: Kept;
  /** Values of each knob. */
  readonly sizes: readonly number[];
  /** From each value of a knob to where it stood. */
  readonly distances: readonly (readonly number[])[];
  evaluated = 0;
  /** Whether it was asked to end with what is there. */
  isStopped = false;
  #reported = 0;
  readonly #evaluator: Evaluator;
  readonly #options: SearchOptions;
  readonly #space: number;
  readonly #seen = new Set<string>();
  #nearest: Variant | undefined;
  #miss = Infinity;

  constructor(evaluator: Evaluator, options: SearchOptions) {
    const { knobs } = evaluator;
    this.#evaluator = evaluator;
    this.#options = options;
    this.best = new Kept(options.keep);
    this.sizes = knobs.map(({ values }) => values.length);
    this.#space = variantsOf(evaluator);
    this.distances = knobs.map(({ knob, values }) =>
      values.map((value) => distanceBetween(value, knob.base)),
    );
  }

  /** Says how far it is, and hears whether to end. */
  *pause(): Generator<Progress, void> {
    this.#reported = this.evaluated;
    yield this.#report();
    this.isStopped = this.#options.isStopped?.() === true;
  }

  /** The same once enough was looked at since. */
  *pauseIfDue(): Generator<Progress, void> {
    if (this.evaluated - this.#reported >= (this.#options.pace ?? PACE)) yield* this.pause();
  }

  *lookAtAll(places: Iterable<readonly number[]>): Generator<Progress, void> {
    if (this.isStopped) return;
    for (const at of places) {
      this.look(at);
      yield* this.pauseIfDue();
      if (this.isStopped) return;
    }
  }

  /** The evaluator's own object: to be copied where it is kept. */
  measure(at: readonly number[]): Measures | undefined {
    this.evaluated++;
    return this.#evaluator.measure(at);
  }

  look(at: readonly number[]): Measures | undefined {
    const measures = this.measure(at);
    if (!measures) return undefined;
    const off = missOf(measures, this.#options.limits);
    const distance = this.#distanceOf(at);
    if (off > 0) {
      if (off < this.#miss || (off === this.#miss && this.#nearest && distance < this.#nearest.distance)) {
        this.#miss = off;
        this.#nearest = { at: [...at], measures: { ...measures }, score: Infinity, distance };
      }
      return measures;
    }
    // A score may measure anew, and the numbers are the evaluator's own.
    const copy = { ...measures };
    const score = this.#options.scoring.score(at, copy, distance);
    const key = at.join();
    if (score <= this.best.worst && !this.#seen.has(key)) {
      this.#seen.add(key);
      this.best.add({ at: [...at], measures: copy, score, distance });
    }
    return copy;
  }

  /** Notes the cheapest of what was given up, which breaks a limit by so much as all of it does at least. */
  giveUp(at: readonly number[], measures: Measures): void {
    const off = missOf(measures, this.#options.limits);
    if (off <= 0 || off >= this.#miss) return;
    this.#miss = off;
    this.#nearest = { at, measures, score: Infinity, distance: this.#distanceOf(at) };
  }

  #report(): Progress {
    const { evaluated, best } = this;
    return {
      evaluated,
      space: this.#space,
      fraction: Math.min(1, evaluated / Math.min(this.#space, this.#options.patience)),
      found: best.list.length,
      best: best.list[0],
      leading: best.list,
    };
  }

  result(isProven: boolean): SearchResult {
    const { list } = this.best;
    return {
      variants: list,
      isProven,
      nearest: list.length > 0 ? undefined : this.#nearest,
      miss: list.length > 0 || this.#miss === Infinity ? 0 : this.#miss,
      evaluated: this.evaluated,
      space: this.#space,
    };
  }

  #distanceOf(at: readonly number[]): number {
    return at.reduce((sum, index, place) => sum + this.distances[place]![index]!, 0);
  }
}

/** Goes through all variants, knob by knob, and gives up what cannot be better. */
class Descent {
  /** Whether all that was not looked at was given up with reason. */
  isProven = true;
  readonly #looked: Looked;
  readonly #evaluator: Evaluator;
  readonly #options: SearchOptions;
  /** Places of the knobs, in the order in which they are set. */
  readonly #order: readonly number[];
  /** Once so many knobs are set, cheapest and dearest are known; -1 where they never are. */
  readonly #bounded: number;
  readonly #needs: { readonly cheapest: boolean; readonly dearest: boolean };

  constructor(looked: Looked, evaluator: Evaluator, options: SearchOptions) {
    const { limits, scoring, isRising = true } = options;
    this.#looked = looked;
    this.#evaluator = evaluator;
    this.#options = options;
    // What must see all of the input must see more of a larger one.
    const covers = limits.some(({ coversInput }) => coversInput);
    const isFree = (place: number): boolean => {
      const { cost, kind } = evaluator.knobs[place]!.knob;
      return cost === 'either' || (covers && kind === 'resolution');
    };
    this.#order = orderOf(evaluator, isFree);
    this.#bounded = isRising ? this.#order.findIndex((_, i) => !this.#order.slice(i).some(isFree)) : -1;
    this.#needs = {
      cheapest: scoring.needs.cheapest || limits.some(({ max }) => max < Infinity),
      dearest: scoring.needs.dearest || limits.some(hasLeast),
    };
  }

  /** Sets the knobs from `depth` on, nearest values first. */
  *below(
    at: number[],
    depth: number,
    distance: number,
    around: Corners | undefined,
  ): Generator<Progress, void> {
    const looked = this.#looked;
    const { scoring, patience } = this.#options;
    if (looked.evaluated > patience || looked.isStopped) {
      this.isProven = false;
      return;
    }
    yield* looked.pauseIfDue();
    if (depth === this.#order.length) {
      const measures = looked.look(at);
      if (measures && around && !within(measures, around)) this.isProven = false;
      return;
    }
    const here = depth >= this.#bounded && this.#bounded >= 0 ? this.#cornersOf(at, depth) : undefined;
    if (here && around && isOutside(here, around)) this.isProven = false;
    if (here && this.#breaksAll(at, depth, here)) return;
    const { worst } = looked.best;
    if (scoring.bound(distance, here?.cheapest, here?.dearest) > worst) return;
    const place = this.#order[depth]!;
    const distances = looked.distances[place]!;
    for (const index of nearFirst(distances)) {
      const next = distance + distances[index]!;
      if (scoring.bound(next, here?.cheapest, here?.dearest) > looked.best.worst) continue;
      at[place] = index;
      yield* this.below(at, depth + 1, next, here);
    }
  }

  #cornersOf(at: readonly number[], depth: number): Corners {
    const measured = (end: End): Measures | undefined => {
      const measures = this.#looked.measure(this.#corner(at, depth, end));
      return measures && { ...measures };
    };
    return {
      cheapest: this.#needs.cheapest ? measured('cheapest') : undefined,
      dearest: this.#needs.dearest ? measured('dearest') : undefined,
    };
  }

  /** The variant with all knobs from `depth` on at one end. */
  #corner(at: readonly number[], depth: number, end: End): number[] {
    const whole = [...at];
    for (const place of this.#order.slice(depth)) {
      const last = this.#looked.sizes[place]! - 1;
      const low = this.#evaluator.knobs[place]!.knob.cost === 'falls' ? last : 0;
      whole[place] = end === 'cheapest' ? low : last - low;
    }
    return whole;
  }

  /** Whether every variant between two corners breaks a limit; the nearest of them is noted. */
  #breaksAll(at: readonly number[], depth: number, { cheapest, dearest }: Corners): boolean {
    const { limits } = this.#options;
    if (cheapest && limits.some((limit) => breaks(cheapest, limit, 'above'))) {
      this.#looked.giveUp(this.#corner(at, depth, 'cheapest'), cheapest);
      return true;
    }
    return dearest !== undefined && limits.some((limit) => breaks(dearest, limit, 'below'));
  }
}

type End = 'cheapest' | 'dearest';

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
  const keepsPeaks = sharingConventions.every((name) => {
    const own = rising(measures, name);
    if (own === undefined) return true;
    return own >= (rising(cheapest, name) ?? 0) && own <= (rising(dearest, name) ?? Infinity);
  });
  return (
    keepsPeaks &&
    counted.every(
      (name) =>
        (!cheapest || measures[name] >= cheapest[name]) && (!dearest || measures[name] <= dearest[name]),
    )
  );
}

/** What of a peak only rises with what is turned: of an arena, what is alive at once. */
function rising(measures: Measures | undefined, name: SharingConvention): number | undefined {
  return name === 'greedyArena' ? measures?.arenaLeastBytes : measures?.peaks?.[name];
}

function isOutside(here: Corners, around: Corners): boolean {
  return [here.cheapest, here.dearest].some((corner) => corner !== undefined && !within(corner, around));
}

function breaks(measures: Measures, limit: Bounds, side: 'above' | 'below'): boolean {
  const { quantity, max } = limit;
  const one = side === 'above' ? { quantity, min: 0, max } : { ...limit, max: Infinity };
  const edge = side === 'above' ? 'least' : 'most';
  return missOf(measures, [one], (of, quantity) => edgeOf(of, quantity, edge)) > 0;
}

/** Knobs that nothing follows from first; then those with few values, which leave less open. */
function orderOf({ knobs }: Evaluator, isFree: (place: number) => boolean): readonly number[] {
  return knobs
    .map((_, place) => place)
    .sort(
      (a, b) => Number(isFree(b)) - Number(isFree(a)) || knobs[a]!.values.length - knobs[b]!.values.length,
    );
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
function* climb(
  start: Variant,
  sizes: readonly number[],
  base: readonly number[],
  best: Kept,
): Generator<readonly number[]> {
  let here = start.at;
  for (let round = 0; round < 64; round++) {
    const before = best.list[0]?.score ?? Infinity;
    for (const [place, size] of sizes.entries()) {
      for (const by of [-1, 1]) {
        const moved = here[place]! + by;
        if (moved < 0 || moved >= size) continue;
        const single = here.with(place, moved);
        yield single;
        for (const [other, otherSize] of sizes.entries()) {
          const towards = Math.sign(base[other]! - single[other]!);
          const back = single[other]! + (towards === 0 ? -by : towards);
          if (other !== place && back >= 0 && back < otherSize) yield single.with(other, back);
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
