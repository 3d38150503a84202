import { readSpec } from '../../../shared/formats/spec/read.ts';
import { writeSpec } from '../../../shared/formats/spec/write.ts';
import { type Clip, clipOf, paste, pastedIds } from '../../../shared/graph/clip.ts';
import { emptyDesign, type NodeId, type Point, wireId } from '../../../shared/graph/design.ts';
import { removeNodes } from '../../../shared/graph/edits.ts';
import { t } from '../../i18n/i18n.ts';
import { around, boxesOf } from '../../layout/boxes.ts';
import { freeOffset } from '../../layout/free-place.ts';
import { GRID } from '../../layout/geometry.ts';
import type { App } from '../../state/app.ts';
import { designOf } from '../../state/app-state.ts';
import { pointerOnCanvas } from './pointer.ts';

const NUDGE: Point = { x: 30, y: 30 };

/** The selection as the text of a small spec: readable, and safe to take from anywhere because it is read as a file is. */
export function selectionAsText(app: App): string | undefined {
  const { selection } = app.getState();
  if (selection.length === 0) return undefined;
  const { nodes, wires, layout, blocks } = clipOf(designOf(app.getState()), selection);
  const named = Object.fromEntries(wires.map((wire) => [wireId(wire), wire]));
  return writeSpec({ ...emptyDesign, name: 'clip', nodes, wires: named, layout, blocks });
}

export function removeSelected(app: App, label: string): void {
  app.getState().edit(label, removeNodes(app.getState().selection));
}

/** Puts what was copied there, or as near to it as it lies on no other node; what is there then is selected. */
function place(app: App, label: string, clip: Clip, offset: Point): void {
  const state = app.getState();
  const design = designOf(state);
  const ids = pastedIds(design.nodes, clip);
  const named = Object.fromEntries(clip.wires.map((wire) => [wireId(wire), wire]));
  const boxes = [
    ...boxesOf({ ...emptyDesign, ...clip, wires: named }, Object.keys(clip.nodes), state.direction).values(),
  ].map((box) => ({ ...box, x: box.x + offset.x, y: box.y + offset.y }));
  const others = [...boxesOf(design, Object.keys(design.nodes), state.direction).values()];
  const aside = freeOffset(boxes, others);
  state.edit(label, paste(clip, ids, { x: offset.x + aside.x, y: offset.y + aside.y }));
  state.select([...ids.values()]);
  app.viewport.revealAll([...ids.values()]);
}

/** Pastes nodes around a point, else around the pointer, else into the middle of the view; what is no spec is refused with the reason. */
export function pasteText(app: App, text: string, at?: Point): void {
  if (!text.trimStart().startsWith('{')) return;
  const read = readSpec(text);
  if (!read.ok) {
    const lines = read.problems.slice(0, 5).map(({ message }) => message);
    app.getState().notify({ kind: 'info', title: t('This cannot be pasted'), lines });
    return;
  }
  const { nodes, wires, layout, blocks } = read.value;
  const { direction } = app.getState();
  const box = around(boxesOf(read.value, Object.keys(nodes), direction).values());
  const centre = at ?? pointerOnCanvas(app) ?? app.viewport.middle();
  const offset = box && {
    x: toGrid(centre.x - box.x - box.width / 2),
    y: toGrid(centre.y - box.y - box.height / 2),
  };
  place(app, t('Paste'), { nodes, wires: Object.values(wires), layout, blocks }, offset ?? NUDGE);
}

const toGrid = (length: number): number => Math.round(length / GRID) * GRID;

/** Puts copies of some nodes so far from them, with the wires among them. */
export function copyBy(app: App, ids: Iterable<NodeId>, offset: Point): void {
  place(app, t('Duplicate'), clipOf(designOf(app.getState()), ids), offset);
}

export const duplicate = (app: App): void => copyBy(app, app.getState().selection, NUDGE);

function typing(): boolean {
  const focus = document.activeElement;
  return focus instanceof HTMLInputElement || focus instanceof HTMLTextAreaElement;
}

/** Answers the browser's own copy, cut and paste, which need no permission. */
export function listenToClipboard(app: App): () => void {
  const copy = (event: ClipboardEvent): void => {
    if (typing() || !document.getSelection()?.isCollapsed) return;
    const text = selectionAsText(app);
    if (text === undefined) return;
    event.clipboardData?.setData('text/plain', text);
    event.preventDefault();
    if (event.type === 'cut') removeSelected(app, t('Cut'));
  };
  const take = (event: ClipboardEvent): void => {
    if (typing() || app.getState().screen !== 'editor') return;
    const text = event.clipboardData?.getData('text/plain') ?? '';
    event.preventDefault();
    pasteText(app, text);
  };
  document.addEventListener('copy', copy);
  document.addEventListener('cut', copy);
  document.addEventListener('paste', take);
  return () => {
    document.removeEventListener('copy', copy);
    document.removeEventListener('cut', copy);
    document.removeEventListener('paste', take);
  };
}
