import type { Analysis } from '../../../shared/analysis/facts.ts';
import { leavesOf } from '../../../shared/analysis/leaves.ts';
import { mapSizesOf } from '../../../shared/analysis/map-sizes.ts';
import type { NodeId } from '../../../shared/graph/design.ts';
import { around } from '../../layout/boxes.ts';
import type { Box } from '../../layout/make-room.ts';
import type { LayerFlowNode } from './flow-node.ts';

/** Nodes that hang together and give maps of one size, or of nearly one: convolutions without padding take off their edges. */
export interface Stage {
  readonly nodes: readonly NodeId[];
  /** `56×56`, or `570×570–568×568`. */
  readonly size: string;
  /** Layers with multiply-adds along its longest path. */
  readonly depth: number;
  /** Of the multiply-adds of the whole, from 0 to 1. */
  readonly share: number;
}

/** Fewer nodes of one size are no stage, and fewer stages say nothing. */
const LEAST_NODES = 3;
const LEAST_DEPTH = 2;
const LEAST_STAGES = 2;
/** The smallest map of a stage to its largest, at least: more than the edges is gone below it. */
const NEARLY_ONE = 0.85;

/** The largest and the smallest extent of the maps, axis by axis. */
interface Span {
  readonly most: readonly number[];
  readonly least: readonly number[];
}

function spanOf(spans: readonly Span[]): Span {
  const axes = spans[0]!.most.map((_, axis) => axis);
  return {
    most: axes.map((axis) => Math.max(...spans.map(({ most }) => most[axis]!))),
    least: axes.map((axis) => Math.min(...spans.map(({ least }) => least[axis]!))),
  };
}

function isNearlyOne(spans: readonly Span[]): boolean {
  if (new Set(spans.map(({ most }) => most.length)).size > 1) return false;
  const { most, least } = spanOf(spans);
  return least.every((extent, axis) => extent >= NEARLY_ONE * most[axis]!);
}

const sizeText = (extents: readonly number[]): string => extents.join('×');

/** A stage while it is found. */
interface Forming {
  readonly nodes: NodeId[];
  span: Span;
}

/** The stages of a design, in the order in which they run. */
export function stagesOf({ facts, order, topology, totals }: Analysis): readonly Stage[] {
  const sizeOf = mapSizesOf({ facts, order });
  const stageOf = new Map<NodeId, Forming>();
  const stages: Forming[] = [];
  for (const id of order) {
    const extents = sizeOf.get(id)?.split('×').map(Number);
    if (extents === undefined) continue;
    const own: Span = { most: extents, least: extents };
    const before = (topology.into.get(id) ?? []).flatMap(({ from }) => stageOf.get(from.node) ?? []);
    // The largest takes the others in, so that no node changes its stage more than a few times.
    const near = [...new Set(before)]
      .filter(({ span }) => isNearlyOne([span, own]))
      .sort((a, b) => b.nodes.length - a.nodes.length);
    const stage = near[0] ?? { nodes: [], span: own };
    if (!near[0]) stages.push(stage);
    stage.span = spanOf([stage.span, own]);
    for (const other of near.slice(1)) {
      if (!isNearlyOne([stage.span, other.span])) continue;
      stage.span = spanOf([stage.span, other.span]);
      for (const member of other.nodes.splice(0)) {
        stage.nodes.push(member);
        stageOf.set(member, stage);
      }
    }
    stage.nodes.push(id);
    stageOf.set(id, stage);
  }
  const depthOf = depthsIn(topology, facts);
  const large = stages.filter(({ nodes }) => nodes.length >= LEAST_NODES || depthOf(nodes) >= LEAST_DEPTH);
  if (large.length < LEAST_STAGES) return [];
  return large.map(({ nodes, span }) => ({
    nodes,
    size: [...new Set([span.most, span.least].map(sizeText))].join('–'),
    depth: depthOf(nodes),
    share:
      totals.macs === 0
        ? 0
        : nodes.reduce((sum, id) => sum + (facts.get(id)?.cost?.macs.value ?? 0), 0) / totals.macs,
  }));
}

/** How many layers with multiply-adds stand one behind another within some nodes. */
function depthsIn(
  topology: Analysis['topology'],
  facts: Analysis['facts'],
): (nodes: readonly NodeId[]) => number {
  const leaves = leavesOf(topology, facts);
  const within = new Map<NodeId, number[]>();
  for (const [step, { facts: leaf }] of leaves.entries()) {
    const owner = leaf.id.split('/', 1)[0]!;
    const steps = within.get(owner);
    if (steps) steps.push(step);
    else within.set(owner, [step]);
  }
  return (nodes) => {
    const depths = new Map<number, number>();
    let most = 0;
    const steps = nodes.flatMap((id) => within.get(id) ?? []).sort((a, b) => a - b);
    for (const step of steps) {
      const { inputs, facts: leaf } = leaves[step]!;
      let before = 0;
      for (const source of inputs) if (source) before = Math.max(before, depths.get(source.step) ?? 0);
      const depth = before + ((leaf.cost?.macs.value ?? 0) > 0 ? 1 : 0);
      depths.set(step, depth);
      most = Math.max(most, depth);
    }
    return most;
  };
}

/** Air between a stage's nodes and the edge of its band; above is its title. */
const AIR = 16;
const TITLE = 20;
/** Nodes farther apart across the flow stand in rows of their own. */
const SAME_ROW = 60;

/**
 * The band behind a stage: a piece for each row that it has a part of, or for each column where its row holds others too; rows
 * that have nothing but it between them are one piece. Where others stand between there is none, nor around a single node that
 * is apart from the rest.
 */
export function bandOf(
  { nodes }: Stage,
  nodeOf: (id: NodeId) => LayerFlowNode | undefined,
  isFree: (box: Box, stage: ReadonlySet<NodeId>) => boolean,
): readonly Box[] {
  const members = new Set(nodes);
  const boxes = nodes.flatMap((id): Box[] => {
    const node = nodeOf(id);
    return node ? [{ ...node.position, width: node.width ?? 0, height: node.height ?? 0 }] : [];
  });
  const isWhole = (part: readonly Box[]): boolean => isFree(bandAround(part), members);
  const pieces = rowsOf(boxes).flatMap((row) => (isWhole(row) ? [row] : columnsOf(row).filter(isWhole)));
  const parts = boxes.length > MOST_JOINED ? pieces : joined(pieces, isWhole);
  const most = parts.reduce((largest, { length }) => Math.max(largest, length), 0);
  return parts.filter(({ length }) => length > 1 || most === 1).map(bandAround);
}

/** Of the pieces so far, those that the next may be one with; and of how many nodes, for each try looks at all of them. */
const NEAREST = 3;
const MOST_JOINED = 300;

/** Pieces from the top, each one with a piece right above it where both together are free of others. */
function joined(
  parts: readonly (readonly Box[])[],
  isWhole: (part: readonly Box[]) => boolean,
): readonly (readonly Box[])[] {
  const pieces: (readonly Box[])[] = [];
  for (const part of parts) {
    const above = pieces.findLastIndex(
      (piece, i) => i >= pieces.length - NEAREST && isWhole([...piece, ...part]),
    );
    if (above === -1) pieces.push(part);
    else pieces[above] = [...pieces[above]!, ...part];
  }
  return pieces;
}

function bandAround(part: readonly Box[]): Box {
  const { x, y, width, height } = around(part)!;
  return { x: x - AIR, y: y - AIR - TITLE, width: width + 2 * AIR, height: height + 2 * AIR + TITLE };
}

const rowsOf = (boxes: readonly Box[]): readonly Box[][] =>
  partsOf(boxes, SAME_ROW, ({ y, height }) => [y, y + height]);

const columnsOf = (boxes: readonly Box[]): readonly Box[][] =>
  partsOf(boxes, 0, ({ x, width }) => [x, x + width]);

/** Boxes by the stretches that they take; those that are farther apart than the gap are parts of their own. */
function partsOf(
  boxes: readonly Box[],
  gap: number,
  stretchOf: (box: Box) => readonly [from: number, to: number],
): readonly Box[][] {
  const parts: Box[][] = [];
  let end = Number.NEGATIVE_INFINITY;
  for (const box of boxes.toSorted((a, b) => stretchOf(a)[0] - stretchOf(b)[0])) {
    const [from, to] = stretchOf(box);
    if (from - end > gap) parts.push([]);
    parts.at(-1)!.push(box);
    end = Math.max(end, to);
  }
  return parts;
}
