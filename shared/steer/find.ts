import { type Answer, answerOf, type Broken, brokenBy, different, type Turned, turnedIn } from './answers.ts';
import { compile, variantsOf } from './evaluate.ts';
import { usualValues } from './knobs.ts';
import { amountOf, type Bounds, isPlanned, type Measures, missOf } from './quantities.ts';
import { type Progress, search, type Variant } from './search.ts';
import type { Space } from './space.ts';
import { plannedBest } from './wholes.ts';
import { scoringOf, type Wish } from './wish.ts';

const PATIENCE_FOR_LOCKS = 500;
const TIMED_PATIENCE_FOR_LOCKS = 60;
/** Of so many times as many as are wanted, those are taken that are not nearly the same. */
const MANY = 2;
/** Searches anew where what was found is another as a whole than its pieces said. */
const ROUNDS = 4;
/** An arena that is at most such a share of its estimate leaves room for better answers. */
const NEARLY = 0.97;
/** Where what is found is over its limit once more, so much of the share is left. */
const LESS = 0.93;
/** Variants between two reports where pieces are planned for them. */
const PLANNED_PACE = 32;

/** What is looked for among the variants of a space. */
export interface Search {
  readonly space: Space;
  readonly limits: readonly Bounds[];
  readonly wish: Wish;
  readonly top: number;
  readonly patience: number;
  readonly isStopped: () => boolean;
}

/** What looking came to. */
export interface Searched {
  readonly answers: readonly Answer[];
  /** Those that keep the limits and were kept, as they were measured. */
  readonly kept: readonly Variant[];
  readonly nearest: Variant | undefined;
  readonly isProven: boolean;
  readonly evaluated: number;
}

/**
 * Where times or the engine's arena are asked for, in a small space the best variants are planned, and so proven; where there
 * are more than can be, the others are those whose pieces say the least.
 */
export function* searched(asked: Search): Generator<Progress, Searched> {
  const { space, limits, wish, top, isStopped } = asked;
  const { timing, arena } = space.steering;
  const planned =
    timing || arena ? yield* plannedBest(space, { limits, wish, count: MANY * top, isStopped }) : undefined;
  if (!planned) return yield* searchPieces(asked);
  const { isWhole, nearest, evaluated } = planned;
  const variants = isWhole ? different(space, planned.variants).slice(0, top) : planned.variants;
  const answers = variants.map((variant): Answer => {
    const { whole, score } = variant;
    return { ...whole, turned: turnedIn(space.evaluator, variant), score };
  });
  const alone = { answers, kept: planned.variants, nearest, isProven: !isStopped(), evaluated };
  if (isWhole || answers.length >= top || isStopped()) return alone;
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
    const result = yield* search(evaluator, {
      limits: within,
      scoring,
      keep,
      patience,
      isStopped,
      ...paceOf(space),
    });
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

/** Why nothing was found; which lock would help is undefined where it is to end before all were tried. */
export interface NoneFound {
  readonly nearest: Answer | undefined;
  readonly broken: readonly Broken[];
  readonly unlock: readonly string[] | undefined;
}

export function* whyNot(
  { space, limits, wish, isStopped }: Search,
  { nearest, evaluated }: Searched,
): Generator<Progress, NoneFound> {
  const { steering, evaluator, locked } = space;
  const answer = nearest && answerOf(space, nearest);
  // As a whole, where it is one: what its pieces say of a time is an estimate.
  const none = { nearest: answer, broken: brokenBy(answer ?? nearest, limits) };
  const searchedAll: Progress = {
    evaluated,
    space: variantsOf(evaluator),
    fraction: 1,
    found: 0,
    best: undefined,
    leading: [],
  };
  const unlock: string[] = [];
  for (const knob of locked) {
    if (isStopped()) return { ...none, unlock: undefined };
    const wider = compile(steering, [...evaluator.knobs, { knob, values: usualValues(knob) }]);
    const steps = search(wider, {
      limits,
      scoring: scoringOf(wish, wider),
      keep: 1,
      patience: steering.timing ? TIMED_PATIENCE_FOR_LOCKS : PATIENCE_FOR_LOCKS,
      ...paceOf(space),
    });
    for (;;) {
      const step = steps.next();
      const helps = step.done ? step.value.variants.length > 0 : step.value.found > 0;
      if (helps) unlock.push(knob.id);
      if (helps || step.done) break;
      yield searchedAll;
      if (isStopped()) return { ...none, unlock: undefined };
    }
  }
  return { ...none, unlock };
}

/** How often a search reports: planning pieces takes its time. */
function paceOf({ steering: { timing, arena } }: Space): { readonly pace?: number } {
  return timing || arena ? { pace: PLANNED_PACE } : {};
}
