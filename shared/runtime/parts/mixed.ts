import type { FlatNetwork, FlatStep } from '../../analysis/flatten.ts';
import { type Dims, elementCount } from '../../base/dims.ts';
import type { Phrase } from '../../base/messages.ts';
import { isIssue, messages } from '../../base/problem.ts';
import type { FloatTensor } from '../../base/tensor.ts';
import { layerOf } from '../../layers/index.ts';
import type {
  Executable,
  RunOptions,
  RunResult,
  StepProfile,
  StoredWeights,
  WeightStore,
} from '../backend.ts';
import { computeStep, workOf } from '../reference/compute.ts';
import { RunError } from '../run-error.ts';
import { giveTurn, stopIfAborted } from '../turn.ts';
import { type HostIsland, partName, type SplitResult, splitNetwork } from './islands.ts';
import { outputName } from './part-network.ts';

export const say = messages('runtime/parts/mixed', {
  'no-fast-form': 'No fast form, so they run as they are written: {{layers}}.',
});

const BYTES = 4;

type Feeds = Readonly<Record<string, FloatTensor>>;

/** Makes a part of the network ready on the backend that is fast. */
export type PreparePart = (network: FlatNetwork) => Promise<Executable>;

/** A network cut where layers run as they are written: what lies between them runs on the backend that is fast. */
interface Parts {
  readonly key: string;
  readonly steps: readonly FlatStep[];
  readonly islands: ReadonlyMap<string, HostIsland>;
  readonly executables: ReadonlyMap<HostIsland, Executable>;
}

/** A network of which some layers have no fast form: these run by their `forward`, everything else in whole parts. */
export class MixedExecutable implements Executable {
  readonly notices: readonly Phrase[];
  readonly #network: FlatNetwork;
  readonly #slow: ReadonlySet<string>;
  readonly #weights: WeightStore;
  readonly #prepare: PreparePart;
  #parts: Parts | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(
    network: FlatNetwork,
    slow: ReadonlySet<string>,
    weights: WeightStore,
    prepare: PreparePart,
  ) {
    this.#network = network;
    this.#slow = slow;
    this.#weights = weights;
    this.#prepare = prepare;
    this.notices = [say.part('no-fast-form', { layers: [...slow].join(', ') })];
  }

  /** `slow` names the layers that run by their `forward`. */
  static async create(
    network: FlatNetwork,
    slow: ReadonlySet<string>,
    weights: WeightStore | StoredWeights,
    prepare: PreparePart,
  ): Promise<MixedExecutable> {
    const executable = new MixedExecutable(network, slow, await loadWeights(slow, weights), prepare);
    await executable.#partsFor({}, []);
    return executable;
  }

  get threads(): number | undefined {
    return this.#executables[0]?.threads;
  }
  get weightBytes(): number {
    const own = Object.values(this.#weights).flatMap((of) => Object.values(of));
    const bytes = own.reduce((sum, { dims }) => sum + elementCount(dims) * BYTES, 0);
    return this.#executables.reduce((sum, { weightBytes }) => sum + weightBytes, bytes);
  }
  get activationBytes(): number {
    const own = this.#network.steps.filter(({ id }) => this.#slow.has(id));
    const bytes = own.reduce((sum, { cost }) => sum + cost.outputElements * BYTES, 0);
    return this.#executables.reduce((sum, { activationBytes }) => sum + activationBytes, bytes);
  }

  get #executables(): readonly Executable[] {
    return this.#parts ? [...this.#parts.executables.values()] : [];
  }

  run(feeds: Feeds, options: RunOptions = {}): Promise<RunResult> {
    const result = this.#turn.then(() => this.#runNow(feeds, options));
    this.#turn = result.catch(() => undefined);
    return result;
  }

  async release(): Promise<void> {
    await this.#turn;
    const held = this.#executables;
    this.#parts = undefined;
    for (const executable of held) await executable.release();
  }

  async #runNow(feeds: Feeds, options: RunOptions): Promise<RunResult> {
    const { also = [], signal } = options;
    const dims = Object.fromEntries(Object.entries(feeds).map(([id, x]) => [id, x.dims]));
    const parts = await this.#partsFor(dims, also);
    const started = performance.now();
    const run = new PartsRun(parts, this.#weights, feeds, options);
    for (const at of parts.steps.keys()) {
      stopIfAborted(signal);
      await run.step(at);
    }
    const outputs: Record<string, FloatTensor> = { ...run.outputs };
    for (const id of also) outputs[id] = run.values.get(id)!;
    const milliseconds = performance.now() - started;
    return { outputs, milliseconds, ...(options.profile ? { profile: run.profile } : {}) };
  }

  /** The parts for these extents and wishes: those at hand, or new ones. */
  async #partsFor(dims: Readonly<Record<string, Dims>>, also: readonly string[]): Promise<Parts> {
    const extents = this.#network.inputs.map((at) => {
      const { id, outputDims } = this.#network.steps[at]!;
      return [id, dims[id] ?? outputDims[0]!] as const;
    });
    const key = JSON.stringify([extents, also]);
    if (this.#parts?.key === key) return this.#parts;
    const split = cutAround(this.#network, this.#slow, Object.fromEntries(extents), also);
    if (!split.ok) throw new RunError(split.problem);
    const { network, feeds } = split.value;
    const held = this.#executables;
    this.#parts = undefined;
    for (const executable of held) await executable.release();
    const executables = new Map<HostIsland, Executable>();
    for (const island of new Set(feeds.values()))
      executables.set(island, await this.#prepare(island.network));
    this.#parts = { key, steps: network.steps, islands: feeds, executables };
    return this.#parts;
  }
}

/** What lies between the layers named in `slow` as islands, and those layers as what remains. */
export function cutAround(
  network: FlatNetwork,
  slow: ReadonlySet<string>,
  feedDims: Readonly<Record<string, Dims>> = {},
  also: readonly string[] = [],
): SplitResult {
  const ends = (step: FlatStep) => step.kind === 'input' || step.kind === 'output';
  const fast = network.steps.filter((step) => !ends(step) && !slow.has(step.id));
  return splitNetwork(network, feedDims, new Set(fast.map(({ id }) => id)), also, { readsParts: true });
}

async function loadWeights(
  nodes: ReadonlySet<string>,
  store: WeightStore | StoredWeights,
): Promise<WeightStore> {
  const loaded: Record<string, Record<string, FloatTensor>> = {};
  for (const node of nodes) {
    const own: Record<string, FloatTensor> = {};
    for (const [name, found] of Object.entries(store[node] ?? {}))
      own[name] = 'load' in found ? await found.load() : found;
    loaded[node] = own;
  }
  return loaded;
}

/** One run: steps one after the other, an island where the first of its values is asked for. */
class PartsRun {
  readonly values = new Map<string, FloatTensor>();
  readonly outputs: Record<string, FloatTensor> = {};
  readonly profile: StepProfile[] = [];
  private readonly parts: Parts;
  private readonly store: WeightStore;
  private readonly feeds: Feeds;
  private readonly options: RunOptions;
  private readonly done = new Set<HostIsland>();
  private readonly total: number;
  private worked = 0;

  constructor(parts: Parts, store: WeightStore, feeds: Feeds, options: RunOptions) {
    this.parts = parts;
    this.store = store;
    this.feeds = feeds;
    this.options = options;
    const islands = [...parts.executables.keys()].flatMap(({ network }) => network.steps);
    this.total = [...parts.steps, ...islands].reduce((work, step) => work + workOf(step), 0);
  }

  async step(at: number): Promise<void> {
    const step = this.parts.steps[at]!;
    const island = this.parts.islands.get(step.id);
    if (island) await this.island(island);
    else if (step.kind === 'input') this.values.set(step.id, this.feeds[step.id]!);
    else await this.layer(step);
  }

  private async layer(step: FlatStep): Promise<void> {
    await giveTurn();
    const { steps } = this.parts;
    const { onProgress } = this.options;
    onProgress?.({ done: 0, total: steps.length, fraction: this.worked / this.total, node: step.id });
    const inputs = step.inputs.map(
      ({ step: from, output }) => this.values.get(partName(steps[from]!.id, output))!,
    );
    const outputs = layerOf(step.kind).shape({ params: step.params, inputs: inputs.map(({ dims }) => dims) });
    if (isIssue(outputs)) throw new Error(`${step.id}: ${outputs.message}`);
    const from = performance.now();
    const results = computeStep(step, inputs, this.store, outputs);
    this.profile.push({
      nodes: [step.id],
      algorithm: 'reference',
      milliseconds: performance.now() - from,
      macs: step.cost.macs.value,
      bytes: step.cost.outputElements * BYTES,
    });
    if (step.kind === 'output') this.outputs[step.id] = results[0]!;
    for (const [port, tensor] of results.entries()) this.values.set(partName(step.id, port), tensor);
    this.worked += workOf(step);
  }

  private async island(island: HostIsland): Promise<void> {
    if (this.done.has(island)) return;
    this.done.add(island);
    const work = island.network.steps.reduce((sum, step) => sum + workOf(step), 0);
    const { signal, onProgress, profile } = this.options;
    const feeds = Object.fromEntries(island.inputs.map((name) => [name, this.values.get(name)!]));
    const result = await this.parts.executables.get(island)!.run(feeds, {
      ...(signal && { signal }),
      ...(profile && { profile }),
      ...(onProgress && {
        onProgress: (progress) =>
          onProgress({ ...progress, fraction: (this.worked + progress.fraction * work) / this.total }),
      }),
    });
    for (const name of island.outputs) this.values.set(name, result.outputs[outputName(name)]!);
    this.profile.push(...(result.profile ?? []));
    this.worked += work;
  }
}
