import { createStore } from 'zustand/vanilla';
import { readSpec } from '../../shared/formats/spec/read.ts';
import type { Design } from '../../shared/graph/design.ts';
import type { Version } from '../../shared/host/contract.ts';
import { placeOf, t } from '../i18n/i18n.ts';
import type { App } from '../state/app.ts';
import { comparedOf, compareWith } from '../state/compared.ts';
import { saidBy } from '../state/faults.ts';
import { defineSlice, useSlice } from '../state/slice.ts';
import { openArranged } from './files.ts';
import { mayDiscard } from './saving.ts';

interface Offered {
  /** The saved states that are offered now; undefined while nobody asks. */
  readonly list: readonly Version[] | undefined;
}

export const versionsOf = defineSlice<Offered>(() => createStore<Offered>()(() => ({ list: undefined })));

export const useVersions = <Part>(select: (state: Offered) => Part): Part => useSlice(versionsOf, select);

export const closeVersions = (app: App): void => versionsOf(app).setState({ list: undefined });

export async function showVersions(app: App): Promise<void> {
  const { file } = app.getState();
  if (file?.grant) versionsOf(app).setState({ list: await app.host.versions({ grant: file.grant }) });
}

export const timeOf = ({ time }: Version): string =>
  new Date(time).toLocaleString(placeOf(), { dateStyle: 'medium', timeStyle: 'medium' });

/** A saved state; undefined where it cannot be read, which is told. */
async function designOf(app: App, version: Version): Promise<Design | undefined> {
  const { file } = app.getState();
  const name = timeOf(version);
  try {
    const bytes = await app.host.readVersion({ grant: file?.grant ?? '', version: version.version });
    const read = readSpec(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    if (read.ok) return read.value;
    throw new Error(read.problems[0]?.message);
  } catch (error) {
    const line = saidBy(error);
    const title = t('{{name}} could not be opened', { name });
    app.getState().notify({ kind: 'error', title, lines: [line] });
    return undefined;
  }
}

/** Holds what is shown against a saved state; whether there is one. */
async function heldAgainst(app: App, version: Version): Promise<boolean> {
  const design = await designOf(app, version);
  if (design) compareWith(app, { name: t('Saved {{time}}', { time: timeOf(version) }), design });
  return design !== undefined;
}

/** Shows a saved state beside what is open, to be looked at: nothing of either changes. */
export async function lookAtVersion(app: App, version: Version): Promise<void> {
  if (!(await heldAgainst(app, version))) return;
  // The inside of a block has no other beside it.
  app.getState().show([], 'own canvas');
  comparedOf(app).setState({ beside: true });
  app.viewport.afterDrawing(() => app.viewport.fit());
  closeVersions(app);
}

/** Lists what differs, in the panel that does so for any other design. */
export async function compareVersion(app: App, version: Version): Promise<void> {
  if (!(await heldAgainst(app, version))) return;
  app.getState().showPanel('compare');
  closeVersions(app);
}

/** Opens a saved state as a design of its own, which is in no file yet. */
export async function openVersion(app: App, version: Version): Promise<void> {
  const design = await designOf(app, version);
  if (!design) return;
  closeVersions(app);
  if (await mayDiscard(app)) await openArranged(app, design);
}

/** A saved state takes the place of what is shown, as an edit: it can be undone, and the file waits for a save. */
export async function restoreVersion(app: App, version: Version): Promise<void> {
  const design = await designOf(app, version);
  if (!design) return;
  app.getState().editDocument(t('Restore {{time}}', { time: timeOf(version) }), (draft) => {
    Object.assign(draft, design);
    for (const key of Object.keys(draft)) if (!Object.hasOwn(design, key)) Reflect.deleteProperty(draft, key);
  });
  closeVersions(app);
}
