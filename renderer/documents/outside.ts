import { t } from '../i18n/i18n.ts';
import type { App } from '../state/app.ts';
import { compareWith } from '../state/compared.ts';
import type { DocumentFile } from '../state/document-state.ts';
import { saidBy } from '../state/faults.ts';
import { conflictOf, settleConflict } from './conflict.ts';
import { fromHost } from './file-to-open.ts';
import { openFile, readFile } from './files.ts';
import { mayDiscard, save, saveAndTell, saveAs } from './saving.ts';

/** `net.netwright.json` → `net-mine.netwright.json`. */
const besides = (name: string): string =>
  name.replace(/(\.netwright)?\.json$/i, (ending) => `-mine${ending}`);

/** What the user may do about a file that another program changed. */
export const answers = [
  { id: 'both', title: () => t('Keep both …'), primary: true, perform: keepBoth },
  { id: 'compare', title: () => t('Compare'), primary: false, perform: compareWithFile },
  { id: 'theirs', title: () => t('Open that version'), primary: false, perform: openTheirs },
  { id: 'overwrite', title: () => t('Overwrite'), primary: false, perform: overwrite },
] as const;

/** Tells what goes wrong instead of losing it. */
export async function answerConflict(
  app: App,
  perform: (app: App, file: DocumentFile) => Promise<void>,
): Promise<void> {
  const { file } = conflictOf(app).getState();
  if (!file) return;
  try {
    await perform(app, file);
  } catch (error) {
    const title = t('{{name}} could not be read', { name: file.name });
    const line = saidBy(error);
    app.getState().notify({ kind: 'error', title, lines: [line] });
  }
}

async function keepBoth(app: App, { name }: DocumentFile): Promise<void> {
  await saveAndTell(app, saveAs(app, besides(name)));
}

async function overwrite(app: App): Promise<void> {
  // Whatever goes wrong with this save is another matter, and told as such.
  settleConflict(app);
  await saveAndTell(app, save(app, ['changed']));
}

async function compareWithFile(app: App, { grant, name }: DocumentFile): Promise<void> {
  const read = await readFile(app, fromHost(app, await app.host.openAgain({ grant })));
  if (!read) return;
  compareWith(app, { name: t('{{name}} as it is on the disk', { name }), design: read.design });
  app.getState().showPanel('compare');
}

async function openTheirs(app: App, { grant }: DocumentFile): Promise<void> {
  const file = fromHost(app, await app.host.openAgain({ grant }));
  // Who stays has not answered yet.
  if (!(await mayDiscard(app))) return;
  settleConflict(app);
  await openFile(app, file);
}
