import { analyze } from '../../shared/analysis/analyze.ts';
import { mapSizesOf } from '../../shared/analysis/map-sizes.ts';
import type { Design, NodeId, Point } from '../../shared/graph/design.ts';
import type { FlowDirection } from '../state/view-state.ts';
import { GRID, NODE_WIDTH, nodeHeight, shownInputs } from './geometry.ts';
import { placesFor } from './layout-job.ts';

const LONG_CHAIN = 8;
/** Of more nodes the sizes of maps are not worked out just to place them. */
const MANY = 1000;
/** The shape of a window: in one line nothing of a long network could be read. */
const ASPECT = 1.7;

const gaps = {
  right: { along: 84, across: 40, rows: 90 },
  down: { along: 54, across: 60, rows: 110 },
} as const;

/** Places every node along the flow; wires are left to the canvas. */
export async function arrange(
  design: Design,
  direction: FlowDirection,
  signal?: AbortSignal,
): Promise<Readonly<Record<NodeId, Point>>> {
  const wired = new Map<NodeId, string[]>();
  for (const { to } of Object.values(design.wires)) {
    const ports = wired.get(to.node);
    if (ports) ports.push(to.port);
    else wired.set(to.node, [to.port]);
  }
  const entries = Object.entries(design.nodes);
  const sizes = entries.length > MANY ? undefined : mapSizesOf(analyze(design));
  const nodes = entries.map(([id, node]) => ({
    id,
    width: NODE_WIDTH,
    height: nodeHeight(
      direction === 'right' ? shownInputs(node, wired.get(id) ?? [], design.blocks).length : 1,
    ),
    ...stageAt(sizes?.get(id)),
  }));
  const wires = Object.values(design.wires).map(({ from, to }) => ({ from: from.node, to: to.node }));
  const aspect = nodes.length < LONG_CHAIN ? {} : { aspect: ASPECT };
  const places = await placesFor(
    { nodes, wires, options: { direction, gap: gaps[direction], ...aspect } },
    signal,
  );
  return Object.fromEntries([...places].map(([id, { x, y }]) => [id, { x: toGrid(x), y: toGrid(y) }]));
}

const stageAt = (stage: string | undefined) => (stage === undefined ? {} : { stage });

function toGrid(length: number): number {
  return Math.round(length / GRID) * GRID;
}
