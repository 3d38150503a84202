import type { FlatNetwork } from '../../analysis/flatten.ts';
import { weightTypes } from '../../graph/number-types.ts';
import type { Backend, Executable, PrepareOptions, StoredWeights, WeightStore } from '../backend.ts';
import { MixedExecutable } from '../parts/mixed.ts';
import { runsByReference } from '../plan/lowerings.ts';
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
    const rounded = roundedSums(network);
    const slow = network.steps
      .filter(({ kind, params }, i) => rounded.has(i) || runsByReference(kind, params))
      .map(({ id }) => id);
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

const sums: ReadonlySet<string> = new Set(['reduceMean', 'reduceSum', 'globalAvgPool']);

/** Sums and means that are rounded to a grid: the last bit decides, and the reference adds up in onnxruntime's order. */
function roundedSums({ steps }: FlatNetwork): ReadonlySet<number> {
  const read = steps.flatMap(({ kind, inputs }) => (kind === 'quantize' ? inputs.slice(0, 1) : []));
  return new Set(read.map(({ step }) => step).filter((step) => sums.has(steps[step]!.kind)));
}
