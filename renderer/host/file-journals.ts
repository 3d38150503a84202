import { type Talk, talkOver } from '../talk/talk.ts';
import type { JournalCalls } from './journal-calls.ts';
import type { Entry, JournalStore, Left, Rights } from './journal-store.ts';
import { deleteKey, keysFrom, readKey, writeKey } from './key-store.ts';

/** Rights to files are nothing that a file can hold: they lie in the database, by the journal and a name that begins with the time. */
const RIGHTS = 'journal-rights ';
const keyOf = (journal: string, id: string): string => `${RIGHTS}${journal} ${id}`;
/** What nobody names after that is of pages that ended. */
const FORGOTTEN_MS = 24 * 3_600_000;

interface FileJournals extends JournalStore {
  /** False where the browser has no files for the page alone, or they cannot be had. */
  readonly usable: Promise<boolean>;
  /** Whether its worker broke: nothing more can be kept there until the page is loaded anew. */
  hasEnded(): boolean;
}

/** Journals in files of the page's own, written by a worker, until the app ends. */
export function createFileJournals(ended: AbortSignal): FileJournals {
  const worker = started();
  ended.addEventListener('abort', () => worker?.terminate());
  const talk: Talk<JournalCalls> | undefined = worker && talkOver<JournalCalls>(worker, {});
  let failure = worker ? undefined : new Error('This browser has no files for it.');
  worker?.addEventListener('error', ({ message }) => {
    failure = new Error(message);
    talk?.end(failure);
    worker.terminate();
  });
  const ask: Talk<JournalCalls>['ask'] = (name, asked) =>
    talk && !failure ? talk.ask(name, asked) : (Promise.reject(failure) as never);
  const rightsOf = new Map<string, { readonly id: string; readonly rights: Rights }>();

  /** Where the rights of a journal are kept: what was kept before holds until the lines that name these are on the disk. */
  function keepRights({ journal, rights }: Entry): {
    readonly id?: string;
    readonly kept?: Promise<unknown>;
  } {
    const known = rightsOf.get(journal);
    if (known && known.rights.file === rights.file && known.rights.model === rights.model)
      return { id: known.id };
    if (!rights.file && !rights.model) return {};
    const id = `${Date.now()} ${crypto.randomUUID()}`;
    rightsOf.set(journal, { id, rights });
    // Without them the work is there all the same.
    return { id, kept: writeKey(keyOf(journal, id), rights).catch(() => undefined) };
  }

  async function dropRights(journal: string, but?: string): Promise<void> {
    for (const key of await keysFrom(keyOf(journal, '')))
      if (but === undefined || key !== keyOf(journal, but)) await deleteKey(key);
  }

  /** Those of journals that nobody has any more. */
  async function tidy(journals: ReadonlySet<string>): Promise<void> {
    for (const key of await keysFrom(RIGHTS)) {
      const [journal = '', time] = key.slice(RIGHTS.length).split(' ');
      if (journals.has(journal) || rightsOf.has(journal) || Date.now() - Number(time) < FORGOTTEN_MS)
        continue;
      await deleteKey(key);
    }
  }

  return {
    usable: ask('open', null).then(
      () => true,
      () => false,
    ),
    hasEnded: () => failure !== undefined,
    async write(entry) {
      const { journal, text, whole, clean, name, content, saving } = entry;
      const { id, kept } = whole ? keepRights(entry) : {};
      const header = {
        name,
        saving,
        ...(content === undefined ? {} : { content }),
        ...(id === undefined ? {} : { rights: id }),
      };
      // It goes out before anything is waited for: from here on the end of the page takes it no more.
      await ask('write', { journal, text, whole, clean, header });
      await kept;
      if (kept && rightsOf.get(journal)?.id === id) await dropRights(journal, id).catch(() => undefined);
    },
    async end(journal) {
      rightsOf.delete(journal);
      await ask('end', journal);
      await dropRights(journal).catch(() => undefined);
    },
    async kept(living) {
      const kept = await ask('kept', [...living]);
      void tidy(new Set([...living, ...kept.map(({ journal }) => journal)])).catch(() => undefined);
      return kept;
    },
    async read(journal): Promise<Left | null> {
      const left = await ask('read', journal);
      if (!left) return null;
      const { name = '', content, saving = [], rights } = left.header ?? {};
      const found = rights && (await readKey<Rights>(keyOf(journal, rights)).catch(() => undefined));
      return {
        name,
        ...(content === undefined ? {} : { content }),
        saving,
        rights: found ? found : {},
        text: left.text,
      };
    },
    setAside: (journal) => ask('setAside', journal),
  };
}

function started(): Worker | undefined {
  try {
    if (typeof navigator.storage?.getDirectory !== 'function') return undefined;
    return new Worker(new URL('./journal.worker.ts', import.meta.url), { type: 'module' });
  } catch {
    return undefined;
  }
}
