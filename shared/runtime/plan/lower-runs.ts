import { type Dims, elementCount, sameDims } from '../../base/dims.ts';
import { isIssue } from '../../base/problem.ts';
import type { ParamsOf } from '../../layers/index.ts';
import { targetOf } from '../../layers/resize.ts';
import { type AxisTaps, axisTaps } from '../../layers/sampling.ts';
import {
  type AxisSampling,
  type BinaryKind,
  type FilterSource,
  noFinish,
  pixelWindow,
  type RunsKind,
  type ValueId,
} from './graph.ts';
import type { GraphBuilder, Site } from './graph-builder.ts';
import { broadcast, permute, stretch } from './lower-moves.ts';

/** Along channels where they are; any other axis is brought there by reading the tensor as [outer, axis, 1, inner]. */
export function lowerSoftmax(axis: number, logarithm: boolean, site: Site, graph: GraphBuilder): ValueId {
  const { dims } = site;
  const at = (axis + dims.length) % dims.length;
  const emit = (input: ValueId, where: 'channels' | 'rows' | 'columns', view: Dims) =>
    graph.emit(site, { kind: 'softmax', inputs: [input], axis: where, logarithm }, view);
  const input = site.inputs[0]!;
  if (at === 1 || dims.length === 1) return emit(input, 'channels', dims);
  if (at > 1 && at === dims.length - 1) return emit(input, 'columns', dims);
  if (at === 2 && dims.length === 4) return emit(input, 'rows', dims);
  const view = [elementCount(dims.slice(0, at)), dims[at]!, 1, elementCount(dims.slice(at + 1))];
  return graph.reshape(site, emit(graph.reshape(site, input, view), 'channels', view), dims);
}

export function lowerElementwise(combine: BinaryKind, site: Site, graph: GraphBuilder): ValueId {
  const [first, ...rest] = site.inputs as readonly [ValueId, ...ValueId[]];
  let soFar = first;
  for (const other of rest) soFar = combineTwo(combine, soFar, other, site, graph);
  return sameDims(graph.values[soFar]!, site.dims) ? soFar : stretch(site, graph, soFar, site.dims);
}

/** What the mask keeps of one value and of the other, put together: the other is zero there, infinite or not. */
export function lowerSelect(site: Site, graph: GraphBuilder): ValueId {
  const [mask, a, b] = site.inputs as readonly [ValueId, ValueId, ValueId];
  const kept = combineTwo('keep', a, mask, site, graph);
  const rest = combineTwo('drop', b, mask, site, graph);
  const both = combineTwo('add', kept, rest, site, graph);
  return sameDims(graph.values[both]!, site.dims) ? both : stretch(site, graph, both, site.dims);
}

const commutative: readonly BinaryKind[] = ['add', 'multiply', 'maximum', 'minimum'];

/** Two values element by element, either stretched to the other. */
export function combineTwo(
  combine: BinaryKind,
  left: ValueId,
  right: ValueId,
  site: Site,
  graph: GraphBuilder,
): ValueId {
  const a = graph.values[left]!;
  const b = graph.values[right]!;
  const emit = (inputs: readonly ValueId[], perChannel: boolean, dims: Dims) =>
    graph.emit(site, { kind: 'binary', combine, inputs, perChannel, finish: noFinish }, dims);
  if (sameDims(a, b)) return emit([left, right], false, a);
  if (isPerChannel(a, b)) return emit([left, right], true, a);
  if (isPerChannel(b, a) && commutative.includes(combine)) return emit([right, left], true, b);
  const dims = broadcast(a, b);
  return emit([stretch(site, graph, left, dims), stretch(site, graph, right, dims)], false, dims);
}

/** Whether `small` is [N, C, 1, …] beside a map [N, C, …]. */
function isPerChannel(map: Dims, small: Dims): boolean {
  return (
    map.length >= 3 &&
    small.length === map.length &&
    small[0] === map[0] &&
    small[1] === map[1] &&
    small.slice(2).every((extent) => extent === 1)
  );
}

function emitRuns(
  site: Site,
  graph: GraphBuilder,
  input: ValueId,
  of: RunsKind,
  length: number,
  dims: Dims,
  epsilon = 0,
): ValueId {
  return graph.emit(site, { kind: 'runs', inputs: [input], of, length, epsilon }, dims);
}

/** The axes that go are brought to the end, where every run of them is contiguous. */
export function lowerReduction(
  of: RunsKind,
  axes: readonly number[],
  site: Site,
  graph: GraphBuilder,
): ValueId {
  const x = site.inputDims[0]!;
  const gone = axes.length === 0 ? [...x.keys()] : axes.map((axis) => (axis + x.length) % x.length);
  const order = [...x.keys()].sort((a, b) => Number(gone.includes(a)) - Number(gone.includes(b)) || a - b);
  const turned = permute(site, graph, site.inputs[0]!, order);
  const length = x.reduce((total, extent, axis) => (gone.includes(axis) ? total * extent : total), 1);
  return emitRuns(site, graph, turned, of, length, site.dims);
}

export function lowerLpNorm({ axis, p }: ParamsOf<'lpNorm'>, site: Site, graph: GraphBuilder): ValueId {
  const { dims } = site;
  const at = (axis + dims.length) % dims.length;
  const order = [...dims.keys()].filter((other) => other !== at).concat(at);
  const turned = permute(site, graph, site.inputs[0]!, order);
  const unit = emitRuns(
    site,
    graph,
    turned,
    p === 2 ? 'unit-length' : 'unit-sum',
    dims[at]!,
    graph.values[turned]!,
  );
  return permute(
    site,
    graph,
    unit,
    [...dims.keys()].map((axis_) => order.indexOf(axis_)),
  );
}

/** A factor and an offset per channel: a depthwise convolution of one pixel. */
export function perChannel(
  site: Site,
  graph: GraphBuilder,
  inputs: readonly ValueId[],
  filters: FilterSource,
): ValueId {
  const dims = graph.values[inputs[0]!]!;
  const groups = dims[1] ?? dims[0] ?? 1;
  return graph.emit(
    site,
    { kind: 'convolution', inputs, window: pixelWindow, groups, filters, finish: noFinish },
    dims,
  );
}

export function ownFilters(site: Site, bias: boolean): FilterSource {
  return { node: site.step.id, weight: 'weight', bias: bias ? 'bias' : undefined, norm: undefined };
}

/** Every vector along the last axis is an image of one pixel. */
export function lowerLinear(bias: boolean, site: Site, graph: GraphBuilder): ValueId {
  const x = site.inputDims[0]!;
  const rows = elementCount(x.slice(0, -1));
  const vectors = graph.reshape(site, site.inputs[0]!, [rows, x.at(-1)!]);
  const filters = ownFilters(site, bias);
  const draft = { kind: 'convolution', window: pixelWindow, groups: 1, filters, finish: noFinish } as const;
  const y = graph.emit(site, { ...draft, inputs: [vectors] }, [rows, site.dims.at(-1)!]);
  return graph.reshape(site, y, site.dims);
}

/** Groups of channels of each image by themselves, then a factor and an offset per channel. */
export function lowerGroupNorm(groups: number, epsilon: number, site: Site, graph: GraphBuilder): ValueId {
  const { dims } = site;
  const run = elementCount(dims.slice(1)) / groups;
  const normal = emitRuns(site, graph, site.inputs[0]!, 'standardise', run, dims, epsilon);
  return perChannel(site, graph, [normal], ownFilters(site, true));
}

/** Every element of the normalised axes has its own factor: they are read as the channels of a vector. */
export function lowerLayerNorm(
  of: 'standardise' | 'unit-square',
  { axis, epsilon, bias }: ParamsOf<'layerNorm'>,
  site: Site,
  graph: GraphBuilder,
): ValueId {
  const { dims } = site;
  const at = (axis + dims.length) % dims.length;
  const run = elementCount(dims.slice(at));
  const normal = emitRuns(site, graph, site.inputs[0]!, of, run, dims, epsilon);
  const vectors = graph.reshape(site, normal, [elementCount(dims.slice(0, at)), run]);
  return graph.reshape(site, perChannel(site, graph, [vectors], ownFilters(site, bias)), dims);
}

/** Stacks of matrices, stretched to each other; one matrix on the right is met by all rows of the left as one product. */
export function lowerMatrixProduct(site: Site, graph: GraphBuilder): ValueId {
  const [a, b] = site.inputDims as readonly [Dims, Dims];
  const left = a.length === 1 ? [1, ...a] : a;
  const right = b.length === 1 ? [...b, 1] : b;
  const [m, k] = left.slice(-2) as [number, number];
  const n = right.at(-1)!;
  const stack = broadcast(left.slice(0, -2), right.slice(0, -2));
  if (elementCount(right) === k * n) {
    const rows = elementCount(left) / k;
    const one = [
      graph.reshape(site, site.inputs[0]!, [rows, k]),
      graph.reshape(site, site.inputs[1]!, [k, n]),
    ];
    const product = graph.emit(site, { kind: 'matrix-product', inputs: one, m: rows, k, n }, [rows, n]);
    return graph.reshape(site, product, site.dims);
  }
  const bring = (value: ValueId, own: Dims, matrix: Dims): ValueId =>
    stretch(site, graph, graph.reshape(site, value, own), [...stack, ...matrix]);
  const inputs = [bring(site.inputs[0]!, left, [m, k]), bring(site.inputs[1]!, right, [k, n])];
  return graph.emit(site, { kind: 'matrix-product', inputs, m, k, n });
}

/** The same with taps of weight 0 behind the others: machines have as many along rows as along columns. */
function widened({ count, index, weight }: AxisTaps, taps: number): AxisSampling {
  const outputs = index.length / count;
  const spread = (from: ArrayLike<number>, fill: (o: number) => number) =>
    Array.from({ length: outputs * taps }, (_, i) => {
      const [o, t] = [Math.floor(i / taps), i % taps];
      return t < count ? from[o * count + t]! : fill(o);
    });
  return { index: spread(index, (o) => index[o * count]!), weight: spread(weight, () => 0) };
}

export function lowerResize(params: ParamsOf<'resize'>, site: Site, graph: GraphBuilder): ValueId {
  const x = site.inputDims[0]!;
  const target = targetOf(params, x);
  if (isIssue(target)) throw new RangeError(target.message);
  const [rows, columns] = ([0, 1] as const).map((axis) => {
    return axisTaps(params, x[2 + axis]!, target.size[axis], target.scale[axis], axis);
  }) as [AxisTaps, AxisTaps];
  const taps = Math.max(rows.count, columns.count);
  return graph.emit(site, {
    kind: 'resize',
    inputs: site.inputs,
    taps,
    rows: widened(rows, taps),
    columns: widened(columns, taps),
  });
}
