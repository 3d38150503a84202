import type { FlatNetwork } from '../../analysis/flatten.ts';
import { type Dims, sameDims } from '../../base/dims.ts';
import type { Phrase } from '../../base/messages.ts';
import { messages } from '../../base/problem.ts';
import type { FloatTensor } from '../../base/tensor.ts';
import type { Backend, Executable, PrepareOptions, RunOptions, RunResult, WeightStore } from '../backend.ts';
import { alreadyReleased, RunError } from '../run-error.ts';
import { stopIfAborted, unlessAborted } from '../turn.ts';
import { compile } from './compile.ts';
import type { WebglDevice } from './device.ts';
import { ContextLost } from './device-errors.ts';
import { Pacer } from './pacer.ts';
import type { WebglPlan } from './plan.ts';
import { PlanRun } from './plan-run.ts';
import { contextGone, explain, remarks } from './problems.ts';
import { ResidentPlan } from './resident-plan.ts';
import { Uploads } from './uploads.ts';
import { warmUp } from './warm-up.ts';
import { WeightTextures } from './weight-textures.ts';

export const say = messages('runtime/webgl/executable', {
  'missing-input': ['The input "{{id}}" was not given.', 'Pass { {{quoted}}: tensor } to run().'],
  'unknown-node': [
    'There is no node "{{id}}" whose output could be read.',
    'Ask for a node of the flattened network, such as "stem/conv".',
  ],
});

type Feeds = Readonly<Record<string, FloatTensor>>;

/** Plans kept ready besides the first: other batch sizes, and those that keep a value that is fused away otherwise. */
const MAX_PREPARED = 3;
/** How long a lost context may take to come back. */
const RESTORE_MILLISECONDS = 3000;
/** Losses that one piece of work survives. */
const MAX_LOSSES = 2;

/** A network on a WebGL device. Runs are queued: they share textures. */
export class WebglExecutable implements Executable {
  private readonly network: FlatNetwork;
  private readonly store: WeightStore;
  private readonly device: WebglDevice;
  private readonly hosts: readonly Backend[];
  private readonly options: PrepareOptions;
  private readonly prepared = new Map<string, ResidentPlan>();
  private readonly weights: WeightTextures;
  private readonly pacer: Pacer;
  private queue: Promise<unknown> = Promise.resolve();
  private released = false;
  private readonly first: WebglPlan;

  private constructor(
    network: FlatNetwork,
    store: WeightStore,
    device: WebglDevice,
    hosts: readonly Backend[],
    first: WebglPlan,
    options: PrepareOptions,
  ) {
    this.network = network;
    this.store = store;
    this.device = device;
    this.hosts = hosts;
    this.first = first;
    this.options = options;
    this.pacer = new Pacer(device);
    this.weights = new WeightTextures(device);
    this.prepared.set(keyOf({}, []), new ResidentPlan(first, device, this.weights));
  }

  /** `hosts` run what has no shader: the first of them that can. */
  static async create(
    network: FlatNetwork,
    store: WeightStore,
    device: WebglDevice,
    hosts: readonly Backend[],
    options: PrepareOptions = {},
  ): Promise<WebglExecutable> {
    const result = compile(network, store, device.limits);
    if (!result.ok) throw new RunError(result.problem);
    const executable = new WebglExecutable(network, store, device, hosts, result.plan, options);
    try {
      await executable.surviveLoss(() => executable.warmUp(), options.signal);
    } catch (error) {
      await executable.release();
      throw error;
    }
    return executable;
  }

  get weightBytes(): number {
    return this.first.weightBytes;
  }
  get activationBytes(): number {
    return this.first.activationBytes;
  }
  get notices(): readonly Phrase[] {
    return [
      ...(this.device.limits.precision === 'half' ? [remarks.deviceHas(remarks.halfFloats)] : []),
      ...[...this.hosted].map(([layer, reason]) => remarks.runsOnCpu(layer, reason)),
    ];
  }
  /** Layers that run on another backend for want of a shader or of a texture large enough, with the reason. */
  get hosted(): ReadonlyMap<string, Phrase> {
    return this.first.hosted;
  }
  /** The plan for a batch as the design states it. */
  get plan(): WebglPlan {
    return this.first;
  }

  run(feeds: Feeds, options: RunOptions = {}): Promise<RunResult> {
    const { signal } = options;
    const run = this.queue.then(() => this.surviveLoss(() => this.runOnce(feeds, options), signal));
    this.queue = run.catch(() => undefined);
    // One that waits for others is cancelled at once.
    return unlessAborted(run, signal);
  }

  async release(): Promise<void> {
    this.released = true;
    await this.queue;
    for (const resident of this.prepared.values()) await resident.free();
    this.weights.free();
    this.prepared.clear();
  }

  /** Does it again when the context was lost meanwhile and comes back; everything is uploaded anew. */
  private async surviveLoss<T>(work: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    for (let attempt = 0; ; attempt++) {
      try {
        if (this.released) throw new RunError(alreadyReleased());
        this.device.assertAlive();
        return await work();
      } catch (error) {
        if (!(error instanceof ContextLost)) throw explain(error);
        if (attempt < MAX_LOSSES && (await this.device.restored(RESTORE_MILLISECONDS, signal))) continue;
        throw contextGone();
      }
    }
  }

  /** Makes everything ready for the first run. */
  private async warmUp(): Promise<void> {
    const resident = this.prepared.get(keyOf({}, []))!;
    await resident.prepareHosts(this.hosts, this.store, this.options);
    await resident.allocate(this.options.signal);
    await warmUp(resident, this.device, this.weights, this.options);
  }

  private async runOnce(feeds: Feeds, options: RunOptions): Promise<RunResult> {
    const { also = [], signal } = options;
    this.checkFeeds(feeds, also);
    stopIfAborted(signal);
    const started = performance.now();
    const resident = await this.prepareFor(feeds, also);
    const { threads } = this.options;
    await resident.prepareHosts(this.hosts, this.store, {
      ...(threads === undefined ? {} : { threads }),
      ...(signal ? { signal } : {}),
    });
    await resident.allocate(signal);
    const uploads = new Uploads(this.device, signal);
    for (const weight of resident.plan.weights) await this.weights.upload(weight, uploads);
    return new PlanRun(resident, this.device, this.pacer, this.store, feeds, options).run(started);
  }

  private async prepareFor(feeds: Feeds, also: readonly string[]): Promise<ResidentPlan> {
    const dims = Object.fromEntries(Object.entries(feeds).map(([id, tensor]) => [id, tensor.dims]));
    const changed = this.network.inputs.some((at) => {
      const { id, outputDims } = this.network.steps[at]!;
      return dims[id] !== undefined && !sameDims(dims[id], outputDims[0]!);
    });
    const planned = this.alsoToPlan(also);
    const key = keyOf(changed ? dims : {}, planned);
    const known = this.prepared.get(key);
    if (known) {
      // Most recently used last.
      this.prepared.delete(key);
      this.prepared.set(key, known);
      return known;
    }
    const result = compile(this.network, this.store, this.device.limits, dims, planned);
    if (!result.ok) throw new RunError(result.problem);
    await this.evict();
    const resident = new ResidentPlan(result.plan, this.device, this.weights);
    this.prepared.set(key, resident);
    return resident;
  }

  /** What the plan need not keep on purpose, because a step of its own computes it anyway. */
  private alsoToPlan(also: readonly string[]): readonly string[] {
    const computed = new Set(this.first.steps.flatMap((step) => step.outputs));
    const lacking = also.filter((id) => !computed.has(this.first.valueOf.get(id) ?? -1));
    return lacking.length === 0 ? [] : [...also].sort();
  }

  private async evict(): Promise<void> {
    const main = keyOf({}, []);
    for (const [key, resident] of this.prepared) {
      if (this.prepared.size <= MAX_PREPARED) return;
      if (key === main) continue;
      this.prepared.delete(key);
      await resident.free();
    }
  }

  private checkFeeds(feeds: Feeds, also: readonly string[]): void {
    for (const at of this.network.inputs) {
      const { id } = this.network.steps[at]!;
      if (feeds[id]) continue;
      throw new RunError(say.at({ node: id }, 'missing-input', { id, quoted: JSON.stringify(id) }));
    }
    for (const id of also) {
      if (this.network.steps.some((step) => step.id === id)) continue;
      throw new RunError(say.at({ node: id }, 'unknown-node', { id }));
    }
  }
}

function keyOf(dims: Readonly<Record<string, Dims>>, also: readonly string[]): string {
  return JSON.stringify([dims, also]);
}
