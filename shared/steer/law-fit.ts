import { analyze } from '../analysis/analyze.ts';
import type { DesignTimer } from '../analysis/timer.ts';
import { fail, messages, type Problem, type Result, succeed } from '../base/problem.ts';
import type { Design } from '../graph/design.ts';
import type { Evaluator } from './evaluate.ts';
import { isTimed, type SteerOptions, say as sayOfFit, type Turned } from './fit.ts';
import type { Knob } from './knobs.ts';
import type { Law } from './laws.ts';
import { boundsOf, type Measures, measuresOf, type SteerLimit } from './quantities.ts';
import { type Progress, search } from './search.ts';
import { say as sayOfSpace, type Vary } from './space.ts';
import { closest, scoringOf, type Wish } from './wish.ts';

export const say = messages('steer/law-fit', {
  'knobs-none': ['There is nothing to turn.', 'The law {{id}} has {{names}}.'],
  'knob-unknown': ['The law {{id}} has no "{{knob}}".', 'It has {{names}}.'],
  whole: 'a whole number',
  number: 'a number',
  'range-empty': ['The range of "{{knob}}" is empty.', 'Give it as LOW..HIGH:STEP, the low end first.'],
  'range-wrong': ['"{{knob}}" cannot be {{wrong}}.', 'It is {{kind}} from {{min}} to {{max}}.'],
});

export interface LawRequest {
  readonly limits: readonly SteerLimit[];
  readonly vary: readonly Vary[];
  readonly wish?: Wish;
  readonly top?: number;
  /** With it members are timed, too: each as a whole. */
  readonly timer?: DesignTimer;
}

/** A member of a family that keeps the limits. */
export interface Member {
  readonly turned: readonly Turned[];
  readonly measures: Measures;
  readonly design: Design;
}

export interface Members {
  readonly members: readonly Member[];
  readonly isProven: boolean;
  readonly original: Measures;
}

/** Each variant of a law is a design of its own, analysed whole: some thousand in a second or two. */
const PATIENCE = 4000;
/** The same where each is planned as well. */
const TIMED_PATIENCE = 400;

/** The members of a family that keep the limits, nearest to where the law stands first. */
function* fittingLaw(
  law: Law,
  request: LawRequest,
  isStopped: () => boolean,
): Generator<Progress, Result<Members>> {
  const wrong = wrongIn(law, request.vary);
  if (wrong) return fail(wrong);
  const { timer } = request;
  if (!timer && isTimed(request)) return fail(sayOfFit.at({}, 'no-timer'));
  const evaluator = lawEvaluator(law, request.vary, timer);
  const original = measured(law.build(law.knobs.map(({ base }) => base)), timer);
  if (!original) return fail(sayOfSpace.at({}, 'time-unknown'));
  const limits = request.limits.map((limit) => boundsOf(limit, original));
  const scoring = scoringOf(request.wish ?? closest, evaluator);
  const result = yield* search(evaluator, {
    limits,
    scoring,
    keep: request.top ?? 5,
    patience: timer ? TIMED_PATIENCE : PATIENCE,
    isStopped,
  });
  const members = result.variants.map(({ at, measures }): Member => {
    const values = evaluator.knobs.map(({ values: own }, place) => own[at[place]!]!);
    const turned = evaluator.knobs.flatMap(({ knob }, place) =>
      values[place] === knob.base ? [] : [{ knob: knob.id, before: knob.base, after: values[place]! }],
    );
    return { turned, measures, design: law.build(values) };
  });
  return succeed({ members, isProven: result.isProven && !timer, original });
}

function lawEvaluator(law: Law, vary: readonly Vary[], timer: DesignTimer | undefined): Evaluator {
  const knobs = law.knobs.map(({ name, doc, base, min, max, isWhole, cost }) => {
    const knob: Knob = {
      id: name,
      title: doc,
      kind: 'width',
      base,
      nodes: [],
      step: isWhole ? 1 : 0,
      min,
      max,
      cost,
    };
    const given = vary.find((each) => each.knob === name)?.values ?? [base];
    return { knob, values: [...new Set(given)].sort((a, b) => a - b) };
  });
  const known = new Map<string, Measures | undefined>();
  const measure = (at: ArrayLike<number>): Measures | undefined => {
    const values = knobs.map(({ values: own }, place) => own[at[place]!]!);
    const key = values.join();
    if (known.has(key)) return known.get(key);
    const measures = values.every(Number.isFinite) ? measured(law.build(values), timer) : undefined;
    known.set(key, measures);
    return measures;
  };
  return {
    knobs,
    base: knobs.map(({ knob, values }) => Math.max(0, values.indexOf(knob.base))),
    measure,
    stageMacs: () => undefined,
    paramsAt: () => undefined,
  };
}

/** Undefined where a member has a problem, such as a width that groups do not divide. */
function measured(design: Design, timer: DesignTimer | undefined): Measures | undefined {
  const analysis = analyze(design);
  const isWhole = Object.values(design.nodes).every(({ params }) => Number.isInteger(params.expansion ?? 1));
  if (!isWhole || analysis.problems.length > 0) return undefined;
  if (!timer) return measuresOf(analysis);
  const whole = timer.whole(analysis);
  return whole && { ...measuresOf(analysis), milliseconds: whole.milliseconds };
}

function wrongIn({ id, knobs }: Law, vary: readonly Vary[]): Problem | undefined {
  const names = knobs.map(({ name, base }) => `${name} (${base})`).join(', ');
  if (vary.length === 0) return say.at({}, 'knobs-none', { id, names });
  for (const { knob, values = [] } of vary) {
    const own = knobs.find(({ name }) => name === knob);
    if (!own) return say.at({}, 'knob-unknown', { id, knob, names });
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
