import type { KernelMemory } from './kernels.ts';

/** The message to a worker, which then waits in the shared memory for runs that are asked for there. */
export interface ToWorker {
  readonly module: object;
  readonly memory: KernelMemory;
  readonly thread: number;
  readonly threads: number;
  /** The last run that was asked for in this memory before this worker was there. */
  readonly seen: number;
  /** Whether to touch every page of the memory, the last first, once the kernels are open. */
  readonly touches: boolean;
}

/** Messages from a worker; what is done carries the number of the run. */
export type FromWorker =
  | { readonly type: 'ready' }
  | { readonly type: 'done'; readonly call: number; readonly status: number }
  | { readonly type: 'failed'; readonly message: string };
