import { elementCount } from '../../base/dims.ts';
import {
  type ActivationOp,
  type BinaryOp,
  type ConvolutionOp,
  isNoFinish,
  mapView,
  type PlanGraph,
  type PlanOp,
  type ValueId,
} from './graph.ts';

/** The list under rewriting, with the few questions that every rule asks. */
class Rewriter {
  readonly ops: (PlanOp | undefined)[];
  private readonly graph: PlanGraph;
  private readonly kept: ReadonlySet<ValueId>;
  private producers = new Map<ValueId, number>();
  private consumers = new Map<ValueId, number[]>();

  constructor(graph: PlanGraph, kept: ReadonlySet<ValueId>) {
    this.graph = graph;
    this.kept = kept;
    this.ops = [...graph.ops];
    this.index();
  }

  private index(): void {
    this.producers = new Map();
    this.consumers = new Map();
    for (const [at, op] of this.ops.entries()) {
      if (!op) continue;
      if (op.kind !== 'output') this.producers.set(op.output, at);
      for (const input of op.inputs) {
        const list = this.consumers.get(input);
        if (list) list.push(at);
        else this.consumers.set(input, [at]);
      }
    }
  }

  producer(value: ValueId): { readonly at: number; readonly op: PlanOp } | undefined {
    const at = this.producers.get(value);
    const op = at === undefined ? undefined : this.ops[at];
    return at === undefined || !op ? undefined : { at, op };
  }

  /** Whether nobody but one operation will miss this value when it is no longer stored. */
  isPrivate(value: ValueId): boolean {
    return (this.consumers.get(value)?.length ?? 0) === 1 && !this.kept.has(value);
  }

  dims(value: ValueId) {
    return this.graph.values[value]!;
  }

  /** Puts `op` where the later of the two stood and removes the other. */
  merge(keepAt: number, removeAt: number, op: PlanOp): void {
    this.ops[removeAt] = undefined;
    this.ops[keepAt] = op;
    this.index();
  }

  result(): PlanGraph {
    return { ...this.graph, ops: this.ops.filter((op) => op !== undefined) };
  }
}

/**
 * Fuses what one pass over memory can do: flattening into the fully connected layer behind it, batch norms into
 * convolutions, residual sums into the later of the two convolutions, activations into whatever comes before them.
 * `kept` values stay as they are, because the caller wants to see them.
 */
export function fuse(graph: PlanGraph, kept: ReadonlySet<ValueId> = new Set()): PlanGraph {
  const rewriter = new Rewriter(graph, kept);
  for (const rule of [absorbFlatten, foldNorm, foldChange, absorbResidual, absorbActivation]) {
    for (let at = 0; at < rewriter.ops.length; at++) {
      const op = rewriter.ops[at];
      if (op) rule(rewriter, at, op);
    }
  }
  return withoutDeadOps(rewriter.result(), kept);
}

/** A fully connected layer over a flattened map is a convolution whose kernel is the whole map: same weights, same order. */
function absorbFlatten(rewriter: Rewriter, at: number, op: PlanOp): void {
  if (op.kind !== 'convolution') return;
  const input = mapView(rewriter.dims(op.inputs[0]!));
  if (input.height !== 1 || input.width !== 1 || op.groups !== 1 || op.standardises) return;
  // A wider or padded window over one pixel is no fully connected layer.
  const { kernel, before, after } = op.window;
  if (kernel[0] * kernel[1] !== 1 || [...before, ...after].some((side) => side !== 0)) return;
  const from = rewriter.producer(op.inputs[0]!);
  if (from?.op.kind !== 'reshape') return;
  const map = mapView(rewriter.dims(from.op.inputs[0]!));
  if (map.batch !== input.batch || map.channels * map.height * map.width !== input.channels) return;
  const whole: ConvolutionOp = {
    ...op,
    inputs: [from.op.inputs[0]!, ...op.inputs.slice(1)],
    window: { ...op.window, kernel: [map.height, map.width] },
  };
  // The reshape itself goes when nobody else wants it (dead operations are removed at the end).
  rewriter.merge(at, at, whole);
}

function foldNorm(rewriter: Rewriter, at: number, op: PlanOp): void {
  if (op.kind !== 'convolution' || op.filters.weight !== undefined || op.filters.norm === undefined) return;
  const before = rewriter.producer(op.inputs[0]!);
  if (before?.op.kind !== 'convolution' || !rewriter.isPrivate(op.inputs[0]!)) return;
  const conv = before.op;
  if (conv.filters.norm || conv.filters.changes || conv.filters.weight === undefined) return;
  if (conv.inputs.length > 1 || !isNoFinish(conv.finish)) return;
  rewriter.merge(at, before.at, {
    ...conv,
    nodes: [...conv.nodes, ...op.nodes],
    output: op.output,
    filters: { ...conv.filters, norm: op.filters.norm },
    finish: op.finish,
  });
}

/** A product with, or a sum of, one known value per channel is a matter of the filters and biases before it. */
function foldChange(rewriter: Rewriter, at: number, op: PlanOp): void {
  if (op.kind !== 'binary' || (op.combine !== 'add' && op.combine !== 'multiply')) return;
  const [value, known] = op.inputs as readonly [ValueId, ValueId];
  const before = rewriter.producer(value);
  const constant = rewriter.producer(known)?.op;
  if (before?.op.kind !== 'convolution' || !rewriter.isPrivate(value)) return;
  if (constant?.kind !== 'constant' || constant.piece) return;
  const conv = before.op;
  const { channels, batch, height, width } = mapView(rewriter.dims(known));
  const perChannel = batch * height * width === 1 && channels === mapView(rewriter.dims(value)).channels;
  if (!perChannel && elementCount(rewriter.dims(known)) !== 1) return;
  if (conv.inputs.length > 1 || !isNoFinish(conv.finish)) return;
  const change = { by: op.combine, node: constant.node, weight: constant.weight };
  rewriter.merge(at, before.at, {
    ...conv,
    nodes: [...conv.nodes, ...constant.nodes, ...op.nodes],
    output: op.output,
    filters: { ...conv.filters, changes: [...(conv.filters.changes ?? []), change] },
    finish: op.finish,
  });
}

function sameMap(rewriter: Rewriter, ...values: readonly ValueId[]): boolean {
  const [first, ...others] = values.map((value) => mapView(rewriter.dims(value)));
  return others.every(
    ({ batch, channels, height, width }) =>
      batch === first!.batch &&
      channels === first!.channels &&
      height === first!.height &&
      width === first!.width,
  );
}

function absorbResidual(rewriter: Rewriter, at: number, op: PlanOp): void {
  if (op.kind !== 'binary' || op.combine !== 'add' || !sameMap(rewriter, ...op.inputs, op.output)) return;
  const [left, right] = op.inputs as readonly [ValueId, ValueId];
  const candidates = (
    [
      [left, right],
      [right, left],
    ] as const
  )
    .map(([host, residual]) => ({ host: rewriter.producer(host), value: host, residual }))
    .filter(
      ({ host, value }) => host?.op.kind === 'convolution' && isHost(host.op) && rewriter.isPrivate(value),
    );
  // The later convolution is the host: by then the other summand is there.
  candidates.sort((a, b) => b.host!.at - a.host!.at);
  const best = candidates[0];
  if (!best) return;
  const conv = best.host!.op as ConvolutionOp;
  rewriter.merge(at, best.host!.at, {
    ...conv,
    nodes: [...conv.nodes, ...op.nodes],
    inputs: [conv.inputs[0]!, best.residual],
    output: op.output,
    finish: op.finish,
  });
}

function isHost(op: ConvolutionOp): boolean {
  return op.inputs.length === 1 && isNoFinish(op.finish);
}

function absorbActivation(rewriter: Rewriter, at: number, op: PlanOp): void {
  if (op.kind !== 'activation' || !rewriter.isPrivate(op.inputs[0]!)) return;
  const before = rewriter.producer(op.inputs[0]!);
  if (!before) return;
  const host = before.op;
  if (host.kind !== 'convolution' && host.kind !== 'binary') return;
  // It makes infinities of the zeros behind the last channel, and only its own step clears them.
  if (op.finish.activation === 'logarithm' || op.finish.activation === 'reciprocal') return;
  if (!isNoFinish(host.finish)) return;
  const fused: ConvolutionOp | BinaryOp = {
    ...host,
    nodes: [...host.nodes, ...op.nodes],
    output: op.output,
    finish: (op as ActivationOp).finish,
  };
  rewriter.merge(at, before.at, fused);
}

/** Without what nobody reads. */
export function withoutDeadOps(graph: PlanGraph, kept: ReadonlySet<ValueId>): PlanGraph {
  const wanted = new Set(kept);
  const ops: PlanOp[] = [];
  for (const op of graph.ops.toReversed()) {
    if (op.kind !== 'output' && op.kind !== 'input' && !wanted.has(op.output)) continue;
    for (const input of op.inputs) wanted.add(input);
    ops.push(op);
  }
  return { ...graph, ops: ops.reverse() };
}
