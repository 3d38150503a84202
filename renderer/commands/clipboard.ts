import { readSpec } from '../../shared/formats/spec/read.ts';
import { writeSpec } from '../../shared/formats/spec/write.ts';
import { type Design, emptyDesign, wireId } from '../../shared/graph/design.ts';
import { type Clip, clipOf, paste, pastedIds } from '../../shared/graph/edits.ts';
import { t } from '../i18n/i18n.ts';
import { app, designOf } from '../store/app.ts';

const OFFSET = 40;

function designFrom({ nodes, wires, layout }: Clip): Design {
  return {
    ...emptyDesign,
    name: 'clip',
    nodes,
    wires: Object.fromEntries(wires.map((wire) => [wireId(wire), wire])),
    layout,
  };
}

/** What is copied is a spec of its own, so that it can be pasted into another window or a text file. */
export async function copySelection(): Promise<void> {
  const { selection } = app.getState();
  if (selection.length === 0) return;
  const clip = clipOf(designOf(app.getState()), selection);
  await navigator.clipboard.writeText(writeSpec(designFrom(clip)));
}

export async function pasteClipboard(): Promise<void> {
  const read = readSpec(await navigator.clipboard.readText());
  if (!read.ok) {
    app.getState().set({
      notice: {
        kind: 'info',
        title: t('There are no layers on the clipboard'),
        lines: [read.problems[0]?.message ?? ''],
      },
    });
    return;
  }
  pasteClip(clipOf(read.value, Object.keys(read.value.nodes)), t('Paste'));
}

export function duplicateSelection(): void {
  pasteClip(clipOf(designOf(app.getState()), app.getState().selection), t('Duplicate'));
}

function pasteClip(clip: Clip, label: string): void {
  const ids = pastedIds(designOf(app.getState()).nodes, clip);
  app.getState().edit(label, paste(clip, ids, { x: OFFSET, y: OFFSET }));
  app.getState().select([...ids.values()]);
}
