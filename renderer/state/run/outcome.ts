import type { Phrase } from '../../../shared/base/messages.ts';
import type { Problem } from '../../../shared/base/problem.ts';
import type { FloatTensor } from '../../../shared/base/tensor.ts';
import { Refusal } from '../../../shared/formats/weights/source.ts';
import type { RunProgress, StepProfile } from '../../../shared/runtime/backend.ts';
import { RunError, runFailed } from '../../../shared/runtime/run-error.ts';
import type { Spread } from './spread.ts';

/** What a run, or a series of runs, brought. */
export interface Outcome {
  /** By input node id: what the network was fed. */
  readonly feeds: Readonly<Record<string, FloatTensor>>;
  /** Of the last run. */
  readonly output: FloatTensor;
  readonly name: string;
  readonly batch: number;
  /** Milliseconds per run, over the runs that count. */
  readonly times: Spread;
  /** Milliseconds of the runs before them, in order. */
  readonly warmUps: readonly number[];
  /** Undefined when the network was ready from the run before. */
  readonly prepareMilliseconds: number | undefined;
  /** The machine that ran it: never `auto`. */
  readonly backend: string;
  /** Why there, where there was a choice or a device failed. */
  readonly backendReason: Phrase | undefined;
  /** What whoever reads the results ought to know: precision lost, layers that ran elsewhere. */
  readonly notices: readonly Phrase[];
  readonly weightBytes: number;
  readonly activationBytes: number;
  /** Each step's median over the runs that count. */
  readonly profile: readonly StepProfile[];
  readonly seeded: boolean;
}

/** How far a series is. */
export interface SeriesProgress {
  readonly progress: RunProgress | undefined;
  /** Runs done, warm-up included, of all. */
  readonly runsDone: number;
  readonly runsInAll: number;
}

export type RunStatus =
  | { readonly kind: 'idle' }
  | ({ readonly kind: 'running'; readonly since: number } & SeriesProgress)
  | { readonly kind: 'done'; readonly outcome: Outcome }
  | { readonly kind: 'failed'; readonly problem: Problem }
  | { readonly kind: 'cancelled' };

/** What went wrong, as a card can show it. */
export function problemFrom(error: unknown): Problem {
  if (error instanceof RunError || error instanceof Refusal) return error.problem;
  return runFailed(error);
}
