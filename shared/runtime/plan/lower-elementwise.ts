import { type Dims, elementCount, sameDims } from '../../base/dims.ts';
import { type BinaryKind, type Finish, mapView, noFinish, type ValueId } from './graph.ts';
import type { GraphBuilder, Site } from './graph-builder.ts';
import { broadcast } from './lower-moves.ts';
import { beside, type Reading, reshaped, stretched } from './reading.ts';

/** Layers that compute each element by itself, in whatever order it lies. */

export function emitFinish(site: Site, graph: GraphBuilder, finish: Finish): Reading {
  const reading = graph.compact(site, site.readings[0]!);
  const draft = { kind: 'activation', inputs: [reading.value], finish } as const;
  return { ...reading, value: graph.emit(site, draft, graph.values[reading.value]!) };
}

export function lowerElementwise(combine: BinaryKind, site: Site, graph: GraphBuilder): Reading {
  const [first, ...rest] = site.readings as readonly [Reading, ...Reading[]];
  const all = rest.reduce((soFar, other) => combineTwo(combine, soFar, other, site, graph), first);
  return stretched(all, site.dims);
}

/** What the mask keeps of one value and of the other, put together: the other is zero there, infinite or not. */
export function lowerSelect(site: Site, graph: GraphBuilder): Reading {
  const [mask, a, b] = site.readings as readonly [Reading, Reading, Reading];
  const kept = combineTwo('keep', a, mask, site, graph);
  const rest = combineTwo('drop', b, mask, site, graph);
  return stretched(combineTwo('add', kept, rest, site, graph), site.dims);
}

/** The other operand as its elements lie beside those of the first. */
interface Match {
  readonly host: Reading;
  readonly guest: Reading;
  /** Extents of the value that the guest becomes: 1 along axes of the map on which it is repeated. */
  readonly dims: Dims;
  readonly turned: boolean;
}

export function combineTwo(
  combine: BinaryKind,
  left: Reading,
  right: Reading,
  site: Site,
  graph: GraphBuilder,
): Reading {
  const dims = broadcast(left.dims, right.dims);
  const [a, b] = [left, right].map((operand) =>
    sameDims(operand.dims, dims) ? graph.compact(site, operand) : stretched(operand, dims),
  ) as [Reading, Reading];
  const matches = [match(a, b, false, graph), match(b, a, true, graph)].filter(
    (found) => found !== undefined,
  );
  // Best is whoever lies as the other does; what is computed is rather the first than what is known.
  const cost = ({ host, guest, dims: own }: Match): number =>
    (graph.isConstant(host) ? 2 : 0) +
    (graph.isWhole(guest) || graph.isConstant(guest) ? 0 : elementCount(own) / elementCount(dims));
  const [best] = matches.toSorted((p, q) => cost(p) - cost(q));
  const emit = (host: ValueId, guest: ValueId, turned: boolean) =>
    graph.emit(
      site,
      { kind: 'binary', combine, inputs: [host, guest], turned, finish: noFinish },
      graph.values[host]!,
    );
  if (best) {
    const guest = graph.read(site, best.guest, best.dims);
    return { ...best.host, value: emit(best.host.value, guest, best.turned) };
  }
  return graph.whole(emit(graph.read(site, a), graph.read(site, b), false));
}

function match(host: Reading, other: Reading, turned: boolean, graph: GraphBuilder): Match | undefined {
  if (!graph.covers(host)) return undefined;
  const dims = graph.values[host.value]!;
  const inOrder = beside(host, other, dims);
  if (!inOrder) return undefined;
  const { batch, channels } = mapView(dims);
  const area = elementCount(dims) / (batch * channels);
  const byAxis = dims.length < 2 ? undefined : reshaped(inOrder, [batch, channels, area]);
  const repeated = byAxis?.axes.map(
    (factors, axis) => byAxis.dims[axis]! > 1 && factors.every(({ stride }) => stride === 0),
  );
  if (!byAxis || !repeated?.includes(true)) return { host, guest: inOrder, dims, turned };
  const [images, channel, pixels] = repeated;
  return {
    host,
    guest: {
      ...byAxis,
      dims: byAxis.dims.map((extent, axis) => (repeated[axis] ? 1 : extent)),
      axes: byAxis.axes.map((factors, axis) => (repeated[axis] ? [] : factors)),
    },
    dims: dims.map((extent, axis) => ((axis === 0 ? images : axis === 1 ? channel : pixels) ? 1 : extent)),
    turned,
  };
}
