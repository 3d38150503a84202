import { type Dims, elementCount } from '../../base/dims.ts';
import { isIssue } from '../../base/problem.ts';
import type { ParamsOf } from '../../layers/index.ts';
import { targetOf } from '../../layers/resize.ts';
import { type AxisTaps, axisTaps } from '../../layers/sampling.ts';
import {
  type AxisSampling,
  type ConvolutionOp,
  type FilterSource,
  noFinish,
  pixelWindow,
  type RunsKind,
  type ValueId,
} from './graph.ts';
import type { GraphBuilder, Site } from './graph-builder.ts';
import { broadcast, permute, stretch } from './lower-moves.ts';
import { permuted, placedFactors, type Reading, reshaped } from './reading.ts';

/** Along channels where they are; any other axis is brought there by reading the tensor as [outer, axis, 1, inner]. */
export function lowerSoftmax(
  axis: number,
  logarithm: boolean,
  site: Site,
  graph: GraphBuilder,
): ValueId | Reading {
  const { dims } = site;
  const [reading] = site.readings as readonly [Reading];
  const at = (axis + dims.length) % dims.length;
  const order = [...dims.keys()].filter((other) => other !== at).concat(at);
  if (!graph.isWhole(reading) && graph.hasChannelsLast(permuted(reading, order))) {
    const draft = { kind: 'softmax', inputs: [reading.value], axis: 'channels', logarithm } as const;
    return { ...reading, value: graph.emit(site, draft, graph.values[reading.value]!) };
  }
  const emit = (input: ValueId, where: 'channels' | 'rows' | 'columns', view: Dims) =>
    graph.emit(site, { kind: 'softmax', inputs: [input], axis: where, logarithm }, view);
  const input = site.inputs[0]!;
  if (at === 1 || dims.length === 1) return emit(input, 'channels', dims);
  if (at > 1 && at === dims.length - 1) return emit(input, 'columns', dims);
  if (at === 2 && dims.length === 4) return emit(input, 'rows', dims);
  const view = [elementCount(dims.slice(0, at)), dims[at]!, 1, elementCount(dims.slice(at + 1))];
  return graph.reshape(site, emit(graph.reshape(site, input, view), 'channels', view), dims);
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

/** Over all pixels of a map as it lies; other axes that go are brought to the end, where every run of them is contiguous. */
export function lowerReduction(
  of: RunsKind,
  axes: readonly number[],
  site: Site,
  graph: GraphBuilder,
): ValueId | Reading {
  const x = site.inputDims[0]!;
  const gone = axes.length === 0 ? [...x.keys()] : axes.map((axis) => (axis + x.length) % x.length);
  const pooled = overPixels(of, gone, site, graph);
  if (pooled) return pooled;
  const order = [...x.keys()].sort((a, b) => Number(gone.includes(a)) - Number(gone.includes(b)) || a - b);
  const turned = graph.read(site, permuted(site.readings[0]!, order));
  const length = x.reduce((total, extent, axis) => (gone.includes(axis) ? total * extent : total), 1);
  return emitRuns(site, graph, turned, of, length, site.dims);
}

function overPixels(
  of: RunsKind,
  gone: readonly number[],
  site: Site,
  graph: GraphBuilder,
): Reading | undefined {
  if (of !== 'mean' && of !== 'maximum') return undefined;
  const [reading] = site.readings as readonly [Reading];
  const { value, dims } = reading;
  const { batch, channels, height, width } = graph.view(value);
  const area = height * width;
  const factors = graph.covers(reading) ? placedFactors(reading, graph.view(value)) : undefined;
  if (!factors || area === 1) return undefined;
  if (!factors.every(({ axis, along }) => gone.includes(axis) === (along === 'pixels'))) return undefined;
  const mode = of === 'mean' ? 'average' : 'max';
  const pooled = graph.emit(site, { kind: 'global-pool', inputs: [value], mode }, [batch, channels]);
  const left: Reading = {
    value: pooled,
    dims: dims.map((extent, axis) => (gone.includes(axis) ? 1 : extent)),
    axes: reading.axes.map((own, axis) =>
      gone.includes(axis) ? [] : own.map(({ extent, stride }) => ({ extent, stride: stride / area })),
    ),
    start: 0,
  };
  return reshaped(left, site.dims);
}

export function lowerLpNorm({ axis, p }: ParamsOf<'lpNorm'>, site: Site, graph: GraphBuilder): ValueId {
  const { dims } = site;
  const at = (axis + dims.length) % dims.length;
  const order = [...dims.keys()].filter((other) => other !== at).concat(at);
  const turned = graph.read(site, permuted(site.readings[0]!, order));
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
  standardises?: ConvolutionOp['standardises'],
): ValueId {
  const dims = graph.values[inputs[0]!]!;
  const groups = dims[1] ?? dims[0] ?? 1;
  const draft = {
    kind: 'convolution',
    inputs,
    window: pixelWindow,
    groups,
    filters,
    finish: noFinish,
  } as const;
  return graph.emit(site, standardises ? { ...draft, standardises } : draft, dims);
}

export function ownFilters(site: Site, bias: boolean): FilterSource {
  return { node: site.step.id, weight: 'weight', bias: bias ? 'bias' : undefined, norm: undefined };
}

/** Groups of channels of each image by themselves, then a factor and an offset per channel. */
export function lowerGroupNorm(groups: number, epsilon: number, site: Site, graph: GraphBuilder): ValueId {
  const { dims } = site;
  const run = elementCount(dims.slice(1)) / groups;
  const normal = emitRuns(site, graph, site.inputs[0]!, 'standardise', run, dims, epsilon);
  return perChannel(site, graph, [normal], ownFilters(site, true));
}

/**
 * The axes from `axis` on are read as the channels of pixels, each of which has its own factor. Where they are all of an
 * image, each image is a run.
 */
export function lowerLayerNorm(
  of: 'standardise' | 'unit-square',
  { axis, epsilon, bias }: ParamsOf<'layerNorm'>,
  site: Site,
  graph: GraphBuilder,
): ValueId | Reading {
  const { dims } = site;
  const at = (axis + dims.length) % dims.length;
  const run = elementCount(dims.slice(at));
  const rows = graph.reshaped(site, site.readings[0]!, [...dims.slice(0, at), run]);
  if (isRowsOfImages(rows, graph)) {
    const normal = emitRuns(site, graph, site.inputs[0]!, of, run, dims, epsilon);
    const vectors = graph.reshape(site, normal, [elementCount(dims.slice(0, at)), run]);
    return graph.reshape(site, perChannel(site, graph, [vectors], ownFilters(site, bias)), dims);
  }
  const pixels = graph.asPixels(site, rows);
  const value = perChannel(site, graph, [pixels.value], ownFilters(site, bias), {
    epsilon,
    centred: of === 'standardise',
  });
  return graph.reshaped(site, { ...pixels, value }, dims);
}

/** Whether each row is all of an image of more than one pixel, in order. */
function isRowsOfImages(rows: Reading, graph: GraphBuilder): boolean {
  const { batch, height, width } = graph.view(rows.value);
  return graph.isWhole(rows) && elementCount(rows.dims.slice(0, -1)) === batch && height * width > 1;
}

/** Rows of a matrix are the pixels of a map, and the product is a 1×1 convolution. */
function productOfPixels(
  reading: Reading,
  filters: FilterSource,
  features: number,
  site: Site,
  graph: GraphBuilder,
) {
  const pixels = graph.asPixels(site, reading);
  const dims = graph.values[pixels.value]!;
  const value = graph.emit(
    site,
    {
      kind: 'convolution',
      inputs: [pixels.value],
      window: pixelWindow,
      groups: 1,
      filters,
      finish: noFinish,
    },
    dims.length === 1 ? [features] : dims.with(1, features),
  );
  return graph.withChannels(pixels, value);
}

/** A flattened map is multiplied as it lies, by filters of its extents. */
export function lowerLinear(
  { features, bias }: ParamsOf<'linear'>,
  site: Site,
  graph: GraphBuilder,
): ValueId | Reading {
  const [reading] = site.readings as readonly [Reading];
  const filters = ownFilters(site, bias);
  if (!isRowsOfImages(reading, graph)) return productOfPixels(reading, filters, features, site, graph);
  const { batch } = graph.view(reading.value);
  const inputs = [graph.read(site, reading, [batch, elementCount(reading.dims) / batch])];
  const draft = {
    kind: 'convolution',
    inputs,
    window: pixelWindow,
    groups: 1,
    filters,
    finish: noFinish,
  } as const;
  return graph.reshaped(site, graph.whole(graph.emit(site, draft, [batch, features])), site.dims);
}

/**
 * A weight on the right is a filter. Otherwise stacks of matrices, stretched to each other; one matrix on the right is met
 * by all rows of the left as one product.
 */
export function lowerMatrixProduct(site: Site, graph: GraphBuilder): ValueId | Reading {
  const [a, b] = site.inputDims as readonly [Dims, Dims];
  const left = a.length === 1 ? [1, ...a] : a;
  const right = b.length === 1 ? [...b, 1] : b;
  const [m, k] = left.slice(-2) as [number, number];
  const n = right.at(-1)!;
  const filters = elementCount(right) === k * n ? filtersOf(site.readings[1]!, [k, n], graph) : undefined;
  if (filters) {
    const rows = graph.reshaped(site, site.readings[0]!, left);
    return graph.reshaped(site, productOfPixels(rows, filters, n, site, graph), site.dims);
  }
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

/** A weight that is read as a matrix of these extents, or transposed, as filters; undefined for anything else. */
function filtersOf(
  reading: Reading,
  [k, n]: readonly [number, number],
  graph: GraphBuilder,
): FilterSource | undefined {
  const weight = graph.constantOf(reading);
  const matrix = reshaped(reading, [k, n]);
  if (!weight || !matrix) return undefined;
  const source = { node: weight.node, weight: weight.weight, bias: undefined, norm: undefined };
  if (graph.isWhole(matrix)) return { ...source, rightOperand: true };
  return graph.isWhole(permuted(matrix, [1, 0])) ? source : undefined;
}

/** The same with taps of weight 0 behind the others: backends have as many along rows as along columns. */
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
