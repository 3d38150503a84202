import { withoutDeadOps } from './fuse.ts';
import {
  type ConvolutionOp,
  type MapView,
  mapView,
  type Piece,
  type PlanGraph,
  type PlanOp,
  type RearrangeOp,
  type ValueId,
} from './graph.ts';
import { countOf, indicesOf, moveOf } from './move.ts';
import { noHalo } from './tensors.ts';

/** Where a channel of a map is to be had. */
interface Source {
  readonly value: ValueId;
  readonly channel: number;
}

/**
 * Channels that are put together to be taken apart again, as by units that shuffle them, are taken from where they were
 * computed. What only products read may lie in any order: it lies as its parts do, so that many channels move at a time,
 * and the products' filters are put into that order.
 */
export function composeMoves(graph: PlanGraph, kept: ReadonlySet<ValueId>): PlanGraph {
  const known = new Map<ValueId, readonly Source[]>();
  const ops = graph.ops.map((op): PlanOp => {
    const direct = sourcesOf(op, graph);
    if (!direct) return op;
    const sources = direct.map((source) => known.get(source.value)?.[source.channel] ?? source);
    known.set(op.output as ValueId, sources);
    const isShorter = sources.some(({ value }, i) => value !== direct[i]!.value);
    return op.kind === 'rearrange' && isShorter ? moved(op, sources, graph) : op;
  });
  return layAsPartsDo(withoutDeadOps({ ...graph, ops }, kept), kept);
}

/** The channels that a map is put together of, pixel by pixel; undefined where something else is done. */
function sourcesOf(op: PlanOp, graph: PlanGraph): Source[] | undefined {
  const view = (value: ValueId): MapView => mapView(graph.values[value]!);
  if (op.kind === 'concat') {
    return op.inputs.flatMap((value) =>
      Array.from({ length: view(value).channels }, (_, channel) => ({ value, channel })),
    );
  }
  if (op.kind !== 'rearrange' || op.zeroed) return undefined;
  const to = view(op.output);
  const sources = new Array<Source | undefined>(to.channels).fill(undefined);
  for (const [at, piece] of op.pieces.entries()) {
    const value = op.inputs[at]!;
    const channels = channelsOf(piece, view(value), to);
    if (!channels) return undefined;
    for (const [channel, written] of channels) sources[written] = { value, channel };
  }
  return sources.every((source) => source !== undefined) ? sources : undefined;
}

/** Pairs of a channel that is read and one that is written, where whole channels move. */
function channelsOf(piece: Piece, from: MapView, to: MapView): (readonly [number, number])[] | undefined {
  const [area, fromArea] = [to.height * to.width, from.height * from.width];
  if (area !== fromArea || from.batch !== to.batch || to.height !== from.height) return undefined;
  const move = moveOf(piece, { view: from, halo: noHalo }, { view: to, halo: noHalo });
  if (!move || countOf(move.images) !== to.batch || countOf(move.pixels) !== area) return undefined;
  for (const [read, written] of indicesOf(move.pixels)) if (read !== written) return undefined;
  for (const [read, written] of indicesOf(move.images))
    if (read / from.channels !== written / to.channels) return undefined;
  return [...indicesOf(move.channels)].map(([read, written]) => [read / area, written / area]);
}

/** The same operation, reading from where its channels come from. */
function moved(op: RearrangeOp, sources: readonly Source[], graph: PlanGraph): RearrangeOp {
  const { batch, channels, height, width } = mapView(graph.values[op.output]!);
  const area = height * width;
  const inputs: ValueId[] = [];
  const pieces: Piece[] = [];
  const places = new Map<ValueId, number[]>();
  for (const [place, { value }] of sources.entries())
    places.set(value, [...(places.get(value) ?? []), place]);
  for (const [value, own] of places) {
    const from = mapView(graph.values[value]!).channels;
    for (let i = 0; i < own.length; ) {
      const first = own[i]!;
      const { channel } = sources[first]!;
      const steps = (at: number) =>
        [own[at + 1]! - own[at]!, sources[own[at + 1]!]!.channel - sources[own[at]!]!.channel] as const;
      const [to, step] = i + 1 < own.length ? steps(i) : [1, 1];
      let count = 1;
      while (step > 0 && i + count < own.length && String(steps(i + count - 1)) === String([to, step]))
        count++;
      inputs.push(value);
      pieces.push({
        extents: [batch, count, area],
        from: [from * area, Math.max(1, step) * area, 1],
        to: [channels * area, to * area, 1],
        offset: first * area,
        start: channel * area,
      });
      i += count;
    }
  }
  return { ...op, inputs, pieces };
}

/** What products alone read, in the order of its parts. */
function layAsPartsDo(graph: PlanGraph, kept: ReadonlySet<ValueId>): PlanGraph {
  const readers = new Map<ValueId, PlanOp[]>();
  for (const op of graph.ops)
    for (const input of op.inputs) readers.set(input, [...(readers.get(input) ?? []), op]);
  const orders = new Map<ValueId, readonly number[]>();
  const laid = graph.ops.map((op): PlanOp => {
    const sources = op.kind === 'rearrange' ? sourcesOf(op, graph) : undefined;
    if (op.kind !== 'rearrange' || !sources || kept.has(op.output)) return op;
    const isFree = readers.get(op.output)?.every((reader) => takesAnyOrder(reader, op.output));
    if (!isFree) return op;
    const firsts = new Map<ValueId, number>();
    for (const [place, { value }] of sources.entries()) if (!firsts.has(value)) firsts.set(value, place);
    const order = [...sources.keys()].sort((a, b) => {
      const [p, q] = [sources[a]!, sources[b]!];
      return firsts.get(p.value)! - firsts.get(q.value)! || p.channel - q.channel;
    });
    if (order.every((channel, place) => channel === place)) return op;
    orders.set(op.output, order);
    return moved(
      op,
      order.map((channel) => sources[channel]!),
      graph,
    );
  });
  const ops = laid.map((op): PlanOp => {
    const order = op.kind === 'convolution' ? orders.get(op.inputs[0]!) : undefined;
    return op.kind === 'convolution' && order ? { ...op, filters: { ...op.filters, order } } : op;
  });
  return { ...graph, ops };
}

/** A convolution whose every filter reads all channels, and whose filters are stored channel by channel. */
function takesAnyOrder(op: PlanOp, value: ValueId): op is ConvolutionOp {
  if (op.kind !== 'convolution' || op.groups !== 1 || op.standardises || op.inputs[1] === value) return false;
  const { weight, transposed, phases, rightOperand, taps } = op.filters;
  return weight !== undefined && !transposed && !phases && !rightOperand && !taps;
}
