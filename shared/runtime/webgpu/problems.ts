import { messages } from '../../base/problem.ts';
import { RunError } from '../run-error.ts';
import { DeviceLost, OutOfMemory, Refused, WebgpuUnavailable } from './device-errors.ts';

export const say = messages('runtime/webgpu/problems', {
  'webgpu-unavailable': ['{{reason}}', 'Run on the CPU or on WebGL, or update the graphics driver.'],
  'webgpu-out-of-memory': [
    'The graphics device has no memory left: {{reason}}',
    'Run on the CPU, or use a smaller input or batch.',
  ],
  'webgpu-device-lost': [
    'The graphics device was lost and no other could be had: {{reason}}',
    'Run on the CPU, or run again to try the graphics device anew.',
  ],
  'webgpu-refused': [
    'The graphics driver refused a kernel: {{reason}}',
    'Run on the CPU or on WebGL, or update the graphics driver.',
  ],
  adapter: '{{adapter}}',
  'software-adapter': 'its adapter computes on the processor ({{adapter}})',
});

/** What is said of an adapter. */
export const remarks = {
  adapter: (adapter: string) => say.part('adapter', { adapter }),
  softwareAdapter: (adapter: string) => say.part('software-adapter', { adapter }),
};

/** A failure of the device in words for the user; any other error as it is. */
export function explain(error: unknown): unknown {
  const code = codeOf(error);
  return code ? new RunError(say.at({}, code, { reason: (error as Error).message })) : error;
}

function codeOf(error: unknown) {
  if (error instanceof WebgpuUnavailable) return 'webgpu-unavailable';
  if (error instanceof OutOfMemory) return 'webgpu-out-of-memory';
  if (error instanceof DeviceLost) return 'webgpu-device-lost';
  return error instanceof Refused ? 'webgpu-refused' : undefined;
}
