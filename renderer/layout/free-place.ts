import type { Point } from '../../shared/graph/design.ts';
import { around } from './boxes.ts';
import { GRID } from './geometry.ts';
import type { Box } from './make-room.ts';

/** Pixels that nodes keep from each other where they are put by hand; above each stands what is said of its row. */
const AROUND: Point = { x: 20, y: 40 };

/** With more pairs than these, what is put down keeps clear as one box around all of it: a hand waits for it. */
const MOST_PAIRS = 40_000;

const directions: readonly Point[] = [
  { x: 0, y: 1 },
  { x: 1, y: 0 },
  { x: 0, y: -1 },
  { x: -1, y: 0 },
];

/** How far a box may not go in a direction, since it would lie on another then: from and to, both left out. */
function barredBy(box: Box, other: Box, { x, y }: Point): readonly [from: number, to: number] | undefined {
  const across =
    x === 0
      ? box.x < other.x + other.width + AROUND.x && other.x < box.x + box.width + AROUND.x
      : box.y < other.y + other.height + AROUND.y && other.y < box.y + box.height + AROUND.y;
  if (!across) return undefined;
  const [before, behind] =
    x === 0
      ? [other.y - box.y - box.height - AROUND.y, other.y + other.height + AROUND.y - box.y]
      : [other.x - box.x - box.width - AROUND.x, other.x + other.width + AROUND.x - box.x];
  const span = x + y > 0 ? ([before, behind] as const) : ([-behind, -before] as const);
  return span[1] > 0 ? span : undefined;
}

function farEnough(boxes: readonly Box[], others: readonly Box[], way: Point): number {
  const barred: (readonly [number, number])[] = [];
  for (const box of boxes)
    for (const other of others) {
      const span = barredBy(box, other, way);
      if (span) barred.push(span);
    }
  barred.sort(([a], [b]) => a - b);
  let far = 0;
  for (const [from, to] of barred) {
    if (from >= far) break;
    if (to > far) far = toGrid(to);
  }
  return far;
}

/** How far boxes go from where they are wished, all together, until none of them lies on another; the shortest way. */
export function freeOffset(boxes: readonly Box[], others: readonly Box[]): Point {
  const whole = boxes.length * others.length > MOST_PAIRS ? around(boxes) : undefined;
  const moved = whole ? [whole] : boxes;
  let best: Point = { x: 0, y: 0 };
  let least = Number.POSITIVE_INFINITY;
  for (const way of directions) {
    const far = farEnough(moved, others, way);
    if (far < least) {
      least = far;
      best = { x: way.x * far, y: way.y * far };
    }
  }
  return best;
}

const toGrid = (length: number): number => Math.ceil(length / GRID) * GRID;
