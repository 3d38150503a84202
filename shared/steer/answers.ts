import type { Evaluator } from './evaluate.ts';
import { pareto } from './pareto.ts';
import {
  amountOf,
  type Bounds,
  isPlanned,
  leastWithin,
  type Measures,
  quantitiesOf,
  type SteerQuantity,
} from './quantities.ts';
import type { Variant } from './search.ts';
import type { Space } from './space.ts';
import { type Whole, wholeOf } from './wholes.ts';

/** A knob that stands elsewhere than before. */
export interface Turned {
  readonly knob: string;
  /** The value of the knob, in the unit of its parameter. */
  readonly before: number;
  /** The same where it stands now. */
  readonly after: number;
}

/** One variant: which knobs stand elsewhere, and what it counts. */
export interface Point {
  readonly turned: readonly Turned[];
  readonly measures: Measures;
  /** By the wish; less is better. */
  readonly score: number;
}

/** A design that was found: what it counts are whole numbers from the analysis of it. */
export interface Answer extends Point, Whole {}

/** A limit that the nearest miss breaks. */
export interface Broken {
  readonly quantity: SteerQuantity;
  /** In the unit of the quantity. */
  readonly actual: number;
  /** In the unit of the quantity. */
  readonly min: number;
  /** In the unit of the quantity. */
  readonly max: number;
}

/**
 * One variant as a design, timed as a whole where its pieces are; undefined where the analysis of it does not say the same, and
 * so it is none.
 */
export function answerOf(space: Space, variant: Variant): Answer | undefined {
  const whole = wholeOf(space, variant.at);
  if (!whole) return undefined;
  const counted = quantitiesOf(whole.measures).filter((quantity) => !isPlanned(quantity));
  if (counted.some((each) => amountOf(whole.measures, each) !== amountOf(variant.measures, each)))
    return undefined;
  return { ...whole, turned: turnedIn(space.evaluator, variant), score: variant.score };
}

/** One variant of a space without what the search knows of it. */
export function pointOf({ evaluator }: Space, variant: Variant): Point {
  const { measures, score } = variant;
  return { turned: turnedIn(evaluator, variant), measures, score };
}

/** The knobs that stand elsewhere in a variant. */
export function turnedIn({ knobs }: Evaluator, { at }: Pick<Variant, 'at'>): readonly Turned[] {
  return knobs.flatMap(({ knob, values }, place) => {
    const after = values[at[place]!]!;
    return after === knob.base ? [] : [{ knob: knob.id, before: knob.base, after }];
  });
}

/** The best, then the best that turn other knobs or turn them the other way, then whatever is next. */
export function different<Each extends Variant>(
  { evaluator }: Space,
  variants: readonly Each[],
): readonly Each[] {
  const ways = new Set<string>();
  const first: Each[] = [];
  const rest: Each[] = [];
  for (const variant of variants) {
    const turned = turnedIn(evaluator, variant);
    const way = turned.map(({ knob, before, after }) => `${knob}${after > before ? '+' : '-'}`).join();
    (ways.has(way) ? rest : first).push(variant);
    ways.add(way);
  }
  return [...first, ...rest];
}

const MOST_IN_FRONT = 64;

/** Of some variants those that none is better than in every limited quantity and by the wish. */
export function frontOf(variants: readonly Variant[], limits: readonly Bounds[]): readonly Variant[] {
  const aims = [
    { better: 'less' as const, of: ({ score }: Variant) => score },
    ...limits.map(({ quantity, max }) => ({
      better: max < Infinity ? ('less' as const) : ('more' as const),
      of: ({ measures }: Variant) => amountOf(measures, quantity),
    })),
  ];
  return pareto(variants, aims).slice(0, MOST_IN_FRONT);
}

/** The limits that the nearest miss breaks. */
export function brokenBy(
  nearest: Pick<Variant, 'measures'> | undefined,
  limits: readonly Bounds[],
): readonly Broken[] {
  if (!nearest) return [];
  return limits.flatMap((limit) => {
    const { quantity, max } = limit;
    const actual = amountOf(nearest.measures, quantity);
    const min = leastWithin(limit, nearest.measures);
    return actual <= max && actual >= min ? [] : [{ quantity, actual, min, max }];
  });
}
