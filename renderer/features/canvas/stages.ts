import type { Analysis } from '../../../shared/analysis/facts.ts';
import { leavesOf } from '../../../shared/analysis/leaves.ts';
import { mapSizesOf } from '../../../shared/analysis/map-sizes.ts';
import type { NodeId } from '../../../shared/graph/design.ts';
import { around } from '../../layout/boxes.ts';
import type { Box } from '../../layout/make-room.ts';
import type { LayerFlowNode } from './flow-node.ts';

/** Nodes that hang together and give maps of one size. */
export interface Stage {
  readonly nodes: readonly NodeId[];
  /** `56×56` */
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

/** The stages of a design, in the order in which they run. */
export function stagesOf({ facts, order, topology, totals }: Analysis): readonly Stage[] {
  const sizeOf = mapSizesOf({ facts, order });
  const stageOf = new Map<NodeId, NodeId[]>();
  const stages: NodeId[][] = [];
  for (const id of order) {
    const size = sizeOf.get(id);
    if (size === undefined) continue;
    const joined = new Set(
      (topology.into.get(id) ?? []).flatMap(({ from }) =>
        sizeOf.get(from.node) === size ? [stageOf.get(from.node)!] : [],
      ),
    );
    // The largest takes the others in, so that no node changes its stage more than a few times.
    const [most, ...others] = [...joined].sort((a, b) => b.length - a.length);
    const stage = most ?? [];
    if (!most) stages.push(stage);
    for (const other of others)
      for (const member of other.splice(0)) {
        stage.push(member);
        stageOf.set(member, stage);
      }
    stage.push(id);
    stageOf.set(id, stage);
  }
  const depthOf = depthsIn(topology, facts);
  const large = stages.filter((nodes) => nodes.length >= LEAST_NODES || depthOf(nodes) >= LEAST_DEPTH);
  if (large.length < LEAST_STAGES) return [];
  return large.map((nodes) => ({
    nodes,
    size: sizeOf.get(nodes[0]!)!,
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

/** The band behind a stage: a piece for each row that it has a part of. Where others stand between there is none. */
export function bandOf(
  { nodes }: Stage,
  nodeOf: (id: NodeId) => LayerFlowNode | undefined,
  isFree: (box: Box, stage: ReadonlySet<NodeId>) => boolean,
): readonly Box[] {
  const members = new Set(nodes);
  const boxes = nodes
    .flatMap((id): Box[] => {
      const node = nodeOf(id);
      return node ? [{ ...node.position, width: node.width ?? 0, height: node.height ?? 0 }] : [];
    })
    .sort((a, b) => a.y - b.y);
  const rows: Box[][] = [];
  let bottom = Number.NEGATIVE_INFINITY;
  for (const box of boxes) {
    if (box.y - bottom > SAME_ROW) rows.push([]);
    rows.at(-1)!.push(box);
    bottom = Math.max(bottom, box.y + box.height);
  }
  return rows.flatMap((row) => {
    const { x, y, width, height } = around(row)!;
    const band = { x: x - AIR, y: y - AIR - TITLE, width: width + 2 * AIR, height: height + 2 * AIR + TITLE };
    return isFree(band, members) ? [band] : [];
  });
}
