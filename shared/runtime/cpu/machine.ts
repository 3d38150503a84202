import type { FlatNetwork } from '../../analysis/flatten.ts';
import type { Executable, Machine, PrepareOptions, WeightStore } from '../machine.ts';
import { chooseVariant } from './choose-variant.ts';
import { CpuExecutable } from './executable.ts';
import type { CpuHost, Variant } from './host.ts';
import { RunCancelled } from './run-error.ts';

export interface CpuOptions {
  /** A build of the kernels to use whatever the trial says. */
  readonly variant?: Variant;
}

/** Milliseconds that packing weights works before others have their turn. */
const SLICE = 20;
/** More threads than this gain nothing on the networks that this engine is for. */
const MOST_THREADS = 64;

/** Threads for a run: as many as asked for, at most the machine's; 1 where memory cannot be shared. */
export function threadsFor(host: CpuHost, asked: number | undefined): number {
  if (!host.sharesMemory) return 1;
  return Math.max(1, Math.min(asked ?? host.cores, MOST_THREADS));
}

/** Threaded WebAssembly SIMD on the platform that `host` stands for. */
export function createCpuMachine(host: CpuHost, { variant }: CpuOptions = {}): Machine {
  return {
    name: 'cpu',
    async prepare(
      network: FlatNetwork,
      weights: WeightStore,
      options: PrepareOptions = {},
    ): Promise<Executable> {
      const { module } = await chooseVariant(host, variant);
      const threads = threadsFor(host, options.threads);
      let since = performance.now();
      const pause = async (fraction: number, node: string): Promise<void> => {
        if (performance.now() - since < SLICE) return;
        if (options.signal?.aborted) throw new RunCancelled();
        options.onProgress?.({ done: 0, total: 1, fraction, node });
        await new Promise<void>((resolve) => setTimeout(resolve, 0));
        since = performance.now();
      };
      return CpuExecutable.create(host, module, network, weights, threads, pause);
    },
  };
}
