import { randomUUID } from 'node:crypto';
import { type FSWatcher, watch } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { followLinks } from '../../shared/disk/links.ts';
import { sentenceOf } from '../../shared/disk/reasons.ts';
import { contentOf, markAt, type Stamp, stampAt } from '../../shared/disk/stamp.ts';
import { sweep } from '../../shared/disk/temporary.ts';
import { WriteRefusal, writeWhole } from '../../shared/disk/write.ts';
import {
  type FileKind,
  type Force,
  isHeld,
  isOwnForm,
  mostBytesOf,
  type OpenedFile,
  type SaveRefusal,
} from '../../shared/host/contract.ts';
import { HeldFiles } from './held-files.ts';

interface Grant {
  readonly path: string;
  /** What the file was when it was last read or written here; undefined where it is gone. */
  stamp: Stamp | undefined;
  /** What has been told of another program's doing: the mark of the file then. */
  told: string | undefined;
  /** Saves under way: what is seen meanwhile is our own doing. */
  saving: number;
  readonly watcher: FSWatcher | undefined;
}

const SETTLE_MS = 150;

/** The files that one window may write, and those that it reads in pieces. The page holds grants; paths stay here. */
export class Documents {
  readonly held = new HeldFiles();
  readonly #grants = new Map<string, Grant>();
  readonly #onChange: (grant: string) => void;

  constructor(onChange: (grant: string) => void) {
    this.#onChange = onChange;
  }

  /** Reads a file, or holds it; what is only looked at (a picture, weights) comes without the right to write it. */
  async open(path: string, kind: FileKind): Promise<OpenedFile> {
    const file = await this.look(path, kind);
    const writable = kind === 'design' && isOwnForm(path);
    return writable ? { ...file, grant: await this.grant(path, contentOf(file.bytes)) } : file;
  }

  /** The same without the right to write it, whatever it is. */
  async look(path: string, kind: FileKind): Promise<OpenedFile> {
    const name = basename(path);
    if (isHeld(kind, path)) {
      return { grant: '', name, bytes: new Uint8Array(), held: await this.held.hold(path) };
    }
    return { grant: '', name, bytes: await wholeOf(path, mostBytesOf(kind)), held: null };
  }

  /** The right to write a file, as long as it holds `content` (SHA-256): what it holds now, where left out. */
  async grant(path: string, content?: string): Promise<string> {
    const id = randomUUID();
    const target = await followLinks(path);
    const found = await stampAt(target);
    const stamp = found && { ...found, content: content ?? found.content };
    const watcher = this.#watch(id, target);
    this.#grants.set(id, { path: target, stamp, told: stamp?.mark, saving: 0, watcher });
    void sweep(dirname(target));
    return id;
  }

  pathOf(id: string): string {
    return this.#get(id).path;
  }

  /** The file, and what it held when it was last read or written here. */
  stateOf(id: string): { readonly path: string; readonly content?: string } {
    const { path, stamp } = this.#get(id);
    return { path, ...(stamp ? { content: stamp.content } : {}) };
  }

  /** Whether a file holds something else than when it was last read or written here. */
  async isChanged(id: string): Promise<boolean> {
    const { path, stamp } = this.#get(id);
    const now = await stampAt(path);
    return now !== undefined && now.content !== stamp?.content;
  }

  #get(id: string): Grant {
    const grant = this.#grants.get(id);
    if (!grant) throw new Error('This window was not given the right to write that file.');
    return grant;
  }

  /** Undefined when the file is written; else why it is not, for the user to decide. */
  async save(id: string, bytes: Uint8Array, force: readonly Force[] = []): Promise<SaveRefusal | undefined> {
    const grant = this.#get(id);
    grant.saving++;
    try {
      grant.stamp = await writeWhole(grant.path, bytes, {
        expected: () => (force.includes('changed') ? undefined : grant.stamp?.content),
        evenReadOnly: force.includes('read-only'),
      });
      grant.told = grant.stamp.mark;
      return undefined;
    } catch (error) {
      const kind = error instanceof WriteRefusal ? error.kind : 'failed';
      return { kind, reason: sentenceOf(error) };
    } finally {
      grant.saving--;
      void this.#look(id);
    }
  }

  close(): void {
    for (const { watcher } of this.#grants.values()) watcher?.close();
    this.#grants.clear();
    this.held.clear();
  }

  /**
   * Another program's change is told once it has settled; our own saves are not. The folder is watched, not the file:
   * a save that renames a new file over the old one, ours or another program's, would leave the watch on the old one.
   */
  #watch(id: string, path: string): FSWatcher | undefined {
    let timer: NodeJS.Timeout | undefined;
    try {
      const watcher = watch(dirname(path), (_, name) => {
        if (name !== null && name !== basename(path)) return;
        clearTimeout(timer);
        timer = setTimeout(() => void this.#look(id), SETTLE_MS);
      });
      watcher.on('error', () => watcher.close());
      return watcher;
    } catch {
      return undefined;
    }
  }

  async #look(id: string): Promise<void> {
    const grant = this.#grants.get(id);
    if (!grant || grant.saving > 0) return;
    try {
      const mark = await markAt(grant.path);
      if (mark === grant.told || grant.saving > 0) return;
      const now = await stampAt(grant.path);
      if (grant.saving > 0) return;
      grant.told = mark;
      // One that is gone can be written anew: there is nothing to decide.
      if (now && now.content !== grant.stamp?.content) this.#onChange(id);
    } catch {
      // What cannot be looked at now is compared when it is saved.
    }
  }
}

/** All of a file, as long as it was when it was opened. Pipes and devices have no length, and may have no end. */
async function wholeOf(path: string, mostBytes: number): Promise<Uint8Array> {
  const name = basename(path);
  // A pipe that nobody writes into would be opened for ever.
  if (!(await stat(path)).isFile()) throw new Error(`${name} is not a file.`);
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    if (size > mostBytes) throw new Error(`${name} has ${size} bytes; at most ${mostBytes} can be read.`);
    const bytes = new Uint8Array(size);
    for (let done = 0; done < size; ) {
      const { bytesRead } = await file.read(bytes, done, size - done, done);
      if (bytesRead === 0) return bytes.slice(0, done);
      done += bytesRead;
    }
    return bytes;
  } finally {
    await file.close();
  }
}
