import type { Size } from '../../../shared/graph/canvas.ts';
import type { Point } from '../../../shared/graph/design.ts';
import type { WindowBox } from '../../state/focus.ts';

const GAP = 14;
const EDGE = 8;

const between = (value: number, least: number, most: number): number =>
  Math.max(least, Math.min(most, value));

/**
 * Where a card stands by what it speaks of: beside it where there is room, first to the right, else in the corner of the
 * window that leaves most of it to be seen. Always within the window, as far as it fits in there. All in CSS pixels.
 */
export function placeBy(target: WindowBox, card: Size, window: Size): Point {
  const most = { x: window.width - EDGE - card.width, y: window.height - EDGE - card.height };
  const within = ({ x, y }: Point): Point => ({
    x: between(x, EDGE, Math.max(EDGE, most.x)),
    y: between(y, EDGE, Math.max(EDGE, most.y)),
  });
  const right = target.x + target.width;
  const bottom = target.y + target.height;
  // Beside a pane it is at the foot, where less is looked at.
  const y = target.height > window.height / 2 ? bottom - card.height - GAP : target.y;
  if (right + GAP <= most.x) return within({ x: right + GAP, y });
  if (target.x - GAP - card.width >= EDGE) return within({ x: target.x - GAP - card.width, y });
  if (bottom + GAP <= most.y) return within({ x: target.x, y: bottom + GAP });
  if (target.y - GAP - card.height >= EDGE) return within({ x: target.x, y: target.y - GAP - card.height });
  return within({ x: right - card.width - GAP, y: bottom - card.height - GAP });
}
