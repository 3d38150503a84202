import type { App } from '../state/app.ts';
import { tellFault } from '../state/faults.ts';

/** Chromium reports a size that could not be told within one frame; it is told in the next. */
const isHarmless = ({ error, message }: ErrorEvent): boolean =>
  !error && message.startsWith('ResizeObserver loop');

/** Whatever nobody caught is told: in the page, and in the process that hosts it. */
export function listenToFaults(app: App): void {
  const whileThere = { signal: app.ended };
  window.addEventListener(
    'error',
    (event) => {
      if (!isHarmless(event)) tellFault(app, event.error ?? event.message);
    },
    whileThere,
  );
  window.addEventListener('unhandledrejection', ({ reason }) => tellFault(app, reason), whileThere);
  app.host.on('fault', ({ message, stack }) => {
    const error = new Error(message);
    if (stack !== '') error.stack = stack;
    tellFault(app, error);
  });
}
