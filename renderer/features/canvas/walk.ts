import type { KeyboardEvent as ReactKeyboardEvent } from 'react';
import type { NodeId, Point } from '../../../shared/graph/design.ts';
import { moveNodes } from '../../../shared/graph/edits.ts';
import { t } from '../../i18n/i18n.ts';
import type { App } from '../../state/app.ts';
import { designOf } from '../../state/app-state.ts';
import { leaveBlock } from '../../state/blocks.ts';

const directions: Readonly<Record<string, Point>> = {
  ArrowRight: { x: 1, y: 0 },
  ArrowLeft: { x: -1, y: 0 },
  ArrowDown: { x: 0, y: 1 },
  ArrowUp: { x: 0, y: -1 },
};
const NUDGE = 10;

/** Arrows walk along the wires, or to the nearest node across them; with Alt they move what is selected. Tab adds. */
export function walkByKey(app: App, event: ReactKeyboardEvent | KeyboardEvent): void {
  if (event.key === 'Tab' && !event.shiftKey && !event.ctrlKey && event.target === event.currentTarget) {
    event.preventDefault();
    app.getState().showOverlay('add');
    return;
  }
  if (event.key === 'Escape') {
    const { selection, wires, items, trail, select, selectWires, selectItems } = app.getState();
    if (selection.length + wires.length + items.length === 0 && trail.length > 0) {
      // The block that was left is what is selected then.
      leaveBlock(app);
      return;
    }
    select([]);
    selectWires([]);
    selectItems([]);
    return;
  }
  const way = directions[event.key];
  if (!way || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  if (event.altKey) nudge(app, way);
  else walk(app, way, event.shiftKey);
}

function nudge(app: App, way: Point): void {
  const { selection, edit } = app.getState();
  const { layout } = designOf(app.getState());
  const positions: Record<NodeId, Point> = {};
  for (const id of selection) {
    const at = layout[id];
    if (at) positions[id] = { x: at.x + way.x * NUDGE, y: at.y + way.y * NUDGE };
  }
  edit(t('Move'), moveNodes(positions), `nudge/${selection.join()}`);
}

function walk(app: App, way: Point, extend: boolean): void {
  const { selection, select, analysis } = app.getState();
  const design = designOf(app.getState());
  const from = selection.at(-1);
  const first = analysis.order[0] ?? Object.keys(design.nodes)[0];
  const next = from === undefined ? first : (wired(app, from, way) ?? nearest(app, from, way));
  if (next === undefined) return;
  select(extend ? [...new Set([...selection, next])] : [next]);
  app.viewport.reveal(next);
}

/** The neighbour by wire in that direction, the nearest of several. */
function wired(app: App, from: NodeId, way: Point): NodeId | undefined {
  const { analysis } = app.getState();
  const { into, outOf } = analysis.topology;
  const ids = [
    ...(outOf.get(from) ?? []).map(({ to }) => to.node),
    ...(into.get(from) ?? []).map(({ from: source }) => source.node),
  ];
  return best(app, from, way, ids);
}

function nearest(app: App, from: NodeId, way: Point): NodeId | undefined {
  return best(app, from, way, Object.keys(designOf(app.getState()).nodes));
}

function best(app: App, from: NodeId, way: Point, ids: readonly NodeId[]): NodeId | undefined {
  const { layout } = designOf(app.getState());
  const start = layout[from];
  if (!start) return undefined;
  let found: NodeId | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const id of ids) {
    const at = layout[id];
    if (!at || id === from) continue;
    const along = (at.x - start.x) * way.x + (at.y - start.y) * way.y;
    const across = Math.abs((at.x - start.x) * way.y) + Math.abs((at.y - start.y) * way.x);
    const distance = along + 2 * across;
    if (along > 0 && across <= 2 * along && distance < least) {
      least = distance;
      found = id;
    }
  }
  return found;
}

/** Keys that no part of the window has, since what had the focus is gone, are the canvas's. */
export function listenForLostKeys(app: App): () => void {
  const listen = (event: KeyboardEvent): void => {
    const { overlay, question } = app.getState();
    if (event.target !== document.body || event.defaultPrevented) return;
    if (overlay === 'none' && !question) walkByKey(app, event);
  };
  window.addEventListener('keydown', listen);
  return () => window.removeEventListener('keydown', listen);
}
