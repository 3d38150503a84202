import type { KernelMemory, Kernels } from './kernels.ts';
import type { FromWorker, ToWorker } from './protocol.ts';

/** Builds of the kernels, the plain one that judges the others first; all but `single` for shared memory. */
export const variants = ['plain', 'relaxed', 'tall', 'wide', 'single'] as const;
export type Variant = (typeof variants)[number];

/** Compiled kernels, as the platform holds them: can be posted to workers. */
export interface KernelModule {
  readonly variant: Variant;
  /** A WebAssembly.Module. */
  readonly module: object;
}

/** A worker, whatever kind of worker the platform has. */
export interface WorkerLink {
  post(message: ToWorker): void;
  onMessage(listener: (message: FromWorker) => void): void;
  /** The worker died or could not start; called at most once, and not after `terminate`. */
  onFailure(listener: (reason: string) => void): void;
  /** Whether the process is to stay for this worker's sake; it is from the start. Of no account in browsers. */
  keepProcess(stays: boolean): void;
  terminate(): Promise<void>;
}

/** What the CPU engine needs of its platform: Node, or a browser page or worker. */
export interface CpuHost {
  /** Hardware threads. */
  readonly cores: number;
  /** Whether memory can be shared between threads; without it runs are single-threaded. */
  readonly sharesMemory: boolean;
  /** Bytes that a memory may reach on this machine. */
  readonly memoryLimit: number;
  /** Compiles a build of the kernels; undefined when this engine lacks an instruction that it uses. */
  compile(variant: Variant): Promise<KernelModule | undefined>;
  /** A memory of `pages` 64 KiB pages that can grow to 4 GiB; throws a RangeError when there is not so much. */
  createMemory(pages: number, shared: boolean): KernelMemory;
  instantiate(module: KernelModule, memory: KernelMemory): Promise<Kernels>;
  spawn(): WorkerLink;
  /** Does something after so many milliseconds, unless the process has nothing else to stay for. */
  later(milliseconds: number, action: () => void): void;
}
