import type { CpuHost, KernelModule } from './host.ts';
import type { KernelMemory, Kernels } from './kernels.ts';
import type { Runner } from './thread-pool.ts';

/** A memory, the kernels that are open in it, and the threads that run there: what a session works with. */
export interface Engine {
  readonly module: KernelModule;
  readonly memory: KernelMemory;
  readonly kernels: Kernels;
  readonly runner: Runner;
}

/** For how long the engine of a released session waits for the next one. */
const KEPT_MILLISECONDS = 10_000;
/** Share of the memory that may be had which a waiting engine may hold. */
const KEPT_SHARE = 1 / 4;
/** By how much a memory may be larger than what a session states, beside so many bytes. */
const LARGER = 1.15;
const LARGER_BYTES = 16 * 2 ** 20;
/** A memory that is smaller by more is not worth it: a new one is touched by two threads at once. */
const SMALLER = 0.5;

const waiting = new WeakMap<CpuHost, { readonly engine: Engine }>();

/**
 * Keeps a session's engine for the next one, for a moment: to start threads, and to have the system provide memory, takes
 * most of the time that a session of a small network takes to begin. What is too large to wait, or at work, is ended.
 */
export async function keepEngine(host: CpuHost, engine: Engine): Promise<void> {
  if (!engine.runner.isIdle || engine.memory.buffer.byteLength > host.memoryLimit * KEPT_SHARE) {
    await engine.runner.close();
    return;
  }
  const before = waiting.get(host);
  const entry = { engine };
  waiting.set(host, entry);
  host.later(KEPT_MILLISECONDS, () => {
    if (waiting.get(host) !== entry) return;
    waiting.delete(host);
    void engine.runner.close();
  });
  await before?.engine.runner.close();
}

/** The engine that waits, if it has so many threads and suits a session that states so many bytes. */
export function takeEngine(
  host: CpuHost,
  module: KernelModule,
  threads: number,
  bytes: number,
): Engine | undefined {
  const engine = waiting.get(host)?.engine;
  if (!engine || engine.module !== module || engine.runner.threads !== threads) return undefined;
  const has = engine.memory.buffer.byteLength;
  if (!engine.runner.isIdle || has > bytes * LARGER + LARGER_BYTES || has < bytes * SMALLER) return undefined;
  waiting.delete(host);
  return engine;
}
