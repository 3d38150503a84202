import type { App } from '../app.ts';
import { runOf } from './run-store.ts';

/** What runs within a blink: there, nobody should have to press a button after each stroke. */
const QUICK_MACS = 60e6;

/**
 * Runs without being asked where that takes no time worth mentioning; a run that is under way is let end, and the
 * newest input is run after it.
 */
export async function runByItself(app: App): Promise<void> {
  const { analysis } = app.getState().whole;
  const { backend, batch, runs, warmUps, status } = runOf(app).getState();
  const all = analysis.totals.macs * batch * (runs + warmUps);
  if (analysis.problems.length > 0 || backend === 'reference' || all > QUICK_MACS) return;
  if (status.kind !== 'running') {
    await runOf(app).getState().start();
    return;
  }
  const again =
    waiting.get(app) ??
    new Promise<void>((resolve) => {
      const stop = runOf(app).subscribe((state) => {
        if (state.status.kind === 'running') return;
        stop();
        waiting.delete(app);
        resolve(state.status.kind === 'done' ? runOf(app).getState().start() : undefined);
      });
    });
  waiting.set(app, again);
  await again;
}

/** The run that follows the one under way, for each app. */
const waiting = new WeakMap<App, Promise<void>>();
