import type { Design, NodeId } from '../../shared/graph/design.ts';
import type { FlowDirection } from '../state/view-state.ts';
import { NODE_WIDTH, nodeHeight, shownInputs } from './geometry.ts';
import type { Box } from './make-room.ts';

/** Where some nodes of a design stand, and how large they are. */
export function boxesOf(
  { nodes, layout, wires, blocks }: Design,
  ids: readonly NodeId[],
  direction: FlowDirection,
): ReadonlyMap<NodeId, Box> {
  const wired = new Map<NodeId, string[]>();
  for (const { to } of Object.values(wires)) {
    const ports = wired.get(to.node);
    if (ports) ports.push(to.port);
    else wired.set(to.node, [to.port]);
  }
  const boxes = new Map<NodeId, Box>();
  for (const id of ids) {
    const [node, at] = [nodes[id], layout[id]];
    if (!node || !at) continue;
    const inputs = direction === 'right' ? shownInputs(node, wired.get(id) ?? [], blocks).length : 1;
    boxes.set(id, { ...at, width: NODE_WIDTH, height: nodeHeight(inputs) });
  }
  return boxes;
}

/** Whether two cover a common part of the canvas. */
function overlap(a: Box, b: Box): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

/**
 * The box that nodes leave free when they go: the smallest around them; or, where others stand within (a chain in rows
 * has the ends of its rows between), only that of their first.
 */
export function freedBy(gone: readonly Box[], others: Iterable<Box>): Box | undefined {
  const all = around(gone);
  return all && [...others].some((box) => overlap(box, all)) ? gone[0] : all;
}

/** The smallest box around some; undefined for none. */
export function around(boxes: Iterable<Box>): Box | undefined {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { x, y, width, height } of boxes) {
    left = Math.min(left, x);
    top = Math.min(top, y);
    right = Math.max(right, x + width);
    bottom = Math.max(bottom, y + height);
  }
  return right < left ? undefined : { x: left, y: top, width: right - left, height: bottom - top };
}
