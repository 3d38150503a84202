import type { Design, Point } from '../../shared/graph/design.ts';
import type { Arrange } from '../state/app.ts';
import type { Flow } from '../state/settings.ts';
import type { FlowDirection } from '../state/view-state.ts';
import { NODE_HEIGHT, NODE_WIDTH, readFrom } from './geometry.ts';

/** Of more nodes a picture is seen, in which either way reads alike. */
const MOST_TRIED = 1000;
/** The canvas of a usual window, in pixels. */
const CANVAS = { width: 900, height: 520 } as const;
/** Left to right is how networks are drawn: top to bottom has to be read so much better. */
const CLEARLY = 1.2;
/** From which zoom on more can be read: costs too, or at least names, which have letters of eight pixels there. */
const LEGIBLE = [readFrom.cost, 0.3];

export interface Reading {
  readonly direction: FlowDirection;
  readonly layout: Design['layout'];
}

/** Lays a design out the way that was chosen for good, else the way in which more of it is read with all in sight. */
export async function arrangeToRead(
  arrange: Arrange,
  design: Design,
  flow: Flow,
  signal?: AbortSignal,
): Promise<Reading> {
  const along = async (direction: FlowDirection): Promise<Reading> => ({
    direction,
    layout: await arrange(design, direction, signal),
  });
  if (flow !== 'best') return along(flow);
  const right = await along('right');
  if (Object.keys(design.nodes).length > MOST_TRIED) return right;
  const down = await along('down');
  const [inRows, inColumns] = [zoomOf(right.layout), zoomOf(down.layout)];
  const isRead = LEGIBLE.some((from) => inColumns >= from && inRows < from);
  return isRead && inColumns > CLEARLY * inRows ? down : right;
}

/** How large a layout is when all of it is in sight. */
function zoomOf(layout: Design['layout']): number {
  let [left, top] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  let [right, bottom] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { x, y } of Object.values(layout)) {
    left = Math.min(left, x);
    top = Math.min(top, y);
    right = Math.max(right, x + NODE_WIDTH);
    bottom = Math.max(bottom, y + NODE_HEIGHT);
  }
  return Math.min(CANVAS.width / (right - left), CANVAS.height / (bottom - top));
}

/** Which way a design runs that has its places: that in which more of its wires lead on; to the right where none does. */
export function directionOf({ wires, layout }: Pick<Design, 'wires' | 'layout'>): FlowDirection {
  let [right, down] = [0, 0];
  for (const { from, to } of Object.values(wires)) {
    const [a, b]: readonly (Point | undefined)[] = [layout[from.node], layout[to.node]];
    if (!a || !b) continue;
    // What follows stands behind what it follows; in lanes it may stand beside it as well.
    if (b.x >= a.x + NODE_WIDTH) right++;
    if (b.y >= a.y + NODE_HEIGHT) down++;
  }
  return down > right ? 'down' : 'right';
}
