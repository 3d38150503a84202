import { constants } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Turns } from '../../shared/disk/queue.ts';
import { codeOf } from '../../shared/disk/reasons.ts';
import { writeWhole } from '../../shared/disk/write.ts';
import { type KeptJournal, MAX_JOURNAL_CHARS } from '../../shared/host/contract.ts';
import type { Documents } from './documents.ts';

/** The first line of a journal: what the page does not know, or may not. The page's own lines follow. */
interface Header {
  readonly name: string;
  /** The document's file, and what it held (SHA-256) when it was last read or written. */
  readonly path?: string;
  readonly content?: string;
}

interface Write {
  readonly journal: string;
  readonly name: string;
  readonly grant: string;
  readonly text: string;
  readonly whole: boolean;
}

const ENDING = '.journal';
const HEADER_BYTES = 16_384;
const MAX_BYTES = 4 * MAX_JOURNAL_CHARS;

/** Work in progress of all windows, a file for each document. What a living window keeps is nobody else's. */
export class Journals {
  readonly #folder: string;
  readonly #owners = new Map<string, Documents>();
  readonly #turns = new Turns();
  /** Lines added while a journal is being written anew, for each time that it is. */
  readonly #tails = new Map<string, readonly string[][]>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  #path(journal: string): string {
    if (!/^[0-9a-f-]{36}$/.test(journal)) throw new Error('This is no journal.');
    return join(this.#folder, `${journal}${ENDING}`);
  }

  /**
   * On the disk when it settles. Lines are with the system as soon as they can be, whatever else is being synced, so that
   * the end of the program takes none along.
   */
  async write(documents: Documents, { journal, name, grant, text, whole }: Write): Promise<void> {
    const path = this.#path(journal);
    this.#claim(journal, documents);
    if (!whole) {
      for (const tail of this.#tails.get(path) ?? []) tail.push(text);
      const file = await this.#turns.take(path, () => appended(path, text));
      return file && synced(file);
    }
    const header: Header = { name, ...(grant === '' ? {} : documents.stateOf(grant)) };
    return this.#renew(path, `${JSON.stringify(header)}\n${text}`);
  }

  /** Replaces a journal while lines go on being added to the old one: they go to the new one too, before it takes its place. */
  async #renew(path: string, content: string): Promise<void> {
    const tail: string[] = [];
    this.#tails.set(path, [...(this.#tails.get(path) ?? []), tail]);
    try {
      await this.#turns.take(`renew ${path}`, async () => {
        const created = await this.#turns.take(path, () => begun(path, content));
        if (created) {
          await synced(created);
          await syncFolder(this.#folder);
          return;
        }
        const temporary = `${path}.new`;
        await writeWhole(temporary, content, { own: true });
        const file = await this.#turns.take(path, async () => {
          const lines = await appended(temporary, tail.join(''));
          await rename(temporary, path);
          return lines;
        });
        if (file) await synced(file);
        await syncFolder(this.#folder);
      });
    } finally {
      const others = (this.#tails.get(path) ?? []).filter((other) => other !== tail);
      if (others.length > 0) this.#tails.set(path, others);
      else this.#tails.delete(path);
    }
  }

  async end(documents: Documents, journal: string): Promise<void> {
    const path = this.#path(journal);
    this.#claim(journal, documents);
    // A journal that is being written anew would come back.
    await this.#turns.take(`renew ${path}`, async () => undefined);
    await this.#turns.take(path, async () => {
      await rm(path, { force: true });
      // A program that ended while it wrote it anew left this.
      await rm(`${path}.new`, { force: true });
      await syncFolder(this.#folder).catch(() => undefined);
    });
    this.#owners.delete(journal);
  }

  async kept(documents: Documents): Promise<readonly KeptJournal[]> {
    const names = (await readdir(this.#folder).catch(() => [])).filter((name) => name.endsWith(ENDING));
    const found: KeptJournal[] = [];
    for (const name of names) {
      const journal = name.slice(0, -ENDING.length);
      const owner = this.#owners.get(journal);
      if ((owner && owner !== documents) || !/^[0-9a-f-]{36}$/.test(journal)) continue;
      const path = this.#path(journal);
      const { mtimeMs, size } = await stat(path);
      const header = await headerOf(path).catch(() => undefined);
      found.push({
        journal,
        name: header?.name ?? name,
        time: Math.floor(mtimeMs),
        tooLarge: size > MAX_BYTES,
      });
    }
    return found.sort((a, b) => b.time - a.time).slice(0, 200);
  }

  async take(documents: Documents, journal: string) {
    const path = this.#path(journal);
    const owner = this.#owners.get(journal);
    if (owner && owner !== documents) return null;
    this.#claim(journal, documents);
    const whole = await readFile(path, 'utf8');
    const at = whole.indexOf('\n');
    const header = parsed(whole.slice(0, at));
    return { text: whole.slice(at + 1), file: header ? await fileOf(documents, header) : null };
  }

  async setAside(documents: Documents, journal: string): Promise<string> {
    const path = this.#path(journal);
    this.#claim(journal, documents);
    const aside = join(this.#folder, 'set-aside');
    await mkdir(aside, { recursive: true, mode: 0o700 });
    const place = join(aside, basename(path));
    await rename(path, place);
    await syncFolder(this.#folder);
    return place;
  }

  /** A window has gone: what it kept can be taken by the next. */
  release(documents: Documents): void {
    for (const [journal, owner] of this.#owners) if (owner === documents) this.#owners.delete(journal);
  }

  #claim(journal: string, documents: Documents): void {
    const owner = this.#owners.get(journal);
    if (owner && owner !== documents) throw new Error('Another window keeps this work.');
    this.#owners.set(journal, documents);
  }
}

/** Adds to a file; never makes one: work that has ended stays so, whatever comes late. */
async function appended(path: string, text: string): Promise<FileHandle | undefined> {
  try {
    return await filled(await open(path, constants.O_WRONLY | constants.O_APPEND), text);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** Makes a file with all of its content at once; undefined where there is one. */
async function begun(path: string, content: string): Promise<FileHandle | undefined> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const there = await stat(path).catch(() => undefined);
  if (there) return undefined;
  const temporary = `${path}.new`;
  const file = await filled(await open(temporary, 'w', 0o600), content);
  await rename(temporary, path);
  return file;
}

async function filled(file: FileHandle, text: string): Promise<FileHandle> {
  try {
    await file.writeFile(text);
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function synced(file: FileHandle): Promise<void> {
  try {
    await file.datasync();
  } finally {
    await file.close();
  }
}

async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function parsed(line: string): Header | undefined {
  try {
    const json: unknown = JSON.parse(line);
    if (typeof json !== 'object' || json === null) return undefined;
    const { name, path, content }: Readonly<Record<string, unknown>> = { ...json };
    if (typeof name !== 'string') return undefined;
    return typeof path === 'string' && typeof content === 'string'
      ? { name: name.slice(0, 1024), path, content }
      : { name: name.slice(0, 1024) };
  } catch {
    return undefined;
  }
}

async function headerOf(path: string): Promise<Header | undefined> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEADER_BYTES), 0, HEADER_BYTES, 0);
    const text = buffer.toString('utf8', 0, bytesRead);
    return parsed(text.slice(0, Math.max(0, text.indexOf('\n'))));
  } finally {
    await file.close();
  }
}

/** The right to the document's file again: as it was then, so that what others made of it meanwhile is noticed. */
async function fileOf(documents: Documents, { path, content }: Header) {
  if (path === undefined || content === undefined) return null;
  try {
    const grant = await documents.grant(path, content);
    return { grant, name: basename(path), changed: await documents.isChanged(grant) };
  } catch {
    return null;
  }
}
