import {
  appendFileSync,
  closeSync,
  constants,
  existsSync,
  fstatSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Turns } from '../../shared/disk/queue.ts';
import { codeOf } from '../../shared/disk/reasons.ts';
import { stampAt } from '../../shared/disk/stamp.ts';
import { writeWhole } from '../../shared/disk/write.ts';
import type { KeptJournal, RequestOf } from '../../shared/host/contract.ts';
import {
  linesBehind,
  MAX_JOURNAL_BYTES,
  savesApart,
  savingIn,
  savingLine,
} from '../../shared/host/journal-text.ts';
import type { Documents } from './documents.ts';

/** The first line of a journal: what the page does not know, or may not. The page's own lines follow. */
interface Header {
  readonly name: string;
  /** The document's file, and what it held (SHA-256) when it was last read or written. */
  readonly path?: string;
  readonly content?: string;
  /** What saves that may not have ended yet were to make of the file. */
  readonly saving?: readonly string[];
  /** The model or weights that go with it. */
  readonly model?: string;
  /** So many bytes behind this line are no work of themselves; only what follows them is. */
  readonly clean?: number;
}

/** What of a journal is known while its window lives. */
interface Open {
  readonly owner: Documents;
  grant: string;
  /** Whether all of it can be lost. */
  clean: boolean;
  /** What the last few saves made of its file, or were about to (SHA-256). */
  saving: readonly string[];
}

const ENDING = '.journal';
const HEADER_BYTES = 16_384;
/** Saves of one file go one after another: more than these are not under way. */
const MOST_SAVING = 8;

/** Work in progress of all windows, a file for each document. What a living window keeps is nobody else's. */
export class Journals {
  readonly #folder: string;
  readonly #open = new Map<string, Open>();
  readonly #turns = new Turns();
  /** Lines added while a journal is being written anew, for each time that it is. */
  readonly #tails = new Map<string, readonly string[][]>();
  /** Syncs that have not begun: whoever writes meanwhile shares them. */
  readonly #syncs = new Map<string, Promise<void>>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  #path(journal: string): string {
    if (!/^[0-9a-f-]{36}$/.test(journal)) throw new Error('This is no journal.');
    return join(this.#folder, `${journal}${ENDING}`);
  }

  /**
   * On the disk when it settles. A line is with the system before this returns, so that the end of the program takes none
   * along, whatever else is being written or synced.
   */
  async write(documents: Documents, request: RequestOf<'writeJournal'>): Promise<void> {
    const { journal, name, grant, model, text, whole, clean } = request;
    const path = this.#path(journal);
    const known = this.#claim(journal, documents);
    known.grant = grant;
    known.clean = clean;
    if (!whole) return this.#append(path, text);
    const header: Header = {
      name,
      ...(grant === '' ? {} : documents.stateOf(grant)),
      ...(known.saving.length > 0 ? { saving: known.saving } : {}),
      ...(model === '' ? {} : { model: documents.held.pathOf(model) }),
      ...(clean ? { clean: Buffer.byteLength(text) } : {}),
    };
    return this.#renew(path, `${JSON.stringify(header)}\n${text}`);
  }

  /** A file is about to be written by its window: what it holds then is no other program's doing. */
  saving(documents: Documents, grant: string, content: string): void {
    for (const [journal, known] of this.#open) {
      if (known.owner !== documents || known.grant !== grant) continue;
      known.saving = [...known.saving, content].slice(-MOST_SAVING);
      // The save does not wait for it: with the system it is before the file is.
      this.#append(this.#path(journal), savingLine(content)).catch(() => undefined);
    }
  }

  /** Fails by its promise alone: who saves meanwhile is not kept from it by a full disk of the journals. */
  async #append(path: string, text: string): Promise<void> {
    for (const tail of this.#tails.get(path) ?? []) tail.push(text);
    if (appended(path, text)) await this.#sync(path);
  }

  #sync(path: string): Promise<void> {
    const waiting = this.#syncs.get(path);
    if (waiting) return waiting;
    const next = this.#turns.take(`sync ${path}`, () => {
      this.#syncs.delete(path);
      return synced(path);
    });
    this.#syncs.set(path, next);
    return next;
  }

  /** Replaces a journal while lines go on being added to the old one: they go to the new one too, before it takes its place. */
  async #renew(path: string, content: string): Promise<void> {
    if (begun(path, content)) {
      await this.#sync(path);
      return syncFolder(this.#folder);
    }
    const tail: string[] = [];
    this.#tails.set(path, [...(this.#tails.get(path) ?? []), tail]);
    try {
      await this.#turns.take(`renew ${path}`, async () => {
        const temporary = `${path}.new`;
        try {
          await writeWhole(temporary, content, { own: true });
          // In one go: no line comes between them.
          appendFileSync(temporary, tail.join(''));
          renameSync(temporary, path);
        } catch (error) {
          rmSync(temporary, { force: true });
          throw error;
        }
        await this.#sync(path);
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
    await removed(path);
    await syncFolder(this.#folder).catch(() => undefined);
    this.#open.delete(journal);
  }

  async kept(documents: Documents): Promise<readonly KeptJournal[]> {
    const names = (await readdir(this.#folder).catch(() => [])).filter((name) => name.endsWith(ENDING));
    const found: KeptJournal[] = [];
    for (const name of names) {
      const journal = name.slice(0, -ENDING.length);
      const owner = this.#open.get(journal)?.owner;
      if ((owner && owner !== documents) || !/^[0-9a-f-]{36}$/.test(journal)) continue;
      const path = this.#path(journal);
      const there = await stat(path).catch(() => undefined);
      // Neither what has gone meanwhile nor what is no file keeps the others from being offered.
      if (!there?.isFile()) continue;
      const { mtimeMs, size } = there;
      const header = await headerOf(path).catch(() => undefined);
      const tooLarge = size > MAX_JOURNAL_BYTES;
      if (header && !tooLarge && !(await holdsWork(path, header).catch(() => true))) {
        if (!owner) await removed(path);
        continue;
      }
      found.push({ journal, name: header?.name ?? name, time: Math.floor(mtimeMs), tooLarge });
    }
    return found.sort((a, b) => b.time - a.time).slice(0, 200);
  }

  async take(documents: Documents, journal: string) {
    const path = this.#path(journal);
    const owner = this.#open.get(journal)?.owner;
    if (owner && owner !== documents) return null;
    this.#claim(journal, documents);
    const { header, lines, saving } = partsOf(await readFile(path, 'utf8'));
    return {
      text: lines,
      file: header ? await fileOf(documents, header, saving) : null,
      model: header?.model === undefined ? null : await modelOf(documents, header.model),
    };
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

  /** A window has gone: what it kept can be taken by the next, and what is no work is not kept. */
  release(documents: Documents): void {
    for (const [journal, { owner, clean }] of this.#open) {
      if (owner !== documents) continue;
      this.#open.delete(journal);
      if (clean) rmSync(this.#path(journal), { force: true });
    }
  }

  #claim(journal: string, documents: Documents): Open {
    const known = this.#open.get(journal);
    if (known && known.owner !== documents) throw new Error('Another window keeps this work.');
    const mine = known ?? { owner: documents, grant: '', clean: false, saving: [] };
    this.#open.set(journal, mine);
    return mine;
  }
}

/**
 * Adds to a file all or nothing: to part of a line, as a full disk leaves it, the next line would be joined, and lost with it.
 * Never makes one: work that has ended stays so, whatever comes late.
 */
function appended(path: string, text: string): boolean {
  try {
    const file = openSync(path, constants.O_WRONLY | constants.O_APPEND);
    const { size } = fstatSync(file);
    try {
      appendFileSync(file, text);
    } catch (error) {
      ftruncateSync(file, size);
      throw error;
    } finally {
      closeSync(file);
    }
    return true;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    throw error;
  }
}

/** Makes a file with all of its content at once; false where there is one. */
function begun(path: string, content: string): boolean {
  if (existsSync(path)) return false;
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const temporary = `${path}.new`;
  try {
    writeFileSync(temporary, content, { mode: 0o600 });
    renameSync(temporary, path);
  } catch (error) {
    // On a full disk it would take room that the next try needs.
    rmSync(temporary, { force: true });
    throw error;
  }
  return true;
}

async function removed(path: string): Promise<void> {
  await rm(path, { force: true });
  // A program that ended while it wrote it anew left this.
  await rm(`${path}.new`, { force: true });
}

async function synced(path: string): Promise<void> {
  try {
    const file = await open(path, 'r+');
    try {
      await file.datasync();
    } finally {
      await file.close();
    }
  } catch (error) {
    // It has ended meanwhile.
    if (codeOf(error) !== 'ENOENT') throw error;
  }
}

/** A journal's parts: the page's lines, and apart from them the host's own. */
function partsOf(whole: string) {
  const at = whole.indexOf('\n');
  const header = parsed(whole.slice(0, at));
  const { lines, saving } = savesApart(whole.slice(at + 1));
  return { header, lines, saving: [...(header?.saving ?? []), ...saving] };
}

/** Whether a journal holds what its file does not: something was drawn, and not all of that was saved. */
async function holdsWork(path: string, { clean, path: file }: Header): Promise<boolean> {
  const lines = linesBehind(await readFile(path), clean ?? 0);
  if (clean !== undefined && lines.every((line) => savingIn(line) !== undefined)) return false;
  const content = savingIn(lines.at(-1) ?? '');
  if (content === undefined || file === undefined) return true;
  const now = await stampAt(file).catch(() => undefined);
  return now?.content !== content;
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
    const { name, path, content, saving, model, clean }: Readonly<Record<string, unknown>> = { ...json };
    if (typeof name !== 'string') return undefined;
    const texts = Array.isArray(saving) ? saving.filter((each) => typeof each === 'string') : [];
    return {
      name: name.slice(0, 1024),
      ...(typeof path === 'string' && typeof content === 'string' ? { path, content } : {}),
      saving: texts,
      ...(typeof model === 'string' ? { model } : {}),
      ...(typeof clean === 'number' ? { clean } : {}),
    };
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

/**
 * The right to the document's file again: as it was then, so that what others made of it meanwhile is noticed. What a save
 * of its own made of it, which ended with the program, is nobody else's doing.
 */
async function fileOf(documents: Documents, { path, content }: Header, saving: readonly string[]) {
  if (path === undefined || content === undefined) return null;
  try {
    const now = (await stampAt(path))?.content;
    const known = now !== undefined && saving.includes(now) ? now : content;
    const grant = await documents.grant(path, known);
    return { grant, name: basename(path), changed: await documents.isChanged(grant), content: now ?? '' };
  } catch {
    return null;
  }
}

/** The file that the weights are in, held anew; null where it is there no more: the work is there without it. */
async function modelOf(documents: Documents, path: string) {
  try {
    return {
      grant: '',
      name: basename(path),
      bytes: new Uint8Array(),
      held: await documents.held.hold(path),
    };
  } catch {
    return null;
  }
}
