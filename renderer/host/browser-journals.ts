import type { Host, OpenedFile, RequestOf } from '../../shared/host/contract.ts';
import { savesApart, savingLine } from '../../shared/host/journal-text.ts';
import type { BrowserDocuments } from './browser-documents.ts';
import type { BrowserHeld } from './browser-held.ts';
import { fileAt } from './browser-recent.ts';
import { createDatabaseJournals } from './database-journals.ts';
import { createFileJournals } from './file-journals.ts';
import type { Entry, Left, Rights } from './journal-store.ts';

const LOCK = 'netwright-journal-';
const lockOf = (journal: string): string => `${LOCK}${journal}`;
/** Saves of one file go one after another: more than these are not under way. */
const MOST_SAVING = 8;
const MOST_OFFERED = 200;

interface BrowserJournals {
  readonly calls: Calls;
  /** A file is about to be written by this page: what it holds then is no other program's doing. Settles when that is kept. */
  saving(grant: string, content: string): Promise<void>;
  /** Whether what is done is with the system at once: not where the browser has no files for the page alone. */
  readonly atOnce: Promise<boolean>;
}

type Calls = Pick<Host, 'writeJournal' | 'endJournal' | 'keptJournals' | 'takeJournal' | 'setJournalAside'>;

/** A journal of this page's. */
interface Mine {
  grant: string;
  saving: readonly string[];
}

/**
 * Work in progress in a browser: in files of the page's own, else in IndexedDB. A tab holds a lock on what it keeps until the app
 * in it ends, so that no other tab offers it or takes it; the browser lets go of locks itself when a tab ends, however it ends.
 */
export function createBrowserJournals(
  documents: BrowserDocuments,
  held: BrowserHeld,
  ended: AbortSignal,
): BrowserJournals {
  const files = createFileJournals(ended);
  const isOver = new Promise<void>((resolve) => ended.addEventListener('abort', () => resolve()));
  const database = createDatabaseJournals();
  /** Undefined until it is known. */
  let usesFiles: boolean | undefined;
  void files.usable.then((usable) => {
    usesFiles = usable;
  });
  const locked = new Set<string>();
  const mine = new Map<string, Mine>();
  const dropped = new Set<string>();
  /** Taken from the database, where earlier versions kept all: it ends there once it is in a file. */
  const moving = new Set<string>();

  /** True where this tab has the journal now. Without locks, as on pages that are not secure, every tab is alone. */
  async function claim(journal: string): Promise<boolean> {
    if (locked.has(journal) || !navigator.locks) return true;
    const got = await new Promise<boolean>((resolve) => {
      void navigator.locks.request(lockOf(journal), { ifAvailable: true }, (lock) => {
        resolve(lock !== null);
        return lock === null ? undefined : isOver;
      });
    });
    if (got) locked.add(journal);
    return got;
  }

  async function keep(entry: Entry): Promise<void> {
    if (usesFiles === false || files.hasEnded()) return database.write(entry);
    const kept = files.write(entry);
    if (usesFiles === undefined) {
      kept.catch(() => undefined);
      if (!(await files.usable)) return database.write(entry);
    }
    await kept;
    if (entry.whole && moving.delete(entry.journal)) await database.end(entry.journal);
  }

  async function write(request: RequestOf<'writeJournal'>): Promise<void> {
    const { journal, name, grant, model, text, whole, clean } = request;
    if (dropped.has(journal)) return;
    const known = mine.get(journal) ?? { grant, saving: [] };
    known.grant = grant;
    mine.set(journal, known);
    // The lock is asked for at once, and not waited for: what is drawn has to be on the disk.
    void claim(journal);
    const { handle, content } = grant === '' ? {} : documents.at(grant);
    const weights = model === '' ? undefined : held.handleOf(model);
    const rights = { ...(handle ? { file: handle } : {}), ...(weights ? { model: weights } : {}) };
    const { saving } = known;
    return keep({ journal, name, text, whole, clean, saving, rights, ...(handle && { content }) });
  }

  async function modelOf({ model }: Rights): Promise<OpenedFile | null> {
    const file = model && (await fileAt(model));
    if (!file) return null;
    return { grant: '', name: file.name, bytes: new Uint8Array(), held: held.hold(file, [], model) };
  }

  async function taken({ name, content, saving, rights, text }: Left) {
    const { lines, saving: begun } = savesApart(text);
    const model = await modelOf(rights);
    const { file: handle } = rights;
    if (!handle || content === undefined) return { text: lines, file: null, model };
    const grant = await documents.grantAsOf(handle, content, [...saving, ...begun]);
    // What others made of it since shows when it is next looked at.
    const now = await documents.contentNow(grant);
    return { text: lines, model, file: { grant, name: handle.name || name, changed: false, content: now } };
  }

  return {
    atOnce: files.usable,
    async saving(grant, content) {
      const own = [...mine].filter(([journal, known]) => known.grant === grant && !dropped.has(journal));
      const all = own.map(([journal, known]) => {
        known.saving = [...known.saving, content].slice(-MOST_SAVING);
        const line = { journal, name: '', text: savingLine(content), whole: false, clean: false };
        return keep({ ...line, saving: [], rights: {} }).catch(() => undefined);
      });
      await Promise.all(all);
    },
    calls: {
      writeJournal: write,
      async endJournal({ journal }) {
        dropped.add(journal);
        if (usesFiles ?? (await files.usable)) await files.end(journal);
        if (!usesFiles || files.hasEnded() || moving.delete(journal)) await database.end(journal);
      },
      async keptJournals() {
        const { held: locks = [] } = (await navigator.locks?.query()) ?? {};
        const names = locks.flatMap(({ name }) => (name?.startsWith(LOCK) ? [name.slice(LOCK.length)] : []));
        const others = names.filter((journal) => !locked.has(journal));
        const living = new Set([...others, ...mine.keys()]);
        const inFiles = (await files.usable) ? await files.kept(living) : [];
        // Those of earlier versions; where there are files, a database that cannot be had keeps nobody from them.
        const older = await database.kept(living).catch((error: unknown) => {
          if (usesFiles) return [];
          throw error;
        });
        const known = new Set(inFiles.map(({ journal }) => journal));
        const all = [...inFiles, ...older.filter(({ journal }) => !known.has(journal))];
        return all.sort((a, b) => b.time - a.time).slice(0, MOST_OFFERED);
      },
      async takeJournal({ journal }) {
        if (!(await claim(journal))) return null;
        const inFile = (await files.usable) ? await files.read(journal) : null;
        if (inFile) return taken(inFile);
        const older = await database.read(journal);
        if (!older) return null;
        if (usesFiles) moving.add(journal);
        return taken(older);
      },
      async setJournalAside({ journal }) {
        const inFile = (await files.usable) && !moving.delete(journal);
        return inFile ? files.setAside(journal) : database.setAside(journal);
      },
    },
  };
}
