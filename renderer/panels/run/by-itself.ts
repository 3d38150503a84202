import { app } from '../../store/app.ts';
import { useRun } from './run-store.ts';

/** What runs within a blink: there, nobody should have to press a button after each stroke. */
const QUICK_MACS = 60e6;

/**
 * Runs without being asked where that takes no time worth mentioning; a run that is under way is let end, and the
 * newest input is run after it.
 */
export async function runByItself(): Promise<void> {
  const { analysis } = app.getState().whole;
  const { backend, batch, runs, warmUps, status } = useRun.getState();
  const all = analysis.totals.macs * batch * (runs + warmUps);
  if (analysis.problems.length > 0 || backend === 'reference' || all > QUICK_MACS) return;
  if (status.kind !== 'running') {
    await useRun.getState().start();
    return;
  }
  again ??= new Promise((resolve) => {
    const stop = useRun.subscribe((state) => {
      if (state.status.kind === 'running') return;
      stop();
      again = undefined;
      resolve(state.status.kind === 'done' ? useRun.getState().start() : undefined);
    });
  });
  await again;
}

let again: Promise<void> | undefined;
