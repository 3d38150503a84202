import type { FloatTensor } from '../../shared/base/tensor.ts';
import type { WeightStore } from '../../shared/runtime/backend.ts';
import { CONTROL, CONTROL_BYTES, CONTROL_END, RUN_DONE } from '../../shared/runtime/cpu/assembly/layout.ts';
import { Heap } from '../../shared/runtime/cpu/heap.ts';
import type { CpuHost, Variant } from '../../shared/runtime/cpu/host.ts';
import type { KernelMemory, Kernels } from '../../shared/runtime/cpu/kernels.ts';
import {
  denseAddress,
  type LoadedPlan,
  Loader,
  placeConstants,
  rewind,
} from '../../shared/runtime/cpu/loader.ts';
import { ThreadPool } from '../../shared/runtime/cpu/thread-pool.ts';
import { makePlan } from '../../shared/runtime/plan/plan.ts';
import { algorithmName } from '../../shared/runtime/plan/steps.ts';
import { randomNumbers, randomTensor, randomWeights } from '../runtime/networks.ts';
import { inputDimsOf, randomNetwork } from '../runtime/random-networks.ts';

/** Relative to the root mean square of an output: what rounding adds up to where plans differ, Winograd's tiles included. */
const ROUNDING = 3e-4;
const PAGES = 256;

export interface SoakOptions {
  readonly batches: readonly number[];
  /** Threads of real workers, which stay for all networks. */
  readonly threads: readonly number[];
  /** Of every plan. */
  readonly runs: number;
}

export interface SoakReport {
  readonly runs: number;
  readonly plans: number;
  /** Of plans from each other, relative to the root mean square of an output, where that is not beyond rounding. */
  readonly largestDifference: number;
  readonly failures: readonly string[];
}

/** Workers for one number of threads, with the memory that they share. */
interface Crew {
  readonly threads: number;
  readonly memory: KernelMemory;
  readonly kernels: Kernels;
  readonly pool: ThreadPool;
}

type Feeds = Readonly<Record<string, FloatTensor>>;
type Outputs = ReadonlyMap<string, Float32Array>;

/** Runs random networks on real threads, again and again, over workers that are started once. */
export class Soak {
  private readonly crews: readonly Crew[];
  private readonly options: SoakOptions;

  private constructor(crews: readonly Crew[], options: SoakOptions) {
    this.crews = crews;
    this.options = options;
  }

  /** Undefined where this engine lacks an instruction of that build. */
  static async open(host: CpuHost, variant: Variant, options: SoakOptions): Promise<Soak | undefined> {
    const module = await host.compile(variant);
    if (!module) return undefined;
    const crews: Crew[] = [];
    for (const threads of options.threads) {
      const memory = host.createMemory(PAGES, true);
      const kernels = await host.instantiate(module, memory);
      const pool = await ThreadPool.start(host, module, memory, threads, false);
      crews.push({ threads, memory, kernels, pool });
    }
    return new Soak(crews, options);
  }

  async close(): Promise<void> {
    await Promise.all(this.crews.map(({ pool }) => pool.close()));
  }

  /** One network: the same bytes from every run of one plan, the same but for rounding from every plan of one batch. */
  async try(number: number): Promise<SoakReport> {
    const network = randomNetwork(number);
    const next = randomNumbers(number + 1);
    const weights = randomWeights(network, next);
    const failures: string[] = [];
    let largestDifference = 0;
    for (const batch of this.options.batches) {
      const dims = inputDimsOf(network, batch);
      const feeds = Object.fromEntries(
        Object.entries(dims).map(([id, each]) => [id, randomTensor(each, next)] as const),
      );
      let first: Outputs | undefined;
      for (const crew of this.crews) {
        const where = `network ${number}, batch ${batch}, ${crew.threads} threads`;
        const heap = new Heap(crew.memory);
        const loader = new Loader(heap, crew.kernels, weights);
        const { tilePixels, panelChannels } = crew.kernels;
        const target = { threads: crew.threads, tilePixels: tilePixels(), panelChannels: panelChannels() };
        const made = makePlan(network, { target, inputDims: dims });
        if (!made.ok) throw new RangeError(`${where}: ${made.problems[0]!.message}`);
        const loaded = await loader.load(made.value, async () => undefined);
        const outputs = await this.runAgain(crew, heap, loaded, weights, feeds, (apart) =>
          failures.push(`${where}: ${apart} (${made.value.steps.map(algorithmName).join(' → ')})`),
        );
        first ??= outputs;
        for (const [name, data] of outputs) {
          const off = difference(data, first.get(name)!);
          if (off <= ROUNDING) largestDifference = Math.max(largestDifference, off);
          else failures.push(`${where}: ${name} is ${off} off what another plan gives`);
        }
      }
    }
    const plans = this.options.batches.length * this.crews.length;
    return { runs: plans * this.options.runs, plans, largestDifference, failures };
  }

  /** All runs of a plan, each in memory that holds something else before; what the first gives. */
  private async runAgain(
    { memory, pool }: Crew,
    heap: Heap,
    loaded: LoadedPlan,
    weights: WeightStore,
    feeds: Feeds,
    fail: (apart: string) => void,
  ): Promise<Outputs> {
    const { plan } = loaded;
    let first: Outputs | undefined;
    for (let run = 0; run < this.options.runs; run++) {
      new Uint8Array(memory.buffer, loaded.arena, plan.arenaBytes).fill(run % 2 === 0 ? 0xff : 0x3d);
      for (const [name, tensor] of plan.feeds) {
        const { data } = feeds[name]!;
        heap.floats(denseAddress(loaded, tensor), data.length).set(data);
      }
      placeConstants(loaded, weights, heap);
      rewind(loaded, heap);
      const control = heap.words(CONTROL, CONTROL_BYTES / 4);
      control.fill(0);
      control[CONTROL_END / 4] = plan.steps.length;
      const status = await pool.run(loaded.program);
      if (status !== RUN_DONE) fail(`run ${run} ended with status ${status}`);
      const outputs = outputsOf(loaded, heap);
      first ??= outputs;
      for (const [name, data] of outputs) {
        if (Buffer.compare(bytesOf(data), bytesOf(first.get(name)!)) === 0) continue;
        fail(`run ${run} gives other bytes for ${name}`);
      }
    }
    return first!;
  }
}

function outputsOf(loaded: LoadedPlan, heap: Heap): Outputs {
  const { results, tensors } = loaded.plan;
  return new Map(
    [...results].map(([name, tensor]) => {
      const count = tensors[tensor]!.dims.reduce((a, b) => a * b, 1);
      return [name, heap.floats(denseAddress(loaded, tensor), count).slice()];
    }),
  );
}

function bytesOf(data: Float32Array): Buffer {
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength);
}

function difference(actual: Float32Array, expected: Float32Array): number {
  let worst = 0;
  let squares = 0;
  for (let i = 0; i < expected.length; i++) {
    squares += expected[i]! ** 2;
    const off = Math.abs(actual[i]! - expected[i]!);
    if (!(off <= worst)) worst = off;
  }
  return worst === 0 ? 0 : worst / Math.max(1e-6, Math.sqrt(squares / expected.length));
}

/** Some networks after each other, told of as they go. */
export async function soak(
  host: CpuHost,
  variant: Variant,
  numbers: readonly number[],
  options: SoakOptions,
  tell: (done: number, report: SoakReport) => void = () => undefined,
): Promise<SoakReport> {
  const crew = await Soak.open(host, variant, options);
  let report: SoakReport = { runs: 0, plans: 0, largestDifference: 0, failures: [] };
  if (!crew) return report;
  try {
    for (const [done, number] of numbers.entries()) {
      report = joined(report, await crew.try(number));
      tell(done + 1, report);
    }
  } finally {
    await crew.close();
  }
  return report;
}

export function joined(a: SoakReport, b: SoakReport): SoakReport {
  return {
    runs: a.runs + b.runs,
    plans: a.plans + b.plans,
    largestDifference: Math.max(a.largestDifference, b.largestDifference),
    failures: [...a.failures, ...b.failures],
  };
}
