import { type Dims, elementCount, sameDims } from '../../base/dims.ts';
import { isIssue } from '../../base/problem.ts';
import type { ParamsOf } from '../../layers/index.ts';
import { cutsOf } from '../../layers/slice.ts';
import type { Piece, ValueId } from './graph.ts';
import type { GraphBuilder, Site } from './graph-builder.ts';
import {
  type Cut,
  cut,
  type MapAxis,
  oneFactor,
  permuted,
  placedFactors,
  type Reading,
  rowMajor,
  stretched,
} from './reading.ts';

/** Layers that only move elements: most are another reading of what flows in, and cost nothing. */

/** Repeats axes of length 1, as NumPy does; the value itself when there is nothing to repeat. */
export function stretch(site: Site, graph: GraphBuilder, value: ValueId, dims: Dims): ValueId {
  return sameDims(graph.values[value]!, dims) ? value : graph.read(site, stretched(graph.whole(value), dims));
}

export function broadcast(a: Dims, b: Dims): Dims {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) => {
    const p = a[axis - rank + a.length] ?? 1;
    const q = b[axis - rank + b.length] ?? 1;
    return p === 1 ? q : p;
  });
}

/** Along channels pieces are computed in place; along any other axis they are brought together in one pass. */
export function lowerConcat(axis: number, site: Site, graph: GraphBuilder): ValueId | Reading {
  const { dims, readings } = site;
  const at = (axis + dims.length) % dims.length;
  if (readings.length === 1) return readings[0]!;
  const areWhole = readings.every((reading) => graph.isWhole(reading));
  if (at === 1 && dims.length >= 2 && areWhole)
    return graph.emit(site, { kind: 'concat', inputs: site.inputs });
  const laid = concatAsItLies(at, site, graph);
  return laid ?? graph.emit(site, { kind: 'rearrange', ...partsOf(at, readings, rowMajor(dims)) });
}

/** The same in the order in which the largest part lies in memory, so that nothing but the parts themselves moves. */
function concatAsItLies(at: number, site: Site, graph: GraphBuilder): Reading | undefined {
  const { dims, readings } = site;
  const axes = [...dims.keys()].filter((axis) => dims[axis]! > 1);
  const [host] = readings
    .filter((reading) => !graph.isConstant(reading))
    .toSorted((a, b) => elementCount(b.dims) - elementCount(a.dims))
    .flatMap((reading) => {
      const factors = placedFactors(reading, graph.view(reading.value));
      // Each axis has one factor, so that it has a place among the others.
      const isPlain = factors && axes.every((axis) => factors.filter((f) => f.axis === axis).length === 1);
      return isPlain ? [new Map(factors.map((factor) => [factor.axis, factor]))] : [];
    });
  if (!host) return undefined;
  const order = axes.toSorted((a, b) => host.get(b)!.stride - host.get(a)!.stride);
  const along = (where: MapAxis) =>
    order.flatMap((axis) => (host.get(axis)!.along === where ? [dims[axis]!] : []));
  const pixels = along('pixels');
  const map = pixels.length === 2 ? pixels : [1, elementCount(pixels)];
  const inner = rowMajor(order.map((axis) => dims[axis]!));
  const strides = dims.map((_, axis) => inner[order.indexOf(axis)] ?? 0);
  const extents = [elementCount(along('images')), elementCount(along('channels')), ...map];
  const value = graph.emit(site, { kind: 'rearrange', ...partsOf(at, readings, strides) }, extents);
  return { value, dims, axes: dims.map((extent, axis) => oneFactor(extent, strides[axis]!)), start: 0 };
}

/** Each part at its place in an output of such strides. */
function partsOf(at: number, readings: readonly Reading[], strides: readonly number[]) {
  let offset = 0;
  const pieces = readings.map(({ axes, start, dims }): Piece => {
    const factors = axes.flatMap((each, axis) => {
      const within = rowMajor(each.map(({ extent }) => extent));
      return each.map((factor, i) => ({ ...factor, to: strides[axis]! * within[i]! }));
    });
    const piece = {
      extents: factors.map(({ extent }) => extent),
      from: factors.map(({ stride }) => stride),
      to: factors.map(({ to }) => to),
      offset,
      start,
    };
    offset += dims[at]! * strides[at]!;
    return piece;
  });
  return { inputs: readings.map(({ value }) => value), pieces };
}

/** Puts axis `order[i]` of the value at place i. */
export function permute(site: Site, graph: GraphBuilder, value: ValueId, order: readonly number[]): ValueId {
  return graph.read(site, permuted(graph.whole(value), order));
}

export function lowerTranspose(perm: readonly number[], site: Site): Reading {
  const rank = site.inputDims[0]!.length;
  const order = perm.length > 0 ? perm : Array.from({ length: rank }, (_, axis) => rank - 1 - axis);
  return permuted(site.readings[0]!, order);
}

/** Part of a reading; what ends inside a factor is brought into order first. */
function part(site: Site, graph: GraphBuilder, cuts: readonly Cut[]): Reading {
  const [reading] = site.readings as readonly [Reading];
  return cut(reading, cuts) ?? cut(graph.whole(graph.read(site, reading)), cuts)!;
}

function allOf(dims: Dims): Cut[] {
  return dims.map((length) => ({ start: 0, step: 1, length }));
}

export function lowerSlice(params: ParamsOf<'slice'>, site: Site, graph: GraphBuilder): Reading {
  const cuts = cutsOf(params, site.inputDims[0]!);
  if (isIssue(cuts)) throw new RangeError(cuts.message);
  return part(site, graph, cuts);
}

/** One output per part. */
export function lowerSplit(axis: number, site: Site, graph: GraphBuilder): Reading[] {
  const x = site.inputDims[0]!;
  const at = (axis + x.length) % x.length;
  let start = 0;
  return site.allDims.map((dims) => {
    const cuts = allOf(x).with(at, { start, step: 1, length: dims[at]! });
    start += dims[at]!;
    return part(site, graph, cuts);
  });
}

/** Positions that follow each other are a part; of others, neighbouring ones are copied together. */
export function lowerGather(params: ParamsOf<'gather'>, site: Site, graph: GraphBuilder): ValueId | Reading {
  const x = site.inputDims[0]!;
  const axis = (params.axis + x.length) % x.length;
  const positions = params.indices.map((index) => (index < 0 ? index + x[axis]! : index));
  const step = positions.length > 1 ? positions[1]! - positions[0]! : 1;
  if (step !== 0 && positions.every((position, i) => position === positions[0]! + i * step)) {
    const cuts = allOf(x).with(axis, { start: positions[0]!, step, length: positions.length });
    return graph.reshaped(site, part(site, graph, cuts), site.dims);
  }
  const from = rowMajor(x);
  const to = rowMajor(x.with(axis, positions.length));
  const pieces: Piece[] = [];
  for (let i = 0; i < positions.length; ) {
    let run = 1;
    while (positions[i + run] === positions[i]! + run) run++;
    const start = positions[i]! * from[axis]!;
    pieces.push({ extents: x.with(axis, run), from, to, offset: i * to[axis]!, start });
    i += run;
  }
  const inputs = pieces.map(() => site.inputs[0]!);
  return graph.emit(site, { kind: 'rearrange', inputs, pieces });
}

/** Read as `apart`, whose axes are put into `order`, under the layer's own extents. */
function dealt(site: Site, graph: GraphBuilder, apart: Dims, order: readonly number[]): Reading {
  const reading = graph.reshaped(site, site.readings[0]!, apart);
  return graph.reshaped(site, permuted(reading, order), site.dims);
}

export function lowerDepthToSpace(
  { block, order }: ParamsOf<'depthToSpace'>,
  site: Site,
  graph: GraphBuilder,
): Reading {
  const [batch, channels, height, width] = site.inputDims[0]! as readonly [number, number, number, number];
  const depth = channels / block ** 2;
  return order === 'CRD'
    ? dealt(site, graph, [batch, depth, block, block, height, width], [0, 1, 4, 2, 5, 3])
    : dealt(site, graph, [batch, block, block, depth, height, width], [0, 3, 4, 1, 5, 2]);
}

export function lowerSpaceToDepth(block: number, site: Site, graph: GraphBuilder): Reading {
  const [batch, channels, height, width] = site.inputDims[0]! as readonly [number, number, number, number];
  const apart = [batch, channels, height / block, block, width / block, block];
  return dealt(site, graph, apart, [0, 3, 5, 1, 2, 4]);
}

export function lowerChannelShuffle(groups: number, site: Site, graph: GraphBuilder): Reading {
  const [batch, channels, height, width] = site.inputDims[0]! as readonly [number, number, number, number];
  return dealt(site, graph, [batch, groups, channels / groups, height, width], [0, 2, 1, 3, 4]);
}

/**
 * The map with stride − 1 zeros between its elements, and as many around them as a convolution with the mirrored filters
 * needs to give what the transposed one does; elements that it cuts off are left out.
 */
export function spreadOut(
  {
    kernel,
    stride,
    dilation,
    padding,
  }: Pick<ParamsOf<'convTranspose2d'>, 'kernel' | 'stride' | 'dilation' | 'padding'>,
  site: Site,
  graph: GraphBuilder,
): ValueId {
  const [batch, channels, ...map] = site.inputDims[0]! as readonly [number, number, number, number];
  const cut = padding === 'same' ? [0, 0] : padding;
  const axes = ([0, 1] as const).map((axis) => {
    const span = dilation[axis] * (kernel[axis] - 1);
    const extent = site.dims[2 + axis]! + span;
    const first = span - cut[axis]!;
    const skipped = first < 0 ? Math.ceil(-first / stride[axis]) : 0;
    const start = first + skipped * stride[axis];
    const fitting = start >= extent ? 0 : Math.floor((extent - 1 - start) / stride[axis]) + 1;
    return { extent, start, skipped, count: Math.max(0, Math.min(map[axis]! - skipped, fitting)) };
  });
  const [rows, columns] = axes as [(typeof axes)[0], (typeof axes)[0]];
  const dims = [batch, channels, rows.extent, columns.extent];
  const from = rowMajor(site.inputDims[0]!);
  const to = rowMajor(dims);
  const piece: Piece = {
    extents: [batch, channels, rows.count, columns.count],
    from,
    to: [to[0]!, to[1]!, to[2]! * stride[0], to[3]! * stride[1]],
    offset: rows.start * to[2]! + columns.start,
    start: rows.skipped * from[2]! + columns.skipped,
  };
  const pieces = elementCount(piece.extents) > 0 ? [piece] : [];
  return graph.emit(site, { kind: 'rearrange', inputs: site.inputs, pieces, zeroed: true }, dims);
}

/** Every axis is read as copies × extent, and stretched along the copies. */
export function lowerTile(repeats: readonly number[], site: Site, graph: GraphBuilder): Reading {
  const x = site.inputDims[0]!;
  const once = x.flatMap((extent) => [1, extent]);
  const copies = x.flatMap((extent, axis) => [repeats[axis]!, extent]);
  const apart = graph.reshaped(site, site.readings[0]!, once);
  return graph.reshaped(site, stretched(apart, copies), site.dims);
}
