import type { Problem } from '../../base/problem.ts';
import { messages } from '../../base/problem.ts';
import { weightTypes } from '../../graph/number-types.ts';

export const say = messages('runtime/cpu/run-error', {
  'worker-died': [
    'A worker of the CPU engine ended unexpectedly. {{reason}}',
    'Run again: the workers are started anew. If it happens again, use fewer threads or a smaller input.',
  ],
  'weight-type-unknown': ['Weights cannot be kept as "{{type}}".', 'Use one of: {{known}}.'],
});

export { alreadyReleased, RunCancelled, RunError, threadsProblem } from '../run-error.ts';

export function unknownWeightType(type: unknown): Problem {
  return say.at({}, 'weight-type-unknown', { type: String(type), known: weightTypes.join(', ') });
}

export function workerDied(reason: string): Problem {
  return say.at({}, 'worker-died', { reason });
}
