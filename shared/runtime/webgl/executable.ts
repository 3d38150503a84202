import type { FlatNetwork } from '../../analysis/flatten.ts';
import { type Dims, sameDims } from '../../base/dims.ts';
import { type FloatTensor, Tensor } from '../../base/tensor.ts';
import { layerOf } from '../../layers/index.ts';
import type {
  Executable,
  PrepareOptions,
  RunOptions,
  RunProgress,
  RunResult,
  StepProfile,
  WeightStore,
} from '../machine.ts';
import type { ValueId } from '../plan/graph.ts';
import { alreadyReleased, RunCancelled, RunError } from '../run-error.ts';
import { compile, type HostStep, type UploadStep, type WebglPlan, type WebglStep } from './compile.ts';
import { ContextLost, type Texture, type WebglDevice } from './device.ts';
import { packTensor, unpackTensor } from './layout.ts';
import { Pacer } from './pacer.ts';
import type { Pass, WeightTexture } from './pass.ts';

/** A plan with its textures, for one set of input extents and of values to keep. */
interface Prepared {
  readonly plan: WebglPlan;
  textures: readonly Texture[];
  generation: number;
}

/** Plans kept ready besides the first: other batch sizes, and those that keep a value that is fused away otherwise. */
const MAX_PREPARED = 3;
/** How long a lost context may take to come back. */
const RESTORE_MILLISECONDS = 3000;

/** What half floats cost: 11 significant bits, and nothing above 65 504. */
export const HALF_PRECISION =
  'half floats only: values keep 3 decimal digits, and those above 65 504 overflow';

/** A network on a WebGL device. Runs are queued: they share textures. */
export class WebglExecutable implements Executable {
  private readonly network: FlatNetwork;
  private readonly store: WeightStore;
  private readonly device: WebglDevice;
  private readonly prepared = new Map<string, Prepared>();
  private weights = new Map<string, Texture>();
  private weightGeneration: number;
  private readonly pacer: Pacer;
  private queue: Promise<unknown> = Promise.resolve();
  private released = false;
  private readonly first: WebglPlan;

  private constructor(network: FlatNetwork, store: WeightStore, device: WebglDevice, first: WebglPlan) {
    this.network = network;
    this.store = store;
    this.device = device;
    this.first = first;
    this.weightGeneration = device.generation;
    this.pacer = new Pacer(device);
    this.prepared.set(keyOf({}, []), { plan: first, textures: [], generation: -1 });
  }

  static async create(
    network: FlatNetwork,
    store: WeightStore,
    device: WebglDevice,
    options: PrepareOptions = {},
  ): Promise<WebglExecutable> {
    const result = compile(network, store, device.limits);
    if (!result.ok) throw new RunError(result.problem);
    const executable = new WebglExecutable(network, store, device, result.plan);
    try {
      await executable.surviveLoss(() => executable.warmUp(result.plan, options));
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
  get notices(): readonly string[] {
    const { hosted } = this.first;
    return [
      ...(this.device.limits.precision === 'half' ? [`The graphics device has ${HALF_PRECISION}.`] : []),
      ...(hosted.size > 0 ? [`Not on the graphics device: ${[...hosted.keys()].join(', ')}.`] : []),
    ];
  }
  /** Layers that run on the host for want of a shader or of a texture large enough, with the reason. */
  get hosted(): ReadonlyMap<string, string> {
    return this.first.hosted;
  }
  /** The plan for a batch as the design states it. */
  get plan(): WebglPlan {
    return this.first;
  }

  run(feeds: Readonly<Record<string, FloatTensor>>, options: RunOptions = {}): Promise<RunResult> {
    const run = this.queue.then(() => this.surviveLoss(() => this.runOnce(feeds, options)));
    this.queue = run.catch(() => undefined);
    return run;
  }

  async release(): Promise<void> {
    this.released = true;
    await this.queue;
    if (this.device.isLost) return;
    for (const { textures, generation } of this.prepared.values()) {
      if (generation === this.device.generation)
        for (const texture of textures) this.device.deleteTexture(texture);
    }
    if (this.weightGeneration === this.device.generation) {
      for (const texture of this.weights.values()) this.device.deleteTexture(texture);
    }
    this.prepared.clear();
    this.weights.clear();
  }

  /** Does it again, once, when the context was lost meanwhile and comes back; everything is uploaded anew. */
  private async surviveLoss<T>(work: () => Promise<T>): Promise<T> {
    for (let attempt = 0; ; attempt++) {
      try {
        if (this.released) throw new RunError(alreadyReleased());
        this.device.assertAlive();
        return await work();
      } catch (error) {
        if (!(error instanceof ContextLost)) throw error;
        if (attempt < MAX_LOSSES && (await this.device.restored(RESTORE_MILLISECONDS))) continue;
        throw new RunError({
          code: 'webgl-context-lost',
          where: {},
          message: 'The graphics device was reset and did not come back.',
          hint: 'Run on the CPU, or restart the program to try the graphics device again.',
        });
      }
    }
  }

  /** Compiles every shader and uploads every weight, so that the first run is like all others. */
  private async warmUp(plan: WebglPlan, { signal, onProgress }: PrepareOptions): Promise<void> {
    const passes = plan.steps.flatMap((step) =>
      step.kind === 'draw' ? step.passes.map((pass) => ({ pass, step })) : [],
    );
    const total = passes.length;
    for (const { pass } of passes) this.device.startProgram(pass.fragment);
    let shown = performance.now();
    const seen = new Set<string>();
    const prepared = this.prepared.get(keyOf({}, []))!;
    this.allocate(prepared);
    for (const [done, { pass, step }] of passes.entries()) {
      if (performance.now() - shown > PAUSE_MILLISECONDS) {
        onProgress?.({ done, total, fraction: done / total, node: step.nodes.at(-1)! });
        await new Promise<void>((resolve) => setTimeout(resolve, 0));
        shown = performance.now();
      }
      stopIfAborted(signal);
      this.bindWeights(pass);
      if (seen.has(pass.fragment)) continue;
      seen.add(pass.fragment);
      // A first draw of one texel makes drivers finish what linking left undone.
      this.drawPass(pass, prepared, { ...pass.viewport, width: 1, height: 1 }, 1);
    }
    this.device.waitBlocking();
    onProgress?.({ done: total, total, fraction: 1, node: this.network.steps.at(-1)?.id ?? '' });
  }

  private allocate(prepared: Prepared): void {
    if (prepared.generation === this.device.generation) return;
    const textures: Texture[] = [];
    try {
      for (const spec of prepared.plan.slots) textures.push(this.device.createTexture(spec));
    } catch (error) {
      for (const texture of textures) this.device.deleteTexture(texture);
      throw error;
    }
    prepared.textures = textures;
    prepared.generation = this.device.generation;
  }

  private bindWeights(pass: Pass): void {
    for (const source of Object.values(pass.textures)) {
      if (source.kind === 'weight') this.weightTexture(source.weight);
    }
  }

  private weightTexture(weight: WeightTexture): Texture {
    if (this.weightGeneration !== this.device.generation) {
      this.weights = new Map();
      this.weightGeneration = this.device.generation;
    }
    const known = this.weights.get(weight.key);
    if (known) return known;
    const texture = this.device.createWeights(weight.width, weight.height, weight.fill());
    this.weights.set(weight.key, texture);
    return texture;
  }

  private prepareFor(feeds: Readonly<Record<string, FloatTensor>>, also: readonly string[]): Prepared {
    const dims = Object.fromEntries(Object.entries(feeds).map(([id, tensor]) => [id, tensor.dims]));
    const changed = this.network.inputs.some((at) => {
      const { id, outputDims } = this.network.steps[at]!;
      return dims[id] !== undefined && !sameDims(dims[id], outputDims[0]!);
    });
    const key = keyOf(changed ? dims : {}, this.alsoToPlan(also));
    const known = this.prepared.get(key);
    if (known) {
      // Most recently used last.
      this.prepared.delete(key);
      this.prepared.set(key, known);
      return known;
    }
    const result = compile(this.network, this.store, this.device.limits, dims, this.alsoToPlan(also));
    if (!result.ok) throw new RunError(result.problem);
    const prepared: Prepared = { plan: result.plan, textures: [], generation: -1 };
    this.evict();
    this.prepared.set(key, prepared);
    return prepared;
  }

  /** What the plan need not keep on purpose, because a step of its own computes it anyway. */
  private alsoToPlan(also: readonly string[]): readonly string[] {
    const computed = new Set(this.first.steps.flatMap((step) => step.outputs));
    const lacking = also.filter((id) => !computed.has(this.first.valueOf.get(id) ?? -1));
    return lacking.length === 0 ? [] : [...also].sort();
  }

  private evict(): void {
    const main = keyOf({}, []);
    for (const [key, { textures, generation }] of this.prepared) {
      if (this.prepared.size <= MAX_PREPARED) return;
      if (key === main) continue;
      if (generation === this.device.generation)
        for (const texture of textures) this.device.deleteTexture(texture);
      this.prepared.delete(key);
    }
  }

  private async runOnce(
    feeds: Readonly<Record<string, FloatTensor>>,
    options: RunOptions,
  ): Promise<RunResult> {
    const { signal, onProgress, also = [], profile = false } = options;
    this.checkFeeds(feeds, also);
    stopIfAborted(signal);
    const started = performance.now();
    const prepared = this.prepareFor(feeds, also);
    const { plan } = prepared;
    this.allocate(prepared);
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
      await this.runStep(step, prepared, feeds);
      if (profile) {
        this.device.waitBlocking();
        steps.push(profileOf(step, plan, performance.now() - before));
      }
      for (const [id, value] of wanted.get(done) ?? []) outputs[id] = await this.readValue(prepared, value);
      macs += step.macs;
      await this.pacer.pause();
      if (onProgress && this.pacer.pauses > pauses) onProgress(progress(done + 1, plan, macs / total, step));
      pauses = this.pacer.pauses;
    }
    for (const [id, value] of plan.results) {
      stopIfAborted(signal);
      outputs[id] ??= await this.readValue(prepared, value);
    }
    const last = plan.steps.at(-1);
    if (onProgress && last) onProgress(progress(plan.steps.length, plan, 1, last));
    const milliseconds = performance.now() - started;
    return { outputs, milliseconds, ...(profile ? { profile: steps } : {}) };
  }

  private checkFeeds(feeds: Readonly<Record<string, FloatTensor>>, also: readonly string[]): void {
    for (const at of this.network.inputs) {
      const { id } = this.network.steps[at]!;
      if (feeds[id]) continue;
      throw new RunError({
        code: 'missing-input',
        where: { node: id },
        message: `The input "${id}" was not given.`,
        hint: `Pass { ${JSON.stringify(id)}: tensor } to run().`,
      });
    }
    for (const id of also) {
      if (this.network.steps.some((step) => step.id === id)) continue;
      throw new RunError({
        code: 'unknown-node',
        where: { node: id },
        message: `There is no node "${id}" whose output could be read.`,
        hint: 'Ask for a node of the flattened network, such as "stem/conv".',
      });
    }
  }

  private async runStep(
    step: WebglStep,
    prepared: Prepared,
    feeds: Readonly<Record<string, FloatTensor>>,
  ): Promise<void> {
    switch (step.kind) {
      case 'upload':
        this.uploadValue(prepared, step.outputs[0]!, this.sourceOf(step, feeds).data);
        return;
      case 'host':
        await this.runOnHost(step, prepared);
        return;
      case 'draw':
        for (const pass of step.passes) {
          const { cost, bands } = this.pacer.measure(pass);
          this.drawPass(pass, prepared, pass.viewport, bands);
          this.pacer.add(cost);
          // Between the passes of one long step too, so that a cancelled run stops soon.
          if (this.pacer.isDue) await this.pacer.pause();
        }
    }
  }

  private sourceOf({ from }: UploadStep, feeds: Readonly<Record<string, FloatTensor>>): FloatTensor {
    return 'feed' in from ? feeds[from.feed]! : this.store[from.node]![from.weight]!;
  }

  private drawPass(pass: Pass, { textures }: Prepared, viewport: Pass['viewport'], bands: number): void {
    const target = textures[pass.target]!;
    this.device.draw({
      fragment: pass.fragment,
      textures: Object.entries(pass.textures).map(([sampler, source]) => [
        sampler,
        source.kind === 'slot' ? textures[source.slot]! : this.weightTexture(source.weight),
      ]),
      uniforms: pass.uniforms,
      floats: pass.floats,
      target,
      layers: pass.layers ?? { first: 0, count: target.layers },
      viewport,
      bands,
    });
  }

  private uploadValue({ plan, textures }: Prepared, value: ValueId, data: Float32Array): void {
    const { layout, slot } = plan.values.get(value)!;
    this.device.upload(textures[slot]!, packTensor(layout, data));
  }

  private async readValue({ plan, textures }: Prepared, value: ValueId): Promise<FloatTensor> {
    const { layout, slot, dims } = plan.values.get(value)!;
    return new Tensor('float32', unpackTensor(layout, await this.device.read(textures[slot]!)), dims);
  }

  private async runOnHost({ layer, inputs, outputs }: HostStep, prepared: Prepared): Promise<void> {
    const tensors: FloatTensor[] = [];
    for (const value of inputs) tensors.push(await this.readValue(prepared, value));
    const results = layerOf(layer.step.kind).forward({
      params: layer.step.params,
      inputs: tensors,
      weights: this.store[layer.step.id] ?? {},
      outputs: layer.outputDims,
      tally: { macs: 0, otherOps: 0 },
    });
    for (const value of outputs) {
      const { dims } = prepared.plan.values.get(value)!;
      const result = results[outputs.indexOf(value)]!;
      if (!sameDims(result.dims, dims))
        throw new Error(`"${layer.step.id}" gave ${result.dims.join('×')} for ${dims.join('×')}.`);
      this.uploadValue(prepared, value, result.data);
    }
  }
}

/** Losses that one piece of work survives. */
const MAX_LOSSES = 2;
/** Warming up gives the event loop a turn this often. */
const PAUSE_MILLISECONDS = 50;

export function stopIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new RunCancelled();
}

function keyOf(dims: Readonly<Record<string, Dims>>, also: readonly string[]): string {
  return JSON.stringify([dims, also]);
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

function profileOf(step: WebglStep, { values }: WebglPlan, milliseconds: number): StepProfile {
  const algorithm =
    step.kind === 'draw' ? step.algorithm : step.kind === 'host' ? 'reference, on the host' : 'upload';
  const bytes = step.outputs.reduce((total, value) => {
    const { layout } = values.get(value)!;
    return total + layout.width * layout.height * layout.layers * 16;
  }, 0);
  return { nodes: step.nodes, algorithm, milliseconds, macs: step.macs, bytes };
}
