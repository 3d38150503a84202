import cliProgress from 'cli-progress';
import type { RunProgress } from '../shared/runtime/backend.ts';
import { t, tell } from './i18n/language.ts';
import type { Terminal } from './terminal.ts';

export interface ProgressBar {
  update(progress: RunProgress): void;
  stop(): void;
}

/** A bar on standard error with the time left, where a person is looking; else nothing. */
export function startProgress({ showsProgress }: Terminal): ProgressBar {
  if (!showsProgress) return { update: () => {}, stop: () => {} };
  const bar = new cliProgress.SingleBar({
    format: '{bar} {percentage} % | {eta_formatted} | {node}',
    formatTime: leftText,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    barsize: 24,
    hideCursor: true,
    clearOnComplete: true,
    stream: process.stderr,
  });
  bar.start(1000, 0, { node: '' });
  return {
    update: ({ fraction, node }) => bar.update(Math.round(1000 * fraction), { node }),
    stop: () => bar.stop(),
  };
}

/** How long the rest takes; at first, and while nothing goes on, nobody can say. */
function leftText(seconds: number | string): string {
  const rest = Number(seconds);
  if (!Number.isFinite(rest) || rest <= 0) return t('time left unknown');
  const minutes = Math.floor(rest / 60);
  if (minutes === 0) return tell`${rest} s left`;
  const hours = Math.floor(minutes / 60);
  return hours === 0 ? tell`${minutes} min ${rest % 60} s left` : tell`${hours} h ${minutes % 60} min left`;
}

/** What a search takes to be watched and stopped by. */
interface Watch {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: SearchProgress) => void;
}

interface SearchProgress {
  readonly evaluated: number;
  readonly space: number;
  readonly fraction: number;
  readonly found: number;
}

/** Runs a search with a bar; Ctrl+C ends it, and what was found until then is kept. */
export async function interruptible<T>(
  terminal: Terminal,
  run: (watch: Watch) => Promise<T>,
): Promise<{ readonly result: T; readonly isInterrupted: boolean }> {
  const stop = new AbortController();
  const interrupt = () => stop.abort();
  process.once('SIGINT', interrupt);
  const bar = startProgress(terminal);
  try {
    const result = await run({
      signal: stop.signal,
      onProgress: ({ evaluated, space, fraction, found }) =>
        bar.update({
          done: evaluated,
          total: space,
          fraction,
          node: tell`${evaluated.toLocaleString('en-US')} variants, ${found.toLocaleString('en-US')} kept`,
        }),
    });
    return { result, isInterrupted: stop.signal.aborted };
  } finally {
    bar.stop();
    process.off('SIGINT', interrupt);
  }
}
