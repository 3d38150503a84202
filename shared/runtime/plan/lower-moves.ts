import type { Dims } from '../../base/dims.ts';
import { elementCount, sameDims } from '../../base/dims.ts';
import { isIssue } from '../../base/problem.ts';
import type { ParamsOf } from '../../layers/index.ts';
import { cutsOf } from '../../layers/slice.ts';
import type { Piece, ValueId } from './graph.ts';
import { type GraphBuilder, rowMajor, type Site } from './graph-builder.ts';

/**
 * Layers that only move elements. Each is one or more strided copies between row-major tensors: transposing permutes
 * strides, slicing scales and offsets them, repeating makes them 0.
 */

function emitPieces(
  site: Site,
  graph: GraphBuilder,
  inputs: readonly ValueId[],
  pieces: readonly Piece[],
  dims: Dims,
): ValueId {
  return graph.emit(site, { kind: 'rearrange', inputs, pieces }, dims);
}

/** One copy from the layer's input: element (i, j, …) of an output of `dims` is `start + i·from[0] + j·from[1] + …`. */
function readStrided(
  site: Site,
  graph: GraphBuilder,
  input: ValueId,
  extents: Dims,
  from: readonly number[],
  start = 0,
  dims: Dims = extents,
): ValueId {
  return emitPieces(site, graph, [input], [{ extents, from, to: rowMajor(extents), offset: 0, start }], dims);
}

/** Repeats axes of length 1, as NumPy does; the value itself when there is nothing to repeat. */
export function stretch(site: Site, graph: GraphBuilder, value: ValueId, dims: Dims): ValueId {
  const from = graph.values[value]!;
  if (sameDims(from, dims)) return value;
  const own = rowMajor(from);
  const missing = dims.length - from.length;
  const strides = dims.map((_, axis) => {
    const at = axis - missing;
    return at < 0 || from[at] === 1 ? 0 : own[at]!;
  });
  return readStrided(site, graph, value, dims, strides);
}

export function broadcast(a: Dims, b: Dims): Dims {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) => {
    const p = a[axis - rank + a.length] ?? 1;
    const q = b[axis - rank + b.length] ?? 1;
    return p === 1 ? q : p;
  });
}

/** Along channels pieces are computed in place; along any other axis they are rearranged. */
export function lowerConcat(axis: number, site: Site, graph: GraphBuilder): ValueId {
  const { dims } = site;
  const at = (axis + dims.length) % dims.length;
  if (site.inputs.length === 1) return site.inputs[0]!;
  if (at === 1 && dims.length >= 2) return graph.emit(site, { kind: 'concat', inputs: site.inputs });
  const to = rowMajor(dims);
  let offset = 0;
  const pieces = site.inputs.map((input) => {
    const extents = graph.values[input]!;
    const piece = { extents, from: rowMajor(extents), to, offset };
    offset += extents[at]! * to[at]!;
    return piece;
  });
  return emitPieces(site, graph, site.inputs, pieces, dims);
}

/** Puts axis `order[i]` of the value at place i. */
export function permute(site: Site, graph: GraphBuilder, value: ValueId, order: readonly number[]): ValueId {
  if (order.every((axis, i) => axis === i)) return value;
  const from = graph.values[value]!;
  const strides = rowMajor(from);
  return readStrided(
    site,
    graph,
    value,
    order.map((axis) => from[axis]!),
    order.map((axis) => strides[axis]!),
  );
}

export function lowerTranspose(perm: readonly number[], site: Site, graph: GraphBuilder): ValueId {
  const rank = site.inputDims[0]!.length;
  const order = perm.length > 0 ? perm : Array.from({ length: rank }, (_, axis) => rank - 1 - axis);
  return permute(site, graph, site.inputs[0]!, order);
}

export function lowerSlice(params: ParamsOf<'slice'>, site: Site, graph: GraphBuilder): ValueId {
  const x = site.inputDims[0]!;
  const cuts = cutsOf(params, x);
  if (isIssue(cuts)) throw new RangeError(cuts.message);
  const strides = rowMajor(x);
  const start = cuts.reduce((total, cut, axis) => total + cut.start * strides[axis]!, 0);
  const steps = cuts.map(({ step }, axis) => step * strides[axis]!);
  return readStrided(site, graph, site.inputs[0]!, site.dims, steps, start);
}

/** One output per part. */
export function lowerSplit(axis: number, site: Site, graph: GraphBuilder): ValueId[] {
  const x = site.inputDims[0]!;
  const at = (axis + x.length) % x.length;
  const strides = rowMajor(x);
  let start = 0;
  return site.allDims.map((dims) => {
    const part = readStrided(site, graph, site.inputs[0]!, dims, strides, start);
    start += dims[at]! * strides[at]!;
    return part;
  });
}

/** Neighbouring positions are copied together. */
export function lowerGather(params: ParamsOf<'gather'>, site: Site, graph: GraphBuilder): ValueId {
  const x = site.inputDims[0]!;
  const axis = (params.axis + x.length) % x.length;
  const positions = params.indices.map((index) => (index < 0 ? index + x[axis]! : index));
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
  return emitPieces(
    site,
    graph,
    pieces.map(() => site.inputs[0]!),
    pieces,
    site.dims,
  );
}

export function lowerDepthToSpace(
  { block, order }: ParamsOf<'depthToSpace'>,
  site: Site,
  graph: GraphBuilder,
): ValueId {
  const [batch, channels, height, width] = site.inputDims[0]! as readonly [number, number, number, number];
  const depth = channels / block ** 2;
  const s = rowMajor(
    order === 'CRD'
      ? [batch, depth, block, block, height, width]
      : [batch, block, block, depth, height, width],
  );
  const [c, u, v] = order === 'CRD' ? [s[1]!, s[2]!, s[3]!] : [s[3]!, s[1]!, s[2]!];
  const extents = [batch, depth, height, block, width, block];
  return readStrided(site, graph, site.inputs[0]!, extents, [s[0]!, c, s[4]!, u, s[5]!, v], 0, site.dims);
}

export function lowerSpaceToDepth(block: number, site: Site, graph: GraphBuilder): ValueId {
  const [batch, channels, height, width] = site.inputDims[0]! as readonly [number, number, number, number];
  const [rows, columns] = [height / block, width / block];
  const [n, c, i, u, j, v] = rowMajor([batch, channels, rows, block, columns, block]);
  const extents = [batch, block, block, channels, rows, columns];
  return readStrided(site, graph, site.inputs[0]!, extents, [n!, u!, v!, c!, i!, j!], 0, site.dims);
}

export function lowerChannelShuffle(groups: number, site: Site, graph: GraphBuilder): ValueId {
  const [batch, channels, height, width] = site.inputDims[0]! as readonly [number, number, number, number];
  const [n, k, c, at] = rowMajor([batch, groups, channels / groups, height * width]);
  const extents = [batch, channels / groups, groups, height * width];
  return readStrided(site, graph, site.inputs[0]!, extents, [n!, c!, k!, at!], 0, site.dims);
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
export function lowerTile(repeats: readonly number[], site: Site, graph: GraphBuilder): ValueId {
  const x = site.inputDims[0]!;
  const apart = graph.reshape(
    site,
    site.inputs[0]!,
    x.flatMap((extent) => [1, extent]),
  );
  const copied = stretch(
    site,
    graph,
    apart,
    x.flatMap((extent, axis) => [repeats[axis]!, extent]),
  );
  return graph.reshape(site, copied, site.dims);
}
