import { harmless } from '../../shared/base/text.ts';
import { t } from '../i18n/i18n.ts';
import type { App } from '../state/app.ts';
import { documentOf, isDirty } from '../state/app-state.ts';
import { detailsOf, saidBy } from '../state/faults.ts';
import { followConfig } from './config.ts';
import { tellConflict } from './conflict.ts';
import { fromHost } from './file-to-open.ts';
import { openFile } from './files.ts';
import { followPrograms } from './follow-program.ts';
import { mayDiscard, settleChanges } from './saving.ts';
import { dropWork, flushWork, keepsOnClose, keepWork } from './work.ts';

/** Keeps the host told of what it shows or guards: title, dirty mark, work; and listens to what it says. */
export function watchHost(app: App, runCommand: (id: string) => void): void {
  const { host } = app;
  let told = '';
  app.subscribe((state) => {
    const name =
      state.screen === 'start' ? 'Netwright' : harmless(state.file?.name ?? documentOf(state).name);
    const dirty = isDirty(state);
    const grant = state.screen === 'start' ? '' : (state.file?.grant ?? '');
    if (told !== `${name}/${dirty}/${grant}`) {
      told = `${name}/${dirty}/${grant}`;
      void host.setDocument({ name, dirty, grant });
    }
  });
  keepWork(app);
  followConfig(app);
  followPrograms(app);
  host.on('command', ({ id }) => runCommand(id));
  /** One after another: a file that comes while another one is asked about waits for its turn. */
  let opening: Promise<void> = Promise.resolve();
  host.on('fileOpened', (file) => {
    opening = opening
      .then(async () => {
        if (await mayDiscard(app)) await openFile(app, fromHost(app, file));
      })
      .catch((error: unknown) => tellUnopened(app, file.name, saidBy(error)));
  });
  host.on('openFailed', ({ name, reason }) => tellUnopened(app, name, t(reason)));
  let closing = false;
  host.on('closeAsked', () => {
    void host.closeHeard();
    // The window's cross may be pressed again while the question stands.
    if (closing) return;
    closing = true;
    void close(app).finally(() => {
      closing = false;
    });
  });
  host.on('fileChanged', ({ grant }) => {
    const { file } = app.getState();
    if (file?.grant === grant) tellConflict(app, file);
  });
  let lost: number | undefined;
  host.on('versionLost', ({ name, reason }) => {
    // Once for each document: whoever saves often knows it then.
    const { opened, notify } = app.getState();
    if (lost === opened) return;
    lost = opened;
    const title = t('{{name}} is saved, but its earlier versions cannot be kept', { name });
    notify({ kind: 'error', title, lines: [t(reason)] });
  });
}

function tellUnopened(app: App, name: string, reason: string): void {
  const title = t('{{name}} could not be opened', { name });
  const hint = t('It may have been moved or renamed; open it from where it is now.');
  const details = detailsOf(app, reason);
  app.getState().notify({ kind: 'error', title, lines: [reason, hint], details });
}

async function close(app: App): Promise<void> {
  try {
    const keeps = isDirty(app.getState()) && keepsOnClose(app);
    const settled = keeps ? 'kept' : await settleChanges(app, true);
    if (settled === 'stay') return;
    if (settled === 'kept') await flushWork(app);
    else await dropWork(app);
    await app.host.closeWindow();
  } catch (error) {
    const title = t('The window could not be closed');
    app.getState().notify({ kind: 'error', title, lines: [saidBy(error)] });
  }
}
