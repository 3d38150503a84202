import { type Dims, elementCount } from '../../base/dims.ts';
import { largestOf } from '../../base/extremes.ts';
import { lanesOf } from './lanes.ts';
import type { Outline, OutlineEdge, OutlineNode } from './outline.ts';

export const scales = ['linear', 'log'] as const;
/** How extents become lengths: true to scale, or by their logarithm so that small maps stay visible. */
export type Scale = (typeof scales)[number];

/** One layer's output as a box. `along` is the direction of flow (channels), `up` the map's height, `across` its width. */
export interface Volume {
  readonly node: OutlineNode;
  readonly along: number;
  readonly up: number;
  readonly across: number;
  /** Centre of the box. */
  readonly at: { readonly along: number; readonly up: number; readonly across: number };
  /** A vector rather than a map: drawn as a slab. */
  readonly flat: boolean;
  /** Position in the order of flow, and among the branches beside each other. */
  readonly column: number;
  readonly lane: number;
}

export interface VolumeLink {
  readonly from: Volume;
  readonly to: Volume;
  /** Passes over other columns, as a residual connection does. */
  readonly shortcut: boolean;
}

export interface VolumeLayout {
  readonly volumes: readonly Volume[];
  readonly links: readonly VolumeLink[];
  /** Where each column starts, and last where the last one ends: nothing lies across these places but wires. */
  readonly edges: readonly number[];
  /** How far each column reaches over the axis of flow, and the whole under it. */
  readonly tops: readonly number[];
  readonly below: number;
}

/** Lengths of one box. */
export type Box = Pick<Volume, 'along' | 'up' | 'across' | 'flat'>;

/** What a box needs around it, for its labels and for how it is projected. */
export interface Room {
  /** In all, box included. */
  readonly along: number;
  /** Beyond the box, over and under it. */
  readonly above: number;
  readonly below: number;
}

export interface VolumeOptions {
  readonly scale: Scale;
  readonly room?: (node: OutlineNode, box: Box) => Room;
}

/** Lengths of the largest map, the thickest stack of channels and the longest vector, in layout units. */
const LARGEST_MAP = 180;
const MOST_CHANNELS = 90;
const LONGEST_VECTOR = 180;
/** A vector of so many features is drawn at full length unless there are longer ones: ten classes stay short. */
const FEATURES_AT_FULL_LENGTH = 2048;
const THINNEST = 2;
const GAP = 26;

/**
 * Places a network's tensors as boxes to scale along the flow, branches beside each other: what the volume picture and
 * the 3D view draw. Nodes without a known shape are left out, and their wires with them.
 */
export function placeVolumes(outline: Outline, options: VolumeOptions): VolumeLayout {
  const nodes = outline.nodes.filter((node) => node.output !== undefined && node.kind !== 'output');
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const wires = outline.edges.filter(({ from, to }) => byId.has(from) && byId.has(to));
  const boxes = sized(nodes, options.scale);
  const columns = columnsOf(nodes, wires);
  const byColumn: OutlineNode[][] = [];
  for (const node of nodes) {
    const column = columns.get(node.id)!;
    byColumn[column] ??= [];
    byColumn[column].push(node);
  }
  const roomFor =
    options.room ?? ((_node, box) => ({ along: box.along + GAP, above: GAP / 2, below: GAP / 2 }));
  const placed = new Map<string, Volume>();
  const edges: number[] = [0];
  const tops: number[] = [];
  let below = 0;
  const sources = new Map<OutlineNode, OutlineNode[]>(nodes.map((node) => [node, []]));
  for (const { from, to } of wires) sources.get(byId.get(to)!)!.push(byId.get(from)!);
  for (const { columns: stretch, tracks } of lanesOf(byColumn, (node) => sources.get(node)!).stretches) {
    const cells = stretch.map((members) =>
      members.map(({ node, track }) => {
        const box = boxes.get(node.id)!;
        return { node, track, box, room: roomFor(node, box) };
      }),
    );
    const flat = cells.flat();
    const most = (of: (cell: (typeof flat)[number]) => number): number => largestOf(flat.map(of));
    const pitch =
      most(({ room, box }) => room.above + box.up / 2) + most(({ room, box }) => room.below + box.up / 2);
    for (const column of cells) {
      const along = largestOf(column.map(({ room }) => room.along));
      const start = edges.at(-1)!;
      let top = 0;
      for (const [lane, { node, track, box, room }] of column.entries()) {
        const at = { along: start + along / 2, up: ((tracks - 1) / 2 - track) * pitch, across: 0 };
        placed.set(node.id, { node, ...box, at, column: tops.length, lane });
        top = Math.max(top, at.up + box.up / 2 + room.above);
        below = Math.max(below, room.below + box.up / 2 - at.up);
      }
      tops.push(top);
      edges.push(start + along);
    }
  }
  return {
    volumes: [...placed.values()],
    links: wires.map(({ from, to }) => {
      const a = placed.get(from)!;
      const b = placed.get(to)!;
      return { from: a, to: b, shortcut: b.column - a.column > 1 };
    }),
    edges,
    tops,
    below,
  };
}

/** Lengths of the boxes of `nodes`, whose outputs are known, in layout units. */
export function sized(
  nodes: readonly OutlineNode[],
  scale: Scale,
  mostChannels = MOST_CHANNELS,
): ReadonlyMap<string, Box> {
  const read = nodes.map((node) => readDims(node.output!));
  const most = (of: (dims: ReadDims) => number): number => largestOf(read.map(of), 1);
  const extent = most(({ height, width }) => Math.max(height, width));
  const channels = most((dims) => (dims.flat ? 1 : dims.channels));
  const features = Math.max(
    FEATURES_AT_FULL_LENGTH,
    most((dims) => (dims.flat ? dims.channels : 1)),
  );
  const length = (value: number, largest: number, longest: number): number =>
    Math.max(
      THINNEST,
      longest * (scale === 'linear' ? value / largest : Math.log2(1 + value) / Math.log2(1 + largest)),
    );
  return new Map(
    nodes.map((node, i) => {
      const dims = read[i]!;
      return [
        node.id,
        dims.flat
          ? {
              along: 3 * THINNEST,
              up: length(dims.channels, features, LONGEST_VECTOR),
              across: 3 * THINNEST,
              flat: true,
            }
          : {
              along: length(dims.channels, channels, mostChannels),
              up: length(dims.height, extent, LARGEST_MAP),
              across: length(dims.width, extent, LARGEST_MAP),
              flat: false,
            },
      ];
    }),
  );
}

interface ReadDims {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  readonly flat: boolean;
}

function readDims(dims: Dims): ReadDims {
  const [, channels = 1, height = 1, width = 1] = dims;
  if (dims.length === 4) return { channels, height, width, flat: false };
  return { channels: elementCount(dims.slice(1)), height: 1, width: 1, flat: true };
}

/** The longest path to each node; the outline's order is topological. */
function columnsOf(
  nodes: readonly OutlineNode[],
  edges: readonly OutlineEdge[],
): ReadonlyMap<string, number> {
  const sources = new Map<string, string[]>(nodes.map(({ id }) => [id, []]));
  for (const { from, to } of edges) sources.get(to)?.push(from);
  const columns = new Map<string, number>();
  for (const { id } of nodes) {
    const before = (sources.get(id) ?? []).map((source) => columns.get(source) ?? -1);
    columns.set(id, largestOf(before, -1) + 1);
  }
  return columns;
}
