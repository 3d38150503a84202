import type { StepProfile } from '../../../shared/runtime/backend.ts';
import type { App } from '../app.ts';
import { timesByNode } from './run-times.ts';

/** Lays the times of a run over the canvas; an empty profile takes them away. */
export function showTimes(app: App, profile: readonly StepProfile[]): void {
  if (profile.length > 0) {
    const total = profile.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
    app.getState().noteRunTimes({ total, byNode: timesByNode(profile) });
  } else app.getState().noteRunTimes(undefined);
}
