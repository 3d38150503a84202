import { largestOf } from '../../base/extremes.ts';
import type { OutlineNode } from './outline.ts';
import type { Point, Shape } from './scene.ts';
import type { Box, Room, Volume, VolumeLayout, VolumeLink } from './volumes.ts';

/** Cabinet projection: what recedes is drawn at half its length, 35° upwards. */
export const RECEDE_X = 0.5 * Math.cos((35 * Math.PI) / 180);
export const RECEDE_Y = 0.5 * Math.sin((35 * Math.PI) / 180);

const ARC_STEP = 14;
const MOST_ARC_STEPS = 5;

/**
 * How far over the axis a wire has to run that passes over other boxes; undefined for one that reaches its end straight.
 * Those that reach farther run higher.
 */
export function arcHeight(
  { from, to, shortcut }: VolumeLink,
  { tops, volumes }: VolumeLayout,
  roomOf: (node: OutlineNode, box: Box) => Room,
): number | undefined {
  if (!shortcut) return undefined;
  const inTheWay = volumes.some((volume) => {
    if (volume.column <= from.column || volume.column >= to.column) return false;
    const room = roomOf(volume.node, volume);
    const above = volume.at.up + volume.up / 2 + room.above;
    const below = volume.at.up - volume.up / 2 - room.below;
    return from.at.up < above && from.at.up > below;
  });
  if (!inTheWay) return undefined;
  const steps = Math.min(MOST_ARC_STEPS, to.column - from.column - 1);
  return largestOf(tops.slice(from.column + 1, to.column)) + (steps - 0.5) * ARC_STEP;
}

export interface WireRoute {
  readonly stroke: string;
  /** The height of an arc, from the top of the page. */
  readonly over?: number;
  /** Where a column starts, from the left of the page. */
  edgeOf(column: number): number;
}

/** Upright only between columns, where neither boxes nor labels are. `corner` gives the lower left of a box's front. */
export function wire(
  { from, to }: VolumeLink,
  corner: (volume: Volume) => Point,
  { stroke, over, edgeOf }: WireRoute,
): Shape {
  const start = sideOf(from, corner(from), 'right');
  const end = sideOf(to, corner(to), 'left');
  const enter = edgeOf(to.column);
  const look = { kind: 'path', stroke, strokePixels: 1.1, cornerPixels: 8, arrow: true } as const;
  if (over === undefined) {
    const level = Math.abs(start[1] - end[1]) < 0.01;
    const bends: readonly Point[] = [
      [enter, start[1]],
      [enter, end[1]],
    ];
    return { ...look, points: [start, ...(level ? [] : bends), end] };
  }
  const leave = edgeOf(from.column + 1);
  return {
    ...look,
    points: [start, [leave, start[1]], [leave, over], [enter, over], [enter, end[1]], end],
    dash: [4, 3],
  };
}

/** Where a wire through the middle of a drawn box meets its outline. */
function sideOf({ along, up, across }: Volume, [x, y]: Point, side: 'left' | 'right'): Point {
  const dy = across * RECEDE_Y;
  const middle = y - up / 2 - dy / 2;
  // A flat box that recedes far is a slanted band: the wire meets its front on the left and its back on the right.
  const slant = Math.max(0, (dy - up) / 2);
  return side === 'left' ? [x, middle + slant] : [x + along + across * RECEDE_X, middle - slant];
}
