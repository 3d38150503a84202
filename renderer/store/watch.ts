import { readSpec } from '../../shared/formats/spec/read.ts';
import { writeSpec } from '../../shared/formats/spec/write.ts';
import { host } from '../host/host.ts';
import { t } from '../i18n/i18n.ts';
import { app, designOf, isDirty } from './app.ts';
import { openFile } from './files.ts';

const JOURNAL_MS = 800;

/** Keeps the host told of what it shows or guards: title, dirty mark, journal; and listens to what it says. */
export function watchHost(runCommand: (id: string) => void): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let told = '';
  app.subscribe((state) => {
    const name = state.screen === 'start' ? 'Netwright' : (state.file?.name ?? designOf(state).name);
    const dirty = isDirty(state);
    if (told !== `${name}/${dirty}`) {
      told = `${name}/${dirty}`;
      void host.setDocument({ name, dirty });
    }
  });
  app.subscribe((state, before) => {
    if (designOf(state) === designOf(before) || !isDirty(state)) return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (isDirty(app.getState())) void host.writeJournal({ text: writeSpec(designOf(app.getState())) });
    }, JOURNAL_MS);
  });
  host.on('command', ({ id }) => runCommand(id));
  host.on('fileOpened', (file) => openFile(file));
  host.on('closeAsked', () => {
    if (!isDirty(app.getState()) || window.confirm(t('Discard the changes that are not saved?'))) {
      void host.clearJournal().then(() => host.closeWindow());
    }
  });
  host.on('fileChanged', ({ grant }) => {
    if (app.getState().file?.grant !== grant) return;
    app.getState().set({
      notice: {
        kind: 'info',
        title: t('The file was changed by another program'),
        lines: [t('Open it again to see that version, or save to replace it.')],
      },
    });
  });
}

/** Work that a crash interrupted, offered once at start. */
export async function recover(): Promise<void> {
  const text = await host.readJournal();
  if (text === null) return;
  const read = readSpec(text);
  if (read.ok && window.confirm(t('Restore the work that was not saved when Netwright ended?'))) {
    const { open, edit } = app.getState();
    open({ ...read.value, name: '' });
    edit(t('Restore'), (draft) => {
      draft.name = read.value.name;
    });
  } else await host.clearJournal();
}
