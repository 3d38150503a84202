import { bytesSource } from '../../shared/formats/weights/source.ts';
import { t } from '../i18n/i18n.ts';
import type { App } from '../state/app.ts';
import { saidBy } from '../state/faults.ts';
import { openFile } from './files.ts';

/** Opens the file that whoever started the app in a browser handed to this window; it is named in the address. */
export async function openHanded(app: App): Promise<void> {
  const query = new URLSearchParams(location.search);
  const token = query.get('open');
  const name = query.get('name') ?? '';
  if (!token || !/^[0-9a-f]{32}$/.test(token)) return;
  // Loading the page again shows what is kept by then, not the file once more.
  history.replaceState(null, '', location.pathname);
  try {
    const answer = await fetch(`/handed/${token}`);
    if (!answer.ok) throw new Error(t('There is no such file or folder.'));
    const source = bytesSource(new Uint8Array(await answer.arrayBuffer()));
    await openFile(app, { name, grant: '', ticket: '', source, beside: async () => undefined });
  } catch (error) {
    const title = t('{{name}} could not be opened', { name });
    const line = saidBy(error);
    app.getState().notify({ kind: 'error', title, lines: [line] });
  }
}
