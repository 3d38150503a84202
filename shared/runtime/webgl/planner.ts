import type { Phrase } from '../../base/messages.ts';
import type { SplitNetwork } from '../parts/islands.ts';
import { fuse } from '../plan/fuse.ts';
import { mapView, type PlanGraph, type PlanOp, type ValueId } from '../plan/graph.ts';
import { withUniforms } from './glsl.ts';
import { emitPasses, tileFor } from './kernels/index.ts';
import { layoutOf, type Tile } from './layout.ts';
import { Lifetimes } from './lifetimes.ts';
import {
  type Limits,
  type Pass,
  type SlotId,
  type SlotSpec,
  Unsupported,
  type WeightStore,
  type WeightTexture,
} from './pass.ts';
import type { PlacedValue, WebglPlan, WebglStep } from './plan.ts';
import { ReasonedError, reasons } from './reasons.ts';
import { SlotPool } from './slots.ts';

/** What no texture of the device holds. */
export class Unplaceable extends ReasonedError {
  readonly nodes: readonly string[];

  constructor(nodes: readonly string[], reason: Phrase) {
    super(reason);
    this.nodes = nodes;
  }
}

/** Lowers a network, without what runs elsewhere, to passes. Throws `Unplaceable`. */
export class Planner {
  private readonly split: SplitNetwork;
  private readonly graph: PlanGraph;
  private readonly store: WeightStore;
  private readonly limits: Limits;
  private readonly results: Map<string, ValueId>;
  private readonly pool = new SlotPool();
  private readonly values = new Map<ValueId, PlacedValue>();
  private readonly weights = new Map<string, WeightTexture>();
  private readonly steps: WebglStep[] = [];
  /** Values that a shader reads. */
  private readonly drawn = new Set<ValueId>();
  private readonly lifetimes: Lifetimes;

  constructor(
    split: SplitNetwork,
    graph: PlanGraph,
    store: WeightStore,
    limits: Limits,
    also: readonly string[],
  ) {
    this.split = split;
    this.store = store;
    this.limits = limits;
    this.results = new Map();
    for (const op of graph.ops) if (op.kind === 'output') this.results.set(op.result, op.inputs[0]!);
    for (const id of also) {
      const value = graph.valueOf.get(id);
      if (value === undefined) throw new RangeError(`There is no node "${id}" to read.`);
      this.results.set(id, value);
    }
    const kept = new Set(this.results.values());
    for (const { inputs } of split.feeds.values()) {
      for (const id of inputs) kept.add(graph.valueOf.get(id)!);
    }
    this.graph = fuse(graph, kept);
    for (const op of this.graph.ops) {
      if (op.kind !== 'output') for (const input of op.inputs) this.drawn.add(input);
    }
    this.lifetimes = new Lifetimes(this.graph, this.results.values(), (feed) => this.hostInputs(feed));
  }

  run(): Omit<WebglPlan, 'hosted'> {
    for (const [at, op] of this.graph.ops.entries()) {
      this.lowerOp(op);
      this.freeDead(at);
    }
    const bytes = this.limits.precision === 'half' ? 8 : 16;
    const slotBytes = this.pool.specs.map(({ width, height, layers }) => width * height * layers * bytes);
    const weightBytes = [...this.weights.values()].map(({ width, height }) => width * height * bytes);
    return {
      steps: this.steps,
      values: this.values,
      slots: this.pool.specs,
      weights: [...this.weights.values()],
      results: this.results,
      valueOf: this.graph.valueOf,
      activationBytes: sum(slotBytes),
      weightBytes: sum(weightBytes),
    };
  }

  private hostInputs(feed: string): readonly ValueId[] {
    const island = this.split.feeds.get(feed);
    return island ? this.valuesNamed(island.inputs) : [];
  }

  private valuesNamed(names: readonly string[]): readonly ValueId[] {
    return names.map((name) => this.graph.valueOf.get(name)!);
  }

  private freeDead(at: number): void {
    for (const value of this.lifetimes.lastUsedAt(at)) {
      const placed = this.values.get(value);
      if (placed) this.pool.release(placed.slot);
    }
  }

  private place(op: PlanOp, tile: Tile): PlacedValue {
    const dims = this.graph.values[op.output]!;
    const layout = layoutOf(mapView(dims), tile, this.limits.maxTextureSize);
    if (!layout) throw new Unplaceable(op.nodes, reasons.tensorFitsNoTexture(dims.join('×')));
    const placed = { layout, slot: this.pool.acquire(layout), dims };
    this.values.set(op.output, placed);
    return placed;
  }

  private lowerOp(op: PlanOp): void {
    if (op.kind === 'output') return;
    if (op.kind === 'input') {
      this.lowerInput(op.feed, op);
      return;
    }
    if (op.kind === 'constant') {
      this.place(op, tileFor(op, [], mapView(this.graph.values[op.output]!), this.limits));
      const { node, weight, piece } = op;
      this.steps.push({
        kind: 'upload',
        nodes: op.nodes,
        from: { node, weight, ...(piece ? { piece } : {}) },
        macs: 0,
        outputs: [op.output],
      });
      return;
    }
    const inputs = op.inputs.map((value) => this.values.get(value)!);
    if (this.lifetimes.sharesTexture(op.output)) {
      const dims = this.graph.values[op.output]!;
      const { slot, layout } = inputs[0]!;
      this.values.set(op.output, { slot, layout: { ...layout, view: mapView(dims) }, dims });
      return;
    }
    const scratch: SlotId[] = [];
    const context = {
      limits: this.limits,
      scratch: (spec: SlotSpec): SlotId => {
        const { maxTextureSize } = this.limits;
        if (spec.width > maxTextureSize || spec.height > maxTextureSize)
          throw new Unsupported(reasons.sumsFitNoTexture);
        const slot = this.pool.acquire(spec);
        scratch.push(slot);
        return slot;
      },
    };
    try {
      const output = this.place(op, tileFor(op, inputs, mapView(this.graph.values[op.output]!), this.limits));
      const { passes: drafts, algorithm } = emitPasses(op, inputs, output, this.store, context);
      const passes = drafts.map(turnKnobs);
      this.steps.push({
        kind: 'draw',
        nodes: op.nodes,
        algorithm,
        passes,
        macs: op.macs,
        outputs: [op.output],
      });
      for (const pass of passes) this.collectWeights(pass);
    } catch (error) {
      if (error instanceof Unsupported) throw new Unplaceable(op.nodes, error.reason);
      throw error;
    }
    for (const slot of scratch) this.pool.release(slot);
  }

  private collectWeights(pass: Pass): void {
    for (const source of Object.values(pass.textures)) {
      if (source.kind === 'weight' && !this.weights.has(source.weight.key)) {
        this.weights.set(source.weight.key, source.weight);
      }
    }
  }

  /** What fits no texture cannot be read by shaders: then those who would read it run elsewhere as well. */
  private placeInput(op: PlanOp): void {
    try {
      this.place(op, tileFor(op, [], mapView(this.graph.values[op.output]!), this.limits));
    } catch (error) {
      if (!(error instanceof Unplaceable)) throw error;
      const readers = this.graph.ops.filter(
        ({ kind, inputs }) => kind !== 'output' && inputs.includes(op.output),
      );
      throw new Unplaceable(
        readers.flatMap(({ nodes }) => nodes),
        reasons.reads(error.reason),
      );
    }
  }

  private lowerInput(feed: string, op: PlanOp): void {
    if (this.drawn.has(op.output)) this.placeInput(op);
    const island = this.split.feeds.get(feed);
    if (!island) {
      this.steps.push({ kind: 'upload', nodes: op.nodes, from: { feed }, macs: 0, outputs: [op.output] });
      return;
    }
    // One step gives all of an island, where its first value comes in.
    if (this.steps.some((step) => step.kind === 'host' && step.island === island)) return;
    this.steps.push({
      kind: 'host',
      nodes: island.layers,
      island,
      inputs: this.valuesNamed(island.inputs),
      macs: sum(island.network.steps.map(({ cost }) => cost.macs.value)),
      outputs: this.valuesNamed(island.outputs),
    });
  }
}

/** The pass with its knobs as uniforms. */
function turnKnobs(pass: Pass): Pass {
  const { fragment, ints, floats } = withUniforms(pass.fragment);
  return { ...pass, fragment, uniforms: { ...pass.uniforms, ...ints }, floats };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => a + b, 0);
}
