import { unreachable } from '../../base/unreachable.ts';
import { align, packArena } from './arena.ts';
import { attentionScratch, cutAttention } from './attention.ts';
import { chooseAlgorithm, haloFor, suitsInterleaved } from './convolution.ts';
import {
  type ConstantOp,
  type ConvolutionOp,
  type MatrixProductOp,
  mapView,
  type PhasedGraph,
  type PhasedOp,
  type RearrangeOp,
  type RunsOp,
  tapCount,
  type ValueId,
} from './graph.ts';
import { type Move, moveOf } from './move.ts';
import { chooseProduct } from './product.ts';
import { rowUnitsOf } from './row-units.ts';
import { type MatrixProductStep, noScratch, type RunsStep, type ScratchNeed, type Step } from './steps.ts';
import { type Sharing, shareMemory } from './storage.ts';
import { type ConvolutionShape, isOne, type Target } from './target.ts';
import {
  blocksOf,
  type Halo,
  isContiguous,
  LANES,
  noHalo,
  type PlanTensor,
  type Storage,
  stridesOf,
  tensorOf,
  unionHalo,
} from './tensors.ts';
import { suitsWinograd } from './winograd.ts';

/** Steps in order, the tensors between them, and where everything lies. */
export interface Schedule {
  readonly steps: readonly Step[];
  readonly tensors: readonly PlanTensor[];
  readonly storages: readonly Storage[];
  readonly scratch: ScratchPlace;
  readonly arenaBytes: number;
  /** Dense tensors by the id of the input or output node. */
  readonly feeds: ReadonlyMap<string, number>;
  readonly results: ReadonlyMap<string, number>;
  /** Tensors that take their values from the weight store when the plan is loaded, and keep them. */
  readonly constants: readonly PlanConstant[];
}

export interface PlanConstant extends Pick<ConstantOp, 'node' | 'weight' | 'piece'> {
  readonly tensor: number;
}

/**
 * Where steps do their work, in the arena: all in the same place, which stays in the caches of the processors that threads
 * run on, where other places would be taken from each other again and again.
 */
export interface ScratchPlace {
  readonly offset: number;
  /** Bytes of each thread's own scratch, one after the other. What threads share lies behind them. */
  readonly perThread: number;
  readonly bytes: number;
}

/** Turns a fused graph into steps and gives every tensor its place. `results`: values to hand out, by name. */
export function schedule(
  graph: PhasedGraph,
  results: ReadonlyMap<string, ValueId>,
  target: Target,
): Schedule {
  return new Scheduler(graph, results, target).run();
}

/** Steps whose multiply-adds are their layer's. */
const multiplies: ReadonlySet<Step['kind']> = new Set(['convolution', 'matrix-product', 'attention']);

class Scheduler {
  private readonly graph: PhasedGraph;
  private readonly results: ReadonlyMap<string, ValueId>;
  private readonly target: Target;
  private readonly sharing: Sharing;
  private readonly halos = new Map<ValueId, Halo>();
  private readonly interleaved: ReadonlySet<ValueId>;
  private readonly tensors: PlanTensor[] = [];
  private readonly tensorOfValue = new Map<ValueId, number>();
  private readonly storageOfRoot = new Map<ValueId, number>();
  private readonly storageCount = { next: 0 };
  private readonly storageBytes: number[] = [];
  private readonly steps: Step[] = [];
  private readonly feeds = new Map<string, number>();
  private readonly constants: PlanConstant[] = [];
  /** Norms that the products behind them do as they read. */
  private readonly prepared = new Map<PhasedOp, ConvolutionOp>();
  private readonly resultTensors = new Map<string, number>();

  constructor(graph: PhasedGraph, results: ReadonlyMap<string, ValueId>, target: Target) {
    this.graph = graph;
    this.results = results;
    this.target = target;
    this.sharing = shareMemory(graph, new Set(results.values()));
    this.interleaved = this.findInterleaved();
    this.findHalos();
  }

  run(): Schedule {
    for (const [at, op] of this.graph.ops.entries()) {
      if (!this.isLeftToNext(op, this.graph.ops[at + 1])) this.lower(op);
    }
    for (const [name, value] of this.results) this.exportValue(name, value);
    return this.place();
  }

  private shapeOf(op: ConvolutionOp): ConvolutionShape {
    return {
      input: mapView(this.graph.values[op.inputs[0]!]!),
      output: mapView(this.graph.values[op.output]!),
      window: op.window,
      groups: op.groups,
      taps: tapCount(op),
    };
  }

  /** Network inputs whose every reader is a first layer that gains from interleaved pixels. */
  private findInterleaved(): ReadonlySet<ValueId> {
    const found = new Set<ValueId>();
    const handedOut = new Set(this.results.values());
    for (const input of this.graph.ops) {
      if (input.kind !== 'input' || handedOut.has(input.output)) continue;
      const readers = this.graph.ops.filter((op) => op.inputs.includes(input.output));
      const suits = (op: PhasedOp): boolean =>
        op.kind === 'convolution' && op.inputs[1] !== input.output && suitsInterleaved(this.shapeOf(op));
      if (readers.length > 0 && readers.every(suits)) found.add(input.output);
    }
    return found;
  }

  private findHalos(): void {
    for (const op of this.graph.ops) {
      if (op.kind !== 'convolution') continue;
      const { root } = this.sharing.rootOf(op.inputs[0]!);
      this.halos.set(root, unionHalo(this.halos.get(root) ?? noHalo, haloFor(this.shapeOf(op))));
    }
  }

  /** The tensor of a value, created on first sight. */
  private tensor(value: ValueId): PlanTensor {
    const known = this.tensorOfValue.get(value);
    if (known !== undefined) return this.tensors[known]!;
    const { root, block } = this.sharing.rootOf(value);
    const layout = this.interleaved.has(value) ? 'interleaved' : 'blocked';
    const halo = this.halos.get(root) ?? noHalo;
    let storage = this.storageOfRoot.get(root);
    if (storage === undefined) {
      storage = this.newStorage(stridesOf(layout, mapView(this.graph.values[root]!), halo).total);
      this.storageOfRoot.set(root, storage);
    }
    const tensor = tensorOf(this.tensors.length, this.graph.values[value]!, layout, halo, storage, block);
    this.tensors.push(tensor);
    this.tensorOfValue.set(value, tensor.id);
    return tensor;
  }

  private newStorage(bytes: number): number {
    this.storageBytes.push(bytes);
    return this.storageCount.next++;
  }

  private denseTensor(value: ValueId): PlanTensor {
    const dims = this.graph.values[value]!;
    const storage = this.newStorage(stridesOf('dense', mapView(dims), noHalo).total);
    const tensor = tensorOf(this.tensors.length, dims, 'dense', noHalo, storage, 0);
    this.tensors.push(tensor);
    return tensor;
  }

  private lower(op: PhasedOp): void {
    switch (op.kind) {
      case 'input':
        this.lowerInput(op);
        return;
      case 'phases':
        this.lowerPhases(op);
        return;
      case 'constant':
        this.lowerConstant(op);
        return;
      case 'runs':
        this.throughDense(op, { kind: 'runs', of: op.of, length: op.length, epsilon: op.epsilon });
        return;
      case 'matrix-product':
        this.throughDense(op, { kind: 'matrix-product', m: op.m, k: op.k, n: op.n });
        return;
      case 'attention':
        this.lowerAttention(op);
        return;
      case 'resize':
        this.pointwise(op, { kind: 'resize', taps: op.taps, rows: op.rows, columns: op.columns });
        return;
      case 'output':
        return;
      case 'convolution':
        this.lowerConvolution(op);
        return;
      case 'pool':
        this.pointwise(op, { kind: 'pool', mode: op.mode, window: op.window });
        return;
      case 'global-pool':
        this.pointwise(op, { kind: 'global-pool', mode: op.mode }, this.poolScratch(op));
        return;
      case 'activation':
        this.pointwise(op, { kind: 'activation', finish: op.finish });
        return;
      case 'binary':
        this.pointwise(op, {
          kind: 'binary',
          combine: op.combine,
          turned: op.turned,
          finish: op.finish,
        });
        return;
      case 'response-norm':
        this.lowerResponseNorm(op);
        return;
      case 'softmax':
        this.pointwise(op, {
          kind: 'softmax',
          axis: op.axis,
          logarithm: op.logarithm,
          noneIsZero: op.noneIsZero === true,
        });
        return;
      case 'pad':
        this.pointwise(op, {
          kind: 'copy',
          mode: op.mode,
          value: op.value,
          channel: 0,
          top: op.before[0],
          left: op.before[1],
        });
        return;
      case 'concat':
        this.lowerConcat(op);
        return;
      case 'rearrange':
        this.lowerRearrange(op);
        return;
      case 'reshape':
        this.lowerReshape(op);
        return;
      default:
        unreachable(op);
    }
  }

  private lowerInput(op: OpOf<'input'>): void {
    const dense = this.denseTensor(op.output);
    this.feeds.set(op.feed, dense.id);
    const isRead = this.graph.ops.some((other) => other.inputs.includes(op.output));
    if (isRead || [...this.results.values()].includes(op.output)) {
      this.push(op, {
        kind: 'import',
        inputs: [dense.id],
        output: this.tensor(op.output).id,
        scratch: noScratch,
      });
    }
  }

  private lowerPhases(op: OpOf<'phases'>): void {
    const output = this.tensor(op.output).id;
    const inputs = [this.feeds.get(op.feed)!];
    this.push(op, {
      kind: 'phases',
      stride: op.stride,
      before: op.before,
      inputs,
      output,
      scratch: noScratch,
    });
  }

  private lowerConstant(op: OpOf<'constant'>): void {
    const { node, weight, piece } = op;
    const tensor = this.tensor(op.output).id;
    this.constants.push({ tensor, node, weight, ...(piece ? { piece } : {}) });
  }

  private lowerResponseNorm(op: OpOf<'response-norm'>): void {
    const { size, alpha, beta, bias } = op;
    const { channels } = mapView(this.graph.values[op.output]!);
    const margin = Math.ceil(size / 8) * 8;
    const perThread = (blocksOf(channels) * 8 + 2 * margin) * 4;
    this.pointwise(
      op,
      { kind: 'response-norm', norm: { size, alpha, beta, bias } },
      { perThread, shared: 0 },
    );
  }

  private lowerAttention(op: OpOf<'attention'>): void {
    const { kind, nodes, inputs, output, macs, ...attention } = op;
    const cut = cutAttention(attention, this.target);
    this.pointwise(op, { kind, attention, cut }, attentionScratch(attention, cut));
  }

  /** What each unit found, in double precision. */
  private poolScratch(op: OpOf<'global-pool'>): ScratchNeed {
    const view = mapView(this.graph.values[op.inputs[0]!]!);
    const { perBlock } = rowUnitsOf(view, this.target.threads);
    return { perThread: 0, shared: view.batch * blocksOf(view.channels) * perBlock * LANES * 8 };
  }

  private lowerReshape(op: OpOf<'reshape'>): void {
    if (this.sharing.aliases.has(op)) return;
    const dense = this.denseTensor(op.inputs[0]!);
    const input = this.tensor(op.inputs[0]!).id;
    this.push(op, { kind: 'export', inputs: [input], output: dense.id, scratch: noScratch });
    // The same elements, read under the other extents.
    const other = {
      ...dense,
      id: this.tensors.length,
      dims: this.graph.values[op.output]!,
      view: mapView(this.graph.values[op.output]!),
    };
    this.tensors.push(other);
    this.push(op, {
      kind: 'import',
      inputs: [other.id],
      output: this.tensor(op.output).id,
      scratch: noScratch,
    });
  }

  private push(op: PhasedOp, step: DistributiveOmit<Step, 'nodes' | 'macs'>): void {
    this.steps.push({
      ...step,
      nodes: op.nodes,
      macs: multiplies.has(step.kind) ? op.macs : 0,
    });
  }

  private pointwise(
    op: PhasedOp,
    step: DistributiveOmit<Step, 'nodes' | 'macs' | 'inputs' | 'output' | 'scratch'>,
    scratch: ScratchNeed = noScratch,
  ): void {
    const inputs = op.inputs.map((input) => this.tensor(input).id);
    this.push(op, { ...step, inputs, output: this.tensor(op.output).id, scratch });
  }

  /**
   * Whether a norm of each channel, clipped or not, is left to the product behind it, which changes pixels as it reads them:
   * one that reads every pixel once, in place. It follows at once, so that what it reads is still there.
   */
  private isLeftToNext(op: PhasedOp, next: PhasedOp | undefined): boolean {
    if (op.kind !== 'convolution' || next?.kind !== 'convolution' || !isNorm(op)) return false;
    if (next.inputs[0] !== op.output || next.inputs[1] === op.output || next.standardises) return false;
    if (isNorm(next) || [...this.results.values()].includes(op.output)) return false;
    if (this.graph.ops.some((other) => other !== next && other.inputs.includes(op.output))) return false;
    const shape = this.shapeOf(next);
    if (!isOne(shape.window.kernel) || suitsWinograd(shape) || next.groups > 1) return false;
    const input = this.tensor(op.inputs[0]!);
    if (input.layout !== 'blocked') return false;
    const product = chooseProduct(shape, input.layout, isContiguous(input), this.target, true);
    if (product.kind !== 'pixels' || product.pixels === 1 || product.bands.length > 1) return false;
    this.prepared.set(next, op);
    return true;
  }

  private lowerConvolution(op: ConvolutionOp): void {
    const norm = this.prepared.get(op);
    const { nodes, inputs, macs } = norm
      ? {
          nodes: [...norm.nodes, ...op.nodes],
          inputs: [norm.inputs[0]!, ...op.inputs.slice(1)],
          macs: norm.macs + op.macs,
        }
      : op;
    const input = this.tensor(inputs[0]!);
    const choice = chooseAlgorithm(
      this.shapeOf(op),
      input.layout,
      isContiguous(input),
      this.target,
      op.standardises,
      norm !== undefined,
    );
    const { window, groups, filters, finish } = op;
    const { algorithm, scratch, weightBytes } = choice;
    const prepares = norm && { filters: norm.filters, finish: norm.finish };
    this.pointwise(
      { ...op, nodes, inputs, macs },
      {
        kind: 'convolution',
        window,
        groups,
        filters,
        finish,
        algorithm,
        weightBytes,
        ...(prepares ? { prepares } : {}),
      },
      scratch,
    );
  }

  private lowerConcat(op: PhasedOp): void {
    const copied = this.sharing.copies.get(op) ?? [];
    const output = this.tensor(op.output).id;
    let channel = 0;
    for (const [position, value] of op.inputs.entries()) {
      if (copied.includes(position)) {
        this.push(op, {
          kind: 'copy',
          mode: 'slice',
          value: 0,
          channel,
          top: 0,
          left: 0,
          inputs: [this.tensor(value).id],
          output,
          scratch: noScratch,
        });
      }
      channel += mapView(this.graph.values[value]!).channels;
    }
  }

  /** The inputs as dense tensors, each exported once, however often it is read. */
  private exportInputs(op: PhasedOp): ReadonlyMap<ValueId, PlanTensor> {
    const dense = new Map<ValueId, PlanTensor>();
    for (const value of op.inputs) {
      if (dense.has(value)) continue;
      const tensor = this.denseTensor(value);
      this.push(op, {
        kind: 'export',
        inputs: [this.tensor(value).id],
        output: tensor.id,
        scratch: noScratch,
      });
      dense.set(value, tensor);
    }
    return dense;
  }

  private importDense(op: PhasedOp, dense: PlanTensor, value: ValueId): void {
    this.push(op, { kind: 'import', inputs: [dense.id], output: this.tensor(value).id, scratch: noScratch });
  }

  private throughDense(op: RunsOp | MatrixProductOp, step: RunsDraft | MatrixProductDraft): void {
    const exported = this.exportInputs(op);
    const inputs = op.inputs.map((value) => exported.get(value)!.id);
    const output = this.denseTensor(op.output);
    this.push(op, { ...step, inputs, output: output.id, scratch: noScratch });
    this.importDense(op, output, op.output);
  }

  private lowerRearrange(op: RearrangeOp): void {
    if (!op.zeroed && this.moveInPlace(op)) return;
    const exported = this.exportInputs(op);
    const output = this.denseTensor(op.output);
    if (op.zeroed) this.push(op, { kind: 'fill', inputs: [], output: output.id, scratch: noScratch });
    for (const [position, piece] of op.pieces.entries()) {
      const inputs = [exported.get(op.inputs[position]!)!.id];
      this.push(op, { kind: 'rearrange', piece, inputs, output: output.id, scratch: noScratch });
    }
    this.importDense(op, output, op.output);
  }

  /** From map to map, without a detour, where every piece is such a move. */
  private moveInPlace(op: RearrangeOp): boolean {
    const output = this.tensor(op.output);
    const parts: { readonly input: PlanTensor; readonly move: Move }[] = [];
    for (const [at, piece] of op.pieces.entries()) {
      const input = this.tensor(op.inputs[at]!);
      const move = input.layout === 'blocked' ? moveOf(piece, input, output) : undefined;
      if (!move) return false;
      parts.push({ input, move });
    }
    for (let at = 0; at < parts.length; ) {
      const first = parts[at]!;
      const end = parts.findIndex((part, i) => i > at && !moveAlike(first, part));
      const together = parts.slice(at, end < 0 ? parts.length : end);
      this.push(op, {
        kind: 'move',
        moves: together.map(({ move }) => move),
        inputs: together.map(({ input }) => input.id),
        output: output.id,
        scratch: noScratch,
      });
      at += together.length;
    }
    return true;
  }

  private exportValue(name: string, value: ValueId): void {
    const dense = this.denseTensor(value);
    const input = this.tensor(value).id;
    this.steps.push({
      kind: 'export',
      nodes: [name],
      macs: 0,
      inputs: [input],
      output: dense.id,
      scratch: noScratch,
    });
    this.resultTensors.set(name, dense.id);
  }

  /** Lifetimes from first writer to last reader, then places. Feeds live from the start, results to the end. */
  private place(): Schedule {
    const first = new Array<number>(this.storageBytes.length).fill(Number.POSITIVE_INFINITY);
    const last = new Array<number>(this.storageBytes.length).fill(-1);
    const touch = (tensor: number, at: number): void => {
      const { storage } = this.tensors[tensor]!;
      first[storage] = Math.min(first[storage]!, at);
      last[storage] = Math.max(last[storage]!, at);
    };
    for (const [at, step] of this.steps.entries()) {
      for (const tensor of [...step.inputs, step.output]) touch(tensor, at);
    }
    for (const tensor of this.feeds.values()) touch(tensor, 0);
    for (const { tensor } of this.constants) {
      touch(tensor, 0);
      touch(tensor, this.steps.length);
    }
    for (const tensor of this.resultTensors.values()) touch(tensor, this.steps.length);
    const tenants = this.storageBytes.map((bytes, i) => ({ bytes, first: first[i]!, last: last[i]! }));
    const most = (part: keyof ScratchNeed): number =>
      this.steps.reduce((bytes, { scratch }) => Math.max(bytes, scratch[part]), 0);
    const perThread = align(most('perThread'));
    const scratchBytes = perThread * this.target.threads + most('shared');
    const { offsets, bytes } = packArena([
      ...tenants,
      { bytes: scratchBytes, first: 0, last: this.steps.length },
    ]);
    return {
      steps: this.steps,
      tensors: this.tensors,
      storages: tenants.map((tenant, i) => ({ ...tenant, offset: offsets[i]! })),
      scratch: { offset: offsets[tenants.length]!, perThread, bytes: scratchBytes },
      arenaBytes: bytes,
      feeds: this.feeds,
      results: this.resultTensors,
      constants: this.constants,
    };
  }
}

/** A norm that no convolution before it could take: one factor and one offset for each channel. */
function isNorm({ filters, finish, inputs, standardises }: ConvolutionOp): boolean {
  return (
    filters.weight === undefined &&
    filters.norm !== undefined &&
    finish.activation === undefined &&
    inputs.length === 1 &&
    !standardises
  );
}

/** Whether two moves take the same images and pixels of tensors that lie alike, but for their channels. */
function moveAlike(a: { input: PlanTensor; move: Move }, b: { input: PlanTensor; move: Move }): boolean {
  const { view, halo } = a.input;
  const { view: other, halo: otherHalo } = b.input;
  const places = ({ images, pixels }: Move): string => JSON.stringify([images, pixels]);
  return (
    (view.batch === 1 || a.input.storage === b.input.storage) &&
    view.batch === other.batch &&
    view.height === other.height &&
    view.width === other.width &&
    JSON.stringify(halo) === JSON.stringify(otherHalo) &&
    places(a.move) === places(b.move)
  );
}

type OpOf<Kind extends PhasedOp['kind']> = Extract<PhasedOp, { readonly kind: Kind }>;
type RunsDraft = Pick<RunsStep, 'kind' | 'of' | 'length' | 'epsilon'>;
type MatrixProductDraft = Pick<MatrixProductStep, 'kind' | 'm' | 'k' | 'n'>;
type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;
