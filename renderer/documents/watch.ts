import { readSpec } from '../../shared/formats/spec/read.ts';
import { writeSpec } from '../../shared/formats/spec/write.ts';
import { t } from '../i18n/i18n.ts';
import type { App } from '../state/app.ts';
import { documentOf, isDirty } from '../state/app-state.ts';
import { tellConflict } from './conflict.ts';
import { fromHost } from './file-to-open.ts';
import { openArranged, openFile } from './files.ts';
import { mayDiscard } from './saving.ts';

const JOURNAL_MS = 800;

/** Keeps the host told of what it shows or guards: title, dirty mark, journal; and listens to what it says. */
export function watchHost(app: App, runCommand: (id: string) => void): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let told = '';
  app.subscribe((state) => {
    const name = state.screen === 'start' ? 'Netwright' : (state.file?.name ?? documentOf(state).name);
    const dirty = isDirty(state);
    if (told !== `${name}/${dirty}`) {
      told = `${name}/${dirty}`;
      void app.host.setDocument({ name, dirty });
    }
  });
  app.subscribe((state, before) => {
    if (documentOf(state) === documentOf(before) || !isDirty(state)) return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (isDirty(app.getState()))
        void app.host.writeJournal({ text: writeSpec(documentOf(app.getState())) });
    }, JOURNAL_MS);
  });
  app.host.on('command', ({ id }) => runCommand(id));
  app.host.on('fileOpened', (file) => {
    void mayDiscard(app).then((fine) => (fine ? openFile(app, fromHost(app, file)) : undefined));
  });
  app.host.on('closeAsked', () => {
    void mayDiscard(app).then(async (fine) => {
      if (!fine) return;
      await app.host.clearJournal();
      await app.host.closeWindow();
    });
  });
  app.host.on('fileChanged', ({ grant }) => {
    if (app.getState().file?.grant !== grant) return;
    tellConflict(app, app.getState().file!);
  });
}

/** Work that a crash interrupted, offered once at start. */
export async function recover(app: App): Promise<void> {
  const text = await app.host.readJournal();
  if (text === null) return;
  const read = readSpec(text);
  const choice = read.ok
    ? await app.ask({
        title: t('Restore the work on {{name}}?', { name: read.value.name }),
        text: t('Netwright ended before it was saved.'),
        choices: [
          { id: 'drop', title: t('Drop it') },
          { id: 'restore', title: t('Restore'), primary: true },
        ],
      })
    : 'drop';
  if (read.ok && choice === 'restore') {
    await openArranged(app, read.value);
    app.getState().resume(app.getState().history, [], []);
  } else if (choice === 'drop') await app.host.clearJournal();
}
