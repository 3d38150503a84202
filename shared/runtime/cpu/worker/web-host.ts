import type { CpuHost, Variant, WorkerLink } from '../host.ts';
import { MEMORY_LIMIT } from '../statement.ts';
import { compileKernels, createKernelMemory, instantiateKernels } from './kernel-code.ts';

export interface WebHostOptions {
  /** Where the page is served with the kernels and the worker, ending in a slash. */
  readonly directory: URL;
}

/** Memory that a page may use when the browser does not say how much there is. */
const UNKNOWN_MEMORY = 2 ** 31;

/** The CPU engine's platform in a browser page or worker: fetch and Web Workers. */
export function createWebHost({ directory }: WebHostOptions): CpuHost {
  const { deviceMemory } = navigator as Navigator & { readonly deviceMemory?: number };
  const memory = deviceMemory === undefined ? UNKNOWN_MEMORY : deviceMemory * 2 ** 30;
  return {
    cores: navigator.hardwareConcurrency,
    sharesMemory: globalThis.crossOriginIsolated === true && typeof SharedArrayBuffer !== 'undefined',
    memoryLimit: Math.min(MEMORY_LIMIT, memory),
    async compile(variant: Variant) {
      const url = new URL(`${variant}.wasm`, directory);
      const response = await fetch(url);
      if (!response.ok)
        throw new Error(`The kernels could not be loaded: ${url.pathname} answers ${response.status}.`);
      const bytes = await response.arrayBuffer();
      return compileKernels(variant, bytes);
    },
    createMemory: createKernelMemory,
    instantiate: ({ module }, memory) => instantiateKernels(module, memory),
    spawn: () => spawnWebWorker(new URL('web-worker.js', directory)),
    later: (milliseconds, action) => void setTimeout(action, milliseconds),
  };
}

function spawnWebWorker(url: URL): WorkerLink {
  const worker = new Worker(url, { name: 'netwright-cpu' });
  let ended = false;
  return {
    post: (message) => worker.postMessage(message),
    onMessage: (listener) => worker.addEventListener('message', ({ data }) => listener(data)),
    onFailure(listener) {
      const fail = (reason: string) => {
        if (ended) return;
        ended = true;
        listener(reason);
      };
      worker.addEventListener('error', (event) => fail(event.message || 'It could not be started.'));
      worker.addEventListener('messageerror', () => fail('A message could not be read.'));
    },
    keepProcess: () => undefined,
    async terminate() {
      ended = true;
      worker.terminate();
    },
  };
}
