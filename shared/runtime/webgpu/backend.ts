import type { Phrase } from '../../base/messages.ts';
import type { Backend } from '../backend.ts';
import { WebgpuDevice } from './device.ts';
import { WebgpuUnavailable } from './device-errors.ts';
import { WebgpuExecutable } from './executable.ts';
import { remarks } from './problems.ts';

/** The backend of a device that was found. */
export interface WebgpuBackend extends Backend {
  readonly name: 'webgpu';
  /** Why it is not worth a try: a software adapter computes on the very cores that the CPU engine uses better. */
  objection(): Phrase | undefined;
  prepare(...args: Parameters<Backend['prepare']>): Promise<WebgpuExecutable>;
}

/**
 * Runs networks on a WebGPU device. `prepare` fails with a `RunError` that names the layer without a kernel, what does not fit
 * the device, or what the device has against it.
 */
export function webgpuBackend(device: WebgpuDevice): WebgpuBackend {
  return {
    name: 'webgpu',
    describe: () => ({ available: true, note: remarks.adapter(device.name) }),
    objection: () => (device.isSoftware ? remarks.softwareAdapter(device.name) : undefined),
    prepare: (network, weights, options) => WebgpuExecutable.create(network, weights, device, options),
  };
}

/** The backend of the platform's adapter; undefined where there is none. */
export async function findWebgpu(): Promise<WebgpuBackend | undefined> {
  try {
    return webgpuBackend(await WebgpuDevice.find());
  } catch (error) {
    if (error instanceof WebgpuUnavailable) return undefined;
    throw error;
  }
}
