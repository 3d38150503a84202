import { inWords, type Phrase } from '../../base/messages.ts';
import type { Availability, Backend } from '../backend.ts';
import { referenceBackend } from '../reference/backend.ts';
import { WebglDevice } from './device.ts';
import { WebglUnavailable } from './device-errors.ts';
import { WebglExecutable } from './executable.ts';
import { explain, remarks } from './problems.ts';
import { reasons } from './reasons.ts';

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
    const note =
      limits.precision === 'half' ? remarks.withLack(name, remarks.halfFloats) : remarks.device(name);
    return { available: true, note };
  } catch (error) {
    if (error instanceof WebglUnavailable) return { available: false, note: error.reason };
    throw error;
  }
}

/** Why WebGL is not worth a try here: a software rasteriser computes on the very cores that the CPU engine uses better. */
export function webglObjection(): Phrase | undefined {
  const { available, note } = describe(undefined);
  if (!available || !note) return note;
  return /swiftshader|llvmpipe|softpipe|basic render/i.test(inWords(note))
    ? reasons.softwareDevice(note)
    : undefined;
}
