import { linesBehind, MAX_JOURNAL_BYTES, savingIn } from '../../shared/host/journal-text.ts';

/** The part of the page's own file system that journals need: files that are written and synced at once, by a worker alone. */
export interface SyncFile {
  write(bytes: Uint8Array, options: { readonly at: number }): number;
  truncate(size: number): void;
  getSize(): number;
  flush(): void;
  close(): void;
}
export interface OwnFile {
  readonly kind: 'file';
  readonly name: string;
  getFile(): Promise<Blob & { readonly lastModified: number }>;
  createSyncAccessHandle(): Promise<SyncFile>;
}
export interface OwnFolder {
  readonly kind: 'directory';
  readonly name: string;
  getFileHandle(name: string, options?: { readonly create: boolean }): Promise<OwnFile>;
  getDirectoryHandle(name: string, options?: { readonly create: boolean }): Promise<OwnFolder>;
  removeEntry(name: string): Promise<void>;
  values(): AsyncIterable<OwnFile | OwnFolder>;
}

/** What stands in a journal's first line. */
export interface Header {
  readonly name: string;
  /** What the document's file held (SHA-256) when it was last read or written. */
  readonly content?: string;
  /** What saves that may not have ended yet were to make of the file. */
  readonly saving?: readonly string[];
  /** Where the rights to the files that go with it are kept: no file can hold those. */
  readonly rights?: string;
}
interface FirstLine extends Header {
  readonly journal: string;
  /** Of two that tell the same journal, the later one holds. */
  readonly number: number;
  /** So many bytes behind this line are no work of themselves; only what follows them is. */
  readonly clean?: number;
}

export interface Entry {
  readonly journal: string;
  readonly header: Header;
  /** All that is kept replaces what was: of a `clean` one nothing is lost. Else lines are added to it. */
  readonly whole: boolean;
  readonly clean: boolean;
  readonly text: string;
}

export interface Kept {
  readonly journal: string;
  readonly name: string;
  /** In milliseconds since 1970. */
  readonly time: number;
  readonly tooLarge: boolean;
}

interface Slot {
  readonly name: string;
  readonly file: SyncFile;
  size: number;
}
interface Open {
  readonly slot: Slot;
  readonly number: number;
  /** A line is missing: what follows it says nothing. */
  torn: boolean;
}
interface Task {
  readonly needsSpare: boolean;
  act(): void;
  fail(error: unknown): void;
}
/** A file of somebody who is no more. */
interface Found {
  readonly name: string;
  readonly first: FirstLine | undefined;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly time: number;
  readonly tooLarge: boolean;
}
/** What is known of a journal of which this page has read what others left. */
interface Inherited {
  readonly number: number;
  readonly names: readonly string[];
}

const ENDING = '.journal';
const ASIDE = 'set-aside';
const NEWLINE = 10;
/** So many files are open and empty: one is begun in, and another may be before the disk has the first. */
const SPARES = 2;
/** So often another page may be quicker. */
const MOST_TAKEN = 5;
/** Enough for the first line. */
const START_BYTES = 65_536;

/**
 * Journals in files that the page alone can see. A line is with the system as soon as its message is heard, without a word to any
 * other process, and synced as soon as no further one waits. A journal that is written anew goes to a file that is open already
 * and empty; the one before is emptied when that is on the disk, so that a whole one is there at every moment.
 */
export class JournalFiles {
  readonly #folder: OwnFolder;
  readonly #newName: () => string;
  readonly #open = new Map<string, Open>();
  readonly #mine = new Set<string>();
  readonly #inherited = new Map<string, Inherited>();
  /** Open, and empty. */
  readonly #spares: Slot[] = [];
  /** What cannot be done before there is a spare file, and all that came after it. */
  #waiting: Task[] = [];
  #opening: Promise<void> | undefined;
  readonly #unsynced = new Set<Slot>();
  /** Whose successors are not on the disk yet. */
  #outgrown: Slot[] = [];
  #sync: Promise<void> | undefined;

  private constructor(folder: OwnFolder, newName: () => string) {
    this.#folder = folder;
    this.#newName = newName;
  }

  /** Fails where the browser has no such files, or lets nobody write them. */
  static async in(folder: OwnFolder, newName: () => string): Promise<JournalFiles> {
    const files = new JournalFiles(folder, newName);
    await files.#adopt();
    await files.#provide();
    files.#provideLater();
    return files;
  }

  /** On the disk when it settles; with the system before this returns, wherever a file is open for it. */
  write(entry: Entry): Promise<void> {
    return this.#inOrder(entry.whole, async () => {
      if (entry.whole) this.#begin(entry);
      else this.#add(entry);
      await this.#synced();
    });
  }

  /** Nothing of it is wanted any more. */
  end(journal: string): Promise<void> {
    return this.#inOrder(false, async () => {
      const open = this.#open.get(journal);
      this.#open.delete(journal);
      if (open) this.#outgrown.push(open.slot);
      await this.#synced();
      await this.#removeInherited(journal);
    });
  }

  /** What others left that are no more: `living` have their journals yet. What is no work is removed. */
  async kept(living: readonly string[]): Promise<readonly Kept[]> {
    const kept: Kept[] = [];
    for (const [journal, all] of await this.#left()) {
      if (living.includes(journal)) continue;
      const best = bestOf(all);
      if (holdsWork(best)) {
        const { first, time, tooLarge } = best;
        kept.push({ journal, name: first?.name ?? journal, time, tooLarge });
      } else for (const { name } of all) await this.#remove(name);
    }
    return kept;
  }

  /** What somebody left who is no more: the page's lines and the host's. Null where there is none. */
  async read(
    journal: string,
  ): Promise<{ readonly header: Header | undefined; readonly text: string } | null> {
    const all = (await this.#left()).get(journal);
    if (!all) return null;
    const { first, bytes } = bestOf(all);
    const names = all.map(({ name }) => name);
    this.#inherited.set(journal, { names, number: Math.max(...all.map((each) => each.first?.number ?? 0)) });
    const text = new TextDecoder().decode(first ? bytes.subarray(bytes.indexOf(NEWLINE) + 1) : bytes);
    return { header: first, text };
  }

  /** Puts what cannot be read where nothing removes it; says where that is. */
  async setAside(journal: string): Promise<string> {
    const folder = await this.#folder.getDirectoryHandle(ASIDE, { create: true });
    const all = (await this.#left()).get(journal) ?? [];
    if (all.length === 0) throw new Error('There is no such work.');
    for (const { name } of all) {
      const bytes = new Uint8Array(
        await (await (await this.#folder.getFileHandle(name)).getFile()).arrayBuffer(),
      );
      const file = await (await folder.getFileHandle(name, { create: true })).createSyncAccessHandle();
      try {
        writeAll(file, bytes, 0);
        file.flush();
      } finally {
        file.close();
      }
      await this.#remove(name);
    }
    return [this.#folder.name, ASIDE, bestOf(all).name].join('/');
  }

  /** At once, or as soon as all that was asked before has been done: that needs a file that is not open yet. */
  #inOrder(needsSpare: boolean, act: () => Promise<void>): Promise<void> {
    if (this.#waiting.length === 0 && (!needsSpare || this.#spares.length > 0)) return act();
    return new Promise((resolve, fail) => {
      this.#waiting.push({ needsSpare, act: () => void act().then(resolve, fail), fail });
      if (needsSpare) this.#provideLater();
    });
  }

  #provideLater(): void {
    this.#provide().then(
      () => this.#goOn(),
      (error: unknown) => {
        const waiting = this.#waiting;
        this.#waiting = [];
        for (const { fail } of waiting) fail(error);
      },
    );
  }

  #goOn(): void {
    for (let next = this.#waiting[0]; next; next = this.#waiting[0]) {
      if (next.needsSpare && this.#spares.length === 0) {
        this.#provideLater();
        return;
      }
      this.#waiting.shift();
      next.act();
    }
  }

  /** Sees to it that there is a file more to be begun in. */
  async #provide(): Promise<void> {
    this.#opening ??= this.#openOne().finally(() => {
      this.#opening = undefined;
    });
    return this.#opening;
  }

  /**
   * Goes on with empty files that others left. Where the disk is full to its last byte, Chromium gives up all files of a page that
   * makes one more.
   */
  async #adopt(): Promise<void> {
    for await (const entry of this.#folder.values()) {
      if (this.#spares.length >= SPARES) return;
      if (entry.kind !== 'file' || !entry.name.endsWith(ENDING)) continue;
      if ((await entry.getFile().catch(() => undefined))?.size !== 0) continue;
      // What a living page has open it keeps.
      const file = await entry.createSyncAccessHandle().catch(() => undefined);
      if (!file) continue;
      if (file.getSize() > 0) {
        file.close();
        continue;
      }
      this.#mine.add(entry.name);
      this.#spares.push({ name: entry.name, file, size: 0 });
    }
  }

  /** A file that nobody else has, open. */
  async #made(): Promise<Pick<Slot, 'name' | 'file'>> {
    for (let left = MOST_TAKEN; ; left--) {
      const name = `${this.#newName()}${ENDING}`;
      // From here on this page does not take it for one that was left.
      this.#mine.add(name);
      const handle = await this.#folder.getFileHandle(name, { create: true });
      try {
        return { name, file: await handle.createSyncAccessHandle() };
      } catch (error) {
        this.#mine.delete(name);
        // Another page may have gone on with it just then.
        if (left === 0) throw error;
      }
    }
  }

  async #openOne(): Promise<void> {
    if (this.#spares.length >= SPARES) return;
    const slot = { ...(await this.#made()), size: 0 };
    // The first byte of a file may have to be asked for elsewhere: the first line shall not wait for that.
    writeAll(slot.file, Uint8Array.of(NEWLINE), 0);
    slot.file.truncate(0);
    this.#spares.push(slot);
  }

  #begin({ journal, header, clean, text }: Entry): void {
    const before = this.#open.get(journal);
    const slot = this.#spares.pop()!;
    const number = Math.max(before?.number ?? 0, this.#inherited.get(journal)?.number ?? 0) + 1;
    const body = new TextEncoder().encode(text);
    const first: FirstLine = { journal, number, ...header, ...(clean ? { clean: body.length } : {}) };
    const line = new TextEncoder().encode(`${JSON.stringify(first)}\n`);
    const bytes = new Uint8Array(line.length + body.length);
    bytes.set(line);
    bytes.set(body, line.length);
    try {
      this.#append(slot, bytes);
    } catch (error) {
      this.#spares.push(slot);
      throw error;
    }
    this.#open.set(journal, { slot, number, torn: false });
    if (before) this.#outgrown.push(before.slot);
  }

  #add({ journal, text }: Entry): void {
    const open = this.#open.get(journal);
    if (!open || open.torn) throw new Error('What it is added to was not kept.');
    try {
      this.#append(open.slot, new TextEncoder().encode(text));
    } catch (error) {
      open.torn = true;
      throw error;
    }
  }

  /** All or nothing: to part of a line, as a full disk leaves it, the next would be joined, and lost with it. */
  #append(slot: Slot, bytes: Uint8Array): void {
    try {
      writeAll(slot.file, bytes, slot.size);
    } catch (error) {
      slot.file.truncate(slot.size);
      throw error;
    }
    slot.size += bytes.length;
    this.#unsynced.add(slot);
  }

  #synced(): Promise<void> {
    this.#sync ??= new Promise<void>((resolve, reject) => {
      // Behind all that has been said meanwhile: what is synced keeps nobody from being heard who came before.
      setTimeout(() => {
        this.#sync = undefined;
        try {
          this.#syncAll();
          resolve();
        } catch (error) {
          reject(error);
        }
      });
    });
    return this.#sync;
  }

  #syncAll(): void {
    for (const slot of this.#unsynced) slot.file.flush();
    this.#unsynced.clear();
    for (const slot of this.#outgrown.splice(0)) {
      slot.file.truncate(0);
      slot.file.flush();
      slot.size = 0;
      this.#spares.push(slot);
    }
    for (const journal of this.#open.keys()) void this.#removeInherited(journal);
    // The next to be begun shall not have to wait.
    if (this.#spares.length < SPARES) this.#provideLater();
    for (const spare of this.#spares.splice(SPARES)) {
      spare.file.close();
      this.#mine.delete(spare.name);
      void this.#remove(spare.name);
    }
  }

  async #removeInherited(journal: string): Promise<void> {
    const { names } = this.#inherited.get(journal) ?? { names: [] };
    this.#inherited.delete(journal);
    for (const name of names) await this.#remove(name);
  }

  /** What another page has open stays. */
  async #remove(name: string): Promise<void> {
    await this.#folder.removeEntry(name).catch(() => undefined);
  }

  /** All files that this page has not made, by journal. */
  async #left(): Promise<ReadonlyMap<string, readonly Found[]>> {
    const left = new Map<string, Found[]>();
    for await (const entry of this.#folder.values()) {
      if (entry.kind !== 'file' || !entry.name.endsWith(ENDING) || this.#mine.has(entry.name)) continue;
      // Neither what has gone meanwhile nor what cannot be had keeps the others from being offered.
      const found = await this.#look(entry).catch(() => undefined);
      if (!found) continue;
      const journal = found.first?.journal ?? found.name.slice(0, -ENDING.length);
      left.set(journal, [...(left.get(journal) ?? []), found]);
    }
    return left;
  }

  async #look(entry: OwnFile): Promise<Found | undefined> {
    const { name } = entry;
    const file = await entry.getFile();
    const tooLarge = file.size > MAX_JOURNAL_BYTES;
    const bytes = new Uint8Array(await file.slice(0, tooLarge ? START_BYTES : file.size).arrayBuffer());
    if (wasNotBegun(bytes)) {
      await this.#remove(name);
      return undefined;
    }
    return { name, bytes, first: firstLineOf(bytes), time: file.lastModified, tooLarge };
  }
}

const START = new TextEncoder().encode('{"journal":"');

/**
 * Whether a file is as it is opened, or ends within its first line, as where the page ended while that was written: what it
 * was to take the place of is there then.
 */
function wasNotBegun(bytes: Uint8Array): boolean {
  if (bytes.length <= 1) return true;
  return !bytes.includes(NEWLINE) && START.every((byte, i) => i >= bytes.length || byte === bytes[i]);
}

function writeAll(file: SyncFile, bytes: Uint8Array, at: number): void {
  const count = file.write(bytes, { at });
  if (count < bytes.length) throw new DOMException('There is no room for it.', 'QuotaExceededError');
}

/** The last one that was written to its end; where there is none, what there is. */
function bestOf(all: readonly Found[]): Found {
  const byNumber = all.toSorted((a, b) => (b.first?.number ?? 0) - (a.first?.number ?? 0));
  return byNumber.find(isComplete) ?? byNumber[0]!;
}

/** Whether what it began with is all there. */
const isComplete = ({ first, bytes, tooLarge }: Found): boolean =>
  tooLarge || (first !== undefined && bytes.includes(NEWLINE, bytes.indexOf(NEWLINE) + 1));

/** Whether something was drawn that its file does not hold. What cannot be read may be anything. */
function holdsWork(found: Found): boolean {
  const { first, bytes, tooLarge } = found;
  if (tooLarge || first?.clean === undefined) return true;
  return linesBehind(bytes, first.clean).some((line) => savingIn(line) === undefined);
}

function firstLineOf(bytes: Uint8Array): FirstLine | undefined {
  try {
    const line = new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(0, bytes.indexOf(NEWLINE)));
    const json: unknown = JSON.parse(line);
    if (typeof json !== 'object' || json === null) return undefined;
    const { journal, number, name, content, saving, rights, clean }: Readonly<Record<string, unknown>> = {
      ...json,
    };
    if (typeof journal !== 'string' || typeof number !== 'number' || typeof name !== 'string')
      return undefined;
    return {
      journal,
      number,
      name: name.slice(0, 1024),
      ...(typeof content === 'string' ? { content } : {}),
      saving: Array.isArray(saving) ? saving.filter((each) => typeof each === 'string') : [],
      ...(typeof rights === 'string' ? { rights } : {}),
      ...(typeof clean === 'number' ? { clean } : {}),
    };
  } catch {
    return undefined;
  }
}
