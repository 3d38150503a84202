import { largestOf } from '../base/extremes.ts';
import { type Columns, type Levels, levelsOf, type Shortcut } from './levels.ts';
import type { Graph, Layout, LayoutNode, LayoutOptions, LayoutWire, Link, Route } from './model.ts';
import { linksBy, type Ranks, ranksOf } from './ranks.ts';
import { type FlowPoint, type PlacedRow, placeRow } from './row.ts';
import { columnsOf, rowsOf, rowsOfEach } from './rows.ts';

/** Air around a label, along the flow. */
const LABEL_AIR = 10;
/** How far beyond a row's end the wire to the next row turns. */
const RETURN = 18;
/** What a way down or a way up may take of the wanted length, and a row: the first, unless with another all is clearly smaller. */
const HALVES = [0.7, 0.45, 0.35] as const;
const ROWS = [1, 0.88, 0.78] as const;
const CLEARLY = 0.87;
/** Of shares with which it is nearly as small, the first. */
const NEARLY = 0.95;
/** A bottom that is longer is put into rows. */
const MOST_BOTTOM = 1.5;
/** How far apart wires run between two levels. */
const SLOT = 9;

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
    stages: nodes.map(({ stage }) => stage),
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
  /** Length to depth of the whole; undefined where it is one row. */
  readonly #shape: number | undefined;
  #single: { at: number; depth: number } | undefined;

  constructor(graph: Graph, { gap, aspect, direction }: LayoutOptions) {
    this.graph = graph;
    this.#gap = gap;
    let area = 0;
    for (const [i, along] of graph.along.entries())
      area += (along + gap.along) * (graph.across[i]! + gap.across + gap.rows);
    const shape = aspect === undefined ? undefined : direction === 'right' ? aspect : 1 / aspect;
    this.#shape = shape;
    const least = largestOf(graph.along, 0) + gap.along;
    this.#wanted =
      shape === undefined ? Number.POSITIVE_INFINITY : Math.max(4 * least, Math.sqrt(area * shape));
  }

  add(part: Part): void {
    const [only, ...others] = part.nodes;
    if (others.length === 0 && part.links.length === 0) {
      this.#addSingle(only!);
      return;
    }
    this.#single = undefined;
    const graph = renumbered(this.graph, part.nodes, part.links);
    const ranks = ranksOf(graph);
    const { nodes } = part;
    const levels = this.#shape === undefined ? undefined : levelsOf(graph, ranks, columnsOf(ranks));
    const isU =
      levels && this.#addSmallest(HALVES, (half) => this.#addLevels(levels, nodes, half * this.#wanted));
    if (!isU) this.#addSmallest(ROWS, (share) => this.#addRows(graph, ranks, nodes, share * this.#wanted));
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

  #addRows(graph: Graph, ranks: Ranks, nodes: readonly number[], wanted: number): boolean {
    for (const row of rowsOf(graph, ranks, this.#gap, wanted)) {
      const placed = placeRow(graph, ranks, row, this.#gap);
      const ceiling = this.depth;
      const spine = ceiling + (ceiling > 0 ? this.#gap.rows : 0) - placed.top;
      const standing = {
        placed,
        nodes,
        start: 0,
        spine,
        between: spine + placed.top - this.#gap.rows / 2,
        past: 0,
      };
      this.#stand(standing);
      this.#lead(standing);
      this.depth = spine + placed.bottom;
    }
    return true;
  }

  /** Adds a part with that of some shares with which it is smallest in a window of the wanted shape; false where none can be. */
  #addSmallest(shares: readonly number[], add: (share: number) => boolean): boolean {
    const { length, depth } = this;
    const sizeWith = (share: number): number | undefined => {
      [this.length, this.depth] = [0, depth];
      const size = add(share) ? Math.max(this.length / (this.#shape ?? 1), this.depth - depth) : undefined;
      this.length = Math.max(length, this.length);
      return size;
    };
    const drawn = (this.#shape === undefined ? shares.slice(0, 1) : shares).flatMap((share) => {
      const size = sizeWith(share);
      return size === undefined ? [] : [{ share, size }];
    });
    const [first] = drawn;
    if (!first) {
      [this.length, this.depth] = [length, depth];
      return false;
    }
    const least = Math.min(...drawn.map(({ size }) => size));
    const small = drawn.find(({ size }) => NEARLY * size <= least)!;
    sizeWith((least < CLEARLY * first.size ? small : first).share);
    return true;
  }

  /**
   * Draws a U: the way down on the left, level under level, the way up on the right, each level's way up beside its way
   * down, so that the shortcuts between them run straight. False where a level does not end in its spine, or where the
   * bottom is too long and cannot be cut.
   */
  #addLevels({ down, up, shortcuts, rest, ranks }: Levels, nodes: readonly number[], half: number): boolean {
    const rowsFor = (bottom: number): readonly (readonly PlacedRow[])[] => {
      const wanted = (each: Columns): number => (each === down.at(-1) ? bottom : half);
      const stretches = [...down, ...[...up].reverse()].map((each) => [each, wanted(each)] as const);
      return rowsOfEach(rest, ranks, this.#gap, stretches).map((each) =>
        each.map((row) => placeRow(rest, ranks, row, this.#gap)),
      );
    };
    const bottomOf = (of: ReturnType<typeof rowsFor>): number =>
      of[down.length - 1]!.reduce((most, { length }) => Math.max(most, length), 0);
    const most = this.#wanted * MOST_BOTTOM;
    // The bottom is one row, from whose end the way up begins, unless that is too long.
    let rows = rowsFor(Number.POSITIVE_INFINITY);
    if (bottomOf(rows) > most) rows = rowsFor(this.#wanted);
    if (bottomOf(rows) > most) return false;
    const [downs, ups] = [rows.slice(0, down.length), rows.slice(down.length).reverse()];
    const onSpine = (row: PlacedRow | undefined, node: number): boolean => row?.middleOf.get(node) === 0;
    if (!shortcuts.every(({ from, to }, i) => onSpine(downs[i]!.at(-1), from) && onSpine(ups[i]![0], to)))
      return false;
    const lengths = downs.slice(0, -1).flat();
    const { along: air } = this.#gap;
    const bridges = shortcuts.map((each) =>
      each.nodes.reduce((sum, node) => sum + rest.along[node]! + this.#roomBehind(each, node), 0),
    );
    const start =
      lengths.reduce((most, { length }) => Math.max(most, length), 0) + 2 * air + largestOf(bridges, 0);
    const standing: Standing[] = [];
    const stand = (placed: PlacedRow, at: number, spine: number, between: number, past = 0): void => {
      standing.push({ placed, nodes, start: at, spine, between, past });
      this.#stand(standing.at(-1)!);
    };
    // What comes up from the last of several rows goes round the ends of the others, and of the wires between them.
    const past =
      rows[down.length - 1]!.length === 1
        ? 0
        : bottomOf(rows) +
          RETURN +
          rest.wires.reduce((widest, { labelAlong }) => Math.max(widest, labelAlong), 0) +
          SLOT;
    const { rows: gap } = this.#gap;
    for (const [level, goingDown] of downs.entries()) {
      const top = this.depth + (this.depth > 0 ? gap : 0);
      const [first, ...above] = ups[level] ?? [];
      const last = goingDown.at(-1)!;
      let floor = top;
      for (const placed of goingDown.slice(0, -1)) {
        stand(placed, 0, floor - placed.top, floor - gap / 2);
        floor += placed.bottom - placed.top + gap;
      }
      // The last row of the way down and the first of the way up stand at one height; what goes on up there stands above.
      const room = above.reduce((sum, row) => sum + row.bottom - row.top + gap, 0);
      const bridge = (shortcuts[level]?.nodes ?? []).reduce(
        (most, node) => Math.max(most, rest.across[node]! / 2),
        0,
      );
      const spine = Math.max(floor - last.top, top + bridge, top + room - (first?.top ?? 0));
      stand(last, 0, spine, spine + last.top - gap / 2);
      this.depth = spine + Math.max(last.bottom, first?.bottom ?? 0, bridge);
      if (!first) continue;
      stand(first, start, spine, this.depth + gap / 2 + SLOT, level === ups.length - 1 ? past : 0);
      let ceiling = spine + first.top - gap;
      for (const placed of above) {
        stand(placed, start, ceiling - placed.bottom, ceiling + gap / 2);
        ceiling += placed.top - placed.bottom - gap;
      }
    }
    for (const each of standing) this.#lead(each);
    for (const shortcut of shortcuts) this.#bridge(shortcut, nodes, start);
    return true;
  }

  /** Puts the nodes of a row in their places. */
  #stand({ placed, nodes, start, spine }: Standing): void {
    for (const [node, at] of placed.startOf) {
      this.starts[nodes[node]!] = start + at;
      this.middles[nodes[node]!] = spine + placed.middleOf.get(node)!;
    }
    this.length = Math.max(this.length, start + placed.length);
  }

  #lead(standing: Standing): void {
    for (const [link, path] of standing.placed.pathOf)
      this.paths.set(link.wire, this.#path(link, path, standing));
  }

  /** A path in its place; one that comes from another row runs out of that row and back between the two. */
  #path(
    { from, labelAlong }: Link,
    path: readonly FlowPoint[],
    { placed, nodes, start, spine, between, past }: Standing,
  ): readonly FlowPoint[] {
    const moved = path.map(([along, across]): FlowPoint => [start + along, across + spine]);
    if (placed.startOf.has(from)) return moved;
    const source = nodes[from]!;
    const [begin, middle] = [this.starts[source]! + this.graph.along[source]!, this.middles[source]!];
    const turn = Math.max(begin + RETURN + labelAlong, past);
    this.length = Math.max(this.length, turn);
    return [[begin, middle], [turn, middle], [turn, between], [moved[0]![0], between], ...moved];
  }

  /** What a layer of a shortcut keeps behind itself: its label, and the turn that a wire may take there. */
  #roomBehind({ links }: Shortcut, node: number): number {
    return links.reduce(
      (most, { from, labelAlong }) => (from === node ? Math.max(most, labelAlong + RETURN) : most),
      this.#gap.along,
    );
  }

  /** From the end of a way down to the way up beside it, a little above the wire that comes from below. */
  #bridge(shortcut: Shortcut, nodes: readonly number[], start: number): void {
    const { from, to, nodes: between, links } = shortcut;
    const [source, target] = [nodes[from]!, nodes[to]!];
    const height = this.middles[source]!;
    let at = start;
    for (const node of [...between].reverse()) {
      at -= this.graph.along[nodes[node]!]! + this.#roomBehind(shortcut, node);
      this.starts[nodes[node]!] = at;
      this.middles[nodes[node]!] = height;
    }
    const end = this.middles[target]! - Math.min(10, this.graph.across[target]! / 4);
    for (const { wire, from: a, to: b, labelAlong } of links) {
      const begin = this.starts[nodes[a]!]! + this.graph.along[nodes[a]!]!;
      const turn = begin + RETURN / 2 + labelAlong;
      const arrives = this.starts[nodes[b]!]!;
      const path: FlowPoint[] = [[begin, height]];
      if (b === to) path.push([turn, height], [turn, end], [arrives, end]);
      else path.push([arrives, height]);
      this.paths.set(wire, path);
    }
  }
}

/** A row in its place. */
interface Standing {
  readonly placed: PlacedRow;
  /** Its nodes by the numbers that they have in the whole. */
  readonly nodes: readonly number[];
  readonly start: number;
  readonly spine: number;
  /** Where what comes from another row runs. */
  readonly between: number;
  /** How far along the flow that goes at least before it turns. */
  readonly past: number;
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
    stages: nodes.map((node) => graph.stages[node]),
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
