import { randomUUID } from 'node:crypto';
import { type FSWatcher, watch } from 'node:fs';
import { readFile, realpath, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import {
  type FileKind,
  isHeld,
  isOwnForm,
  MAX_FILE_BYTES,
  type OpenedFile,
} from '../../shared/host/contract.ts';
import { writeAtomically } from './atomic-write.ts';
import { HeldFiles } from './held-files.ts';

interface Grant {
  readonly path: string;
  /** What the file was when it was last read or written here. */
  stamp: string;
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
    const name = basename(path);
    if (isHeld(kind, path)) {
      return { grant: '', name, bytes: new Uint8Array(), held: await this.held.hold(path) };
    }
    const { size } = await stat(path);
    if (size > MAX_FILE_BYTES) {
      throw new Error(`${name} has ${size} bytes; at most ${MAX_FILE_BYTES} can be read.`);
    }
    const bytes = new Uint8Array(await readFile(path));
    const writable = kind === 'design' && isOwnForm(path);
    return { grant: writable ? await this.grant(path) : '', name, bytes, held: null };
  }

  async grant(path: string): Promise<string> {
    const id = randomUUID();
    const target = await realpath(path);
    this.#grants.set(id, {
      path: target,
      stamp: await stampOf(target),
      saving: 0,
      watcher: this.#watch(id, target),
    });
    return id;
  }

  async save(id: string, bytes: Uint8Array): Promise<void> {
    const grant = this.#grants.get(id);
    if (!grant) throw new Error('This window was not given the right to write that file.');
    grant.saving++;
    try {
      await writeAtomically(grant.path, bytes);
      grant.stamp = await stampOf(grant.path);
    } finally {
      grant.saving--;
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
    const stamp = await stampOf(grant.path);
    if (stamp === grant.stamp) return;
    grant.stamp = stamp;
    this.#onChange(id);
  }
}

async function stampOf(path: string): Promise<string> {
  return stat(path).then(
    ({ mtimeMs, size }) => `${mtimeMs}/${size}`,
    () => 'gone',
  );
}
