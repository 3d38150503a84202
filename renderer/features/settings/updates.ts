import { t } from '../../i18n/i18n.ts';
import type { App } from '../../state/app.ts';
import { saidBy } from '../../state/faults.ts';

/** Looks for a newer version; what comes of it is told where somebody asked, and always where there is one. */
export async function lookForUpdates(app: App, asked: boolean): Promise<void> {
  const tell = (title: string, ...lines: readonly string[]): void => {
    if (asked) app.getState().notify({ kind: 'info', title, lines });
  };
  try {
    const { state, version, notes } = await app.host.lookForUpdate();
    if (state === 'off') tell(t('Updates are off'), t('This copy has no place to look for them.'));
    else if (state === 'none') tell(t('This is the newest version'));
    else await offerUpdate(app, version, notes);
  } catch (error) {
    if (asked)
      app
        .getState()
        .notify({ kind: 'error', title: t('Updates cannot be looked for'), lines: [saidBy(error)] });
  }
}

/** Fetched when the user says so, and installed when they say so again. */
async function offerUpdate(app: App, version: string, notes: string): Promise<void> {
  const later = { id: 'later', title: t('Later') };
  const fetching = await app.ask({
    title: t('Netwright {{version}} is there', { version }),
    text: notes,
    choices: [later, { id: 'fetch', title: t('Fetch it'), primary: true }],
  });
  if (fetching !== 'fetch') return;
  await app.host.fetchUpdate();
  const installing = await app.ask({
    title: t('Netwright {{version}} was fetched', { version }),
    text: t('Installing it ends Netwright; unsaved work is asked about first.'),
    choices: [later, { id: 'install', title: t('Install and start again'), primary: true }],
  });
  if (installing === 'install') await app.host.installUpdate();
}
