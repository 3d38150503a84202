import { definitionOf } from '../../shared/blocks/index.ts';
import { removeBlock, renameBlock } from '../../shared/graph/block-edits.ts';
import type { NodeId } from '../../shared/graph/design.ts';
import { placeInside } from '../../shared/graph/opened.ts';
import { named, t } from '../i18n/i18n.ts';
import type { App } from './app.ts';
import { designOf, documentOf } from './app-state.ts';
import { isPlaced } from './sealed.ts';
import { pathOf, viewOf } from './view.ts';

/** Opens a block: one of the user's own to be changed, another one to be looked at. */
export async function openBlock(app: App, id: NodeId): Promise<void> {
  const before = app.getState();
  if (!designOf(before).nodes[id]) return;
  const trail = [...before.trail, id];
  if (!(await placeSealed(app, trail))) return;
  app.getState().show(trail, 'own canvas');
}

/** Opens a block where it stands, or closes it again. */
export async function turnInPlace(app: App, id: NodeId): Promise<void> {
  const { trail, inPlace, closeInPlace, select } = app.getState();
  const inside = [...trail, id];
  app.viewport.glide();
  if (inPlace.has(pathOf(inside))) {
    closeInPlace(inside);
    select([id]);
    return;
  }
  if (!(await placeSealed(app, inside))) return;
  app.getState().openInPlace(inside);
  app.viewport.afterDrawing(() => app.viewport.revealAll([id]));
}

/** Lays out the inside of a block that comes with the program, where it is not yet; false where all has changed meanwhile. */
async function placeSealed(app: App, trail: readonly NodeId[]): Promise<boolean> {
  const before = app.getState();
  const inside = viewOf(documentOf(before), before.whole.analysis, trail, before.places);
  if (!inside.sealed || isPlaced(inside.shown)) return true;
  const layout = await app.arrange(inside.shown, before.direction);
  const { opened, trail: now, place } = app.getState();
  if (opened !== before.opened || now !== before.trail) return false;
  place(inside.shown, layout);
  return true;
}

/** What is looked at comes with the program and cannot be changed: told, with what can be done. */
export function tellSealed(app: App): void {
  const { sealed, trail, openDepth, notify } = app.getState();
  if (!sealed) return;
  const name = trail[openDepth] ?? sealed.id;
  notify({
    kind: 'info',
    title: t('Nothing inside {{name}} can be changed', { name }),
    lines: [
      t(
        '{{title}} comes with the program. Its parameters change it as a whole; unpacked, its layers are yours.',
        {
          title: named(definitionOf(sealed.node.kind).title),
        },
      ),
    ],
    action: { title: t('Unpack {{name}}', { name }), command: 'unpack' },
  });
}

/** Opens the blocks around a place inside, and selects what is there. */
export function openPlace(app: App, path: string): void {
  const { trail, show, select } = app.getState();
  const place = placeInside(designOf(app.getState()), path);
  if (!place) return;
  show([...trail, ...place.trail]);
  select([place.id]);
}

/** Back to what is around the block that is shown, its node selected. */
export function leaveBlock(app: App, depth = app.getState().trail.length - 1): void {
  const { trail, show, select } = app.getState();
  const left = trail[depth];
  show(trail.slice(0, depth));
  if (left !== undefined) select([left]);
}

export function giveBlockName(app: App, from: string, to: string): void {
  app.getState().editDocument(t('Rename block {{from}} to {{to}}', { from, to }), renameBlock(from, to));
}

export function dropBlock(app: App, name: string): void {
  app.getState().editDocument(t('Remove block {{name}}', { name }), removeBlock(name));
}
