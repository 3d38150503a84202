import type { Problem } from '../../../shared/base/problem.ts';
import type { FloatTensor } from '../../../shared/base/tensor.ts';
import type { RunProgress, StepProfile } from '../../../shared/runtime/machine.ts';
import { RunError } from '../../../shared/runtime/run-error.ts';

/** What a run brought. */
export interface Outcome {
  /** By input node id: what the network was fed. */
  readonly feeds: Readonly<Record<string, FloatTensor>>;
  readonly output: FloatTensor;
  readonly name: string;
  readonly milliseconds: number;
  readonly prepareMilliseconds: number;
  readonly backend: string;
  readonly weightBytes: number;
  readonly activationBytes: number;
  readonly profile: readonly StepProfile[];
  readonly seeded: boolean;
}

export type RunStatus =
  | { readonly kind: 'idle' }
  | { readonly kind: 'running'; readonly progress: RunProgress | undefined; readonly since: number }
  | { readonly kind: 'done'; readonly outcome: Outcome }
  | { readonly kind: 'failed'; readonly problem: Problem }
  | { readonly kind: 'cancelled' };

/** What went wrong, as a card can show it. */
export function problemFrom(error: unknown): Problem {
  if (error instanceof RunError) return error.problem;
  return {
    code: 'run-failed',
    where: {},
    message: error instanceof Error ? error.message : String(error),
    hint: '',
  };
}
