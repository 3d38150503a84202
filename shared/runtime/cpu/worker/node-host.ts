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
   * Asks V8 for what it does not do by default: relaxed SIMD in Node 20, 256-bit vectors from Node 24 on. Takes effect
   * for kernels compiled afterwards, and only where this V8 knows the flags.
   */
  readonly turbo?: boolean;
}

const turboFlags = [
  '--experimental-wasm-relaxed-simd',
  '--experimental-wasm-revectorize',
  '--wasm-revectorize',
];

/** The CPU engine's platform in Node: files and worker_threads. */
export function createNodeHost({ directory, turbo = false }: NodeHostOptions): CpuHost {
  if (turbo) for (const flag of turboFlags) v8.setFlagsFromString(flag);
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
  };
}

/** A worker thread as the engine sees it. */
export function linkWorker(worker: Worker): WorkerLink {
  // A session that nobody released must not keep the process alive.
  worker.unref();
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
    async terminate() {
      ended = true;
      await worker.terminate();
    },
  };
}
