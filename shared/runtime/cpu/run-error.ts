import type { Problem } from '../../base/problem.ts';
import { messages } from '../../base/problem.ts';

export const say = messages('runtime/cpu/run-error', {
  'worker-died': [
    'A worker of the CPU engine ended unexpectedly. {{reason}}',
    'Run again: the workers are started anew. If it happens again, use fewer threads or a smaller input.',
  ],
});

export { alreadyReleased, RunCancelled, RunError, threadsProblem } from '../run-error.ts';

export function workerDied(reason: string): Problem {
  return say.at({}, 'worker-died', { reason });
}
