import type { Phrase } from '../../base/messages.ts';
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
  // 11 significant bits, and nothing above 65 504.
  'half-floats': 'half floats only: values keep 3 decimal digits, and those above 65 504 overflow',
  'device-has': 'The graphics device has {{what}}.',
  'with-lack': '{{device}}; {{lack}}',
  device: '{{device}}',
  'runs-on-cpu': '{{layer}} runs on the CPU: {{reason}}.',
});

/** What a device has, or lacks. */
export const remarks = {
  halfFloats: say.part('half-floats'),
  deviceHas: (what: Phrase) => say.part('device-has', { what }),
  device: (device: string) => say.part('device', { device }),
  withLack: (device: string, lack: Phrase) => say.part('with-lack', { device, lack }),
  runsOnCpu: (layer: string, reason: Phrase) => say.part('runs-on-cpu', { layer, reason }),
};

/** A failure of the device in words for the user; any other error as it is. */
export function explain(error: unknown): unknown {
  if (error instanceof WebglUnavailable) {
    return new RunError(say.at({}, 'webgl-unavailable', { reason: error.reason }));
  }
  if (error instanceof OutOfMemory) {
    return new RunError(say.at({}, 'webgl-out-of-memory', { reason: error.reason }));
  }
  return error;
}

export function contextGone(): RunError {
  return new RunError(say.at({}, 'webgl-context-lost'));
}
