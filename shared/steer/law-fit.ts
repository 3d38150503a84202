import { analyze } from '../analysis/analyze.ts';
import type { Analysis } from '../analysis/facts.ts';
import type { DesignTimer } from '../analysis/timer.ts';
import { fail, messages, type Problem, type Result, succeed } from '../base/problem.ts';
import type { Loaded } from '../budget/memory.ts';
import type { Design } from '../graph/design.ts';
import type { SharingConvention } from '../graph/quantities.ts';
import { type Broken, brokenBy, frontOf, type Point, turnedIn } from './answers.ts';
import { type Evaluator, variantsOf } from './evaluate.ts';
import { isTimed, quantitiesAsked, type SteerOptions, say as sayOfFit, wrongIn } from './fit.ts';
import { knobOfLaw, type Law } from './laws.ts';
import {
  asCounted,
  boundsOf,
  isPlanned,
  type Measures,
  measuresOf,
  peaksAmong,
  type SteerLimit,
} from './quantities.ts';
import { type Progress, search, type Variant } from './search.ts';
import { say as sayOfSpace, type Vary } from './space.ts';
import { closest, scoringOf, type Wish } from './wish.ts';

export const say = messages('steer/law-fit', {
  'knob-unknown': ['The law {{id}} has no "{{knob}}".', 'It has {{names}}.'],
  whole: 'a whole number',
  number: 'a number',
  'range-empty': ['The range of "{{knob}}" is empty.', 'Give it as LOW..HIGH:STEP, the low end first.'],
  'range-wrong': ['"{{knob}}" cannot be {{wrong}}.', 'It is {{kind}} from {{min}} to {{max}}.'],
});

export interface LawRequest {
  readonly limits: readonly SteerLimit[];
  /** Left out: what makes the members of the family, over the usual values. */
  readonly vary?: readonly Vary[];
  readonly wish?: Wish;
  readonly top?: number;
  /** With it members are timed, too: each as a whole. */
  readonly timer?: DesignTimer;
  /** What shares such as ±5 % are of, and differences are from; the law where it stands when left out. */
  readonly baseline?: Design;
  /** What peaks are counted of; one sample in float32 when left out. */
  readonly loaded?: Loaded;
}

/** A member of a family. */
export interface Member extends Point {
  readonly design: Design;
}

export interface Members {
  /** Those that keep the limits, best first. */
  readonly members: readonly Member[];
  /** Of all that keep the limits and were kept: those that none is better than in every limited quantity and the wish. */
  readonly front: readonly Point[];
  /** Where none keeps the limits: what comes nearest to it, and what it breaks. */
  readonly nearest: Member | undefined;
  readonly broken: readonly Broken[];
  /** Everything that was looked at. */
  readonly looked: readonly Point[];
  readonly isProven: boolean;
  readonly original: Measures;
  readonly evaluated: number;
  readonly space: number;
}

/** Each variant of a law is a design of its own, analysed whole: some thousand in a second or two. */
const PATIENCE = 4000;
/** The same where each is planned as well. */
const TIMED_PATIENCE = 400;
/** Members between two reports: some tenths of a second. */
const PACE = 16;
const TIMED_PACE = 2;

/** The members of a family that keep the limits, nearest to where the law stands first. */
export function* fittingLaw(
  law: Law,
  request: LawRequest,
  isStopped: () => boolean,
): Generator<LawProgress, Result<Members>> {
  const {
    timer,
    baseline,
    loaded,
    vary = law.knobs.filter(({ isFree }) => isFree).map(({ name }) => ({ knob: name })),
  } = request;
  const wrong = wrongKnobs(law, vary) ?? wrongIn(request);
  if (wrong) return fail(wrong);
  if (!timer && isTimed(request)) return fail(sayOfFit.at({}, 'no-timer'));
  const counting: Counting = { timer, peaks: peaksAmong(quantitiesAsked(request)), loaded };
  const { evaluator, looked } = lawEvaluator(law, vary, counting);
  const original = baseline
    ? counted(analyze(asCounted(baseline)), counting)
    : measured(memberOf(law, {}), counting);
  if (!original) return fail(sayOfSpace.at({}, timer ? 'time-unknown' : 'arena-unknown'));
  const limits = request.limits.map((limit) => boundsOf(limit, original));
  const scoring = scoringOf(request.wish ?? closest, evaluator);
  const point = (variant: Variant): Point => ({
    turned: turnedIn(evaluator, variant),
    measures: variant.measures,
    score: variant.score,
  });
  const keep = request.top ?? 5;
  const asked = quantitiesAsked(request);
  const isWide = variantsOf(evaluator) > TIMED_PATIENCE;
  const planned = asked.some(isPlanned);
  const steps = search(evaluator, {
    limits,
    scoring,
    keep,
    patience: timer || planned ? TIMED_PATIENCE : PATIENCE,
    pace: timer || planned ? TIMED_PACE : PACE,
    // Wider is not always slower: where all can be planned nothing is concluded from one about others.
    // Nor does a wider field from a larger input, which asks for more of it.
    isRising: (!planned || isWide) && !limits.some(({ coversInput }) => coversInput),
    isStopped,
  });
  for (;;) {
    const step = steps.next();
    if (!step.done) {
      yield { ...step.value, points: step.value.leading.slice(0, keep).map(point) };
      continue;
    }
    const { variants, nearest, isProven, evaluated, space } = step.value;
    const member = (variant: Variant): Member => ({
      ...point(variant),
      design: law.build(valuesAt(evaluator, variant.at)),
    });
    return succeed({
      members: variants.map(member),
      front: frontOf(variants, limits).map(point),
      nearest: variants.length === 0 && nearest ? member(nearest) : undefined,
      broken: variants.length === 0 ? brokenBy(nearest, limits) : [],
      looked: looked(),
      isProven: isProven && !(planned && isWide),
      original,
      evaluated,
      space,
    });
  }
}

export interface LawProgress extends Progress {
  /** The best so far, best first. */
  readonly points: readonly Point[];
}

/** The member at these values; where a knob is not named, it stands as it does by itself. */
export function memberOf(law: Law, values: Readonly<Record<string, number>>): Design {
  return law.build(law.knobs.map(({ name, base }) => values[name] ?? base));
}

const valuesAt = ({ knobs }: Evaluator, at: ArrayLike<number>): readonly number[] =>
  knobs.map(({ values }, place) => values[at[place]!]!);

/** What of a member is found beside what is always counted. */
interface Counting {
  readonly timer: DesignTimer | undefined;
  readonly peaks: readonly SharingConvention[];
  readonly loaded: Loaded | undefined;
}

function lawEvaluator(
  law: Law,
  vary: readonly Vary[],
  counting: Counting,
): { readonly evaluator: Evaluator; readonly looked: () => readonly Point[] } {
  const knobs = law.knobs.map((own) => {
    const named = vary.find((each) => each.knob === own.name);
    const values = named ? (named.values ?? own.usual) : [own.base];
    return { knob: knobOfLaw(own), values: [...new Set(values)].sort((a, b) => a - b) };
  });
  const known = new Map<
    string,
    { readonly at: readonly number[]; readonly measures: Measures | undefined }
  >();
  const evaluator: Evaluator = {
    knobs,
    base: knobs.map(({ knob, values }) => Math.max(0, values.indexOf(knob.base))),
    measure: (at) => {
      const values = valuesAt(evaluator, at);
      const key = values.join();
      const before = known.get(key);
      if (before) return before.measures;
      const measures = values.every(Number.isFinite) ? measured(law.build(values), counting) : undefined;
      known.set(key, { at: Array.from(at), measures });
      return measures;
    },
    stageMacs: () => undefined,
    paramsAt: () => undefined,
  };
  const looked = (): readonly Point[] =>
    [...known.values()].flatMap(({ at, measures }) =>
      measures ? [{ turned: turnedIn(evaluator, { at }), measures, score: 0 }] : [],
    );
  return { evaluator, looked };
}

/** Undefined where a member has a problem, such as a width that groups do not divide. */
function measured(design: Design, counting: Counting): Measures | undefined {
  const analysis = analyze(design);
  const isWhole = Object.values(design.nodes).every(({ params }) => Number.isInteger(params.expansion ?? 1));
  return isWhole && analysis.problems.length === 0 ? counted(analysis, counting) : undefined;
}

/** Undefined where it is not known how long some of it takes, or what the engine would allocate. */
function counted(analysis: Analysis, { timer, peaks, loaded }: Counting): Measures | undefined {
  const measures = measuresOf(analysis, peaks, loaded);
  if (peaks.includes('engineArena') && measures.peaks?.engineArena === undefined) return undefined;
  if (!timer) return measures;
  const whole = timer.whole(analysis);
  return whole && { ...measures, milliseconds: whole.milliseconds };
}

function wrongKnobs({ id, knobs }: Law, vary: readonly Vary[]): Problem | undefined {
  const names = knobs.map(({ name, base }) => `${name} (${base})`).join(', ');
  for (const [place, { knob, values: given }] of vary.entries()) {
    const own = knobs.find(({ name }) => name === knob);
    if (!own) return say.at({}, 'knob-unknown', { id, knob, names });
    if (vary.slice(0, place).some((other) => other.knob === knob))
      return sayOfSpace.at({}, 'knob-twice', { id: knob });
    const values = given ?? own.usual;
    if (values.length === 0) return say.at({}, 'range-empty', { knob });
    const wrong = values.find(
      (value) => value < own.min || value > own.max || (own.isWhole && !Number.isInteger(value)),
    );
    if (wrong !== undefined)
      return say.at({}, 'range-wrong', {
        knob,
        wrong,
        kind: say.part(own.isWhole ? 'whole' : 'number'),
        min: own.min,
        max: own.max,
      });
  }
  return undefined;
}

/** The same without holding up whoever waits; when it is cancelled, what was found until then, as not proven. */
export async function fitLaw(
  law: Law,
  request: LawRequest,
  { signal, onProgress }: SteerOptions = {},
): Promise<Result<Members>> {
  const steps = fittingLaw(law, request, () => signal?.aborted === true);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    onProgress?.(step.value);
    await new Promise<void>((resolve) => setTimeout(resolve, 0));
  }
}
