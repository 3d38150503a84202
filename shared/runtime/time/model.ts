import { nonNegativeLeastSquares } from './least-squares.ts';
import { type Law, lawNames, type Work } from './work.ts';

/** A step that was timed. */
export interface TimedWork {
  readonly work: Work;
  readonly milliseconds: number;
}

/** What a law costs on one machine. */
export interface LawCosts {
  /** Milliseconds that a step takes before it does anything, then per unit of each amount, in the law's order. */
  readonly coefficients: readonly number[];
  /** By how much single steps differ: the deviation of ln(measured / predicted). */
  readonly spread: number;
  readonly steps: number;
}

/** Laws that were measured; steps of others have no time. */
export type TimeModel = Readonly<Partial<Record<Law, LawCosts>>> & {
  /** How far whole networks were off that the laws had not seen: nine of ten less than this, as |ln(measured / predicted)|. */
  readonly doubt?: number;
};

/** Milliseconds, and between which they lie nine times out of ten. */
export interface Estimate {
  readonly milliseconds: number;
  readonly low: number;
  readonly high: number;
}

/** Errors count relative to the time, of short steps relative to this much: clocks and barriers are no finer. */
const FINEST = 0.005;
/** Nine tenths of a normal distribution lie within so many deviations. */
const NINE_TENTHS = 1.645;
/** Deviations are never taken for smaller, however few steps were seen. */
const LEAST_SPREAD = 0.03;

const predictedBy = (coefficients: readonly number[], { amounts }: Work): number =>
  amounts.reduce((sum, amount, i) => sum + amount * coefficients[i + 1]!, coefficients[0]!);

/** The costs of each law with which the timed steps agree best, none below zero. */
export function fitModel(timed: readonly TimedWork[]): TimeModel {
  const model: { -readonly [law in Law]?: LawCosts } = {};
  for (const law of lawNames) {
    const steps = timed.filter(({ work }) => work.law === law);
    if (steps.length > 0) model[law] = fitLaw(steps);
  }
  return model;
}

function fitLaw(steps: readonly TimedWork[]): LawCosts {
  let first = solved(steps, ({ milliseconds }) => 1 / Math.sqrt(Math.max(FINEST, milliseconds)));
  // By the sum of distances and not of their squares: what is far off pulls no more than what is near.
  for (let round = 0; round < ROUNDS; round++) {
    const so = first;
    first = solved(steps, ({ work, milliseconds }) => {
      const predicted = Math.max(FINEST, predictedBy(so, work));
      return 1 / (predicted * Math.sqrt(Math.max(NEAR, Math.abs(milliseconds / predicted - 1))));
    });
  }
  const kept = withoutStrays(steps, first);
  const coefficients = solved(kept, ({ milliseconds }) => 1 / Math.max(FINEST, milliseconds));
  const squares = kept.map((step) => offBy(coefficients, step) ** 2);
  // Steps of which the law has no more than coefficients tell nothing of their spread: it is taken for what a guess has.
  const free = kept.length - coefficients.filter((value) => value > 0).length;
  const spread = free <= 0 ? 0.5 : Math.sqrt(squares.reduce((sum, value) => sum + value, 0) / free);
  return { coefficients, spread: Math.max(LEAST_SPREAD, spread), steps: kept.length };
}

function solved(steps: readonly TimedWork[], weigh: (step: TimedWork) => number): readonly number[] {
  const weights = steps.map(weigh);
  return nonNegativeLeastSquares(
    steps.map(({ work: { amounts } }, i) => [1, ...amounts].map((amount) => amount * weights[i]!)),
    steps.map(({ milliseconds }, i) => milliseconds * weights[i]!),
  );
}

/** ln(measured / predicted). */
function offBy(coefficients: readonly number[], { work, milliseconds }: TimedWork): number {
  return Math.log(Math.max(FINEST, milliseconds) / Math.max(FINEST, predictedBy(coefficients, work)));
}

/**
 * Without steps whose clock was held up: on a machine that is at work for others, a thread may be stopped between the end
 * of a step and the note of it, which makes one step far too long and the next far too short.
 */
function withoutStrays(steps: readonly TimedWork[], coefficients: readonly number[]): readonly TimedWork[] {
  const off = steps.map((step) => Math.abs(offBy(coefficients, step)));
  const middle = [...off].sort((a, b) => a - b)[off.length >> 1] ?? 0;
  const most = Math.max(Math.LN2, STRAY * middle);
  const kept = steps.filter((_, i) => off[i]! <= most);
  return 2 * kept.length > steps.length ? kept : steps;
}

const ROUNDS = 8;
/** Shares of the time that count as none. */
const NEAR = 0.01;
/** So many times as far off as half of the steps, at least. */
const STRAY = 4;

/** What one step takes; undefined where the machine was not measured at such. */
export function estimateStep(model: TimeModel, work: Work): Estimate | undefined {
  const costs = model[work.law];
  if (!costs) return undefined;
  const milliseconds = predictedBy(costs.coefficients, work);
  const factor = Math.exp(NINE_TENTHS * costs.spread);
  return { milliseconds, low: milliseconds / factor, high: milliseconds * factor };
}

/**
 * Steps in a row. What a law is off by is much the same for steps that are alike, and so the deviations of one law add up, to
 * half as what they share and to half by chance; those of different laws are independent. What all of this leaves out is known from
 * networks that the laws had not seen: a whole is never told more exactly than those were.
 */
export function estimateTogether(model: TimeModel, works: readonly Work[]): Estimate {
  let milliseconds = 0;
  const sums = new Map<Law, { sum: number; squares: number }>();
  for (const work of works) {
    const costs = model[work.law];
    if (!costs) continue;
    const predicted = predictedBy(costs.coefficients, work);
    const deviation = predicted * costs.spread;
    milliseconds += predicted;
    const so = sums.get(work.law) ?? { sum: 0, squares: 0 };
    sums.set(work.law, { sum: so.sum + deviation, squares: so.squares + deviation ** 2 });
  }
  let variance = 0;
  for (const { sum, squares } of sums.values()) variance += SHARED * sum ** 2 + (1 - SHARED) * squares;
  const relative = milliseconds === 0 ? 0 : Math.sqrt(variance) / milliseconds;
  const factor = Math.exp(Math.max(NINE_TENTHS * relative, model.doubt ?? 0));
  return { milliseconds, low: milliseconds / factor, high: milliseconds * factor };
}

/** The networks are parted into so many groups, of which each is predicted by what the others teach. */
const GROUPS = 5;

/** How far off whole networks are predicted by laws that were fitted to others: what nine of ten keep to. */
export function doubtOf(networks: readonly (readonly TimedWork[])[]): number {
  const off: number[] = [];
  for (let group = 0; group < GROUPS; group++) {
    const seen = fitModel(networks.flatMap((own, place) => (place % GROUPS === group ? [] : own)));
    for (const [place, own] of networks.entries()) {
      if (place % GROUPS !== group || own.length === 0) continue;
      if (own.some(({ work }) => !seen[work.law])) continue;
      const measured = own.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
      const predicted = estimateTogether(
        seen,
        own.map(({ work }) => work),
      ).milliseconds;
      if (measured > 0 && predicted > 0) off.push(Math.abs(Math.log(measured / predicted)));
    }
  }
  off.sort((a, b) => a - b);
  return off[Math.min(off.length - 1, Math.ceil(0.9 * off.length))] ?? 0;
}

/** Of the variance of one law's steps, what they have in common. */
const SHARED = 0.5;
