import type { KeptJournal } from '../../shared/host/contract.ts';
import { savingIn, savingLine } from '../../shared/host/journal-text.ts';
import type { FileHandle } from './browser-files.ts';
import type { Entry, JournalStore, Left } from './journal-store.ts';
import { allLineKeys, dropLines, putLine, putWhole, readKey, readLines, writeKey } from './key-store.ts';

interface Line {
  readonly text: string;
}
/** The first line of a journal, with what cannot be written down as text. */
interface Whole extends Line {
  readonly name: string;
  readonly time: number;
  readonly handle?: FileHandle;
  readonly content?: string;
  readonly saved?: readonly string[];
  readonly model?: FileHandle;
  readonly clean?: boolean;
}
/** A line as it may be found: earlier versions noted a save apart from the text. */
type Found = Partial<Whole> & { readonly saving?: string };

const ASIDE = 'set-aside';

/** The lines of a journal; what begins it is in the first. */
async function linesOf(journal: string): Promise<readonly Partial<Whole>[]> {
  const lines = (await readLines(journal)) as Found[];
  return lines.map(({ saving, ...line }) => (saving === undefined ? line : { text: savingLine(saving) }));
}

/**
 * Journals as lines in IndexedDB, with strict durability: where a page has no files of its own. Another process of the browser
 * writes them, so that a sudden end of all may take the last few.
 */
export function createDatabaseJournals(): JournalStore {
  const numbers = new Map<string, number>();

  async function write(entry: Entry): Promise<unknown> {
    const { journal, text, whole, clean, name, content, saving, rights } = entry;
    const before = numbers.get(journal);
    if (!whole && before === undefined) throw new Error('What it is added to was not kept.');
    const number = whole || before === undefined ? 0 : before + 1;
    numbers.set(journal, number);
    if (!whole) return putLine(journal, number, { text } satisfies Line);
    return putWhole(journal, {
      text,
      name,
      time: Date.now(),
      clean,
      saved: saving,
      ...(rights.file && content !== undefined ? { handle: rights.file, content } : {}),
      ...(rights.model ? { model: rights.model } : {}),
    } satisfies Whole);
  }

  return {
    async write(entry) {
      await write(entry);
    },
    async end(journal) {
      await dropLines(journal);
    },
    async kept(living) {
      const keys = await allLineKeys();
      const journals = new Set(keys.map((key) => String(Array.isArray(key) ? key[0] : key)));
      const kept: KeptJournal[] = [];
      for (const journal of journals) {
        if (living.has(journal)) continue;
        const [first, ...lines] = await linesOf(journal);
        const isWork = ({ text = '' }: Partial<Line>): boolean => savingIn(text.trimEnd()) === undefined;
        if (first?.clean && !lines.some(isWork)) await dropLines(journal);
        else kept.push({ journal, name: first?.name ?? '', time: first?.time ?? 0, tooLarge: false });
      }
      return kept;
    },
    async read(journal): Promise<Left | null> {
      const lines = await linesOf(journal);
      const [first] = lines;
      if (!first) return null;
      const { name = '', content, saved = [], handle, model } = first;
      return {
        name,
        ...(content === undefined ? {} : { content }),
        saving: saved,
        rights: { ...(handle ? { file: handle } : {}), ...(model ? { model } : {}) },
        text: lines.map(({ text = '' }) => text).join(''),
      };
    },
    async setAside(journal) {
      const kept = (await readKey<readonly unknown[]>(ASIDE)) ?? [];
      await writeKey(ASIDE, [...kept, { journal, lines: await readLines(journal) }]);
      await dropLines(journal);
      return `IndexedDB netwright/host/${ASIDE}/${journal}`;
    },
  };
}
