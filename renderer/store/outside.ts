import { host } from '../host/host.ts';
import { t } from '../i18n/i18n.ts';
import { app, type DocumentFile } from './app.ts';
import { useCompared } from './compared.ts';
import { settleConflict, useConflict } from './conflict.ts';
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
export async function answerConflict(perform: (file: DocumentFile) => Promise<void>): Promise<void> {
  const { file } = useConflict.getState();
  if (!file) return;
  try {
    await perform(file);
  } catch (error) {
    const title = t('{{name}} could not be read', { name: file.name });
    const line = t(error instanceof Error ? error.message : String(error));
    app.getState().set({ notice: { kind: 'error', title, lines: [line] } });
  }
}

async function keepBoth({ name }: DocumentFile): Promise<void> {
  await saveAndTell(saveAs(besides(name)));
}

async function overwrite(): Promise<void> {
  // Whatever goes wrong with this save is another matter, and told as such.
  settleConflict();
  await saveAndTell(save(['changed']));
}

async function compareWithFile({ grant, name }: DocumentFile): Promise<void> {
  const read = await readFile(fromHost(await host.openAgain({ grant })));
  if (!read) return;
  useCompared.setState({
    other: { name: t('{{name}} as it is on the disk', { name }), design: read.design },
  });
  app.getState().set({ panel: 'compare' });
}

async function openTheirs({ grant }: DocumentFile): Promise<void> {
  const file = fromHost(await host.openAgain({ grant }));
  settleConflict();
  if (await mayDiscard()) await openFile(file);
}
