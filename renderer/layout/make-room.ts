import { largestOf, smallestOf } from '../../shared/base/extremes.ts';
import type { NodeId, Point } from '../../shared/graph/design.ts';
import type { FlowDirection } from '../state/view-state.ts';
import { GRID } from './geometry.ts';

/** A rectangle on the canvas, in its pixels. */
export interface Box extends Point {
  readonly width: number;
  readonly height: number;
}

/** What layers keep between them: enough for the shape on the wire, and no more than the layout itself leaves. */
const LEAST_GAP = 40;
const MOST_GAP = 84;

const turned = ({ x, y, width, height }: Box): Box => ({ x: y, y: x, width: height, height: width });
const right = ({ x, width }: Box): number => x + width;
const bottom = ({ y, height }: Box): number => y + height;
/** What is kept of a distance. */
export const gapOf = (distance: number): number => Math.max(LEAST_GAP, Math.min(MOST_GAP, distance));
/** Away from what makes the room, so that never less than the gap is left. */
const toGrid = (shift: number): number => Math.ceil(shift / GRID) * GRID;

/**
 * Where other nodes go when what stood in `before` is replaced by what stands in `after`, which begins at the same
 * corner: those behind it in its row move along the flow, rows below it move down together, just as far as needed; where
 * it became smaller they come closer again, at most by as much as it lost. All else stays. Gives the moved ones.
 */
export function makeRoom(
  others: ReadonlyMap<NodeId, Box>,
  before: Box,
  after: Box,
  direction: FlowDirection,
): Readonly<Record<NodeId, Point>> {
  if (direction === 'right') return alongRows(others, before, after);
  const moved = alongRows(
    new Map([...others].map(([id, box]) => [id, turned(box)])),
    turned(before),
    turned(after),
  );
  return Object.fromEntries(Object.entries(moved).map(([id, { x, y }]) => [id, { x: y, y: x }]));
}

function alongRows(others: ReadonlyMap<NodeId, Box>, before: Box, after: Box): Record<NodeId, Point> {
  const all = [...others];
  const below = all.filter(([, box]) => box.y >= bottom(before));
  const rest = all.filter(([, box]) => box.y < bottom(before));
  const behind = rest.filter(([, box]) => bottom(box) > before.y && right(box) > before.x);
  const across = shift(
    right(after),
    right(before),
    smallestOf(behind.map(([, { x }]) => x)),
    Math.max(0, before.width - after.width),
  );
  const lowest = largestOf(rest.map(([, box]) => bottom(box)));
  const down = shift(
    Math.max(bottom(after), lowest),
    Math.max(bottom(before), lowest),
    smallestOf(below.map(([, { y }]) => y)),
    Math.max(0, before.height - after.height),
  );
  const moved: Record<NodeId, Point> = {};
  if (across !== 0) for (const [id, { x, y }] of behind) moved[id] = { x: x + across, y };
  if (down !== 0) for (const [id, { x, y }] of below) moved[id] = { x, y: y + down };
  return moved;
}

/** How far nodes that begin at `first` move for an edge that went from `from` to `edge`; back at most by `back`. */
function shift(edge: number, from: number, first: number, back: number): number {
  if (!Number.isFinite(first)) return 0;
  return Math.max(toGrid(edge + gapOf(first - from) - first), -Math.floor(back / GRID) * GRID);
}
