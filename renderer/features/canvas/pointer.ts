import type { Point } from '../../../shared/graph/design.ts';
import type { App } from '../../state/app.ts';

/** Where the pointer is over the canvas of an app, in pixels of its window. */
const pointers = new WeakMap<App, Point>();

/** In pixels of the window; undefined while the pointer is elsewhere. */
export const pointerInWindow = (app: App): Point | undefined => pointers.get(app);

const presses = new WeakMap<App, Point>();

/** Where something was pressed last on the canvas, in pixels of the window. */
export const pressedInWindow = (app: App): Point | undefined => presses.get(app);

const straight = new WeakSet<App>();

/** Whether Shift was held when the pointer moved last: what is dragged goes straight then. */
export const goesStraight = (app: App): boolean => straight.has(app);

/** In the coordinates of the design; undefined while the pointer is elsewhere. */
export function pointerOnCanvas(app: App): Point | undefined {
  const at = pointers.get(app);
  return at && app.viewport.at(at.x, at.y);
}

/** Follows the pointer; on a menu of the canvas it counts as where the menu was opened. */
export function followPointer(app: App): () => void {
  const follow = ({ type, target, clientX: x, clientY: y, shiftKey }: PointerEvent): void => {
    if (shiftKey) straight.add(app);
    else straight.delete(app);
    if (!(target instanceof Element) || target.closest('.menu')) return;
    if (!target.closest('.canvas')) pointers.delete(app);
    else {
      pointers.set(app, { x, y });
      if (type === 'pointerdown') presses.set(app, { x, y });
    }
  };
  document.addEventListener('pointermove', follow);
  document.addEventListener('pointerdown', follow);
  return () => {
    document.removeEventListener('pointermove', follow);
    document.removeEventListener('pointerdown', follow);
  };
}
