import { elementCount } from '../../base/dims.ts';
import type { WeightStore } from '../backend.ts';
import { tensorData } from '../parts/fold-filters.ts';
import { fuse } from '../plan/fuse.ts';
import type { PlanGraph, PlanOp, ValueId } from '../plan/graph.ts';
import { elementsOf } from '../plan/piece.ts';
import {
  type BufferSource,
  type KernelContext,
  type Limits,
  type PlacedValue,
  type SlotId,
  Unsupported,
  type WeightBuffer,
  weightSource,
} from './dispatch.ts';
import { type ComputedOp, emit } from './kernels/index.ts';
import type { FeedPlace, WebgpuPlan, WebgpuStep } from './plan.ts';
import { SlotPool } from './slots.ts';

/** What no buffer or dispatch of the device takes. */
export class Unplaceable extends Error {
  readonly nodes: readonly string[];

  constructor(nodes: readonly string[], reason: string) {
    super(reason);
    this.nodes = nodes;
  }
}

/** Lowers a graph to dispatches. Throws `Unplaceable`. */
export class Planner {
  private readonly graph: PlanGraph;
  private readonly store: WeightStore;
  private readonly limits: Limits;
  private readonly wanted = new Map<string, ValueId>();
  private readonly pool = new SlotPool();
  private readonly values = new Map<ValueId, PlacedValue>();
  private readonly weights = new Map<string, WeightBuffer>();
  private readonly steps: WebgpuStep[] = [];
  private readonly feeds: FeedPlace[] = [];
  /** Operations that still read each buffer, by its slot; those of results for ever. */
  private readonly readers = new Map<SlotId, number>();

  /** `also` names nodes that the graph has values for. */
  constructor(graph: PlanGraph, store: WeightStore, limits: Limits, also: readonly string[]) {
    this.store = store;
    this.limits = limits;
    for (const op of graph.ops) if (op.kind === 'output') this.wanted.set(op.result, op.inputs[0]!);
    for (const id of also) this.wanted.set(id, graph.valueOf.get(id)!);
    this.graph = fuse(graph, new Set(this.wanted.values()));
  }

  run(): WebgpuPlan {
    const uses = usesOf(this.graph, this.wanted.values());
    // What is fed is there from the beginning: no step before its first reader may have its buffer.
    const inputs = this.graph.ops.filter(({ kind }) => kind === 'input');
    for (const op of [...inputs, ...this.graph.ops.filter(({ kind }) => kind !== 'input')]) {
      if (op.kind === 'output') continue;
      this.lower(op, uses.get(op.output) ?? 0);
      for (const input of op.inputs) this.used(this.values.get(input)!.source);
    }
    const slots = this.pool.sizes;
    const weights = [...this.weights.values()];
    const bytes = (total: number, elements: number): number => total + 4 * elements;
    return {
      steps: this.steps,
      feeds: this.feeds,
      slots,
      weights,
      results: new Map([...this.wanted].map(([id, value]) => [id, this.values.get(value)!])),
      valueOf: this.graph.valueOf,
      activationBytes: slots.reduce(bytes, 0),
      weightBytes: weights.map(({ elements }) => elements).reduce(bytes, 0),
    };
  }

  /** One reader less; who was the last gives the buffer back. */
  private used(source: BufferSource): void {
    if (source.kind === 'weight') return;
    const left = this.readers.get(source.slot)! - 1;
    this.readers.set(source.slot, left);
    if (left === 0) this.pool.release(source.slot);
  }

  private lower(op: Exclude<PlanOp, { kind: 'output' }>, uses: number): void {
    const dims = this.graph.values[op.output]!;
    if (op.kind === 'reshape') {
      // The same elements in the same order: a buffer with one reader more for each that reads it under these extents.
      const { source } = this.values.get(op.inputs[0]!)!;
      if (source.kind === 'slot') this.readers.set(source.slot, this.readers.get(source.slot)! + uses);
      this.values.set(op.output, { source, dims });
      return;
    }
    if (op.kind === 'constant') {
      this.values.set(op.output, { source: this.constant(op), dims });
      return;
    }
    const source = this.acquire(elementCount(dims), op.nodes);
    this.readers.set(source.slot, uses);
    this.values.set(op.output, { source, dims });
    if (op.kind === 'input') this.feeds.push({ feed: op.feed, source, dims });
    else this.compute(op);
    if (uses === 0) this.pool.release(source.slot);
  }

  private constant({
    node,
    weight,
    piece,
    output,
    nodes,
  }: Extract<PlanOp, { kind: 'constant' }>): BufferSource {
    const elements = elementCount(this.graph.values[output]!);
    const key = `constant ${JSON.stringify([node, weight, piece])}`;
    const source = weightSource(key, elements, () => {
      const data = tensorData(this.store, node, weight);
      return piece ? elementsOf(data, piece) : data;
    });
    this.keepWeights([source], nodes);
    return source;
  }

  private compute(op: ComputedOp | Extract<PlanOp, { kind: 'input' }>): void {
    if (op.kind === 'input') return;
    const inputs = op.inputs.map((value) => this.values.get(value)!);
    const output = this.values.get(op.output)!;
    const between: SlotId[] = [];
    const context: KernelContext = {
      store: this.store,
      limits: this.limits,
      scratch: (elements) => {
        const source = this.acquire(elements, op.nodes);
        between.push(source.slot);
        return source;
      },
    };
    try {
      const { dispatches, algorithm } = emit(op, inputs, output, context);
      for (const { buffers } of dispatches) this.keepWeights(buffers, op.nodes);
      const numbers = [...inputs, output].reduce((total, { dims }) => total + elementCount(dims), 0);
      this.steps.push({ nodes: op.nodes, algorithm, dispatches, macs: op.macs, bytes: 4 * numbers });
    } catch (error) {
      if (error instanceof Unsupported) throw new Unplaceable(op.nodes, error.message);
      throw error;
    }
    for (const slot of between) this.pool.release(slot);
  }

  private acquire(elements: number, nodes: readonly string[]): Extract<BufferSource, { kind: 'slot' }> {
    this.mustFit(elements, nodes);
    return { kind: 'slot', slot: this.pool.acquire(elements) };
  }

  private mustFit(elements: number, nodes: readonly string[]): void {
    const { bufferBytes } = this.limits;
    if (4 * elements <= bufferBytes) return;
    const mebibytes = (bytes: number): string => `${Math.ceil(bytes / 2 ** 20)} MiB`;
    throw new Unplaceable(
      nodes,
      `it takes a buffer of ${mebibytes(4 * elements)}, and the device has ${mebibytes(bufferBytes)} at most`,
    );
  }

  private keepWeights(buffers: readonly BufferSource[], nodes: readonly string[]): void {
    for (const source of buffers) {
      if (source.kind !== 'weight' || this.weights.has(source.weight.key)) continue;
      this.mustFit(source.weight.elements, nodes);
      this.weights.set(source.weight.key, source.weight);
    }
  }
}

/** How often each value is read; what is wanted once more, for ever. */
function usesOf({ ops }: PlanGraph, wanted: Iterable<ValueId>): ReadonlyMap<ValueId, number> {
  const uses = new Map<ValueId, number>();
  const count = (value: ValueId): void => {
    uses.set(value, (uses.get(value) ?? 0) + 1);
  };
  for (const op of ops) if (op.kind !== 'output') op.inputs.forEach(count);
  for (const value of wanted) count(value);
  return uses;
}
