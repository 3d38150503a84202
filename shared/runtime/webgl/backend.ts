import type { Availability, Backend } from '../backend.ts';
import { referenceBackend } from '../reference/backend.ts';
import { WebglDevice } from './device.ts';
import { WebglUnavailable } from './device-errors.ts';
import { WebglExecutable } from './executable.ts';
import { explain, HALF_PRECISION } from './problems.ts';

export interface WebglBackend extends Backend {
  readonly name: 'webgl';
  prepare(...args: Parameters<Backend['prepare']>): Promise<WebglExecutable>;
}

export interface WebglOptions {
  /** A device of its own; else one context is shared by every network of the thread. */
  readonly device?: WebglDevice;
  /** Runs layers that have no shader; what it cannot run is left to the reference. */
  readonly host?: Backend;
}

let shared: WebglDevice | undefined;

/** The one context of this thread: browsers kill the oldest of about sixteen. One that was lost for good is replaced. */
function sharedDevice(): WebglDevice {
  if (shared?.isGone) {
    shared.dispose();
    shared = undefined;
  }
  shared ??= WebglDevice.create();
  return shared;
}

/**
 * Runs networks on WebGL2. `prepare` fails with a `RunError` that says what is missing: WebGL2, float render targets,
 * or memory.
 */
export function webglBackend({ device, host }: WebglOptions = {}): WebglBackend {
  const hosts = host ? [host, referenceBackend] : [referenceBackend];
  return {
    name: 'webgl',
    describe: () => describe(device),
    async prepare(network, weights, options) {
      try {
        return await WebglExecutable.create(network, weights, device ?? sharedDevice(), hosts, options);
      } catch (error) {
        throw explain(error);
      }
    },
  };
}

function describe(device: WebglDevice | undefined): Availability {
  try {
    const { name, limits } = device ?? sharedDevice();
    const half = limits.precision === 'half' ? `; ${HALF_PRECISION}` : '';
    return { available: true, note: `${name}${half}` };
  } catch (error) {
    if (error instanceof WebglUnavailable) return { available: false, note: error.message };
    throw error;
  }
}

/** Why WebGL is not worth a try here: a software rasteriser computes on the very cores that the CPU engine uses better. */
export function webglObjection(): string | undefined {
  const { available, note } = describe(undefined);
  if (!available) return note;
  return /swiftshader|llvmpipe|softpipe|basic render/i.test(note)
    ? `its device is a software rasteriser (${note})`
    : undefined;
}
