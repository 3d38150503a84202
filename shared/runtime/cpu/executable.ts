import type { FlatNetwork } from '../../analysis/flatten.ts';
import { type Dims, elementCount, formatDims, sameDims } from '../../base/dims.ts';
import type { Phrase } from '../../base/messages.ts';
import { messages } from '../../base/problem.ts';
import { type FloatTensor, Tensor } from '../../base/tensor.ts';
import type {
  Executable,
  RunOptions,
  RunResult,
  StepProfile,
  StoredWeights,
  WeightStore,
} from '../backend.ts';
import { makePlan, type Plan } from '../plan/plan.ts';
import { algorithmName } from '../plan/steps.ts';
import type { Target } from '../plan/target.ts';
import { giveTurn, stopIfAborted } from '../turn.ts';
import { CONTROL, CONTROL_BEGAN, CONTROL_BYTES, CONTROL_END, RUN_DONE } from './assembly/layout.ts';
import { keepEngine, takeEngine } from './engines.ts';
import { Heap, pagesFor } from './heap.ts';
import type { CpuHost, KernelModule } from './host.ts';
import type { Kernels } from './kernels.ts';
import {
  constantsOf,
  denseAddress,
  type LoadedPlan,
  Loader,
  placeConstants,
  rewind,
  stepEnds,
} from './loader.ts';
import { alreadyReleased, RunCancelled, RunError } from './run-error.ts';
import { type MemoryStatement, refuseTooLarge, stateMemory } from './statement.ts';
import { type Runner, SlicedRunner, ThreadPool } from './thread-pool.ts';

export const say = messages('runtime/cpu/executable', {
  'feed-shape': [
    'Input "{{id}}" wants {{wanted}} with any batch size, got {{given}}.',
    'Pass a float32 tensor of {{wanted}} as "{{id}}".',
  ],
  'feed-missing': ['Input "{{id}}" was not given.', 'Pass a float32 tensor of {{wanted}} as "{{id}}".'],
  'one-thread':
    'The CPU runs on one thread: memory cannot be shared between threads here (the page is not cross-origin isolated).',
  // 8 significant bits, rounded to the nearest: half of 1/128.
  bfloat16:
    'Weights of fully connected and 1×1 layers are kept as bfloat16: each is rounded by up to 0.4 % of itself.',
});

/** Milliseconds between looks at how far a run is. */
const WATCH_EVERY = 25;
/** How long a cancelled run may take to stop before its workers are ended. */
const PATIENCE = 150;

type Feeds = Readonly<Record<string, FloatTensor>>;
/** Called after small pieces of work, with the share done: lets others have their turn, and throws to give up. */
export type Pause = (fraction: number, node: string) => Promise<void>;

/** Milliseconds that packing weights works before others have their turn. */
const SLICE = 20;

/** A pause that heeds a signal and reports how far the packing is. */
export function pauseFor({ signal, onProgress }: Pick<RunOptions, 'signal' | 'onProgress'>): Pause {
  let since = performance.now();
  return async (fraction, node) => {
    if (performance.now() - since < SLICE) return;
    stopIfAborted(signal);
    onProgress?.({ done: 0, total: 1, fraction, node });
    await giveTurn();
    since = performance.now();
  };
}

/** What is asked of a plan beside the register tile of the kernels. */
export type Wishes = Pick<Target, 'threads' | 'weightType'>;

/** A network in one memory with its own workers. One run at a time: others wait for their turn. */
export class CpuExecutable implements Executable {
  readonly memory: MemoryStatement;
  private readonly host: CpuHost;
  private readonly module: KernelModule;
  private readonly network: FlatNetwork;
  private readonly wishes: Wishes;
  private readonly weights: WeightStore | StoredWeights;
  private kernels: Kernels | undefined;
  private heap: Heap | undefined;
  private loader: Loader | undefined;
  private runner: Promise<Runner> | undefined;
  private loaded: { readonly key: string; readonly plan: LoadedPlan } | undefined;
  private turn: Promise<unknown> = Promise.resolve();

  private constructor(
    host: CpuHost,
    module: KernelModule,
    kernels: Kernels,
    heap: Heap,
    network: FlatNetwork,
    weights: WeightStore | StoredWeights,
    wishes: Wishes,
    memory: MemoryStatement,
  ) {
    this.host = host;
    this.module = module;
    this.kernels = kernels;
    this.heap = heap;
    this.network = network;
    this.weights = weights;
    this.wishes = wishes;
    this.memory = memory;
    this.loader = new Loader(heap, kernels, weights);
  }

  get notices(): readonly Phrase[] {
    const alone = this.host.sharesMemory ? [] : [say.part('one-thread')];
    return this.wishes.weightType === 'bfloat16' ? [...alone, say.part('bfloat16')] : alone;
  }

  get threads(): number {
    return this.wishes.threads;
  }

  get weightBytes(): number {
    return this.memory.weightBytes;
  }

  get activationBytes(): number {
    return this.memory.arenaBytes;
  }

  /** Plans for a batch of one, refuses what will not fit, then allocates, packs the weights and starts the workers. */
  static async create(
    host: CpuHost,
    module: KernelModule,
    network: FlatNetwork,
    weights: WeightStore | StoredWeights,
    wishes: Wishes,
    pause: Pause,
  ): Promise<CpuExecutable> {
    const tile = await tileOf(host, module);
    const made = makePlan(network, { target: { ...wishes, ...tile } });
    if (!made.ok) throw new RunError(made.problems[0]!);
    const statement = stateMemory(made.value);
    const problem = refuseTooLarge(statement, host.memoryLimit);
    if (problem) throw new RunError(problem);
    const waiting = takeEngine(host, module, wishes.threads, statement.kernelBytes);
    const memory =
      waiting?.memory ?? host.createMemory(pagesFor(statement.kernelBytes), module.variant !== 'single');
    const kernels = waiting?.kernels ?? (await host.instantiate(module, memory));
    const executable = new CpuExecutable(
      host,
      module,
      kernels,
      new Heap(memory),
      network,
      weights,
      wishes,
      statement,
    );
    // The workers start while the weights are packed, and have the system provide the memory from its other end.
    const runner = waiting ? executable.takeOver(waiting.runner) : executable.startRunner({ touches: true });
    try {
      await executable.use(made.value, keyOf(network, {}, []), pause);
      await runner;
    } catch (error) {
      await executable.release();
      throw error;
    }
    return executable;
  }

  /** Threads that wait in this memory already. */
  private takeOver(runner: Runner): Promise<Runner> {
    this.runner = Promise.resolve(runner);
    return this.runner;
  }

  private startRunner({ touches } = { touches: false }): Promise<Runner> {
    const heap = this.alive();
    const runner: Promise<Runner> =
      this.module.variant === 'single'
        ? Promise.resolve(new SlicedRunner(this.kernels!, heap.memory))
        : ThreadPool.start(this.host, this.module, heap.memory, this.threads, touches);
    this.runner = runner;
    // Whoever awaits the runner is told; nobody else need be.
    runner.catch(() => {
      if (this.runner === runner) this.runner = undefined;
    });
    return runner;
  }

  private alive(): Heap {
    if (!this.heap) throw new RunError(alreadyReleased());
    return this.heap;
  }

  /** Makes `plan` the one in memory, in place of another. */
  private async use(plan: Plan, key: string, pause: Pause): Promise<LoadedPlan> {
    this.alive();
    const loader = this.loader!;
    if (this.loaded) loader.unload(this.loaded.plan);
    this.loaded = undefined;
    const loaded = await loader.load(plan, pause);
    placeConstants(loaded, await constantsOf(plan, this.weights), this.alive());
    this.loaded = { key, plan: loaded };
    return loaded;
  }

  run(feeds: Feeds, options: RunOptions = {}): Promise<RunResult> {
    const result = this.turn.then(() => this.runNow(feeds, options));
    this.turn = result.catch(() => undefined);
    return result;
  }

  private async runNow(feeds: Feeds, options: RunOptions): Promise<RunResult> {
    const { signal, also = [] } = options;
    stopIfAborted(signal);
    const heap = this.alive();
    const loaded = await this.planFor(feeds, also, signal);
    const { plan } = loaded;
    for (const [name, tensor] of plan.feeds) {
      const { data } = feeds[name]!;
      heap.floats(denseAddress(loaded, tensor), data.length).set(data);
    }
    rewind(loaded, heap);
    const control = heap.words(CONTROL, CONTROL_BYTES / 4);
    control.fill(0);
    control[CONTROL_END / 4] = plan.steps.length;
    const began = performance.now();
    await this.execute(loaded, options);
    const milliseconds = performance.now() - began;
    return {
      outputs: this.collect(loaded),
      milliseconds,
      ...(options.profile ? { profile: profileOf(loaded, heap) } : {}),
    };
  }

  /** The plan for these extents and wishes: the one in memory, or a new one. */
  private async planFor(
    feeds: Feeds,
    also: readonly string[],
    signal: AbortSignal | undefined,
  ): Promise<LoadedPlan> {
    const dims = this.checkFeeds(feeds);
    const key = keyOf(this.network, dims, also);
    if (this.loaded?.key === key) return this.loaded.plan;
    const target = {
      ...this.wishes,
      tilePixels: this.kernels!.tilePixels(),
      panelChannels: this.kernels!.panelChannels(),
    };
    const made = makePlan(this.network, { target, inputDims: dims, also });
    if (!made.ok) throw new RunError(made.problems[0]!);
    const problem = refuseTooLarge(stateMemory(made.value), this.host.memoryLimit);
    if (problem) throw new RunError(problem);
    return this.use(made.value, key, pauseFor(signal ? { signal } : {}));
  }

  private checkFeeds(feeds: Feeds): Record<string, Dims> {
    const dims: Record<string, Dims> = {};
    for (const index of this.network.inputs) {
      const { id, outputDims } = this.network.steps[index]!;
      const feed = feeds[id];
      const wanted = outputDims[0]!;
      if (!feed || feed.dims.length !== wanted.length || !sameDims(feed.dims.slice(1), wanted.slice(1))) {
        const shape = formatDims(wanted);
        throw new RunError(
          feed
            ? say.at({ node: id }, 'feed-shape', { id, wanted: shape, given: formatDims(feed.dims) })
            : say.at({ node: id }, 'feed-missing', { id, wanted: shape }),
        );
      }
      dims[id] = feed.dims;
    }
    return dims;
  }

  private async execute(loaded: LoadedPlan, { signal, onProgress }: RunOptions): Promise<void> {
    const runner = await (this.runner ?? this.startRunner());
    // Whatever was told while the plan was made or the workers started was told before anybody listened.
    stopIfAborted(signal);
    const watch = onProgress ? watchProgress(loaded.plan, runner, onProgress) : undefined;
    let giveUp: ReturnType<typeof setTimeout> | undefined;
    let abandoned = false;
    const running = runner.run(loaded.program);
    let onAbort = (): void => undefined;
    const abandonment = new Promise<never>((_, reject) => {
      onAbort = () => {
        runner.stop();
        giveUp = setTimeout(() => {
          abandoned = true;
          reject(new RunCancelled());
        }, PATIENCE);
      };
    });
    signal?.addEventListener('abort', onAbort, { once: true });
    try {
      const status = await Promise.race([running, abandonment]);
      if (status !== RUN_DONE) throw new RunCancelled();
    } catch (error) {
      if (abandoned || !(error instanceof RunCancelled)) await this.discard(runner, running);
      throw error;
    } finally {
      // A signal may outlive its run, and must not stop the next one.
      signal?.removeEventListener('abort', onAbort);
      clearTimeout(giveUp);
      watch?.stop();
    }
  }

  /** Ends workers that are of no more use; the next run starts new ones. */
  private async discard(runner: Runner, running: Promise<number>): Promise<void> {
    running.catch(() => undefined);
    this.runner = undefined;
    await runner.close();
  }

  private collect(loaded: LoadedPlan): Record<string, FloatTensor> {
    const heap = this.alive();
    const outputs: Record<string, FloatTensor> = {};
    for (const [name, tensor] of loaded.plan.results) {
      const { dims } = loaded.plan.tensors[tensor]!;
      // A copy: the memory is shared and belongs to the next run.
      const data = new Float32Array(elementCount(dims));
      data.set(heap.floats(denseAddress(loaded, tensor), data.length));
      outputs[name] = new Tensor('float32', data, dims);
    }
    return outputs;
  }

  /** Stops what runs, and leaves memory and workers to the next session, for a moment: see `keepEngine`. */
  async release(): Promise<void> {
    const { runner, heap, kernels, module, host } = this;
    this.heap = undefined;
    // The kernels hold the memory too: whoever keeps a released session keeps nothing of it.
    this.kernels = undefined;
    this.loader = undefined;
    this.loaded = undefined;
    this.runner = undefined;
    const started = await runner?.catch(() => undefined);
    if (!started || !heap || !kernels) return;
    started.stop();
    await keepEngine(host, { module, memory: heap.memory, kernels, runner: started });
  }
}

function keyOf(network: FlatNetwork, dims: Readonly<Record<string, Dims>>, also: readonly string[]): string {
  const extents = network.inputs.map((index) => {
    const step = network.steps[index]!;
    return dims[step.id] ?? step.outputDims[0]!;
  });
  return JSON.stringify([extents, also]);
}

type Tile = Pick<Target, 'tilePixels' | 'panelChannels'>;

const tiles = new WeakMap<KernelModule, Promise<Tile>>();

/** The register tile of a build, asked for once. */
export function tileOf(host: CpuHost, module: KernelModule): Promise<Tile> {
  const known = tiles.get(module) ?? askTile(host, module);
  tiles.set(module, known);
  known.catch(() => tiles.delete(module));
  return known;
}

async function askTile(host: CpuHost, module: KernelModule): Promise<Tile> {
  const memory = host.createMemory(1, module.variant !== 'single');
  const kernels = await host.instantiate(module, memory);
  return { tilePixels: kernels.tilePixels(), panelChannels: kernels.panelChannels() };
}

/** Reports each step that is done, until stopped; the last report says that all are. */
function watchProgress(plan: Plan, runner: Runner, report: NonNullable<RunOptions['onProgress']>) {
  const total = plan.steps.length;
  const macs = plan.steps.reduce((sum, step) => sum + step.macs, 0);
  let stopped = false;
  let reported = -1;
  const look = (): void => {
    const done = Math.min(runner.done(), total);
    if (done !== reported) {
      reported = done;
      const finished = plan.steps.slice(0, done).reduce((sum, step) => sum + step.macs, 0);
      const node = plan.steps[Math.min(done, total - 1)]!.nodes[0] ?? '';
      report({ done, total, fraction: macs === 0 ? done / total : finished / macs, node });
    }
    if (!stopped) setTimeout(look, WATCH_EVERY);
  };
  look();
  return {
    stop(): void {
      stopped = true;
      look();
    },
  };
}

function profileOf(loaded: LoadedPlan, heap: Heap): StepProfile[] {
  const { plan } = loaded;
  const ends = stepEnds(loaded, heap);
  let before = new Float64Array(heap.memory.buffer, CONTROL + CONTROL_BEGAN, 1)[0]!;
  return plan.steps.map((step, index) => {
    const milliseconds = ends[index]! - before;
    before = ends[index]!;
    const tensors = [...step.inputs, step.output].map(
      (tensor) => elementCount(plan.tensors[tensor]!.dims) * 4,
    );
    const bytes = tensors.reduce((a, b) => a + b, 0) + (step.kind === 'convolution' ? step.weightBytes : 0);
    return { nodes: step.nodes, algorithm: algorithmName(step), milliseconds, macs: step.macs, bytes };
  });
}
