import type { FlatNetwork } from '../../analysis/flatten.ts';
import type { Dims } from '../../base/dims.ts';
import type { Problem } from '../../base/problem.ts';
import type { WeightStore } from '../machine.ts';
import { fuse } from '../plan/fuse.ts';
import { mapView, type PlanGraph, type PlanOp, type ValueId } from '../plan/graph.ts';
import { lower } from '../plan/lower.ts';
import { withUniforms } from './glsl.ts';
import { type HostIsland, type SplitNetwork, splitNetwork } from './host-layers.ts';
import type { Placed } from './kernels/convolution-spec.ts';
import { emitPasses, tileFor } from './kernels/index.ts';
import { layoutOf, type Tile } from './layout.ts';
import {
  type Limits,
  type Pass,
  type SlotId,
  type SlotSpec,
  Unsupported,
  type WeightTexture,
} from './pass.ts';
import { SlotPool } from './slots.ts';

/** A tensor in its texture, with its extents as callers know them. */
export interface PlacedValue extends Placed {
  readonly dims: Dims;
}

interface StepBase {
  /** Flat node ids that this step computes. */
  readonly nodes: readonly string[];
  /** What it leaves in a texture, by value. */
  readonly outputs: readonly ValueId[];
  readonly macs: number;
}
/** A caller's tensor, or one of the weight store, into its texture. */
export interface UploadStep extends StepBase {
  readonly kind: 'upload';
  readonly from: { readonly feed: string } | { readonly node: string; readonly weight: string };
}
export interface DrawStep extends StepBase {
  readonly kind: 'draw';
  readonly algorithm: string;
  readonly passes: readonly Pass[];
}
/** Layers without a shader, on another machine. Values are in the order of the island's names. */
export interface HostStep extends StepBase {
  readonly kind: 'host';
  readonly island: HostIsland;
  readonly inputs: readonly ValueId[];
}
export type WebglStep = UploadStep | DrawStep | HostStep;

/** Everything that is decided before anything is allocated: shaders, textures, and which of them live together. */
export interface WebglPlan {
  readonly steps: readonly WebglStep[];
  /** Those that shaders read or write; others stay with the host. */
  readonly values: ReadonlyMap<ValueId, PlacedValue>;
  readonly slots: readonly SlotSpec[];
  readonly weights: readonly WeightTexture[];
  /** Values of network outputs and of what else was asked for, by id. */
  readonly results: ReadonlyMap<string, ValueId>;
  /** The value that each flat node stands for, whether or not a step computes it. */
  readonly valueOf: ReadonlyMap<string, ValueId>;
  /** Layers that run on another machine, with the reason. */
  readonly hosted: ReadonlyMap<string, string>;
  readonly activationBytes: number;
  readonly weightBytes: number;
}

export type CompileResult =
  | { readonly ok: true; readonly plan: WebglPlan }
  | { readonly ok: false; readonly problem: Problem };

/**
 * Plans a network. `also` names nodes whose values are wanted besides the outputs. A layer that has no shader, or whose
 * tensors no texture holds, is taken out and runs on another machine.
 */
export function compile(
  network: FlatNetwork,
  store: WeightStore,
  limits: Limits,
  feedDims: Readonly<Record<string, Dims>> = {},
  also: readonly string[] = [],
): CompileResult {
  const hosted = new Map<string, string>();
  for (;;) {
    const split = splitNetwork(network, feedDims, new Set(hosted.keys()), also);
    if (!split.ok) return split;
    const lowered = lower(split.value.network, split.value.inputDims);
    if (!lowered.ok) {
      const { node } = lowered.problem.where;
      if (node === undefined || hosted.has(node) || !canHost(network, node)) return lowered;
      hosted.set(node, lowered.problem.code);
      continue;
    }
    try {
      const plan = new Planner(split.value, lowered.graph, store, limits, also).run();
      return { ok: true, plan: { ...plan, hosted } };
    } catch (error) {
      if (!(error instanceof Unplaceable)) throw error;
      const nodes = error.nodes.filter((node) => canHost(network, node) && !hosted.has(node));
      if (nodes.length === 0) return { ok: false, problem: tooLarge(error) };
      for (const node of nodes) hosted.set(node, error.message);
    }
  }
}

/** Inputs and outputs are no work that could run elsewhere. */
function canHost(network: FlatNetwork, node: string): boolean {
  const step = network.steps.find(({ id }) => id === node);
  return step !== undefined && step.kind !== 'input' && step.kind !== 'output';
}

function tooLarge(error: Unplaceable): Problem {
  const [node] = error.nodes;
  return {
    code: 'too-large-for-webgl',
    where: node === undefined ? {} : { node },
    message: `"${error.nodes.join('", "')}" cannot run on this graphics device: ${error.message}.`,
    hint: 'Run on the CPU, or use a smaller input or batch.',
  };
}

class Unplaceable extends Error {
  readonly nodes: readonly string[];

  constructor(nodes: readonly string[], reason: string) {
    super(reason);
    this.nodes = nodes;
  }
}

const FOREVER = Number.POSITIVE_INFINITY;

class Planner {
  private readonly split: SplitNetwork;
  private readonly graph: PlanGraph;
  private readonly store: WeightStore;
  private readonly limits: Limits;
  private readonly results: Map<string, ValueId>;
  private readonly pool = new SlotPool();
  private readonly values = new Map<ValueId, PlacedValue>();
  private readonly weights = new Map<string, WeightTexture>();
  private readonly steps: WebglStep[] = [];
  /** Values whose texture another value shares: a reshape that moves nothing. */
  private readonly roots = new Map<ValueId, ValueId>();
  /** Values that a shader reads. */
  private readonly drawn = new Set<ValueId>();
  private readonly lastUse = new Map<ValueId, number>();

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
    this.findLifetimes();
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

  private rootOf(value: ValueId): ValueId {
    const root = this.roots.get(value);
    return root === undefined ? value : this.rootOf(root);
  }

  private findLifetimes(): void {
    for (const op of this.graph.ops) {
      if (op.kind === 'reshape' && movesNothing(this.graph, op)) this.roots.set(op.output, op.inputs[0]!);
    }
    const use = (value: ValueId, at: number): void => {
      const root = this.rootOf(value);
      this.lastUse.set(root, Math.max(this.lastUse.get(root) ?? -1, at));
    };
    for (const [at, op] of this.graph.ops.entries()) {
      use(op.output, at);
      for (const input of op.inputs) use(input, at);
      if (op.kind === 'input') for (const input of this.hostInputs(op.feed)) use(input, at);
    }
    for (const value of this.results.values()) use(value, FOREVER);
  }

  private hostInputs(feed: string): readonly ValueId[] {
    const island = this.split.feeds.get(feed);
    return island ? this.valuesNamed(island.inputs) : [];
  }

  private valuesNamed(names: readonly string[]): readonly ValueId[] {
    return names.map((name) => this.graph.valueOf.get(name)!);
  }

  private freeDead(at: number): void {
    for (const [value, last] of this.lastUse) {
      const placed = this.values.get(value);
      if (last !== at || !placed) continue;
      this.pool.release(placed.slot);
    }
  }

  private place(op: PlanOp, tile: Tile): PlacedValue {
    const dims = this.graph.values[op.output]!;
    const layout = layoutOf(mapView(dims), tile, this.limits.maxTextureSize);
    if (!layout) throw new Unplaceable(op.nodes, `a tensor of ${dims.join('×')}, which fits no texture`);
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
      const { node, weight } = op;
      this.steps.push({
        kind: 'upload',
        nodes: op.nodes,
        from: { node, weight },
        macs: 0,
        outputs: [op.output],
      });
      return;
    }
    const inputs = op.inputs.map((value) => this.values.get(value)!);
    if (this.roots.has(op.output)) {
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
          throw new Unsupported('sums that fit no texture');
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
      if (error instanceof Unsupported) throw new Unplaceable(op.nodes, error.message);
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
        `it reads ${error.message}`,
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

/** Whether a reshape leaves every element where it is: the same map, or axes of 1 added or removed. */
function movesNothing(graph: PlanGraph, op: PlanOp): boolean {
  const from = mapView(graph.values[op.inputs[0]!]!);
  const to = mapView(graph.values[op.output]!);
  return (
    from.batch === to.batch &&
    from.channels === to.channels &&
    from.height === to.height &&
    from.width === to.width
  );
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => a + b, 0);
}
