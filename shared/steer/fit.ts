import { analyze } from '../analysis/analyze.ts';
import { fail, messages, type Problem, type Result } from '../base/problem.ts';
import type { Design } from '../graph/design.ts';
import { type Answer, type Broken, frontOf, type Point, pointOf } from './answers.ts';
import { variantsOf } from './evaluate.ts';
import { type Search, searched, whyNot } from './find.ts';
import {
  asCounted,
  boundsOf,
  type Measures,
  peaksAmong,
  type SteerLimit,
  type SteerQuantity,
  steerQuantities,
  steerQuantityTable,
} from './quantities.ts';
import type { Progress } from './search.ts';
import { type Space, type SpaceRequest, say as sayOfSpace, spaceOf } from './space.ts';
import { wholeMeasures } from './wholes.ts';
import { closest, type Wish } from './wish.ts';

export const say = messages('steer/fit', {
  'no-timer': [
    'Times are of a machine, and none was measured.',
    'Measure this one: `netwright calibrate`, or in the app the gauge of time.',
  ],
  'limits-contradict': [
    'There is no design with at least {{least}} and at most {{most}} {{noun}}.',
    'Change one of the two limits.',
  ],
  'quantity-unknown': ['There is no quantity "{{name}}".', 'There are {{names}}.'],
  'limit-empty': [
    'The limit on {{noun}} says no number.',
    'Give it atMost or atLeast, or in percent of the baseline increase or within; of the field, coversInput does as well.',
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
      /** Knobs that are locked and would let a design be found; undefined where it was ended before all were tried. */
      readonly unlock: readonly string[] | undefined;
      readonly isProven: boolean;
      readonly original: Measures;
      readonly evaluated: number;
      readonly space: number;
    }
  | { readonly kind: 'refused'; readonly problems: readonly Problem[] };

const TOP = 5;
/** What a second is enough for. */
const PATIENCE = 150_000;
/** The same where variants are timed, for which pieces are planned. */
const TIMED_PATIENCE = 20_000;

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
  const wrong = wrongIn(request);
  if (wrong) return fail(wrong);
  return spaceOf(design, { ...request, peaks: peaksAmong(quantitiesAsked(request)) });
}

/** The same among the variants of such a space. */
export function* fittingIn(
  space: Space,
  request: Omit<FitRequest, keyof SpaceRequest>,
  isStopped: () => boolean,
): Generator<Progress, FitResult> {
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
  const common = { isProven, original, evaluated, space: variantsOf(space.evaluator) };
  if (found.answers.length === 0) return { kind: 'none', ...(yield* whyNot(asked, found)), ...common };
  return {
    kind: 'found',
    answers: [...found.answers].sort((a, b) => a.score - b.score).slice(0, top),
    front: frontOf(found.kept, asked.limits).map((variant) => pointOf(space, variant)),
    ...common,
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

/** What is wrong with what is asked for, whatever the design is: callers without types may ask for anything. */
export function wrongIn({ limits, wish }: Asking): Problem | undefined {
  const unknown = quantitiesAsked({ limits, ...(wish ? { wish } : {}) }).find(
    (quantity) => !steerQuantities.includes(quantity),
  );
  if (unknown !== undefined)
    return say.at({}, 'quantity-unknown', { name: String(unknown), names: steerQuantities.join(', ') });
  const empty = limits.find(({ atMost, atLeast, increase, within, coversInput }) => {
    if (coversInput) return false;
    const said = [atMost, atLeast, increase, within].filter((each) => each !== undefined);
    return said.length === 0 || said.some((each) => typeof each !== 'number' || Number.isNaN(each));
  });
  if (empty) return say.at({}, 'limit-empty', { noun: steerQuantityTable[empty.quantity].noun });
  return contradictionOf(limits);
}

/** Two limits that no design keeps both of. */
function contradictionOf(limits: readonly SteerLimit[]): Problem | undefined {
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
