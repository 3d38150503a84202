import { createStore } from 'zustand/vanilla';
import type { App } from '../state/app.ts';
import { defineSlice } from '../state/slice.ts';

/** What opening a document does, one after another. */
export type OpeningStep = 'reading' | 'placing' | 'analysing';

/** A document that is being opened, and takes so long that it is told. */
export interface Opening {
  readonly name: string;
  readonly step: OpeningStep;
  /** How much of the step is done, from 0 to 1; undefined where nobody knows. */
  readonly share: number | undefined;
  cancel(): void;
}

export const openingOf = defineSlice<{ readonly opening: Opening | undefined }>(() =>
  createStore(() => ({ opening: undefined })),
);

/** What takes less is not worth a word. */
const TOLD_MS = 300;
/** So long is worked before the window may answer. */
const SLICE_MS = 12;

/** What opening a document is told with, as it goes on; it throws where the user cancelled. */
export interface Progress {
  readonly signal: AbortSignal;
  tell(step: OpeningStep, share?: number): void;
}

const underWay = new WeakMap<App, AbortController>();

/**
 * Opens a document, or gives up when the user cancels or opens another one: what is open stays then, and there is nothing to
 * be given.
 */
export async function whileOpening<Given>(
  app: App,
  name: string,
  open: (progress: Progress) => Promise<Given>,
): Promise<Given | undefined> {
  underWay.get(app)?.abort();
  const controller = new AbortController();
  underWay.set(app, controller);
  const { signal } = controller;
  const slice = openingOf(app);
  let now: Pick<Opening, 'step' | 'share'> = { step: 'reading', share: undefined };
  let isTold = false;
  const show = (): void => {
    if (isTold && !signal.aborted)
      slice.setState({ opening: { name, ...now, cancel: () => controller.abort() } });
  };
  const timer = setTimeout(() => {
    isTold = true;
    show();
  }, TOLD_MS);
  const cancelled = new Promise<undefined>((resolve) =>
    signal.addEventListener('abort', () => resolve(undefined)),
  );
  const tell = (step: OpeningStep, share?: number): void => {
    signal.throwIfAborted();
    now = { step, share };
    show();
  };
  const work = open({ signal, tell }).catch((error: unknown) => {
    if (signal.aborted) return undefined;
    throw error;
  });
  try {
    return await Promise.race([work, cancelled]);
  } finally {
    clearTimeout(timer);
    if (underWay.get(app) === controller) {
      underWay.delete(app);
      slice.setState({ opening: undefined });
    }
  }
}

/** Works a slice at a time, so that the window answers in between; `tell` hears how much is done, and may throw. */
export async function inSlices(work: Generator<number, void>, tell: (share: number) => void): Promise<void> {
  for (;;) {
    const end = performance.now() + SLICE_MS;
    let next = work.next();
    while (!next.done && performance.now() < end) next = work.next();
    if (next.done) return;
    tell(next.value);
    await new Promise((resolve) => setTimeout(resolve));
  }
}
