import { createStore } from 'zustand/vanilla';
import {
  type CanvasColour,
  frameColour,
  noteColour,
  type Point,
  type Size,
} from '../../../shared/graph/canvas.ts';
import {
  addCanvasItem,
  type CanvasItem,
  type CanvasPart,
  changeCanvasItem,
} from '../../../shared/graph/canvas-edits.ts';
import { t } from '../../i18n/i18n.ts';
import { around, boxesOf } from '../../layout/boxes.ts';
import type { App } from '../../state/app.ts';
import { designOf } from '../../state/app-state.ts';
import { defineSlice } from '../../state/slice.ts';
import { pointerOnCanvas } from './pointer.ts';

/** A note's or frame's id among what React Flow draws; no node's id has a slash. */
export const itemId = ({ part, index }: CanvasItem): string => `${part}/${index}`;

/** What an id of it stands for; undefined for a node's. */
export function itemOf(id: string): CanvasItem | undefined {
  const [, part, index] = /^(notes|frames)\/(\d+)$/.exec(id) ?? [];
  return part === undefined ? undefined : { part: part as CanvasPart, index: Number(index) };
}

interface Editing {
  /** The note or frame whose text is being written. */
  readonly id: string | undefined;
}

export const editingOf = defineSlice<Editing>(() => createStore<Editing>()(() => ({ id: undefined })));

const NOTE: Size = { width: 220, height: 120 };
const FRAME: Size = { width: 480, height: 240 };
/** What a frame keeps from the nodes that it is drawn around; above them is its title. */
const PADDING = 30;
const TITLE = 34;

/** Puts a note where the pointer is, else into the middle of the view, and lets it be written. */
export function addNote(app: App): void {
  const at = centred(pointerOnCanvas(app) ?? app.viewport.middle(), NOTE);
  add(app, 'notes', t('Add a note'), { at, size: NOTE, colour: noteColour, text: '' });
}

/** Draws a frame around what is selected, else an empty one, and lets its title be written. */
export function addFrame(app: App): void {
  const { selection, direction } = app.getState();
  const box = around(boxesOf(designOf(app.getState()), selection, direction).values());
  const at = box
    ? { x: box.x - PADDING, y: box.y - PADDING - TITLE }
    : centred(pointerOnCanvas(app) ?? app.viewport.middle(), FRAME);
  const size = box ? { width: box.width + 2 * PADDING, height: box.height + 2 * PADDING + TITLE } : FRAME;
  add(app, 'frames', t('Add a frame'), { at, size, colour: frameColour, title: '' });
}

function add<Part extends CanvasPart>(
  app: App,
  part: Part,
  label: string,
  item: Parameters<typeof addCanvasItem<Part>>[1],
): void {
  const { edit, sealed } = app.getState();
  const index = designOf(app.getState()).canvas[part].length;
  edit(label, addCanvasItem(part, item));
  if (sealed) return;
  app.getState().select([]);
  app.getState().selectItems([{ part, index }]);
  editingOf(app).setState({ id: itemId({ part, index }) });
}

const centred = ({ x, y }: Point, { width, height }: Size): Point => ({
  x: Math.round((x - width / 2) / 10) * 10,
  y: Math.round((y - height / 2) / 10) * 10,
});

export function colour(app: App, items: readonly CanvasItem[], to: CanvasColour): void {
  app.getState().edit(t('Colour'), (draft) => {
    for (const { part, index } of items) changeCanvasItem(part, index, { colour: to })(draft);
  });
}
