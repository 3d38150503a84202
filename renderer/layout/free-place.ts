import type { Point } from '../../shared/graph/design.ts';
import type { Box } from './make-room.ts';

/** Pixels that nodes keep from each other where they are put by hand; above each stands what is said of its row. */
const AROUND: Point = { x: 20, y: 40 };
const GRID = 10;

const isClose = (a: Box, b: Box): boolean =>
  a.x < b.x + b.width + AROUND.x &&
  b.x < a.x + a.width + AROUND.x &&
  a.y < b.y + b.height + AROUND.y &&
  b.y < a.y + a.height + AROUND.y;

const at = ({ x, y, width, height }: Box, by: Point): Box => ({ x: x + by.x, y: y + by.y, width, height });

/** How far a box has to go in a direction to get past another one. */
function past(box: Box, other: Box, { x, y }: Point): number {
  if (x > 0) return other.x + other.width + AROUND.x - box.x;
  if (x < 0) return box.x + box.width + AROUND.x - other.x;
  return y > 0 ? other.y + other.height + AROUND.y - box.y : box.y + box.height + AROUND.y - other.y;
}

const directions: readonly Point[] = [
  { x: 0, y: 1 },
  { x: 1, y: 0 },
  { x: 0, y: -1 },
  { x: -1, y: 0 },
];

/** Every step gets past at least one of the others, so that there are no more steps than others. */
function farEnough(boxes: readonly Box[], others: readonly Box[], way: Point): number {
  for (let far = 0; ; ) {
    let more = 0;
    for (const box of boxes) {
      const moved = at(box, { x: way.x * far, y: way.y * far });
      for (const other of others)
        if (isClose(moved, other)) more = Math.max(more, toGrid(past(moved, other, way)));
    }
    if (more === 0) return far;
    far += more;
  }
}

/** How far boxes go from where they are wished, all together, until none of them lies on another; the shortest way. */
export function freeOffset(boxes: readonly Box[], others: readonly Box[]): Point {
  let best: Point = { x: 0, y: 0 };
  let least = Number.POSITIVE_INFINITY;
  for (const way of directions) {
    const far = farEnough(boxes, others, way);
    if (far < least) {
      least = far;
      best = { x: way.x * far, y: way.y * far };
    }
  }
  return best;
}

const toGrid = (length: number): number => Math.ceil(length / GRID) * GRID;
