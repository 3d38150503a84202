import cliProgress from 'cli-progress';
import type { RunProgress } from '../shared/runtime/machine.ts';
import type { Terminal } from './terminal.ts';

export interface ProgressBar {
  update(progress: RunProgress): void;
  stop(): void;
}

/** A bar on standard error with the time left, where a person is looking; else nothing. */
export function startProgress({ showsProgress }: Terminal): ProgressBar {
  if (!showsProgress) return { update: () => {}, stop: () => {} };
  const bar = new cliProgress.SingleBar({
    format: '{bar} {percentage} % | {eta_formatted} left | {node}',
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
