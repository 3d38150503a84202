import type { FileKind, OpenedFile } from '../../shared/host/contract.ts';
import { t } from '../i18n/i18n.ts';
import type { App } from './app.ts';
import { saidBy } from './faults.ts';

/** A file that the user picks; undefined where they cancel, and where it cannot be had, which is told. */
export async function pickFile(app: App, kind: FileKind): Promise<OpenedFile | undefined> {
  try {
    return (await app.host.openFile({ kind })) ?? undefined;
  } catch (error) {
    const title = t('The file could not be opened');
    app.getState().notify({ kind: 'error', title, lines: [saidBy(error)] });
    return undefined;
  }
}
