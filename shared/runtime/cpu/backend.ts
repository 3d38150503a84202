import type { FlatNetwork } from '../../analysis/flatten.ts';
import { weightTypes } from '../../graph/number-types.ts';
import type { Backend, Executable, PrepareOptions, StoredWeights, WeightStore } from '../backend.ts';
import { MixedExecutable } from '../parts/mixed.ts';
import { slowSteps } from '../plan/slow-steps.ts';
import { chooseVariant } from './choose-variant.ts';
import { CpuExecutable, pauseFor, type Wishes } from './executable.ts';
import type { CpuHost, Variant } from './host.ts';
import { RunError, threadsProblem, unknownWeightType } from './run-error.ts';

export interface CpuOptions {
  /** A build of the kernels to use whatever the trial says. */
  readonly variant?: Variant;
}

/** More threads than this gain nothing on the networks that this engine is for. */
const MOST_THREADS = 64;

/** Threads for a run: as many as asked for, within reason; 1 where memory cannot be shared. Throws a RunError for 1.5. */
export function threadsFor(host: CpuHost, asked: number | undefined): number {
  const problem = threadsProblem(asked);
  if (problem) throw new RunError(problem);
  if (!host.sharesMemory) return 1;
  return Math.min(asked ?? host.cores, MOST_THREADS);
}

function wishesFor(host: CpuHost, { threads, weightType }: PrepareOptions): Wishes {
  if (weightType !== undefined && !weightTypes.includes(weightType))
    throw new RunError(unknownWeightType(weightType));
  return { threads: threadsFor(host, threads), ...(weightType ? { weightType } : {}) };
}

/** Threaded WebAssembly SIMD on the platform that `host` stands for. */
export function createCpuBackend(host: CpuHost, { variant }: CpuOptions = {}): Backend {
  async function prepare(
    network: FlatNetwork,
    weights: WeightStore | StoredWeights,
    options: PrepareOptions = {},
  ): Promise<Executable> {
    const wishes = wishesFor(host, options);
    const { module } = await chooseVariant(host, variant);
    const whole = (part: FlatNetwork): Promise<Executable> =>
      CpuExecutable.create(host, module, part, weights, wishes, pauseFor(options));
    const slow = slowSteps(network).map(({ id }) => id);
    return slow.length === 0
      ? whole(network)
      : MixedExecutable.create(network, new Set(slow), weights, whole);
  }
  return {
    name: 'cpu',
    memoryLimit: host.memoryLimit,
    prepare,
    prepareStored: prepare,
  };
}
