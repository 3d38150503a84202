import { produce } from 'immer';
import { createStore } from 'zustand/vanilla';
import { createAnalyzer } from '../../shared/analysis/analyze.ts';
import { checkBudget } from '../../shared/budget/budget.ts';
import { inBlock } from '../../shared/graph/block-edits.ts';
import type { Design } from '../../shared/graph/design.ts';
import type { Edit } from '../../shared/graph/edits.ts';
import type { App } from './app.ts';
import { type AppState, documentOf } from './app-state.ts';
import { underConfig } from './config.ts';
import { defineSlice, useSlice } from './slice.ts';
import { veiled } from './veil.ts';
import { viewOf } from './view.ts';

/** What follows from a design: of what is shown, of the whole, and against the budget. */
export type Standing = Pick<AppState, 'analysis' | 'whole' | 'budget'>;

/** A change that is not made for good yet, and what it does. */
export interface WhatIf {
  readonly before: Pick<Standing, 'analysis' | 'budget'> & {
    readonly whole: Pick<Standing['whole'], 'analysis'>;
  };
  readonly after: WhatIf['before'];
}

interface Pondering {
  /** What is being thought of, before anything is changed. */
  readonly thought: WhatIf | undefined;
  /** What a scrub, a row of steps or what is being typed has changed so far. */
  readonly gesture: WhatIf | undefined;
}

const nothing: Pondering = { thought: undefined, gesture: undefined };

const standingOf = ({ analysis, whole, budget }: Standing): WhatIf['before'] => ({ analysis, whole, budget });

/** Follows the history: as long as a gesture is open, what it found is kept beside what it made of it. */
export const whatIfOf = defineSlice<Pondering>((app) => {
  const store = createStore<Pondering>()(() => nothing);
  let found: WhatIf['before'] | undefined;
  app.subscribe((state, before) => {
    if (state.trail.join('/') !== before.trail.join('/') || state.opened !== before.opened) {
      found = undefined;
      store.setState(nothing);
      return;
    }
    if (state.history === before.history) return;
    const { past, future } = state.history;
    const old = before.history.past;
    const isOpen = past.at(-1)?.mark !== undefined && future.length === 0;
    const goesOn = isOpen && past.length === old.length && past.at(-2) === old.at(-2);
    if (!isOpen) found = undefined;
    else if (!goesOn || !found) found = standingOf(before);
    store.setState({
      thought: undefined,
      gesture: found && { before: found, after: standingOf(state) },
    });
  });
  return store;
});

const analyzers = new WeakMap<App, ReturnType<typeof createAnalyzers>>();

/** Of their own, so that thinking of something costs only what it changes. */
const createAnalyzers = () => ({ whole: createAnalyzer(), inside: createAnalyzer() });

function standingWith(app: App, document: Design): WhatIf['before'] {
  let own = analyzers.get(app);
  if (!own) {
    own = createAnalyzers();
    analyzers.set(app, own);
  }
  const { trail, places, config } = app.getState();
  const whole = { analysis: own.whole.update(document) };
  const budget = checkBudget(underConfig(document, config), whole.analysis);
  if (trail.length === 0) return { analysis: whole.analysis, whole, budget };
  const { shown } = viewOf(document, whole.analysis, trail, places);
  return { analysis: own.inside.update(shown), whole, budget };
}

/** Shows what an edit would do, until it is done or no longer thought of. It lands where edits of its kind do. */
export function ponder(app: App, edit: Edit, where: 'shown' | 'document' = 'shown'): void {
  const state = app.getState();
  if (where === 'shown' && state.sealed) return;
  const within = where === 'shown' ? state.block : undefined;
  const document = documentOf(state);
  const changed = produce(document, within === undefined ? edit : inBlock(within, edit));
  if (changed === document) {
    stopPondering(app);
    return;
  }
  const after = standingWith(app, changed);
  const told = state.trail.length === 0 ? veiled(after.analysis, state.veil) : after.analysis;
  whatIfOf(app).setState({ thought: { before: standingOf(state), after: { ...after, analysis: told } } });
}

export function stopPondering(app: App): void {
  if (whatIfOf(app).getState().thought) whatIfOf(app).setState({ thought: undefined });
}

/** What is being thought of, else what the gesture that is open has done. */
export const useWhatIf = <Part>(select: (whatIf: WhatIf | undefined) => Part): Part =>
  useSlice(whatIfOf, ({ thought, gesture }) => select(thought ?? gesture));
