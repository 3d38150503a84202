import { writeSpec } from '../../shared/formats/spec/write.ts';
import type { Design } from '../../shared/graph/design.ts';
import type { KeptJournal } from '../../shared/host/contract.ts';
import { contentOf } from '../host/content.ts';
import { t } from '../i18n/i18n.ts';
import type { App } from '../state/app.ts';
import { type AppState, documentOf, isDirty } from '../state/app-state.ts';
import { saidBy } from '../state/faults.ts';
import { tellConflict } from './conflict.ts';
import { fromHost, weightsFileOf } from './file-to-open.ts';
import { prepareLarge, restoreWeights } from './files.ts';
import { createKeeper, type Keeper, type Watched } from './keeper.ts';
import { whileOpening } from './opening.ts';
import { readWorkAside } from './read-aside.ts';
import { mayDiscard } from './saving.ts';
import type { JournalFault } from './work-journal.ts';

const keepers = new WeakMap<App, Keeper>();

function keeperOf(app: App): Keeper {
  const known = keepers.get(app) ?? makeKeeper(app);
  keepers.set(app, known);
  return known;
}

function makeKeeper(app: App): Keeper {
  return createKeeper({
    shelf: app.host,
    newId: () => crypto.randomUUID(),
    whenIdle: (task) => void setTimeout(task, IDLE_MS),
    onFailure(error) {
      app.getState().notify({
        kind: 'error',
        title: t('Work that is not saved cannot be kept'),
        lines: [saidBy(error), t('Save often: a crash would lose what is not saved.')],
      });
    },
  });
}

/** A hand that has drawn much rests sooner or later. */
const IDLE_MS = 1000;

/** Nothing of the work that is shown is offered again: the user does not want it. */
export const dropWork = (app: App): Promise<void> => keeperOf(app).drop();
/** Settles when all that was done is on the disk. */
export const flushWork = (app: App): Promise<void> => keeperOf(app).flush();

function watched(state: AppState): Watched {
  const { history, trail, selection, opened, saved, file, weightsFile } = state;
  const name = file?.name ?? documentOf(state).name;
  return {
    history,
    trail,
    selection,
    opened,
    open: state.screen === 'editor',
    dirty: isDirty(state),
    saved,
    name,
    grant: file?.grant ?? '',
    model: weightsFile?.ticket ?? '',
  };
}

/** Keeps what is done as it is done. */
export function keepWork(app: App): void {
  const keeper = keeperOf(app);
  app.subscribe((state) => keeper.see(watched(state)));
}

/** Waits for nothing when the window is left. */
export function flushOnLeaving(app: App): void {
  const flush = (): void => void flushWork(app);
  const whileThere = { signal: app.ended };
  for (const event of ['blur', 'pagehide', 'beforeunload', 'freeze'])
    window.addEventListener(event, flush, whileThere);
  document.addEventListener('visibilitychange', flush, whileThere);
}

/** The browser refuses to keep anything for the page. */
export function tellBlocked(app: App): void {
  const title = t('The browser keeps nothing for this page');
  const line = t(
    'Everything works, but choices and unsaved work are gone when the page is left. Save to files.',
  );
  app.getState().notify({ kind: 'error', title, lines: [line] });
}

/** The file of the settings did not take a choice. */
export function tellUnkept(app: App, error: unknown): void {
  const title = t('The setting holds until the window is closed: it could not be kept');
  app.getState().notify({ kind: 'error', title, lines: [saidBy(error)] });
}

const TOLD = 'toldKeptLater';
/** The browser has no files for the page alone, in which work is kept at once: said once, since nobody can mend it here. */
export function tellKeptLater(app: App): void {
  if (app.storage.getItem(TOLD) !== null) return;
  app.storage.setItem(TOLD, 'yes');
  const title = t('Work is kept in the browser’s database');
  const line = t(
    'This browser gives the page no files of its own. Where it ends suddenly, the last few edits may be missing: save often.',
  );
  app.getState().notify({ kind: 'info', title, lines: [line] });
}

const KEEP = 'keepOnClose';
/** Whether closing a window keeps unsaved work for the next start, without asking. */
export const keepsOnClose = ({ storage }: Pick<App, 'storage'>): boolean => storage.getItem(KEEP) === 'yes';
/** Turns that on or off, and says which it is now. */
export function switchKeepsOnClose(app: App): void {
  app.storage.setItem(KEEP, keepsOnClose(app) ? 'no' : 'yes');
  const title = keepsOnClose(app)
    ? t('Closing keeps unsaved work for the next start')
    : t('Closing asks about unsaved work');
  app.getState().notify({ kind: 'info', title, lines: [] });
}

const faults: Readonly<Record<JournalFault | 'tooLarge', () => string>> = {
  unreadable: () => t('it cannot be read'),
  newer: () => t('a newer version of Netwright wrote it'),
  tooLarge: () => t('it is too large'),
};

type Offered = 'restored' | 'dropped' | 'later' | 'aside';

/** Offers kept work, the newest first, until some of it is restored or the user has had enough. */
export async function recover(app: App, atStart: boolean): Promise<void> {
  try {
    const kept = (await app.host.keptJournals()).filter(({ journal }) => journal !== keeperOf(app).journal());
    for (const each of kept) {
      // What of one cannot be had says nothing of the others.
      const offered = await offer(app, each).catch((error) => tellUnseen(app, error, each.name));
      if (offered === 'restored' || offered === 'later') return;
    }
    if (atStart || kept.length > 0) return;
    app.getState().notify({ kind: 'info', title: t('No other unsaved work is kept'), lines: [] });
  } catch (error) {
    tellUnseen(app, error);
  }
}

function tellUnseen(app: App, error: unknown, name?: string): void {
  const reason = saidBy(error);
  const title = t('Kept work cannot be looked at');
  const lines = [...(name === undefined ? [] : [name]), reason];
  app.getState().notify({ kind: 'error', title, lines });
}

async function offer(app: App, { journal, name, tooLarge }: KeptJournal): Promise<Offered> {
  if (tooLarge) return setAside(app, journal, name, 'tooLarge');
  const taken = await app.host.takeJournal({ journal });
  if (!taken) return 'dropped';
  const read = await whileOpening(app, name, ({ signal }) => readWorkAside(taken.text, signal));
  if (!read) return 'later';
  if ('fault' in read) return setAside(app, journal, name, read.fault);
  if (read.complete && taken.file && (await isIn(taken.file, read.work.history.design))) {
    await app.host.endJournal({ journal });
    return 'dropped';
  }
  const choice = await app.ask({
    title: t('Restore the work on {{name}}?', { name }),
    text: read.complete
      ? t('Netwright ended before it was saved.')
      : t('Netwright ended before it was saved. The last of it cannot be read; what comes before can.'),
    choices: [
      { id: 'drop', title: t('Drop it') },
      { id: 'restore', title: t('Restore'), primary: true },
    ],
  });
  if (choice === 'drop') {
    await app.host.endJournal({ journal });
    return 'dropped';
  }
  if (choice !== 'restore' || !(await mayDiscard(app))) return 'later';
  const { file, model } = taken;
  const weights = model ? fromHost(app, model) : undefined;
  const isTakenUp = await whileOpening(app, name, async (progress) => {
    const { history } = read.work;
    await prepareLarge(app, history.design, progress);
    if (read.complete) keeperOf(app).adopt(journal);
    // All at once: what is kept of it must never be less than it is.
    app.getState().resume({
      ...read.work,
      file: file ? { grant: file.grant, name: file.name } : undefined,
      weightsFile: weights && weightsFileOf(weights),
    });
    return true;
  });
  if (!isTakenUp) return 'later';
  await flushWork(app);
  if (weights) await restoreWeights(app, weights);
  if (file?.changed) tellConflict(app, file);
  // A part that cannot be read may hold something yet.
  if (!read.complete) await tellAside(app, journal, name, 'unreadable');
  return 'restored';
}

/** Whether a file holds a design as it is: the last save came to its end, though not to be noted. */
async function isIn({ content }: { readonly content: string }, design: Design): Promise<boolean> {
  return content !== '' && content === (await contentOf(new TextEncoder().encode(writeSpec(design))));
}

async function setAside(app: App, journal: string, name: string, why: keyof typeof faults): Promise<Offered> {
  await app.host.takeJournal({ journal }).catch(() => null);
  await tellAside(app, journal, name, why);
  return 'aside';
}

async function tellAside(app: App, journal: string, name: string, why: keyof typeof faults): Promise<void> {
  const place = await app.host.setJournalAside({ journal });
  const title = t('The kept work on {{name}} was set aside: {{why}}', { name, why: faults[why]() });
  app.getState().notify({ kind: 'error', title, lines: [place] });
}
