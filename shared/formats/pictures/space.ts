import { largestOf, smallestOf } from '../../base/extremes.ts';
import type { OpenedBlock } from './opened-outline.ts';
import type { Outline, OutlineEdge, OutlineNode } from './outline.ts';
import { type Box, type Scale, sized } from './volumes.ts';

/** A point of the 3D view: along the flow, up, and across it. Layout units; the first volume starts at 0 along. */
export type Point3 = readonly [along: number, up: number, across: number];

/** One layer's output as a box to scale. `along` is the direction of flow (channels), `up` the map's height, `across` its width. */
export interface SpaceVolume extends Box {
  readonly id: string;
  readonly node: OutlineNode;
  /** Centre of the box. */
  readonly at: Point3;
  /**
   * A thin coat on the layer before it (activation, normalisation, dropout) or a thin plate (element-wise sums): what
   * changes a tensor without giving it another shape. Its height and width are to scale, its thickness is not.
   */
  readonly thin: boolean;
}

/** The weights of a fully connected layer: a wall before its output, as wide as its inputs and as high as its outputs are many. */
export interface Slab extends SpaceVolume {
  readonly inputs: number;
  readonly outputs: number;
}

export interface SpaceLink {
  readonly from: string;
  readonly to: string;
  /** Over what stands between, as a residual connection. */
  readonly shortcut: boolean;
  readonly points: readonly Point3[];
}

/** The room that an opened block takes. */
export interface Frame {
  readonly id: string;
  readonly title: string;
  readonly low: Point3;
  readonly high: Point3;
}

export interface Space {
  readonly volumes: readonly SpaceVolume[];
  readonly slabs: readonly Slab[];
  readonly links: readonly SpaceLink[];
  readonly frames: readonly Frame[];
}

export interface SpaceOptions {
  readonly scale: Scale;
  readonly opened?: readonly OpenedBlock[];
  /** Inputs and outputs of a fully connected layer. */
  readonly matrixOf?: (node: OutlineNode) => readonly [inputs: number, outputs: number] | undefined;
}

const MOST_CHANNELS = 64;
const COAT = 3;
const PLATE = 8;
const SLAB = 4;
const SLAB_GAP = 16;
const GAP = 26;
const LANE_GAP = 24;
const RISE = 20;
const RISE_PER_COLUMN = 3;

/** A volume with the coats on it: they are placed as one. */
interface Cell {
  readonly owner: OutlineNode;
  readonly box: Box;
  readonly coats: readonly OutlineNode[];
  readonly matrix: readonly [inputs: number, outputs: number] | undefined;
  readonly along: number;
  column: number;
  start: number;
  middle: number;
}

/**
 * Places a network's tensors in space: along the flow in columns, the longest path straight, branches over and under it,
 * shortcuts over what they pass. Nodes without a known shape are left out, and their wires with them.
 */
export function placeInSpace(outline: Outline, { scale, opened = [], matrixOf }: SpaceOptions): Space {
  const nodes = outline.nodes.filter(({ output, kind }) => output !== undefined && kind !== 'output');
  const known = new Set(nodes.map(({ id }) => id));
  const edges = outline.edges.filter(({ from, to }) => known.has(from) && known.has(to));
  const boxes = sized(nodes, scale, MOST_CHANNELS);
  const owners = coatsOf(nodes, edges);
  const coatings = new Map<string, OutlineNode[]>();
  for (const node of nodes) {
    const owner = owners.get(node.id);
    if (owner !== undefined) coatings.set(owner, [...(coatings.get(owner) ?? []), node]);
  }
  const cells = new Map<string, Cell>();
  for (const node of nodes) {
    if (owners.has(node.id)) continue;
    const coats = coatings.get(node.id) ?? [];
    const flat = boxes.get(node.id)!;
    const box = isPlate(node) ? { ...flat, along: Math.min(flat.along, PLATE) } : flat;
    const matrix = matrixOf?.(node);
    const along = box.along + coats.length * COAT + (matrix ? SLAB + SLAB_GAP : 0);
    cells.set(node.id, { owner: node, box, coats, matrix, along, column: 0, start: 0, middle: 0 });
  }
  const wires = edges
    .map(({ from, to }) => ({ from: owners.get(from) ?? from, to: owners.get(to) ?? to }))
    .filter(({ from, to }) => from !== to);
  setColumns(cells, wires);
  setMiddles([...cells.values()], wires);
  const volumes = [...cells.values()].flatMap(volumesOf);
  const byId = new Map(volumes.map((volume) => [volume.id, volume]));
  return {
    volumes,
    slabs: [...cells.values()].flatMap((cell) => slabOf(cell, nodes, scale)),
    links: linksOf(edges, byId, owners, cells),
    frames: opened.flatMap((block) => frameOf(block, opened, byId)),
  };
}

const coating = new Set<OutlineNode['group']>(['activation', 'normalisation']);

/** An element-wise sum or product; a concatenation is a volume of its own. */
function isPlate({ group, kind }: OutlineNode): boolean {
  return group === 'merge' && kind !== 'concat';
}

/** By id of a coat: the volume that it lies on. */
function coatsOf(nodes: readonly OutlineNode[], edges: readonly OutlineEdge[]): ReadonlyMap<string, string> {
  const [ins, outs] = [count(edges, 'to'), count(edges, 'from')];
  const source = new Map(edges.map(({ from, to }) => [to, from]));
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const owners = new Map<string, string>();
  for (const node of nodes) {
    const before = byId.get(source.get(node.id) ?? '');
    if (!before || ins.get(node.id) !== 1 || outs.get(before.id) !== 1) continue;
    if (!coating.has(node.group) && node.kind !== 'dropout') continue;
    if (before.group === 'io' || String(before.output) !== String(node.output)) continue;
    owners.set(node.id, owners.get(before.id) ?? before.id);
  }
  return owners;
}

function count(edges: readonly OutlineEdge[], end: 'from' | 'to'): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const edge of edges) counts.set(edge[end], (counts.get(edge[end]) ?? 0) + 1);
  return counts;
}

/** Columns by the longest path; the outline's order is topological. */
function setColumns(cells: ReadonlyMap<string, Cell>, wires: readonly OutlineEdge[]): void {
  const before = groupBy(wires, 'to', 'from');
  const widest: number[] = [];
  for (const cell of cells.values()) {
    const sources = before.get(cell.owner.id) ?? [];
    cell.column =
      largestOf(
        sources.map((id) => cells.get(id)!.column),
        -1,
      ) + 1;
    widest[cell.column] = Math.max(widest[cell.column] ?? 0, cell.along);
  }
  const starts = [0];
  for (const [column, along] of widest.entries()) starts.push(starts[column]! + along + GAP);
  for (const cell of cells.values()) {
    cell.start = starts[cell.column]! + (widest[cell.column]! - cell.along) / 2;
  }
}

/** The longest path lies straight at height 0; every other chain as near to it as it fits, over or under. */
function setMiddles(cells: readonly Cell[], wires: readonly OutlineEdge[]): void {
  const after = groupBy(wires, 'from', 'to');
  const byId = new Map(cells.map((cell) => [cell.owner.id, cell]));
  const tails = new Map<string, number>();
  for (const { owner } of [...cells].reverse()) {
    tails.set(
      owner.id,
      1 +
        largestOf(
          (after.get(owner.id) ?? []).map((id) => tails.get(id) ?? 0),
          0,
        ),
    );
  }
  const tops: number[] = [];
  const bottoms: number[] = [];
  const taken = new Set<string>();
  const starts = [...cells].sort((a, b) => tails.get(b.owner.id)! - tails.get(a.owner.id)!);
  for (const start of starts) {
    if (taken.has(start.owner.id)) continue;
    const chain: Cell[] = [];
    for (let at: Cell | undefined = start; at; ) {
      chain.push(at);
      taken.add(at.owner.id);
      const next: readonly string[] = (after.get(at.owner.id) ?? []).filter((id) => !taken.has(id));
      const longest = [...next].sort((a, b) => tails.get(b)! - tails.get(a)!)[0];
      at = longest === undefined ? undefined : byId.get(longest);
    }
    placeChain(chain, tops, bottoms);
  }
}

function placeChain(chain: readonly Cell[], tops: number[], bottoms: number[]): void {
  const columns = Array.from(
    { length: chain.at(-1)!.column - chain[0]!.column + 1 },
    (_, i) => chain[0]!.column + i,
  );
  const half = largestOf(chain.map(({ box }) => box.up)) / 2;
  const free = columns.every((column) => tops[column] === undefined);
  const over = largestOf(columns.map((column) => tops[column] ?? 0)) + LANE_GAP + half;
  const under = smallestOf(columns.map((column) => bottoms[column] ?? 0)) - LANE_GAP - half;
  const middle = free ? 0 : over <= -under ? over : under;
  for (const cell of chain) cell.middle = middle;
  const inColumn = new Map(chain.map((cell) => [cell.column, cell]));
  for (const column of columns) {
    const here = inColumn.get(column);
    const reach = free ? (here?.box.up ?? 0) / 2 : half;
    tops[column] = Math.max(tops[column] ?? 0, middle + reach);
    bottoms[column] = Math.min(bottoms[column] ?? 0, middle - reach);
  }
}

function groupBy(
  wires: readonly OutlineEdge[],
  key: 'from' | 'to',
  value: 'from' | 'to',
): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, string[]>();
  for (const wire of wires) {
    const group = groups.get(wire[key]);
    if (group) group.push(wire[value]);
    else groups.set(wire[key], [wire[value]]);
  }
  return groups;
}

function volumesOf({ owner, box, coats, matrix, start, middle }: Cell): readonly SpaceVolume[] {
  let from = start + (matrix ? SLAB + SLAB_GAP : 0);
  const next = (node: OutlineNode, along: number, thin: boolean): SpaceVolume => {
    const volume = { ...box, id: node.id, node, along, at: [from + along / 2, middle, 0] as const, thin };
    from += along;
    return volume;
  };
  return [next(owner, box.along, isPlate(owner)), ...coats.map((coat) => next(coat, COAT, true))];
}

function slabOf(
  { owner, box, matrix, start, middle }: Cell,
  nodes: readonly OutlineNode[],
  scale: Scale,
): readonly Slab[] {
  if (!matrix) return [];
  const [inputs, outputs] = matrix;
  // As wide as a vector of its inputs is high.
  const probe: OutlineNode = { ...owner, id: '', output: [1, inputs] };
  const across = sized([...nodes, probe], scale).get('')!.up;
  return [
    {
      ...box,
      id: `${owner.id} weights`,
      node: owner,
      at: [start + SLAB / 2, middle, 0],
      along: SLAB,
      across,
      thin: true,
      inputs,
      outputs,
    },
  ];
}

function linksOf(
  edges: readonly OutlineEdge[],
  byId: ReadonlyMap<string, SpaceVolume>,
  owners: ReadonlyMap<string, string>,
  cells: ReadonlyMap<string, Cell>,
): readonly SpaceLink[] {
  const columns: Cell[][] = [];
  for (const cell of cells.values()) {
    columns[cell.column] ??= [];
    columns[cell.column]!.push(cell);
  }
  return edges.flatMap((edge): SpaceLink[] => {
    // A coat lies on its volume: nothing to draw between them.
    if (owners.has(edge.to)) return [];
    const [a, b] = [byId.get(edge.from)!, byId.get(edge.to)!];
    const [from, to] = [cells.get(owners.get(edge.from) ?? edge.from)!, cells.get(edge.to)!];
    const start: Point3 = [a.at[0] + a.along / 2, a.at[1], 0];
    const end: Point3 = [to.matrix ? to.start : b.at[0] - b.along / 2, b.at[1], 0];
    const between = columns.slice(from.column + 1, to.column).flat();
    const level = Math.abs(to.middle) > Math.abs(from.middle) ? to.middle : from.middle;
    const blocked = between.some(({ middle, box }) => Math.abs(middle - level) < box.up / 2 + 2);
    const ends = { from: edge.from, to: edge.to };
    if (!blocked) return [{ ...ends, shortcut: false, points: step(start, end, level) }];
    const height =
      largestOf(
        between.map(({ middle, box }) => middle + box.up / 2),
        Math.max(a.at[1] + a.up / 2, b.at[1] + b.up / 2),
      ) +
      RISE +
      RISE_PER_COLUMN * Math.min(between.length, 40);
    const [out, back] = [start[0] + GAP * 0.4, end[0] - GAP * 0.4];
    return [
      {
        ...ends,
        shortcut: true,
        points: [start, [out, start[1], 0], [out, height, 0], [back, height, 0], [back, end[1], 0], end],
      },
    ];
  });
}

/** Straight where both lie level; else along `level`, which one of them lies on. */
function step(start: Point3, end: Point3, level: number): readonly Point3[] {
  if (start[1] === end[1]) return [start, end];
  const turn = level === start[1] ? end[0] - GAP * 0.4 : start[0] + GAP * 0.4;
  return [start, [turn, start[1], 0], [turn, end[1], 0], end];
}

const FRAME_MARGIN = 8;

function frameOf(
  { id, title, members }: OpenedBlock,
  opened: readonly OpenedBlock[],
  byId: ReadonlyMap<string, SpaceVolume>,
): readonly Frame[] {
  const inside = members.flatMap((member) => byId.get(member) ?? []);
  if (inside.length === 0) return [];
  const outer = opened.some((other) => other.id.startsWith(`${id}/`));
  const margin = outer ? 2 * FRAME_MARGIN : FRAME_MARGIN;
  const side = (axis: 0 | 1 | 2, sign: 1 | -1): number => {
    const length = (['along', 'up', 'across'] as const)[axis]!;
    const edges = inside.map((volume) => volume.at[axis] + (sign * volume[length]) / 2);
    return (sign > 0 ? largestOf(edges) : smallestOf(edges)) + sign * margin;
  };
  return [
    {
      id,
      title,
      low: [side(0, -1), side(1, -1), side(2, -1)],
      high: [side(0, 1), side(1, 1), side(2, 1)],
    },
  ];
}
