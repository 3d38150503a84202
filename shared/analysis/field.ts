import type { Dims } from '../base/dims.ts';
import type { Reach } from '../layers/define.ts';
import { layerOf } from '../layers/index.ts';
import { sidesOf } from '../layers/window.ts';
import type { Padding } from '../schema/params.ts';
import type { Leaf } from './leaves.ts';

/** Positions `first` to `last`, both included; none when `last` is smaller. */
export interface Span {
  readonly first: number;
  readonly last: number;
}

/** A rectangle of a map, in its own rows and columns. A vector has the one position 0, 0. */
export interface Region {
  readonly rows: Span;
  readonly columns: Span;
}

/** What a unit sees of one map. */
export interface Seen {
  /** What there is to see: cut at the map's edges, and at those of every map between. */
  readonly region: Region;
  /** What its windows cover, padding included; infinite where a layer between sees everything. */
  readonly window: Region;
}

/**
 * What one unit of a map sees of every map before it, by walking its windows back: by index into `leaves`. Paths that meet
 * again are joined to the rectangle around them. Maps that it sees nothing of are left out. Araujo et al. 2019.
 */
export function seenBy(
  leaves: readonly Leaf[],
  target: number,
  unit: readonly [row: number, column: number],
): ReadonlyMap<number, Seen> {
  const own: Region = {
    rows: { first: unit[0], last: unit[0] },
    columns: { first: unit[1], last: unit[1] },
  };
  const seen = new Map<number, Seen>([[target, { region: own, window: own }]]);
  for (let at = target; at >= 0; at--) {
    const here = seen.get(at);
    const leaf = leaves[at]!;
    if (!here) continue;
    for (const [port, source] of leaf.inputs.entries()) {
      const inputDims = leaf.facts.inputs[port];
      if (source === undefined || inputDims === undefined) continue;
      const back = through(leaf, inputDims, here);
      if (isEmpty(back.region)) continue;
      const before = seen.get(source.step);
      seen.set(source.step, before ? joinSeen(before, back) : back);
    }
  }
  return seen;
}

/** Rows and columns of a map; a vector is one position. */
export function mapExtent(dims: Dims): readonly [height: number, width: number] {
  return dims.length === 4 ? [dims[2]!, dims[3]!] : [1, 1];
}

function through(leaf: Leaf, inputDims: Dims, { region, window }: Seen): Seen {
  const reach = layerOf(leaf.kind).reach({
    params: leaf.facts.node.params,
    inputs: leaf.facts.inputs.filter((dims) => dims !== undefined),
  });
  const input = mapExtent(inputDims);
  const output = mapExtent(leaf.outputDims?.[0] ?? inputDims);
  const back = (axis: 0 | 1, span: Span): Span =>
    backOver(leaf, reach, axis, span, input[axis], output[axis]);
  return {
    region: {
      rows: cut(back(0, region.rows), input[0]),
      columns: cut(back(1, region.columns), input[1]),
    },
    window: { rows: back(0, window.rows), columns: back(1, window.columns) },
  };
}

const everything: Span = { first: -Infinity, last: Infinity };

function backOver(
  leaf: Leaf,
  reach: Reach,
  axis: 0 | 1,
  { first, last }: Span,
  input: number,
  output: number,
): Span {
  switch (reach.kind) {
    case 'global':
      return everything;
    case 'pointwise':
      // Repeated along the axis, or laid out anew as by Flatten.
      if (input === output) return { first, last };
      return input === 1 ? { first: 0, last: 0 } : everything;
    case 'window': {
      if (leaf.kind === 'convTranspose2d') return backOverTransposed(leaf, axis, { first, last });
      const start = (at: number): number => Math.floor(at * reach.stride[axis]) - reach.before[axis];
      return {
        first: start(first),
        last: start(last) + reach.dilation[axis] * (reach.kernel[axis] - 1),
      };
    }
  }
}

/** Output o takes from input i through tap k where o = i·s − cut + k·d: fractions of a stride have no tap. */
function backOverTransposed({ facts }: Leaf, axis: 0 | 1, { first, last }: Span): Span {
  const { kernel, stride, dilation, padding } = facts.node.params as {
    readonly kernel: readonly [number, number];
    readonly stride: readonly [number, number];
    readonly dilation: readonly [number, number];
    readonly padding: Padding;
  };
  const before = sidesOf(padding)[axis];
  const reachBack = dilation[axis] * (kernel[axis] - 1);
  return {
    first: Math.ceil((first + before - reachBack) / stride[axis]),
    last: Math.floor((last + before) / stride[axis]),
  };
}

function cut({ first, last }: Span, extent: number): Span {
  return { first: Math.max(0, first), last: Math.min(extent - 1, last) };
}

function isEmpty({ rows, columns }: Region): boolean {
  return rows.last < rows.first || columns.last < columns.first;
}

function join(a: Span, b: Span): Span {
  return { first: Math.min(a.first, b.first), last: Math.max(a.last, b.last) };
}

function joinSeen(a: Seen, b: Seen): Seen {
  const regions = (of: keyof Seen): Region => ({
    rows: join(a[of].rows, b[of].rows),
    columns: join(a[of].columns, b[of].columns),
  });
  return { region: regions('region'), window: regions('window') };
}
