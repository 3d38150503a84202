import { createStore } from 'zustand/vanilla';
import type { Design, NodeId } from '../../shared/graph/design.ts';
import type { Point } from '../../shared/steer/answers.ts';
import { type Law, lawNamed } from '../../shared/steer/laws.ts';
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
  /** The law whose members they are. */
  readonly law: string | undefined;
  readonly outcome: FitOutcome;
  readonly isStopped: boolean;
}

/** Looking for designs that fit: what may be turned, what must be kept, and what was found. */
export interface Steering {
  /** The knobs of a design; of an older one, while those of the new one are looked for. */
  readonly known: (KnobsFound & { readonly design: Design; readonly asked: readonly NodeId[] }) | undefined;
  /** Nodes whose own knobs are wanted, besides those of stages. */
  readonly asked: readonly NodeId[];
  /** The family whose law is turned, instead of what the design has to turn. */
  readonly law: string | undefined;
  /** By their keys, where it is not as it is by itself. */
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
  asked: [],
  law: undefined,
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

/** Knobs of laws have names that knobs of designs have, too. */
const keyOf = ({ id, kind }: FoundKnob, law: string | undefined): string =>
  kind === 'law' ? `law:${law} ${id}` : id;

/**
 * As it is by itself: widths and depths of stages may be turned, and what makes the members of a family, over the usual
 * values.
 */
export function choiceOf({ choices, law }: Pick<Steering, 'choices' | 'law'>, knob: FoundKnob): KnobChoice {
  return choices[keyOf(knob, law)] ?? { locked: isLockedAtFirst(knob, law), range: '' };
}

function isLockedAtFirst({ id, kind, step, node }: FoundKnob, law: string | undefined): boolean {
  if (kind === 'law') return lawNamed(law ?? '')?.knobs.find(({ name }) => name === id)?.isFree !== true;
  return node !== undefined || !((kind === 'width' && step > 0) || kind === 'depth');
}

export function chooseKnob(app: App, knob: FoundKnob, change: Partial<KnobChoice>): void {
  const slice = steeringOf(app);
  const { choices, law } = slice.getState();
  slice.setState({
    choices: { ...choices, [keyOf(knob, law)]: { ...choiceOf({ choices, law }, knob), ...change } },
  });
}

/** The knobs that there are to turn now: the law's, or the design's; undefined while they are looked for. */
export function knobsShown({
  law,
  known,
}: Pick<Steering, 'law' | 'known'>): readonly FoundKnob[] | undefined {
  const own = law === undefined ? undefined : lawNamed(law);
  return own ? knobsOfLaw(own) : known?.knobs;
}

const ofLaws = new WeakMap<Law, readonly FoundKnob[]>();

/** The same list each time, as what is shown of a state must be. */
function knobsOfLaw(law: Law): readonly FoundKnob[] {
  const before = ofLaws.get(law);
  if (before) return before;
  const knobs = law.knobs.map(
    ({ name, base, usual, isWhole, min, max }): FoundKnob => ({
      id: name,
      kind: 'law',
      base,
      nodes: [],
      step: isWhole ? 1 : 0,
      min,
      max,
      usual,
      anchor: undefined,
    }),
  );
  ofLaws.set(law, knobs);
  return knobs;
}

/** The values that are written for a knob; undefined where nothing is, or what is written is no range. */
export function rangeOf(text: string): Vary['values'] {
  return text.trim() === '' ? undefined : parseVary(`knob=${text}`)?.values;
}

/** What is wrong with what is written for a knob: it is no range, an empty one, or holds what the knob cannot be. */
export function faultOfRange(
  { min, max, step }: Pick<FoundKnob, 'min' | 'max' | 'step'>,
  text: string,
): 'form' | 'empty' | 'outside' | undefined {
  if (text.trim() === '') return undefined;
  const values = rangeOf(text);
  if (!values) return 'form';
  if (values.length === 0) return 'empty';
  const isOne = (value: number): boolean =>
    value >= min && value <= max && (step === 0 || Number.isInteger(value));
  return values.every(isOne) ? undefined : 'outside';
}

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
export function turnedOf(steering: Steering): readonly Vary[] {
  return (knobsShown(steering) ?? []).flatMap((knob) => {
    const { locked, range } = choiceOf(steering, knob);
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
