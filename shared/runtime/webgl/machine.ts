import type { Machine, MachineFacts } from '../machine.ts';
import { RunError } from '../run-error.ts';
import { OutOfMemory, WebglDevice, WebglUnavailable } from './device.ts';
import { HALF_PRECISION, WebglExecutable } from './executable.ts';

export interface WebglMachine extends Machine {
  readonly name: 'webgl';
  prepare(...args: Parameters<Machine['prepare']>): Promise<WebglExecutable>;
}

let shared: WebglDevice | undefined;

/** The one context of this thread: browsers kill the oldest of about sixteen. */
function sharedDevice(): WebglDevice {
  shared ??= WebglDevice.create();
  return shared;
}

/**
 * Runs networks on WebGL2. Without a device of its own it shares one context with every other network of the thread.
 * `prepare` fails with a `RunError` that says what is missing: WebGL2, float render targets, or memory.
 */
export function webglMachine(device?: WebglDevice): WebglMachine {
  return {
    name: 'webgl',
    describe: () => describe(device),
    async prepare(network, weights, options) {
      try {
        return await WebglExecutable.create(network, weights, device ?? sharedDevice(), options);
      } catch (error) {
        throw explain(error);
      }
    },
  };
}

function describe(device: WebglDevice | undefined): MachineFacts {
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
  try {
    const { name } = sharedDevice();
    return /swiftshader|llvmpipe|softpipe|basic render/i.test(name)
      ? `its device is a software rasteriser (${name})`
      : undefined;
  } catch (error) {
    if (error instanceof WebglUnavailable) return error.message;
    throw error;
  }
}

function explain(error: unknown): unknown {
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
