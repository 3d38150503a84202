import type { FlatNetwork } from '../../analysis/flatten.ts';
import { type Dims, sameDims } from '../../base/dims.ts';
import { messages } from '../../base/problem.ts';
import type { FloatTensor } from '../../base/tensor.ts';
import type { Executable, PrepareOptions, RunOptions, RunResult, WeightStore } from '../backend.ts';
import { alreadyReleased, RunError } from '../run-error.ts';
import { Turns, unlessAborted } from '../turn.ts';
import { compile } from './compile.ts';
import type { WebgpuDevice } from './device.ts';
import { DeviceLost } from './device-errors.ts';
import { Pacer } from './pacer.ts';
import type { WebgpuPlan } from './plan.ts';
import { PlanRun } from './plan-run.ts';
import { explain } from './problems.ts';
import { ResidentPlan } from './resident-plan.ts';
import { WeightBuffers } from './weight-buffers.ts';

export const say = messages('runtime/webgpu/executable', {
  'missing-input': ['The input "{{id}}" was not given.', 'Pass { {{quoted}}: tensor } to run().'],
  'unknown-node': [
    'There is no node "{{id}}" whose output could be read.',
    'Ask for a node of the flattened network, such as "stem/conv".',
  ],
});

type Feeds = Readonly<Record<string, FloatTensor>>;

/** Plans kept ready besides the first: other batch sizes, and those that keep a value that is fused away otherwise. */
const MAX_PREPARED = 3;
/** Losses that one piece of work survives. */
const MAX_LOSSES = 2;

/** A network on a WebGPU device. Runs take turns: they share buffers. */
export class WebgpuExecutable implements Executable {
  private readonly network: FlatNetwork;
  private readonly store: WeightStore;
  private readonly device: WebgpuDevice;
  private readonly weights: WeightBuffers;
  private readonly pacer = new Pacer();
  private readonly turns = new Turns();
  private readonly prepared = new Map<string, ResidentPlan>();
  private readonly first: WebgpuPlan;
  private released = false;

  private constructor(network: FlatNetwork, store: WeightStore, device: WebgpuDevice, first: WebgpuPlan) {
    this.network = network;
    this.store = store;
    this.device = device;
    this.first = first;
    this.weights = new WeightBuffers(device);
    this.prepared.set(keyOf({}, []), new ResidentPlan(first, device, this.weights));
  }

  static async create(
    network: FlatNetwork,
    store: WeightStore,
    device: WebgpuDevice,
    { signal, onProgress }: PrepareOptions = {},
  ): Promise<WebgpuExecutable> {
    const result = compile(network, store, device.limits);
    if (!result.ok) throw new RunError(result.problem);
    const executable = new WebgpuExecutable(network, store, device, result.plan);
    const total = result.plan.steps.length;
    try {
      await executable.surviveLoss(() =>
        executable.prepared
          .get(keyOf({}, []))!
          .allocate(signal, (done, { nodes }) =>
            onProgress?.({ done: done + 1, total, fraction: (done + 1) / total, node: nodes.at(-1)! }),
          ),
      );
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
  /** The plan for a batch as the design states it. */
  get plan(): WebgpuPlan {
    return this.first;
  }

  run(feeds: Feeds, options: RunOptions = {}): Promise<RunResult> {
    const run = this.turns.take(() => this.surviveLoss(() => this.runOnce(feeds, options)));
    // One that waits for others is cancelled at once.
    return unlessAborted(run, options.signal);
  }

  async release(): Promise<void> {
    this.released = true;
    await this.turns.take(async () => {
      for (const resident of this.prepared.values()) resident.free();
      this.weights.free();
      this.prepared.clear();
    });
  }

  /** Does it again on another device when the one at hand was lost meanwhile; everything is uploaded anew. */
  private async surviveLoss<T>(work: () => Promise<T>): Promise<T> {
    for (let attempt = 0; ; attempt++) {
      try {
        if (this.released) throw new RunError(alreadyReleased());
        await this.device.renew();
        return await work();
      } catch (error) {
        if (!(error instanceof DeviceLost) || attempt >= MAX_LOSSES) throw explain(error);
      }
    }
  }

  private async runOnce(feeds: Feeds, options: RunOptions): Promise<RunResult> {
    const { also = [], signal } = options;
    this.checkFeeds(feeds, also);
    const started = performance.now();
    const resident = this.residentFor(feeds, also);
    await resident.allocate(signal);
    return new PlanRun(resident, this.device, this.pacer, options).run(feeds, started);
  }

  private residentFor(feeds: Feeds, also: readonly string[]): ResidentPlan {
    const dims = Object.fromEntries(Object.entries(feeds).map(([id, tensor]) => [id, tensor.dims]));
    const changed = this.network.inputs.some((at) => {
      const { id, outputDims } = this.network.steps[at]!;
      return !sameDims(dims[id]!, outputDims[0]!);
    });
    const wanted = also.filter((id) => !this.first.results.has(id)).sort();
    const key = keyOf(changed ? dims : {}, wanted);
    const known = this.prepared.get(key);
    if (known) {
      // Most recently used last.
      this.prepared.delete(key);
      this.prepared.set(key, known);
      return known;
    }
    const result = compile(this.network, this.store, this.device.limits, changed ? dims : {}, wanted);
    if (!result.ok) throw new RunError(result.problem);
    this.evict();
    const resident = new ResidentPlan(result.plan, this.device, this.weights);
    this.prepared.set(key, resident);
    return resident;
  }

  private evict(): void {
    const main = keyOf({}, []);
    for (const [key, resident] of this.prepared) {
      if (this.prepared.size <= MAX_PREPARED) return;
      if (key === main) continue;
      this.prepared.delete(key);
      resident.free();
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
