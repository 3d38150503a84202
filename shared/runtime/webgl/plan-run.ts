import { sameDims } from '../../base/dims.ts';
import { type FloatTensor, Tensor } from '../../base/tensor.ts';
import type { RunOptions, RunProgress, RunResult, StepProfile, WeightStore } from '../backend.ts';
import { outputName } from '../parts/part-network.ts';
import type { ValueId } from '../plan/graph.ts';
import { elementsOf } from '../plan/piece.ts';
import { stopIfAborted } from '../turn.ts';
import type { WebglDevice } from './device.ts';
import { packTensor, unpackTensor } from './layout.ts';
import type { Pacer } from './pacer.ts';
import type { HostStep, UploadStep, WebglPlan, WebglStep } from './plan.ts';
import type { ResidentPlan } from './resident-plan.ts';

type Feeds = Readonly<Record<string, FloatTensor>>;

/** One run of a plan: hands its steps to the device piece by piece, and reads what is wanted. */
export class PlanRun {
  private readonly resident: ResidentPlan;
  private readonly device: WebglDevice;
  private readonly pacer: Pacer;
  private readonly store: WeightStore;
  private readonly feeds: Feeds;
  private readonly options: RunOptions;
  /** What the host has anyway: feeds, and what other backends gave. */
  private readonly onHost = new Map<ValueId, FloatTensor>();

  constructor(
    resident: ResidentPlan,
    device: WebglDevice,
    pacer: Pacer,
    store: WeightStore,
    feeds: Feeds,
    options: RunOptions,
  ) {
    this.resident = resident;
    this.device = device;
    this.pacer = pacer;
    this.store = store;
    this.feeds = feeds;
    this.options = options;
  }

  async run(started: number): Promise<RunResult> {
    const { plan } = this.resident;
    const { signal, onProgress, also = [], profile = false } = this.options;
    const outputs: Record<string, FloatTensor> = {};
    const steps: StepProfile[] = [];
    const total = Math.max(
      1,
      plan.steps.reduce((macs, step) => macs + step.macs, 0),
    );
    let macs = 0;
    let pauses = 0;
    this.pacer.begin(signal);
    const wanted = wantedAfter(plan, also);
    for (const [done, step] of plan.steps.entries()) {
      stopIfAborted(signal);
      const before = performance.now();
      await this.runStep(step);
      if (profile) {
        // What takes long is waited for with an open ear, so that a cancelled run stops soon.
        await this.pacer.settle();
        this.device.waitBlocking();
        steps.push(this.profileOf(step, performance.now() - before));
      }
      for (const [id, value] of wanted.get(done) ?? []) outputs[id] = await this.readValue(value);
      macs += step.macs;
      await this.pacer.pause();
      if (onProgress && this.pacer.pauses > pauses) onProgress(progress(done + 1, plan, macs / total, step));
      pauses = this.pacer.pauses;
    }
    for (const [id, value] of plan.results) {
      stopIfAborted(signal);
      outputs[id] ??= await this.readValue(value);
    }
    const last = plan.steps.at(-1);
    if (onProgress && last) onProgress(progress(plan.steps.length, plan, 1, last));
    const milliseconds = performance.now() - started;
    return { outputs, milliseconds, ...(profile ? { profile: steps } : {}) };
  }

  private async runStep(step: WebglStep): Promise<void> {
    switch (step.kind) {
      case 'upload':
        this.keep(step.outputs[0]!, this.sourceOf(step));
        return;
      case 'host':
        await this.runElsewhere(step);
        return;
      case 'draw':
        for (const pass of step.passes) {
          const bands = this.pacer.bandsOf(pass);
          for (const band of bands) {
            this.resident.draw(pass, bands.length === 1 ? undefined : band);
            this.pacer.add(band.cost);
            // In the middle of a long step too, so that a cancelled run stops soon.
            if (this.pacer.isDue) await this.pacer.pause();
          }
        }
    }
  }

  private sourceOf({ from, outputs: [value] }: UploadStep): FloatTensor {
    if ('feed' in from) return this.feeds[from.feed]!;
    const weight = this.store[from.node]![from.weight]!;
    if (!from.piece) return weight;
    const { dims } = this.resident.plan.values.get(value!)!;
    return new Tensor('float32', elementsOf(weight.data, from.piece), dims);
  }

  /** Remembers a tensor that the host has, and puts it into its texture where a shader reads it. */
  private keep(value: ValueId, tensor: FloatTensor): void {
    this.onHost.set(value, tensor);
    const placed = this.resident.plan.values.get(value);
    if (placed)
      this.device.upload(this.resident.textures[placed.slot]!, packTensor(placed.layout, tensor.data));
  }

  private async readValue(value: ValueId): Promise<FloatTensor> {
    const known = this.onHost.get(value);
    if (known) return known;
    const { layout, slot, dims } = this.resident.plan.values.get(value)!;
    await this.pacer.settle();
    const texels = await this.device.read(this.resident.textures[slot]!);
    return new Tensor('float32', unpackTensor(layout, texels), dims);
  }

  private async runElsewhere({ island, inputs, outputs }: HostStep): Promise<void> {
    const feeds: Record<string, FloatTensor> = {};
    for (const [i, value] of inputs.entries()) feeds[island.inputs[i]!] = await this.readValue(value);
    const { signal } = this.options;
    const { executable } = this.resident.hostOf(island);
    const results = (await executable.run(feeds, signal ? { signal } : {})).outputs;
    for (const [i, value] of outputs.entries()) {
      const name = island.outputs[i]!;
      const result = results[outputName(name)]!;
      const wanted = this.resident.plan.values.get(value)?.dims ?? result.dims;
      if (!sameDims(result.dims, wanted)) {
        throw new Error(`"${name}" gave ${result.dims.join('×')} for ${wanted.join('×')}.`);
      }
      this.keep(value, result);
    }
  }

  private profileOf(step: WebglStep, milliseconds: number): StepProfile {
    const { values } = this.resident.plan;
    const bytes = step.outputs.reduce((total, value) => {
      const layout = values.get(value)?.layout;
      return total + (layout ? layout.width * layout.height * layout.layers * 16 : 0);
    }, 0);
    return { nodes: step.nodes, algorithm: this.algorithmOf(step), milliseconds, macs: step.macs, bytes };
  }

  private algorithmOf(step: WebglStep): string {
    switch (step.kind) {
      case 'draw':
        return step.algorithm;
      case 'host':
        return `on ${this.resident.hostOf(step.island).backend}`;
      case 'upload':
        return 'upload';
    }
  }
}

/** What is read right after which step: before another tensor may take its texture. */
function wantedAfter(
  plan: WebglPlan,
  also: readonly string[],
): ReadonlyMap<number, readonly (readonly [string, ValueId])[]> {
  const wanted = new Map<number, (readonly [string, ValueId])[]>();
  for (const id of also) {
    if (plan.results.has(id)) continue;
    const value = plan.valueOf.get(id);
    const at = plan.steps.findIndex((step) => value !== undefined && step.outputs.includes(value));
    if (value === undefined || at < 0) throw new RangeError(`"${id}" is not computed by any step.`);
    wanted.set(at, [...(wanted.get(at) ?? []), [id, value]]);
  }
  return wanted;
}

function progress(done: number, plan: WebglPlan, fraction: number, step: WebglStep): RunProgress {
  return { done, total: plan.steps.length, fraction, node: step.nodes.at(-1)! };
}
