import { largestOf } from '../base/extremes.ts';
import type { Graph, Layout, LayoutNode, LayoutOptions, LayoutWire, Link, Route } from './model.ts';
import { linksBy, ranksOf } from './ranks.ts';
import { type FlowPoint, type PlacedRow, placeRow } from './row.ts';
import { rowsOf } from './rows.ts';

/** Air around a label, along the flow. */
const LABEL_AIR = 10;
/** How far beyond a row's end the wire to the next row turns. */
const RETURN = 18;

/**
 * Lays out a network as people draw them: the longest way through as a spine, branches in lanes over and under it,
 * shortcuts as arcs past what they skip, rows wrapped where the network can be cut. No box lies on another and no wire
 * crosses one. The work grows as n·log n.
 */
export function layOut(
  nodes: readonly LayoutNode[],
  wires: readonly LayoutWire[],
  options: LayoutOptions,
): Layout {
  const right = options.direction === 'right';
  const numberOf = new Map(nodes.map(({ id }, i) => [id, i]));
  const links = wires.flatMap(({ from, to, label }, wire): Link[] => {
    const [a, b] = [numberOf.get(from), numberOf.get(to)];
    if (a === undefined || b === undefined) return [];
    const { width = 0, height = 0 } = label ?? {};
    const labelAlong = label ? (right ? width : height) + LABEL_AIR : 0;
    return [{ wire, from: a, to: b, labelAlong, labelAcross: right ? height : width }];
  });
  const graph: Graph = {
    along: nodes.map(({ width, height }) => (right ? width : height)),
    across: nodes.map(({ width, height }) => (right ? height : width)),
    wires: links,
  };
  const placed = new Placement(graph, options);
  for (const part of componentsOf(graph)) placed.add(part);
  return finished(nodes, wires, placed, right);
}

/** Puts connected parts one under another, and those of a single node side by side. */
class Placement {
  readonly graph: Graph;
  readonly starts: number[] = [];
  readonly middles: number[] = [];
  readonly paths = new Map<number, readonly FlowPoint[]>();
  length = 0;
  depth = 0;
  readonly #gap: LayoutOptions['gap'];
  readonly #wanted: number;
  #single: { at: number; depth: number } | undefined;

  constructor(graph: Graph, { gap, aspect, direction }: LayoutOptions) {
    this.graph = graph;
    this.#gap = gap;
    let area = 0;
    for (const [i, along] of graph.along.entries())
      area += (along + gap.along) * (graph.across[i]! + gap.across + gap.rows);
    const shape = aspect === undefined ? undefined : direction === 'right' ? aspect : 1 / aspect;
    const least = largestOf(graph.along, 0) + gap.along;
    this.#wanted =
      shape === undefined ? Number.POSITIVE_INFINITY : Math.max(4 * least, Math.sqrt(area * shape));
  }

  add(part: Part): void {
    const [only, ...others] = part.nodes;
    if (others.length === 0 && part.links.length === 0) this.#addSingle(only!);
    else this.#addRows(part);
  }

  #addSingle(node: number): void {
    const single = this.#single;
    const fits = single && single.at + this.graph.along[node]! <= Math.max(this.#wanted, this.length);
    const row =
      single && fits ? single : { at: 0, depth: this.depth + (this.depth > 0 ? this.#gap.rows : 0) };
    this.#single = row;
    this.starts[node] = row.at;
    this.middles[node] = row.depth + this.graph.across[node]! / 2;
    row.at += this.graph.along[node]! + this.#gap.along;
    this.length = Math.max(this.length, row.at - this.#gap.along);
    this.depth = Math.max(this.depth, row.depth + this.graph.across[node]!);
  }

  #addRows({ nodes, links }: Part): void {
    const part = renumbered(this.graph, nodes, links);
    const ranks = ranksOf(part);
    this.#single = undefined;
    for (const row of rowsOf(part, ranks, this.#gap, this.#wanted)) {
      const placed = placeRow(part, ranks, row, this.#gap);
      const ceiling = this.depth;
      const spine = ceiling + (ceiling > 0 ? this.#gap.rows : 0) - placed.top;
      for (const [node, start] of placed.startOf) {
        this.starts[nodes[node]!] = start;
        this.middles[nodes[node]!] = spine + placed.middleOf.get(node)!;
      }
      for (const [link, path] of placed.pathOf)
        this.paths.set(link.wire, this.#path(link, path, placed, spine, nodes));
      this.length = Math.max(this.length, placed.length);
      this.depth = spine + placed.bottom;
    }
  }

  /** A path in its place; one that comes from the row before runs out of that row and back between the two. */
  #path(
    { from, labelAlong }: Link,
    path: readonly FlowPoint[],
    { startOf, top }: PlacedRow,
    spine: number,
    nodes: readonly number[],
  ): readonly FlowPoint[] {
    const moved = path.map(([along, across]): FlowPoint => [along, across + spine]);
    if (startOf.has(from)) return moved;
    const source = nodes[from]!;
    const [begin, middle] = [this.starts[source]! + this.graph.along[source]!, this.middles[source]!];
    const turn = begin + RETURN + labelAlong;
    this.length = Math.max(this.length, turn);
    const between = spine + top - this.#gap.rows / 2;
    return [[begin, middle], [turn, middle], [turn, between], [moved[0]![0], between], ...moved];
  }
}

interface Part {
  readonly nodes: readonly number[];
  readonly links: readonly Link[];
}

/** What hangs together, in the order of the nodes. */
function componentsOf({ along, wires }: Graph): readonly Part[] {
  const count = along.length;
  const [outOf, into] = [linksBy(count, wires, 'from'), linksBy(count, wires, 'to')];
  const partOf = new Array<number>(count).fill(-1);
  let parts = 0;
  for (let start = 0; start < count; start++) {
    if (partOf[start] !== -1) continue;
    const waiting = [start];
    partOf[start] = parts;
    const reach = (node: number): void => {
      if (partOf[node] !== -1) return;
      partOf[node] = parts;
      waiting.push(node);
    };
    for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
      for (const { to } of outOf[node]!) reach(to);
      for (const { from } of into[node]!) reach(from);
    }
    parts++;
  }
  const found = Array.from({ length: parts }, () => ({ nodes: [] as number[], links: [] as Link[] }));
  for (let node = 0; node < count; node++) found[partOf[node]!]!.nodes.push(node);
  for (const link of wires) found[partOf[link.from]!]!.links.push(link);
  return found;
}

/** A part as a graph of its own, its nodes numbered anew. */
function renumbered(graph: Graph, nodes: readonly number[], links: readonly Link[]): Graph {
  const numberOf = new Map(nodes.map((node, i) => [node, i]));
  return {
    along: nodes.map((node) => graph.along[node]!),
    across: nodes.map((node) => graph.across[node]!),
    wires: links.map((link) => ({ ...link, from: numberOf.get(link.from)!, to: numberOf.get(link.to)! })),
  };
}

/** Turned the way that the flow goes. */
function finished(
  nodes: readonly LayoutNode[],
  wires: readonly LayoutWire[],
  { graph, starts, middles, paths, length, depth }: Placement,
  right: boolean,
): Layout {
  const turned = ([along, across]: FlowPoint) => (right ? { x: along, y: across } : { x: across, y: along });
  const labelled = new Set<string>();
  return {
    places: new Map(
      nodes.map(({ id }, i) => [id, turned([starts[i]!, middles[i]! - graph.across[i]! / 2])] as const),
    ),
    routes: wires.map(({ from, label }, wire): Route | undefined => {
      const points = paths.get(wire)?.map(turned);
      if (!points) return undefined;
      if (!label || labelled.has(from)) return { points };
      labelled.add(from);
      const { x, y } = points[0]!;
      return {
        points,
        label: right ? { x: x + LABEL_AIR / 2, y: y - label.height - 1 } : { x: x + 5, y: y + LABEL_AIR / 2 },
      };
    }),
    width: right ? length : depth,
    height: right ? depth : length,
  };
}
