import type { Problem } from '../base/problem.ts';
import { messages } from '../base/problem.ts';

export const say = messages('runtime/run-error', {
  'run-failed': ['{{reason}}', 'Try another backend, or a smaller input. The document is safe.'],
  'session-released': ['This session was released: its memory is gone.', 'Create a new session.'],
  'threads-invalid': [
    'A network cannot run on {{threads}} threads.',
    'Give a whole number of 1 or more, or leave it out for as many as the machine has.',
  ],
  'seed-invalid': ['{{seed}} is no seed.', 'Give a whole number, or leave it out for 0.'],
});

/** A run or a session that could not be: with the problem that says why and what to do. */
export class RunError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.message);
    this.name = 'RunError';
    this.problem = problem;
  }
}

/** Thrown when a run was cancelled; named as the platforms name it. */
export class RunCancelled extends Error {
  constructor() {
    super('The run was cancelled.');
    this.name = 'AbortError';
  }
}

/** A run that ended as nobody expected: with what was thrown. */
export function runFailed(error: unknown): Problem {
  return say.at({}, 'run-failed', { reason: error instanceof Error ? error.message : String(error) });
}

export function alreadyReleased(): Problem {
  return say.at({}, 'session-released');
}

/** Why there cannot be so many threads; undefined where there can, or where nobody asked for a number. */
export function threadsProblem(threads: unknown): Problem | undefined {
  if (threads === undefined || (Number.isSafeInteger(threads) && (threads as number) >= 1)) return undefined;
  return say.at({}, 'threads-invalid', { threads: String(threads) });
}

/** Why weights cannot be drawn from this seed; undefined where they can. */
export function seedProblem(seed: unknown = 0): Problem | undefined {
  return Number.isSafeInteger(seed) ? undefined : say.at({}, 'seed-invalid', { seed: String(seed) });
}
