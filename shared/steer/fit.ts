import { analyze } from '../analysis/analyze.ts';
import type { Problem, Result } from '../base/problem.ts';
import { messages } from '../base/problem.ts';
import type { Design } from '../graph/design.ts';
import { compile, type Evaluator } from './evaluate.ts';
import { usualValues } from './knobs.ts';
import { pareto } from './pareto.ts';
import {
  amountOf,
  asCounted,
  type Bounds,
  boundsOf,
  isPlanned,
  type Measures,
  missOf,
  peaksAmong,
  quantitiesOf,
  type SteerLimit,
  type SteerQuantity,
  steerQuantityTable,
} from './quantities.ts';
import { type Progress, search, type Variant } from './search.ts';
import { type Space, type SpaceRequest, say as sayOfSpace, spaceOf } from './space.ts';
import { plannedBest, type Whole, wholeMeasures, wholeOf } from './wholes.ts';
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
/** Of so many times as many as are wanted, those are taken that are not nearly the same. */
const MANY = 2;
/** Searches anew where what was found is another as a whole than its pieces said. */
const ROUNDS = 4;
/** An arena that is at most such a share of its estimate leaves room for better answers. */
const NEARLY = 0.97;
/** Where what is found is over its limit once more, so much of the share is left. */
const LESS = 0.93;
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
  const { steering } = space;
  if (!steering.timing && isTimed(request)) return { kind: 'refused', problems: [say.at({}, 'no-timer')] };
  const original = wholeMeasures(steering.analysis, steering)?.measures;
  const baseline = request.baseline
    ? wholeMeasures(analyze(asCounted(request.baseline)), steering)?.measures
    : original;
  if (!original || !baseline)
    return {
      kind: 'refused',
      problems: [sayOfSpace.at({}, steering.timing ? 'time-unknown' : 'arena-unknown')],
    };
  const { wish = closest, top = TOP, patience } = request;
  const asked: Search = {
    space,
    limits: request.limits.map((limit) => boundsOf(limit, baseline)),
    wish,
    top,
    patience: patience ?? (steering.timing ? TIMED_PATIENCE : PATIENCE),
    isStopped,
  };
  const found = yield* searched(asked);
  const { isProven, evaluated } = found;
  const common = { isProven, original, evaluated, space: sizeOf(space) };
  if (found.answers.length === 0) return { kind: 'none', ...whyNot(asked, found.nearest), ...common };
  return {
    kind: 'found',
    answers: [...found.answers].sort((a, b) => a.score - b.score).slice(0, top),
    front: frontOf(found.kept, asked.limits).map((variant) => pointOf(space, variant)),
    ...common,
  };
}

interface Search {
  readonly space: Space;
  readonly limits: readonly Bounds[];
  readonly wish: Wish;
  readonly top: number;
  readonly patience: number;
  readonly isStopped: () => boolean;
}

interface Searched {
  readonly answers: readonly Answer[];
  /** Those that keep the limits and were kept, as they were measured. */
  readonly kept: readonly Variant[];
  readonly nearest: Variant | undefined;
  readonly isProven: boolean;
  readonly evaluated: number;
}

const sizeOf = ({ evaluator }: Space): number =>
  evaluator.knobs.reduce((product, { values }) => product * values.length, 1);

/**
 * Where times or the engine's arena are asked for, in a small space the best variants are planned, and so proven; where there
 * are more than can be, the others are those whose pieces say the least.
 */
function* searched(asked: Search): Generator<Progress, Searched> {
  const { space, limits, wish, top } = asked;
  const { timing, arena } = space.steering;
  const planned = timing || arena ? plannedBest(space, { limits, wish, count: MANY * top }) : undefined;
  if (!planned) return yield* searchPieces(asked);
  const { isWhole, nearest } = planned;
  const variants = isWhole ? different(space, planned.variants).slice(0, top) : planned.variants;
  const answers = variants.flatMap((variant) => answerOf(space, variant) ?? []);
  const proven = { answers, kept: planned.variants, nearest, isProven: true, evaluated: sizeOf(space) };
  if (isWhole || answers.length >= top) return proven;
  const others = yield* searchPieces(asked);
  const more = others.answers.filter(({ turned }) => !answers.some((each) => isSame(each.turned, turned)));
  return {
    ...others,
    answers: [...answers, ...more],
    kept: [...planned.variants, ...others.kept],
    // The best of all is among those that were planned first.
    isProven: answers.length > 0,
  };
}

/** How much of what a limit allows is given to what its pieces say, for each quantity that is estimated. */
type Shares = Readonly<Record<'time' | 'memoryEngine', number>>;

/**
 * By what pieces count. Times and the engine's arena are estimated by these, and so what is found is planned: where it is over
 * its limit as a whole, the search is done anew with less to spare, and where it is far below with more.
 */
function* searchPieces({
  space,
  limits,
  wish,
  top,
  patience,
  isStopped,
}: Search): Generator<Progress, Searched> {
  const { evaluator, steering } = space;
  const scoring = scoringOf(wish, evaluator);
  const answers: Answer[] = [];
  const kept: Variant[] = [];
  let shares: Shares = { time: 1, memoryEngine: 1 };
  let evaluated = 0;
  for (let round = 1; ; round++) {
    const within = limits.map((limit) => shared(limit, shares));
    const keep = Math.max(16, 4 * top);
    const result = yield* search(evaluator, { limits: within, scoring, keep, patience, isStopped });
    evaluated += result.evaluated;
    const isSure = !steering.timing && !steering.arena;
    const before = answers.length;
    let tried: Tried = { over: { time: 1, memoryEngine: 1 }, under: 0 };
    for (const variant of different(space, result.variants)) {
      if (answers.some(({ turned }) => isSame(turned, turnedIn(evaluator, variant)))) continue;
      const answer = scored(answerOf(space, variant), wish);
      if (!answer) continue;
      tried = withTried(tried, variant.measures, answer.measures, limits);
      if (missOf(answer.measures, limits) === 0) {
        answers.push(answer);
        kept.push(isSure ? variant : { ...variant, measures: answer.measures });
      }
      if (answers.length - before === top) break;
    }
    const isOver = tried.over.time > 1 || tried.over.memoryEngine > 1;
    const isFar = round === 1 && answers.length > 0 && tried.under > 0 && tried.under < NEARLY;
    const goesOn = (answers.length === 0 && isOver) || isFar;
    if (!goesOn || round === ROUNDS || isStopped()) {
      const last = answers.length === 0 && result.nearest ? answerOf(space, result.nearest) : undefined;
      // What is over a limit by its pieces may keep it as a whole.
      if (last && missOf(last.measures, limits) === 0)
        answers.push({ ...last, score: result.nearest!.distance });
      return {
        answers,
        kept: isSure ? result.variants : kept,
        nearest: result.nearest,
        // Wider is not always slower, and where tensors find a place is a matter of luck.
        isProven: result.isProven && isSure,
        evaluated,
      };
    }
    shares = isFar
      ? { ...shares, memoryEngine: shares.memoryEngine / tried.under }
      : {
          time: less(shares.time, tried.over.time),
          memoryEngine: less(shares.memoryEngine, tried.over.memoryEngine),
        };
  }
}

/** As much as leaves room for what wholes are over their estimates, and less than before where that was no help. */
function less(share: number, over: number): number {
  return over === 1 ? share : Math.min(1 / over, LESS * share);
}

/** By what it counts as a whole, where that is wished for and was estimated. */
function scored(answer: Answer | undefined, wish: Wish): Answer | undefined {
  if (!answer || wish.kind === 'closest' || !isPlanned(wish.quantity)) return answer;
  const amount = amountOf(answer.measures, wish.quantity);
  return { ...answer, score: wish.kind === 'largest' ? -amount : amount };
}

/** How what was planned compares with its estimate: by how much at most it is over it, and of the arena how far below. */
interface Tried {
  readonly over: Shares;
  readonly under: number;
}

function withTried(
  { over, under }: Tried,
  estimated: Measures,
  planned: Measures,
  limits: readonly Bounds[],
): Tried {
  const ratio = (quantity: keyof Shares): number =>
    limits.some((limit) => limit.quantity === quantity)
      ? amountOf(planned, quantity) / amountOf(estimated, quantity)
      : 1;
  const [time, memoryEngine] = [ratio('time'), ratio('memoryEngine')];
  return {
    over: { time: Math.max(over.time, time), memoryEngine: Math.max(over.memoryEngine, memoryEngine) },
    under: Math.max(under, memoryEngine),
  };
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

/** Less at most, or more, where the sum of pieces is not the whole. */
function shared(limit: Bounds, shares: Shares): Bounds {
  const { quantity, max } = limit;
  return quantity === 'time' || quantity === 'memoryEngine'
    ? { ...limit, max: max * shares[quantity] }
    : limit;
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
  { space, limits, wish }: Search,
  nearest: Variant | undefined,
): Pick<Extract<FitResult, { kind: 'none' }>, 'nearest' | 'broken' | 'unlock'> {
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
  const answer = nearest && answerOf(space, nearest);
  return {
    nearest: answer,
    // As a whole, where it is one: what its pieces say of a time is an estimate.
    broken: brokenBy(answer ?? nearest, limits),
    unlock: unlock.map(({ id }) => id),
  };
}

/** The limits that the nearest miss breaks. */
export function brokenBy(
  nearest: Pick<Variant, 'measures'> | undefined,
  limits: readonly Bounds[],
): readonly Broken[] {
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
