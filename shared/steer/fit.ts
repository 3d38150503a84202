import { analyze } from '../analysis/analyze.ts';
import type { Analysis } from '../analysis/facts.ts';
import type { Problem, Result } from '../base/problem.ts';
import { messages } from '../base/problem.ts';
import type { Design } from '../graph/design.ts';
import type { Edit } from '../graph/edits.ts';
import { editFor, variantOf } from './apply.ts';
import { compile, type Evaluator } from './evaluate.ts';
import { type Steering, usualValues } from './knobs.ts';
import { pareto } from './pareto.ts';
import {
  amountOf,
  asCounted,
  type Bounds,
  boundsOf,
  type Measures,
  measuresOf,
  missOf,
  peaksAmong,
  quantitiesOf,
  type SteerLimit,
  type SteerQuantity,
  steerQuantityTable,
} from './quantities.ts';
import { type Progress, type SearchResult, search, type Variant } from './search.ts';
import { type Space, type SpaceRequest, say as sayOfSpace, spaceOf } from './space.ts';
import { closest, scoringOf, type Wish } from './wish.ts';

export const say = messages('steer/fit', {
  'no-timer': [
    'Times are of a machine, and none was measured.',
    'Measure this one: `netwright calibrate`, or in the app the gauge of time.',
  ],
  'limits-contradict': [
    'There is no design with at least {{least}} and at most {{most}} {{noun}}.',
    'Change one of the two limits.',
  ],
});

/** What is searched for: limits to keep, knobs to turn, and what is better among those that keep them. */
export interface FitRequest extends Omit<SpaceRequest, 'peaks'> {
  readonly limits: readonly SteerLimit[];
  /** What makes one answer better than another; closest to the design when left out. */
  readonly wish?: Wish;
  /** How many answers are wanted; 5 when left out. */
  readonly top?: number;
  /** What shares such as ±5 % are of; the design itself when left out. */
  readonly baseline?: Design;
  /** Variants that may be looked at before the best that were found must do. */
  readonly patience?: number;
}

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
export interface Answer extends Point {
  /** What makes the original into it, as one edit. */
  readonly edit: Edit;
  readonly design: Design;
  /** Where it is timed: between which milliseconds it lies nine times in ten. */
  readonly interval?: { readonly low: number; readonly high: number };
}

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

/** Designs that keep the limits; or the nearest miss; or why nothing was searched. */
export type FitResult =
  | {
      readonly kind: 'found';
      /** Best first; those that turn other knobs, or other ways, before those that are nearly the same. */
      readonly answers: readonly Answer[];
      /** Of all that keep the limits and were kept: those that none is better than in every limited quantity and the wish. */
      readonly front: readonly Point[];
      readonly isProven: boolean;
      readonly original: Measures;
      readonly evaluated: number;
      readonly space: number;
    }
  | {
      readonly kind: 'none';
      /** What comes nearest to the limits. */
      readonly nearest: Answer | undefined;
      readonly broken: readonly Broken[];
      /** Knobs that are locked and would let a design be found. */
      readonly unlock: readonly string[];
      readonly isProven: boolean;
      readonly original: Measures;
      readonly evaluated: number;
      readonly space: number;
    }
  | { readonly kind: 'refused'; readonly problems: readonly Problem[] };

const TOP = 5;
/** What a second is enough for. */
const PATIENCE = 150_000;
const PATIENCE_FOR_LOCKS = 500;
const TIMED_PATIENCE_FOR_LOCKS = 60;
/** The same where variants are timed, for which pieces are planned. */
const TIMED_PATIENCE = 20_000;
/** Searches anew, each with less time to spare, where what was found takes longer as a whole than its pieces said. */
const TIMED_ROUNDS = 4;
const MOST_IN_FRONT = 64;

/** Finds the designs that keep all limits. Says how far it is from time to time; ended early, `found` gives what there is. */
export function* fitting(
  design: Design,
  request: FitRequest,
  isStopped: () => boolean = () => false,
): Generator<Progress, FitResult> {
  const made = fitSpace(design, request);
  if (!made.ok) return { kind: 'refused', problems: made.problems };
  return yield* fittingIn(made.value, request, isStopped);
}

/** The variants among which is searched, counted by what is limited or wished for. */
export function fitSpace(design: Design, request: Omit<FitRequest, 'peaks'>): Result<Space> {
  return spaceOf(design, { ...request, peaks: peaksAmong(quantitiesAsked(request)) });
}

/** The same among the variants of such a space. */
export function* fittingIn(
  space: Space,
  request: Omit<FitRequest, keyof SpaceRequest>,
  isStopped: () => boolean,
): Generator<Progress, FitResult> {
  const contradiction = contradictionOf(request.limits);
  if (contradiction) return { kind: 'refused', problems: [contradiction] };
  const { timing } = space.steering;
  if (!timing && isTimed(request)) return { kind: 'refused', problems: [say.at({}, 'no-timer')] };
  const original = wholeMeasures(space.steering.analysis, space.steering);
  const baseline = request.baseline
    ? wholeMeasures(analyze(asCounted(request.baseline)), space.steering)
    : original;
  if (timing && baseline.milliseconds === undefined)
    return { kind: 'refused', problems: [sayOfSpace.at({}, 'time-unknown')] };
  const limits = request.limits.map((limit) => boundsOf(limit, baseline));
  const { wish = closest, top = TOP, patience = timing ? TIMED_PATIENCE : PATIENCE } = request;
  const { evaluator } = space;
  const keep = Math.max(16, 4 * top);
  const scoring = scoringOf(wish, evaluator);
  const answers: Answer[] = [];
  let [evaluated, spare] = [0, 1];
  for (let round = 1; ; round++) {
    const within = limits.map((limit) => shorter(limit, spare));
    const result = yield* search(evaluator, { limits: within, scoring, keep, patience, isStopped });
    evaluated += result.evaluated;
    let longest = 1;
    for (const variant of different(space, result.variants)) {
      if (answers.some(({ turned }) => isSame(turned, turnedIn(evaluator, variant)))) continue;
      const answer = answerOf(space, variant);
      if (!answer) continue;
      if (missOf(answer.measures, limits) === 0) answers.push(answer);
      else longest = Math.max(longest, answer.measures.milliseconds! / variant.measures.milliseconds!);
      if (answers.length === top) break;
    }
    const isLast = answers.length > 0 || longest === 1 || round === TIMED_ROUNDS || isStopped();
    if (!isLast) {
      spare /= longest;
      continue;
    }
    // Wider is not always slower, so that of times nothing is proven.
    const common = { isProven: result.isProven && !timing, original, evaluated, space: result.space };
    if (answers.length === 0) return { kind: 'none', ...whyNot(space, limits, result, wish), ...common };
    return {
      kind: 'found',
      answers: answers.sort((a, b) => a.score - b.score),
      front: frontOf(result.variants, limits).map((variant) => pointOf(space, variant)),
      ...common,
    };
  }
}

type Asking = Pick<FitRequest, 'limits' | 'wish'>;

/** The quantities that are limited or wished for. */
export function quantitiesAsked({ limits, wish }: Asking): readonly SteerQuantity[] {
  const wished = wish === undefined || wish.kind === 'closest' ? [] : [wish.quantity];
  return [...limits.map(({ quantity }) => quantity), ...wished];
}

/** Whether times are asked for: a timer is needed then. */
export function isTimed(asking: Asking): boolean {
  return quantitiesAsked(asking).includes('time');
}

/** What a design counts, and takes as a whole where that is asked. */
function wholeMeasures(analysis: Analysis, { timing, peaks }: Pick<Steering, 'timing' | 'peaks'>): Measures {
  const whole = timing?.timer.whole(analysis);
  return { ...measuresOf(analysis, peaks), ...(whole ? { milliseconds: whole.milliseconds } : {}) };
}

/** Less time at most, where pieces say less than the whole. */
function shorter(limit: Bounds, spare: number): Bounds {
  return limit.quantity === 'time' ? { ...limit, max: limit.max * spare } : limit;
}

function isSame(a: readonly Turned[], b: readonly Turned[]): boolean {
  return (
    a.length === b.length && a.every(({ knob, after }, i) => knob === b[i]!.knob && after === b[i]!.after)
  );
}

/** The same to the end, at once. */
export function fitNow(design: Design, request: FitRequest): FitResult {
  const steps = fitting(design, request);
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

/** How long a search may take, and who hears of it. */
export interface SteerOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}

/**
 * The same without holding up whoever waits. When it is cancelled it gives what was found until then, as not proven.
 */
export async function fit(
  design: Design,
  request: FitRequest,
  options: SteerOptions = {},
): Promise<FitResult> {
  const { signal, onProgress } = options;
  const steps = fitting(design, request, () => signal?.aborted === true);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    onProgress?.(step.value);
    await new Promise<void>((resolve) => setTimeout(resolve, 0));
  }
}

/**
 * One variant as a design, timed as a whole where its pieces are; undefined where the analysis of it does not say the same, and
 * so it is none.
 */
export function answerOf({ steering, evaluator }: Space, variant: Variant): Answer | undefined {
  const edit = editFor(steering, evaluator, variant.at);
  if (!edit) return undefined;
  const design = variantOf(steering, edit);
  const analysis = analyze(asCounted(design));
  if (analysis.problems.length > 0) return undefined;
  const measures = measuresOf(analysis, steering.peaks);
  const counted = quantitiesOf(measures);
  if (counted.some((quantity) => amountOf(measures, quantity) !== amountOf(variant.measures, quantity)))
    return undefined;
  const answer = { turned: turnedIn(evaluator, variant), edit, design, score: variant.score };
  if (!steering.timing) return { ...answer, measures };
  const whole = steering.timing.timer.whole(analysis);
  if (!whole) return undefined;
  const { milliseconds, low, high } = whole;
  return { ...answer, measures: { ...measures, milliseconds }, interval: { low, high } };
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
function different({ evaluator }: Space, variants: readonly Variant[]): readonly Variant[] {
  const ways = new Set<string>();
  const first: Variant[] = [];
  const rest: Variant[] = [];
  for (const variant of variants) {
    const turned = turnedIn(evaluator, variant);
    const way = turned.map(({ knob, before, after }) => `${knob}${after > before ? '+' : '-'}`).join();
    (ways.has(way) ? rest : first).push(variant);
    ways.add(way);
  }
  return [...first, ...rest];
}

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

function whyNot(
  space: Space,
  limits: readonly Bounds[],
  { nearest }: SearchResult,
  wish: Wish,
): Pick<Extract<FitResult, { kind: 'none' }>, 'nearest' | 'broken' | 'unlock'> {
  const broken = brokenBy(nearest, limits);
  const { steering, evaluator, locked } = space;
  const unlock = locked.filter((knob) => {
    const wider = compile(steering, [...evaluator.knobs, { knob, values: usualValues(knob) }]);
    const scoring = scoringOf(wish, wider);
    const steps = search(wider, {
      limits,
      scoring,
      keep: 1,
      patience: steering.timing ? TIMED_PATIENCE_FOR_LOCKS : PATIENCE_FOR_LOCKS,
    });
    for (;;) {
      const step = steps.next();
      if (step.done) return step.value.variants.length > 0;
      if (step.value.found > 0) return true;
    }
  });
  return {
    nearest: nearest && answerOf(space, nearest),
    broken,
    unlock: unlock.map(({ id }) => id),
  };
}

/** The limits that the nearest miss breaks. */
export function brokenBy(nearest: Variant | undefined, limits: readonly Bounds[]): readonly Broken[] {
  return limits.flatMap(({ quantity, min, max }) => {
    const actual = nearest ? amountOf(nearest.measures, quantity) : Number.NaN;
    return actual <= max && actual >= min ? [] : [{ quantity, actual, min, max }];
  });
}

/** Two limits that no design keeps both of. */
export function contradictionOf(limits: readonly SteerLimit[]): Problem | undefined {
  for (const quantity of new Set(limits.map((limit) => limit.quantity))) {
    const own = limits.filter((limit) => limit.quantity === quantity);
    const most = Math.min(...own.map(({ atMost = Infinity }) => atMost));
    const least = Math.max(...own.map(({ atLeast = 0 }) => atLeast));
    if (least <= most) continue;
    const { noun } = steerQuantityTable[quantity];
    return say.at({}, 'limits-contradict', {
      least: least.toLocaleString('en-US', { maximumFractionDigits: 6 }),
      most: most.toLocaleString('en-US', { maximumFractionDigits: 6 }),
      noun,
    });
  }
  return undefined;
}
