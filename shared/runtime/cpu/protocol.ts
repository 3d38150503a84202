import type { KernelMemory } from './kernels.ts';

/** Messages to a worker. */
export type ToWorker =
  | {
      readonly type: 'open';
      readonly module: object;
      readonly memory: KernelMemory;
      readonly thread: number;
      readonly threads: number;
      /** Whether to touch every page of the memory, the last first, once the kernels are open. */
      readonly touches: boolean;
    }
  | { readonly type: 'run'; readonly id: number; readonly program: number };

/** Messages from a worker; replies carry the id of what they answer. */
export type FromWorker =
  | { readonly type: 'ready' }
  | { readonly type: 'done'; readonly id: number; readonly status: number }
  | { readonly type: 'failed'; readonly message: string };
