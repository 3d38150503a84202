import { createStore } from 'zustand/vanilla';
import type { Design } from '../../shared/graph/design.ts';
import type { Point } from '../../shared/steer/fit.ts';
import { budgetLimits, parseSteerLimit } from '../../shared/steer/limits.ts';
import type { SteerLimit, SteerQuantity } from '../../shared/steer/quantities.ts';
import type { Vary } from '../../shared/steer/space.ts';
import { parseVary } from '../../shared/steer/vary.ts';
import { closest, type Wish } from '../../shared/steer/wish.ts';
import type { FitOutcome, FitProgress, FoundKnob, KnobsFound } from '../workers/steer-job.ts';
import type { App } from './app.ts';
import { documentOf } from './app-state.ts';
import { underConfig } from './config.ts';
import { defineSlice, useSlice } from './slice.ts';

/** How far a knob may be turned: not at all, over the usual values where nothing is written, or over `128..512:8`. */
export interface KnobChoice {
  readonly locked: boolean;
  readonly range: string;
}

/** A limit besides those of the budget, as it is written. */
export interface WrittenLimit {
  readonly quantity: SteerQuantity;
  readonly text: string;
}

/** What was found, and for which design. */
export interface Found {
  readonly design: Design;
  readonly outcome: FitOutcome;
  readonly isStopped: boolean;
}

/** Looking for designs that fit: what may be turned, what must be kept, and what was found. */
export interface Steering {
  /** The knobs of a design; of an older one, while those of the new one are looked for. */
  readonly known: (KnobsFound & { readonly design: Design }) | undefined;
  /** By id, where it is not as it is by itself. */
  readonly choices: Readonly<Record<string, KnobChoice>>;
  readonly limits: readonly WrittenLimit[];
  readonly wish: Wish;
  /** The memory that the largest batch is told for, as it is written; empty for none. */
  readonly room: string;
  readonly task: AbortController | undefined;
  readonly progress: FitProgress | undefined;
  /** Variants from all over, for the plot. */
  readonly sample: readonly Point[];
  readonly found: Found | undefined;
  /** The answer under the pointer, on the table, in the plot. */
  readonly pointed: Design | undefined;
}

const atFirst: Steering = {
  known: undefined,
  choices: {},
  limits: [],
  wish: closest,
  room: '',
  task: undefined,
  progress: undefined,
  sample: [],
  found: undefined,
  pointed: undefined,
};

/** Another document is open: nothing of this is true of it. */
export const steeringOf = defineSlice<Steering>((app) => {
  const store = createStore<Steering>()(() => atFirst);
  app.subscribe((state, before) => {
    if (state.opened === before.opened) return;
    store.getState().task?.abort();
    store.setState(atFirst);
  });
  return store;
});

export const useSteering = <Part>(select: (state: Steering) => Part): Part => useSlice(steeringOf, select);

/** As it is by itself: widths and depths of stages may be turned, over the usual values. */
export function choiceOf({ choices }: Pick<Steering, 'choices'>, { id, kind, step }: FoundKnob): KnobChoice {
  return choices[id] ?? { locked: !((kind === 'width' && step > 0) || kind === 'depth'), range: '' };
}

export function chooseKnob(app: App, knob: FoundKnob, change: Partial<KnobChoice>): void {
  const slice = steeringOf(app);
  const { choices } = slice.getState();
  slice.setState({ choices: { ...choices, [knob.id]: { ...choiceOf({ choices }, knob), ...change } } });
}

/** The values that are written for a knob; undefined where nothing is, or what is written is no range. */
export function rangeOf(text: string): Vary['values'] {
  return text.trim() === '' ? undefined : parseVary(`knob=${text}`)?.values;
}

export const isRange = (text: string): boolean => text.trim() === '' || rangeOf(text) !== undefined;

/** All limits that are to be kept: the budget's and those written besides; those that cannot be read are left out. */
export function limitsOf(app: App): readonly SteerLimit[] {
  return [
    ...budgetLimits(underConfig(documentOf(app.getState()), app.getState().config)).limits,
    ...steeringOf(app)
      .getState()
      .limits.flatMap(({ quantity, text }) => parseSteerLimit(text.trim(), quantity) ?? []),
  ];
}

/** The knobs that may be turned, as a request names them. */
export function turnedOf({ known, choices }: Steering): readonly Vary[] {
  return (known?.knobs ?? []).flatMap((knob) => {
    const { locked, range } = choiceOf({ choices }, knob);
    if (locked) return [];
    const values = rangeOf(range);
    return [values ? { knob: knob.id, values } : { knob: knob.id }];
  });
}

/** The bytes that the largest batch is told for; undefined where none are written. */
export function roomBytes({ room }: Pick<Steering, 'room'>): number | undefined {
  const limit = room.trim() === '' ? undefined : parseSteerLimit(room.trim(), 'training');
  return limit?.atMost;
}
