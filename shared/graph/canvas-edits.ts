import type { Draft } from 'immer';
import { type CanvasFrame, type CanvasNote, MAX_CANVAS_ITEMS, type Point } from './canvas.ts';
import type { Design, NodeId } from './design.ts';
import { type Edit, moveNodes } from './edits.ts';

/** What can stand on a canvas beside the nodes, by the part of the canvas that lists it. */
export interface CanvasItems {
  readonly notes: CanvasNote;
  readonly frames: CanvasFrame;
}
export type CanvasPart = keyof CanvasItems;

/** A note or a frame by its place in its list, which holds until one before it goes. */
export interface CanvasItem {
  readonly part: CanvasPart;
  readonly index: number;
}

/** Adds a note or a frame at the end of its list; more than a file may hold are not added. */
export function addCanvasItem<Part extends CanvasPart>(part: Part, item: CanvasItems[Part]): Edit {
  return ({ canvas }) => {
    const list = canvas[part] as Draft<CanvasItems[Part]>[];
    if (list.length < MAX_CANVAS_ITEMS) list.push(item as Draft<CanvasItems[Part]>);
  };
}

/** Changes what is told of one; where there is none of that place, nothing. */
export function changeCanvasItem<Part extends CanvasPart>(
  part: Part,
  index: number,
  change: Partial<CanvasItems[Part]>,
): Edit {
  return ({ canvas }) => {
    const item = canvas[part][index];
    if (item) Object.assign(item, change);
  };
}

export function removeCanvasItems(items: readonly CanvasItem[]): Edit {
  return ({ canvas }) => {
    for (const part of ['notes', 'frames'] as const) {
      const gone = new Set(items.flatMap((item) => (item.part === part ? item.index : [])));
      if (gone.size > 0) Object.assign(canvas, { [part]: canvas[part].filter((_, i) => !gone.has(i)) });
    }
  };
}

/** Moves notes, frames and nodes together. */
export function moveOnCanvas(
  items: readonly (CanvasItem & { readonly at: Point })[],
  nodes: Readonly<Record<NodeId, Point>>,
): Edit {
  return (draft: Draft<Design>) => {
    moveNodes(nodes)(draft);
    for (const { part, index, at } of items) changeCanvasItem(part, index, { at })(draft);
  };
}
