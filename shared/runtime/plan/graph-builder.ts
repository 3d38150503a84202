import type { FlatStep } from '../../analysis/flatten.ts';
import { type Dims, elementCount, sameDims } from '../../base/dims.ts';
import { layerOf } from '../../layers/index.ts';
import { type ConstantOp, type MapView, mapView, type PlanOp, type ValueId } from './graph.ts';
import {
  covers,
  factorsEqual,
  isWhole,
  oneFactor,
  type PlacedFactor,
  placedFactors,
  type Reading,
  readingKey,
  relaid,
  reshaped,
  rowMajor,
  whole,
} from './reading.ts';

/** What a layer's lowering works with. */
export class Site {
  readonly step: FlatStep;
  /** What flows in, as it lies. */
  readonly readings: readonly Reading[];
  /** Of the first output, and of all. */
  readonly dims: Dims;
  readonly allDims: readonly Dims[];
  private readonly graph: GraphBuilder;

  constructor(
    graph: GraphBuilder,
    step: FlatStep,
    readings: readonly Reading[],
    dims: Dims,
    allDims: readonly Dims[],
  ) {
    this.graph = graph;
    this.step = step;
    this.readings = readings;
    this.dims = dims;
    this.allDims = allDims;
  }

  get inputDims(): readonly Dims[] {
    return this.readings.map(({ dims }) => dims);
  }

  /** The inputs in row-major order, brought there where they lie otherwise. */
  get inputs(): readonly ValueId[] {
    return this.readings.map((reading) => this.graph.read(this, reading));
  }

  /** The same layer of other inputs. */
  with(readings: readonly Reading[]): Site {
    return new Site(this.graph, this.step, readings, this.dims, this.allDims);
  }
}

export type OpDraft = PlanOp extends infer O
  ? O extends PlanOp
    ? Omit<O, 'nodes' | 'macs' | 'output'>
    : never
  : never;

/** What not every backend does. */
export interface Abilities {
  /** Attention of queries, keys and values where they lie, in one step. */
  readonly blockedAttention?: boolean;
}

/** Operations and values as they come. */
export class GraphBuilder {
  readonly abilities: Abilities;
  readonly ops: PlanOp[] = [];
  readonly values: Dims[] = [];
  private readonly constants = new Map<ValueId, ConstantOp>();
  /** Readings that were brought into row-major order. */
  private readonly known = new Map<string, ValueId>();

  constructor(abilities: Abilities = {}) {
    this.abilities = abilities;
  }

  value(dims: Dims): ValueId {
    return this.values.push(dims) - 1;
  }

  view(value: ValueId): MapView {
    return mapView(this.values[value]!);
  }

  /** A value in its own order. */
  whole(value: ValueId): Reading {
    return whole(value, this.values[value]!);
  }

  /** Adds one operation of a layer and returns its output. */
  emit(site: Site, draft: OpDraft, dims: Dims = site.dims): ValueId {
    // Filters may be those of a layer that holds nothing else.
    const held = draft.kind === 'convolution' ? [draft.filters.node] : [];
    const nodes = [...new Set([site.step.id, ...held])];
    return this.add({ ...draft, nodes, macs: this.macsOf(draft, site, dims) }, dims);
  }

  private add(draft: OpDraft & Pick<PlanOp, 'nodes' | 'macs'>, dims: Dims): ValueId {
    const output = this.value(dims);
    const op = { ...draft, output } as PlanOp;
    this.ops.push(op);
    if (op.kind === 'constant') this.constants.set(output, op);
    return output;
  }

  private macsOf(draft: OpDraft, site: Site, dims: Dims): number {
    if (draft.kind === 'matrix-product') return elementCount(dims) * draft.k;
    return draft.kind === 'convolution' || draft.kind === 'attention' ? macsOf(site) : 0;
  }

  /** The same elements under other extents; the value itself when they are the same already. */
  reshape(site: Site, from: ValueId, dims: Dims): ValueId {
    if (sameDims(this.values[from]!, dims)) return from;
    return this.emit(site, { kind: 'reshape', inputs: [from] }, dims);
  }

  /** The weight that a reading has all elements of, if it is one. */
  constantOf({ value, dims }: Reading): ConstantOp | undefined {
    const op = this.constants.get(value);
    return op && !op.piece && elementCount(dims) === elementCount(this.values[value]!) ? op : undefined;
  }

  isConstant({ value }: Reading): boolean {
    return this.constants.has(value);
  }

  covers(reading: Reading): boolean {
    return covers(reading, elementCount(this.values[reading.value]!));
  }

  isWhole(reading: Reading): boolean {
    return isWhole(reading, elementCount(this.values[reading.value]!));
  }

  /** A reading as a value of its own, in row-major order and of extents `dims`; what is whole already is but reshaped. */
  read(site: Site, reading: Reading, dims: Dims = reading.dims): ValueId {
    if (sameDims(this.values[reading.value]!, dims) && this.isWhole(reading)) return reading.value;
    const key = readingKey({ ...reading, dims });
    const value = this.known.get(key) ?? this.bring(site, reading, dims);
    this.known.set(key, value);
    return value;
  }

  private bring(site: Site, reading: Reading, dims: Dims): ValueId {
    const { value, axes, start, node = site.step.id } = reading;
    const factors = axes.flat();
    const extents = factors.map(({ extent }) => extent);
    const piece = {
      extents,
      from: factors.map(({ stride }) => stride),
      to: rowMajor(extents),
      offset: 0,
      start,
    };
    const from = { nodes: [node], macs: 0 };
    const constant = this.constants.get(value);
    // A weight is brought into order once, when it is loaded.
    if (constant && !constant.piece) {
      const whole = this.isWhole(reading) ? {} : { piece };
      return this.add({ ...constant, ...whole }, dims);
    }
    if (this.isWhole(reading)) return this.add({ kind: 'reshape', inputs: [value], ...from }, dims);
    return this.add({ kind: 'rearrange', inputs: [value], pieces: [piece], ...from }, dims);
  }

  /** The same elements in an order of memory of one's own: the factors in `order`, the outermost first. */
  lay(
    site: Site,
    reading: Reading,
    factors: readonly PlacedFactor[],
    order: readonly number[],
    dims: Dims,
  ): Reading {
    const inOrder = order.map((at) => [factors[at]!]);
    const value = this.read(site, { ...reading, axes: inOrder }, dims);
    return relaid(value, reading.dims, factors, order);
  }

  /** A reading whose elements are all of a value's, so that what is done to each may be done to the value. */
  compact(site: Site, reading: Reading): Reading {
    if (this.covers(reading)) return reading;
    const view = this.view(reading.value);
    const factors = placedFactors(reading, view);
    if (!factors) return this.whole(this.read(site, reading));
    const order = [...factors.keys()].sort((a, b) => factors[b]!.stride - factors[a]!.stride);
    const along = (axis: PlacedFactor['along']) =>
      order.flatMap((at) => (factors[at]!.along === axis ? [factors[at]!.extent] : []));
    const pixels = along('pixels');
    const area = pixels.reduce((a, b) => a * b, 1);
    const map =
      area === view.height * view.width
        ? [view.height, view.width]
        : pixels.length === 2
          ? pixels
          : [1, area];
    const dims = [elementCount(along('images')), elementCount(along('channels')), ...map];
    return this.lay(site, reading, factors, order, dims);
  }

  /**
   * A reading whose last axis is the channels of a map, and the others its images and pixels, in whatever order: the
   * rows of a matrix are then the pixels of a map.
   */
  asPixels(site: Site, reading: Reading): Reading {
    if (this.hasChannelsLast(reading)) return reading;
    const last = reading.dims.length - 1;
    const factors = placedFactors(reading, this.view(reading.value));
    // What repeats elements is written out first.
    if (!factors) return this.asPixels(site, this.whole(this.read(site, reading)));
    const rows = elementCount(reading.dims.slice(0, -1));
    const order = [...factors.keys()].sort(
      (a, b) => Number(factors[b]!.axis === last) - Number(factors[a]!.axis === last) || a - b,
    );
    return this.lay(site, reading, factors, order, [1, reading.dims[last]!, 1, rows]);
  }

  hasChannelsLast(reading: Reading): boolean {
    const { batch, channels, height, width } = this.view(reading.value);
    const area = height * width;
    const last = reading.axes.at(-1);
    if (last === undefined || (channels === 1 && batch > 1 && area > 1)) return false;
    return this.covers(reading) && factorsEqual(last, oneFactor(channels, area));
  }

  /**
   * The same reading of a value with other channels, where an operation made `channels` of those that were; the last axis
   * are the channels.
   */
  withChannels(reading: Reading, value: ValueId): Reading {
    const from = this.view(reading.value);
    const to = this.view(value);
    const area = from.height * from.width;
    const axes = reading.axes.slice(0, -1).map((factors) =>
      factors.map(({ extent, stride }) => ({
        extent,
        stride: stride < area ? stride : (stride / from.channels) * to.channels,
      })),
    );
    return {
      value,
      dims: [...reading.dims.slice(0, -1), to.channels],
      axes: [...axes, oneFactor(to.channels, area)],
      start: 0,
    };
  }

  /** Other extents for the elements of a reading, which are brought into order where nothing else does. */
  reshaped(site: Site, reading: Reading, dims: Dims): Reading {
    return reshaped(reading, dims) ?? whole(this.reshape(site, this.read(site, reading), dims), dims);
  }
}

/** Multiply-adds of a layer for the batch that is planned, by its cost rule. */
function macsOf({ step: { kind, params }, inputDims, allDims }: Site): number {
  const layer = layerOf(kind);
  const weights = layer.weights({ params, inputs: inputDims });
  return layer.cost({ params, inputs: inputDims, outputs: allDims, weights }).macs.value;
}
