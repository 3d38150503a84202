import type { Problem } from '../base/problem.ts';
import { messages } from '../base/problem.ts';
import type { Design } from '../graph/design.ts';
import { variantsOf } from './evaluate.ts';
import type { SteerOptions } from './fit.ts';
import { pareto } from './pareto.ts';
import { amountOf, type Measures, type SteerQuantity } from './quantities.ts';
import { type Space, type SpaceRequest, spaceOf } from './space.ts';
import { wholeOf } from './wholes.ts';

export const say = messages('steer/sweep', {
  'space-large': [
    'These knobs have {{space}} variants, more than the {{most}} that a sweep may have.',
    'Turn fewer knobs, or in larger steps.',
  ],
  'space-planned': [
    'Each of the {{space}} variants would have to be planned for what this engine allocates: {{most}} may be.',
    'Turn fewer knobs, or in larger steps.',
  ],
});

/** One design of a sweep: where its knobs stand, in their order, and what it counts. */
export interface SweepRow {
  /** Where each knob stands. */
  readonly values: readonly number[];
  readonly measures: Measures;
}

/** Every variant that was counted, or why none could be. */
export type SweepResult =
  | {
      readonly kind: 'swept';
      readonly knobs: readonly string[];
      readonly rows: readonly SweepRow[];
      /** Variants that have a problem, such as channels that groups do not divide. */
      readonly broken: number;
      readonly space: number;
      /** False where it was stopped before its end. */
      readonly isWhole: boolean;
    }
  | { readonly kind: 'refused'; readonly problems: readonly Problem[] };

/** Variants that one sweep may have: a row of each is kept. */
export const MOST_VARIANTS = 2_000_000;
/** The same where each has to be planned as a whole. */
const MOST_PLANNED = 5000;
const BETWEEN_PAUSES = 4096;
const BETWEEN_PAUSES_OF_TIMED = 64;
const BETWEEN_PAUSES_OF_PLANS = 8;

/** Every variant of the knobs' values, the last knob turning fastest; undefined for one that has a problem. */
export function* sweeping(space: Space): Generator<SweepRow | undefined, void> {
  const { evaluator, steering } = space;
  const { knobs } = evaluator;
  const at = knobs.map(() => 0);
  for (;;) {
    const counted = evaluator.measure(at);
    const measures = counted && steering.arena ? arenaPlanned(space, at, counted) : counted;
    const values = at.map((index, place) => knobs[place]!.values[index]!);
    yield measures && { values, measures: { ...measures } };
    let place = at.length - 1;
    for (; place >= 0; place--) {
      at[place]!++;
      if (at[place]! < knobs[place]!.values.length) break;
      at[place] = 0;
    }
    if (place < 0) return;
  }
}

/** With what the engine would allocate by its plan, where its pieces give an estimate; undefined where there is none. */
function arenaPlanned(space: Space, at: readonly number[], counted: Measures): Measures | undefined {
  const whole = wholeOf(space, at);
  return whole && { ...counted, ...(whole.measures.peaks ? { peaks: whole.measures.peaks } : {}) };
}

/** The same without holding up whoever waits; when it is cancelled, what was counted until then. */
export async function sweep(
  design: Design,
  request: SpaceRequest,
  options: SteerOptions = {},
): Promise<SweepResult> {
  const { signal, onProgress } = options;
  const made = spaceOf(design, request);
  if (!made.ok) return { kind: 'refused', problems: made.problems };
  const { evaluator } = made.value;
  const knobs = evaluator.knobs.map(({ knob }) => knob.id);
  const space = variantsOf(evaluator);
  const { arena, timing } = made.value.steering;
  const most = arena ? MOST_PLANNED : MOST_VARIANTS;
  if (space > most) return { kind: 'refused', problems: [tooMany(space, most, arena !== undefined)] };
  const rows: SweepRow[] = [];
  const between = arena ? BETWEEN_PAUSES_OF_PLANS : timing ? BETWEEN_PAUSES_OF_TIMED : BETWEEN_PAUSES;
  let [looked, broken] = [0, 0];
  for (const row of sweeping(made.value)) {
    looked++;
    if (row) rows.push(row);
    else broken++;
    if (looked % between !== 0) continue;
    onProgress?.({
      evaluated: looked,
      space,
      fraction: looked / space,
      found: rows.length,
      best: undefined,
      leading: [],
    });
    await new Promise<void>((resolve) => setTimeout(resolve, 0));
    if (signal?.aborted) break;
  }
  return { kind: 'swept', knobs, rows, broken, space, isWhole: looked === space };
}

function tooMany(space: number, most: number, isPlanned: boolean): Problem {
  return say.at({}, isPlanned ? 'space-planned' : 'space-large', {
    space: space.toLocaleString('en-US'),
    most: most.toLocaleString('en-US'),
  });
}

/** Of quantities, more is better of what a network sees and how deep it is; of all that it costs, less. */
export function paretoRows(
  rows: readonly SweepRow[],
  quantities: readonly SteerQuantity[],
): readonly SweepRow[] {
  return pareto(
    rows,
    quantities.map((quantity) => ({
      better: quantity === 'field' || quantity === 'depth' ? 'more' : 'less',
      of: ({ measures }) => amountOf(measures, quantity),
    })),
  );
}
