import type { StepProfile } from '../../../shared/runtime/machine.ts';
import { app } from '../../store/app.ts';
import { timesByNode } from './run-times.ts';

/** Lays the times of a run over the canvas; an empty profile takes them away. */
export function showTimes(profile: readonly StepProfile[]): void {
  const { heat, set } = app.getState();
  if (profile.length > 0) {
    const total = profile.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
    set({ runTimes: { total, byNode: timesByNode(profile) } });
  } else set({ runTimes: undefined, heat: heat === 'time' ? 'macs' : heat });
}
