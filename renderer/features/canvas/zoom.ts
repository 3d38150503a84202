/** How far the canvas is zoomed at most and at least; 1 is 100 %. */
export const MIN_ZOOM = 0.05;
export const MAX_ZOOM = 2.5;
