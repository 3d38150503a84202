import type { Problem } from '../base/problem.ts';

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

export function alreadyReleased(): Problem {
  return {
    code: 'session-released',
    where: {},
    message: 'This session was released: its memory is gone.',
    hint: 'Create a new session.',
  };
}

/** Why there cannot be so many threads; undefined where there can, or where nobody asked for a number. */
export function threadsProblem(threads: unknown): Problem | undefined {
  if (threads === undefined || (Number.isSafeInteger(threads) && (threads as number) >= 1)) return undefined;
  return {
    code: 'threads-invalid',
    where: {},
    message: `A network cannot run on ${String(threads)} threads.`,
    hint: 'Give a whole number of 1 or more, or leave it out for as many as the machine has.',
  };
}
