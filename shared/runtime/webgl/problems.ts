import { messages } from '../../base/problem.ts';
import { RunError } from '../run-error.ts';
import { OutOfMemory, WebglUnavailable } from './device-errors.ts';

export const say = messages('runtime/webgl/problems', {
  'webgl-unavailable': ['{{reason}}', 'Run on the CPU, or update the graphics driver.'],
  'webgl-out-of-memory': ['{{reason}}', 'Run on the CPU, or use a smaller input or batch.'],
  'webgl-context-lost': [
    'The graphics device was reset and did not come back.',
    'Run on the CPU, or run again to try the graphics device anew.',
  ],
});

/** What half floats cost: 11 significant bits, and nothing above 65 504. */
export const HALF_PRECISION =
  'half floats only: values keep 3 decimal digits, and those above 65 504 overflow';

/** A failure of the device in words for the user; any other error as it is. */
export function explain(error: unknown): unknown {
  if (error instanceof WebglUnavailable) {
    return new RunError(say.at({}, 'webgl-unavailable', { reason: error.message }));
  }
  if (error instanceof OutOfMemory) {
    return new RunError(say.at({}, 'webgl-out-of-memory', { reason: error.message }));
  }
  return error;
}

export function contextGone(): RunError {
  return new RunError(say.at({}, 'webgl-context-lost'));
}
