import { RunError } from '../run-error.ts';
import { OutOfMemory, WebglUnavailable } from './device-errors.ts';

/** What half floats cost: 11 significant bits, and nothing above 65 504. */
export const HALF_PRECISION =
  'half floats only: values keep 3 decimal digits, and those above 65 504 overflow';

/** A failure of the device in words for the user; any other error as it is. */
export function explain(error: unknown): unknown {
  if (error instanceof WebglUnavailable) {
    return new RunError({
      code: 'webgl-unavailable',
      where: {},
      message: error.message,
      hint: 'Run on the CPU, or update the graphics driver.',
    });
  }
  if (error instanceof OutOfMemory) {
    return new RunError({
      code: 'webgl-out-of-memory',
      where: {},
      message: error.message,
      hint: 'Run on the CPU, or use a smaller input or batch.',
    });
  }
  return error;
}

export function contextGone(): RunError {
  return new RunError({
    code: 'webgl-context-lost',
    where: {},
    message: 'The graphics device was reset and did not come back.',
    hint: 'Run on the CPU, or run again to try the graphics device anew.',
  });
}
