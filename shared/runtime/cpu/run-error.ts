import type { Problem } from '../../base/problem.ts';

export { alreadyReleased, RunCancelled, RunError, threadsProblem } from '../run-error.ts';

export function workerDied(reason: string): Problem {
  return {
    code: 'worker-died',
    where: {},
    message: `A worker of the CPU engine ended unexpectedly. ${reason}`,
    hint: 'Run again: the workers are started anew. If it happens again, use fewer threads or a smaller input.',
  };
}
