import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { availableParallelism, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import v8 from 'node:v8';
import { Worker } from 'node:worker_threads';
import type { CpuHost, Variant, WorkerLink } from '../host.ts';
import { MEMORY_LIMIT } from '../statement.ts';
import { compileKernels, createKernelMemory, instantiateKernels } from './kernel-code.ts';

export interface NodeHostOptions {
  /** The folder that the build put the kernels and the worker into. */
  readonly directory: URL;
  /**
   * Asks V8 for 256-bit vectors, which it does not make by default: from Node 24 on. Takes effect for kernels compiled
   * afterwards, and only where this V8 knows the flags.
   */
  readonly turbo?: boolean;
}

/** By the names that versions of V8 have for it. */
const turboFlags = ['--experimental-wasm-revectorize', '--wasm-revectorize'];

/** Those that this V8 knows: of others it complains on stderr. Another program than Node cannot be asked. */
function knownTurboFlags(): readonly string[] {
  if (process.versions.electron !== undefined) return turboFlags;
  try {
    const options = execFileSync(process.execPath, ['--v8-options'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return turboFlags.filter((flag) => options.includes(` ${flag} `));
  } catch {
    return turboFlags;
  }
}
/** (module (func (param v128 v128 v128) (result v128) (f32x4.relaxed_madd (local.get 0) (local.get 1) (local.get 2)))) */
const fusedMultiplyAdd = new Uint8Array(
  [
    [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    [0x01, 0x08, 0x01, 0x60, 0x03, 0x7b, 0x7b, 0x7b, 0x01, 0x7b],
    [0x03, 0x02, 0x01, 0x00],
    [0x0a, 0x0d, 0x01, 0x0b, 0x00, 0x20, 0x00, 0x20, 0x01, 0x20, 0x02, 0xfd, 0x85, 0x02, 0x0b],
  ].flat(),
);

/**
 * The flags by which this V8 can be asked for fused multiply-adds: Node 20 has these instructions behind one, later
 * versions have them as they are.
 */
export function relaxedSimdFlags(): readonly string[] {
  return WebAssembly.validate(fusedMultiplyAdd) ? [] : ['--experimental-wasm-relaxed-simd'];
}

/** The CPU engine's platform in Node: files and worker_threads. */
export function createNodeHost({ directory, turbo = false }: NodeHostOptions): CpuHost {
  // Before anything is compiled: V8 does not bear that what it began to refuse is allowed in the meantime.
  for (const flag of [...relaxedSimdFlags(), ...(turbo ? knownTurboFlags() : [])])
    v8.setFlagsFromString(flag);
  return {
    cores: availableParallelism(),
    sharesMemory: true,
    memoryLimit: Math.min(MEMORY_LIMIT, Math.floor(totalmem() * 0.9)),
    async compile(variant: Variant) {
      const bytes = new Uint8Array(await readFile(new URL(`${variant}.wasm`, directory)));
      return compileKernels(variant, bytes);
    },
    createMemory: createKernelMemory,
    instantiate: ({ module }, memory) => instantiateKernels(module, memory),
    spawn: () => linkWorker(new Worker(fileURLToPath(new URL('node-worker.mjs', directory)))),
    later: (milliseconds, action) => void setTimeout(action, milliseconds).unref(),
  };
}

/** A worker thread as the engine sees it. */
export function linkWorker(worker: Worker): WorkerLink {
  let ended = false;
  return {
    post: (message) => worker.postMessage(message),
    onMessage: (listener) => worker.on('message', listener),
    onFailure(listener) {
      const fail = (reason: string) => {
        if (ended) return;
        ended = true;
        listener(reason);
      };
      worker.on('error', (error) => fail(error.message));
      worker.on('exit', (code) => fail(`It ended with code ${code}.`));
    },
    // A session that nobody released must not keep the process, one that runs has to.
    keepProcess: (stays) => (stays ? worker.ref() : worker.unref()),
    async terminate() {
      ended = true;
      await worker.terminate();
    },
  };
}
