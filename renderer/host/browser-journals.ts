import type { Host, KeptJournal, RequestOf } from '../../shared/host/contract.ts';
import type { BrowserDocuments } from './browser-documents.ts';
import type { FileHandle } from './browser-files.ts';
import type { BrowserHeld } from './browser-held.ts';
import { fileAt } from './browser-recent.ts';
import { allLineKeys, dropLines, putLine, putWhole, readKey, readLines, writeKey } from './key-store.ts';

interface Line {
  readonly text: string;
}
/** The first line of a journal, with what the page alone cannot have written down as text. */
interface Whole extends Line {
  readonly name: string;
  readonly time: number;
  readonly handle?: FileHandle;
  /** What the file held (SHA-256) when it was last read or written. */
  readonly content?: string;
  /** The model or weights that go with it. */
  readonly model?: FileHandle;
  /** No work of itself: only lines behind it are. */
  readonly clean?: boolean;
}
/** What a save that may not have ended yet makes of the file: SHA-256. */
interface Saving {
  readonly saving: string;
}

const ASIDE = 'set-aside';
const lockOf = (journal: string): string => `netwright-journal-${journal}`;
const never = new Promise<never>(() => {});

interface BrowserJournals {
  readonly calls: Calls;
  /** A file is about to be written by this page: what it holds then is no other program's doing. Settles when that is kept. */
  saving(grant: string, content: string): Promise<void>;
}

type Calls = Pick<Host, 'writeJournal' | 'endJournal' | 'keptJournals' | 'takeJournal' | 'setJournalAside'>;

/**
 * Work in progress in a browser: lines in IndexedDB. A tab holds a lock on what it keeps for as long as it lives, so that no
 * other tab offers it or takes it; the browser lets go of locks itself when a tab ends, however it ends.
 */
export function createBrowserJournals(documents: BrowserDocuments, held: BrowserHeld): BrowserJournals {
  const mine = new Set<string>();
  const numbers = new Map<string, number>();
  const ended = new Set<string>();
  const grants = new Map<string, string>();

  async function add(journal: string, line: Line | Saving): Promise<void> {
    const number = (numbers.get(journal) ?? 0) + 1;
    numbers.set(journal, number);
    await putLine(journal, number, line);
  }

  /** True where this tab has the journal now. Without locks, as on pages that are not secure, every tab is alone. */
  async function claim(journal: string): Promise<boolean> {
    if (mine.has(journal) || !navigator.locks) return true;
    const got = await new Promise<boolean>((resolve) => {
      void navigator.locks.request(lockOf(journal), { ifAvailable: true }, (lock) => {
        resolve(lock !== null);
        return lock === null ? undefined : never;
      });
    });
    if (got) mine.add(journal);
    return got;
  }

  async function write(request: RequestOf<'writeJournal'>): Promise<void> {
    const { journal, name, grant, model, text, whole, clean } = request;
    if (ended.has(journal)) return;
    grants.set(journal, grant);
    // The lock is asked for at once, and not waited for: what is drawn has to be on the disk.
    void claim(journal);
    if (!whole) return add(journal, { text });
    numbers.set(journal, 0);
    const { handle, content } = grant === '' ? {} : documents.at(grant);
    const weights = model === '' ? undefined : held.handleOf(model);
    await putWhole(journal, {
      text,
      name,
      time: Date.now(),
      clean,
      ...(handle ? { handle, content } : {}),
      ...(weights ? { model: weights } : {}),
    } satisfies Whole);
  }

  return {
    async saving(grant, saving) {
      const own = [...grants].filter(([journal, right]) => right === grant && !ended.has(journal));
      await Promise.all(own.map(([journal]) => add(journal, { saving }).catch(() => undefined)));
    },
    calls: {
      writeJournal: write,
      async endJournal({ journal }) {
        ended.add(journal);
        await dropLines(journal);
      },
      async keptJournals() {
        const keys = await allLineKeys();
        const journals = [...new Set(keys.map((key) => String(Array.isArray(key) ? key[0] : key)))];
        const { held = [] } = (await navigator.locks?.query()) ?? {};
        const taken = new Set(held.map(({ name }) => name));
        const kept: KeptJournal[] = [];
        for (const journal of journals) {
          if (taken.has(lockOf(journal)) && !mine.has(journal)) continue;
          const [first, ...lines] = (await readLines(journal)) as Partial<Whole & Saving>[];
          if (first?.clean && lines.every(({ saving }) => saving !== undefined)) {
            if (!mine.has(journal)) await dropLines(journal);
            continue;
          }
          kept.push({ journal, name: first?.name ?? '', time: first?.time ?? 0, tooLarge: false });
        }
        return kept.sort((a, b) => b.time - a.time).slice(0, 200);
      },
      async takeJournal({ journal }) {
        if (!(await claim(journal))) return null;
        const lines = (await readLines(journal)) as Partial<Whole & Saving>[];
        const text = lines.map((line) => line.text ?? '').join('');
        const { handle, name, content, model: weights } = lines[0] ?? {};
        const file = weights && (await fileAt(weights));
        const model = file
          ? { grant: '', name: file.name, bytes: new Uint8Array(), held: held.hold(file, [], weights) }
          : null;
        if (!handle || content === undefined) return { text, file: null, model };
        const saved = lines.flatMap(({ saving }) => saving ?? []);
        const grant = await documents.grantAsOf(handle, content, saved);
        // What others made of it since shows when it is next looked at.
        return { text, model, file: { grant, name: handle.name || (name ?? ''), changed: false } };
      },
      async setJournalAside({ journal }) {
        const kept = (await readKey<readonly unknown[]>(ASIDE)) ?? [];
        await writeKey(ASIDE, [...kept, { journal, lines: await readLines(journal) }]);
        await dropLines(journal);
        return `IndexedDB netwright/host/${ASIDE}/${journal}`;
      },
    },
  };
}
