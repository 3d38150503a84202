import { analyze } from '../analysis/analyze.ts';
import type { Analysis } from '../analysis/facts.ts';
import type { Design } from '../graph/design.ts';
import type { Edit } from '../graph/edits.ts';
import type { SharingConvention } from '../graph/quantities.ts';
import { editFor, variantOf } from './apply.ts';
import { type Evaluator, variantsOf } from './evaluate.ts';
import type { Steering } from './knobs.ts';
import { asCounted, type Bounds, isPlanned, type Measures, measuresOf, missOf } from './quantities.ts';
import type { Progress, Variant } from './search.ts';
import type { Space } from './space.ts';
import { distanceBetween, scoringOf, type Wish } from './wish.ts';

/** A variant as a design, analysed and, where that is asked for, planned: nothing of it is estimated. */
export interface Whole {
  /** What makes the original into it, as one edit. */
  readonly edit: Edit;
  readonly design: Design;
  readonly measures: Measures;
  /** Where it is timed: between which milliseconds it lies nine times in ten. */
  readonly interval?: { readonly low: number; readonly high: number };
}

/** The peaks that designs are counted by. */
function peaksIn({ peaks = [], arena }: Pick<Steering, 'peaks' | 'arena'>): readonly SharingConvention[] {
  return arena ? [...peaks, 'engineArena'] : peaks;
}

/** The variant where knobs stand at these values; undefined where it has a problem, or some of it is not known. */
export function wholeOf({ steering, evaluator }: Space, at: readonly number[]): Whole | undefined {
  const edit = editFor(steering, evaluator, at);
  if (!edit) return undefined;
  const design = variantOf(steering, edit);
  const analysis = analyze(asCounted(design));
  if (analysis.problems.length > 0) return undefined;
  const counted = wholeMeasures(analysis, steering);
  return counted && { edit, design, ...counted };
}

/** What a design counts, and takes as a whole where that is asked; undefined where some of that is not known. */
export function wholeMeasures(
  analysis: Analysis,
  steering: Pick<Steering, 'timing' | 'peaks' | 'arena' | 'loaded'>,
): Pick<Whole, 'measures' | 'interval'> | undefined {
  const { timing, arena } = steering;
  const measures = measuresOf(analysis, peaksIn(steering), steering.loaded);
  if (arena && measures.peaks?.engineArena === undefined) return undefined;
  if (!timing) return { measures };
  const whole = timing.timer.whole(analysis);
  if (!whole) return undefined;
  const { milliseconds, low, high } = whole;
  return { measures: { ...measures, milliseconds }, interval: { low, high } };
}

/** Layers that may be planned in all, variants times their layers: some tenths of a second. */
const MOST_LAYERS = 8000;
/** Of larger spaces nobody hopes to plan all that matter. */
const MOST_VARIANTS = 4096;

/** A variant that was planned. */
export interface PlannedVariant extends Variant {
  readonly whole: Whole;
}

/** What planning variants one after another came to. */
export interface Planned {
  /** Those that keep the limits, best first; none that was left out is better than the last of them. */
  readonly variants: readonly PlannedVariant[];
  /** Whether there are no others that keep them, or as many as were wanted. */
  readonly isWhole: boolean;
  /** Of those that break a limit, the nearest. */
  readonly nearest: Variant | undefined;
  /** Variants that were counted: all, unless it was to end before. */
  readonly evaluated: number;
}

interface Wanted {
  readonly limits: readonly Bounds[];
  readonly wish: Wish;
  readonly count: number;
  /** Whether to end with what is there, asked at every report. */
  readonly isStopped: () => boolean;
}

/** Variants counted between two reports, where their pieces are timed or planned; what is planned whole is told one by one. */
const BETWEEN_REPORTS = 32;

/**
 * The best variants of a small space, each by its plan: wider is not always slower, and so nothing is concluded from one about
 * another. They are planned best first, those alone that keep what needs no plan, until as many keep the rest as are wanted,
 * too many were planned, or it is to end. Undefined for a larger space. It says how far it is: counting is one half, planning
 * the other.
 */
export function* plannedBest(
  space: Space,
  { limits, wish, count, isStopped }: Wanted,
): Generator<Progress, Planned | undefined> {
  const { evaluator, steering } = space;
  const { knobs } = evaluator;
  const size = variantsOf(evaluator);
  if (size > MOST_VARIANTS) return undefined;
  const scoring = scoringOf(wish, evaluator);
  const certain = limits.filter(({ quantity }) => !isPlanned(quantity));
  const candidates: Variant[] = [];
  const variants: PlannedVariant[] = [];
  let nearest: Variant | undefined;
  let least = Infinity;
  const breaks = (variant: Variant): boolean => {
    const miss = missOf(variant.measures, limits);
    if (miss > 0 && miss < least) [nearest, least] = [variant, miss];
    return miss > 0;
  };
  const progress = (evaluated: number, fraction: number): Progress => ({
    evaluated,
    space: size,
    fraction,
    found: variants.length,
    best: variants[0],
    leading: [...variants],
  });
  let evaluated = 0;
  for (const at of everyPlace(evaluator)) {
    if (evaluated % BETWEEN_REPORTS === 0) {
      yield progress(evaluated, evaluated / size / 2);
      if (isStopped()) return { variants, isWhole: false, nearest, evaluated };
    }
    evaluated++;
    const counted = evaluator.measure(at);
    if (!counted) continue;
    const measures = { ...counted };
    const distance = at.reduce(
      (sum, index, place) => sum + distanceBetween(knobs[place]!.values[index]!, knobs[place]!.knob.base),
      0,
    );
    const variant = { at, measures, distance, score: Infinity };
    if (missOf(measures, certain) > 0) breaks(variant);
    else candidates.push({ ...variant, score: scoring.score(at, measures, distance) });
  }
  // Where what is wished for has to be planned, what was counted is an estimate of it, and all of them are.
  const isEstimated = wish.kind !== 'closest' && isPlanned(wish.quantity);
  const most = Math.max(16, Math.floor(MOST_LAYERS / Math.max(1, steering.analysis.totals.layers)));
  const work = Math.min(most, candidates.length);
  candidates.sort((a, b) => a.score - b.score || a.distance - b.distance);
  for (const [place, candidate] of candidates.entries()) {
    if (place === most) return { variants: isEstimated ? [] : variants, isWhole: false, nearest, evaluated };
    yield progress(evaluated, (1 + place / work) / 2);
    if (isStopped()) return { variants, isWhole: false, nearest, evaluated };
    const whole = wholeOf(space, candidate.at);
    if (!whole) continue;
    const { measures } = whole;
    const variant = { ...candidate, measures, whole };
    if (breaks(variant)) continue;
    variants.push(isEstimated ? { ...variant, score: scoring.score(candidate.at, measures, 0) } : variant);
    if (isEstimated) variants.sort((a, b) => a.score - b.score);
    if (variants.length === count && !isEstimated) break;
  }
  return { variants: variants.slice(0, count), isWhole: true, nearest, evaluated };
}

/** Where all knobs may stand, the last one turning fastest. */
function* everyPlace({ knobs }: Evaluator): Generator<readonly number[]> {
  const at = knobs.map(() => 0);
  for (;;) {
    yield [...at];
    let place = at.length - 1;
    for (; place >= 0; place--) {
      at[place]!++;
      if (at[place]! < knobs[place]!.values.length) break;
      at[place] = 0;
    }
    if (place < 0) return;
  }
}
