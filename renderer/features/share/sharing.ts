import { openArranged } from '../../documents/files.ts';
import { mayDiscard } from '../../documents/saving.ts';
import { t } from '../../i18n/i18n.ts';
import { said } from '../../i18n/said.ts';
import type { App } from '../../state/app.ts';
import { documentOf } from '../../state/app-state.ts';
import { saidBy } from '../../state/faults.ts';
import { readShared, shareText } from './shared-text.ts';

/** Copies the design as a link to this page, or as text where the app is no page that others can open. */
export async function shareDesign(app: App): Promise<void> {
  const text = shareText(documentOf(app.getState()));
  const isLink = app.host.kind === 'browser' && typeof location !== 'undefined';
  try {
    await app.clipboard.writeText(isLink ? `${location.origin}${location.pathname}#${text}` : text);
    app
      .getState()
      .say(isLink ? t('A link to this design is copied') : t('This design is copied as text to share'));
  } catch (error) {
    const title = t('The design could not be copied');
    app.getState().notify({ kind: 'error', title, lines: [saidBy(error)] });
  }
}

/** Opens a design from the link or text that was copied. */
export async function openCopied(app: App): Promise<void> {
  try {
    await openShared(app, await app.clipboard.readText());
  } catch (error) {
    const title = t('What was copied cannot be read');
    app.getState().notify({ kind: 'error', title, lines: [saidBy(error)] });
  }
}

async function openShared(app: App, text: string): Promise<void> {
  const read = readShared(text);
  if (!read.ok) {
    app.getState().notify({
      kind: 'error',
      title: t('The shared design could not be opened'),
      lines: read.problems.map(({ told }) => `${said(told.message)} ${said(told.hint)}`),
    });
    return;
  }
  if (await mayDiscard(app)) await openArranged(app, read.value);
}

/** Opens what the address of this page holds, now and when a link is followed while it is open. */
export function watchAddress(app: App): void {
  if (typeof location === 'undefined') return;
  const look = (): void => {
    const { hash, pathname, search } = location;
    if (!hash.startsWith('#netwright-design-')) return;
    // Loading the page again shows what is kept by then, not the link once more.
    history.replaceState(null, '', `${pathname}${search}`);
    void openShared(app, hash.slice(1));
  };
  look();
  window.addEventListener('hashchange', look, { signal: app.ended });
}
