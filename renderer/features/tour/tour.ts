import { createStore } from 'zustand/vanilla';
import { zooEntry } from '../../../shared/zoo/index.ts';
import { openArranged } from '../../documents/files.ts';
import { mayDiscard } from '../../documents/saving.ts';
import type { App } from '../../state/app.ts';
import type { AppState } from '../../state/app-state.ts';
import { defineSlice } from '../../state/slice.ts';
import { steps } from './steps.ts';

interface Touring {
  /** What was there when the tour began. */
  readonly begun: AppState | undefined;
  /** The step that is shown; undefined where nobody is led. */
  readonly step: number | undefined;
  /** What was there when the step began. */
  readonly start: AppState | undefined;
  /** The step was come to by the user's own deed, who goes on where he is. */
  readonly byDeed: boolean;
}

const none: Touring = { begun: undefined, step: undefined, start: undefined, byDeed: false };

export const touringOf = defineSlice<Touring>(() => createStore<Touring>()(() => none));

/** Opens a small network to be led through, unless there is work that the user would rather keep. */
export async function startTour(app: App): Promise<void> {
  if (!(await mayDiscard(app))) return;
  await openArranged(app, zooEntry('lenet').build());
  touringOf(app).setState({ begun: app.getState() });
  goTo(app, 0);
}

/** Shows a step; past the last one the tour ends. */
export function goTo(app: App, number: number, byDeed = false): void {
  const step = steps[number];
  if (!step) {
    leaveTour(app);
    return;
  }
  // What makes it visible is no deed of the user's.
  touringOf(app).setState({ step: number, start: undefined, byDeed });
  step.come?.(app);
  touringOf(app).setState({ step: number, start: app.getState(), byDeed });
}

export const leaveTour = (app: App): void => touringOf(app).setState(none);

/** Goes on when the user has done what was asked; ends where something else is opened. */
export function watchTour(app: App): void {
  app.subscribe((state, before) => {
    const { step, start } = touringOf(app).getState();
    if (step === undefined || !start) return;
    if (state.opened !== before.opened || state.screen !== before.screen) leaveTour(app);
    else if (steps[step]?.done?.(state, start)) goTo(app, step + 1, true);
  });
}
