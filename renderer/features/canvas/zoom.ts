import type { Box } from '../../layout/make-room.ts';

/** How far the canvas is zoomed at most and, but for very large designs, at least; 1 is 100 %. */
const MIN_ZOOM = 0.05;
export const MAX_ZOOM = 2.5;
/** The longer side of what is as small as can be, in pixels of the screen. */
const LEAST_SEEN = 300;

/** How far the canvas is zoomed at least, to see all that lies in a box. */
export function leastZoom(bounds: Box | undefined): number {
  return bounds ? Math.min(MIN_ZOOM, LEAST_SEEN / Math.max(bounds.width, bounds.height, 1)) : MIN_ZOOM;
}
