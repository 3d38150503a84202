import { randomUUID } from 'node:crypto';
import { type FSWatcher, watch } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { MAX_FILE_BYTES, type OpenedFile } from '../../shared/host/contract.ts';
import { writeAtomically } from './atomic-write.ts';

interface Grant {
  readonly path: string;
  /** What the file was when it was last read or written here. */
  stamp: string;
  readonly watcher: FSWatcher | undefined;
}

const SETTLE_MS = 150;

/** The files that one window may write. The page holds grants; paths stay here. */
export class Documents {
  readonly #grants = new Map<string, Grant>();
  readonly #onChange: (grant: string) => void;

  constructor(onChange: (grant: string) => void) {
    this.#onChange = onChange;
  }

  async open(path: string): Promise<OpenedFile> {
    const { size } = await stat(path);
    if (size > MAX_FILE_BYTES) {
      throw new Error(`${basename(path)} has ${size} bytes; at most ${MAX_FILE_BYTES} can be read.`);
    }
    const bytes = new Uint8Array(await readFile(path));
    return { grant: await this.grant(path), name: basename(path), bytes };
  }

  async grant(path: string): Promise<string> {
    const id = randomUUID();
    this.#grants.set(id, { path, stamp: await stampOf(path), watcher: this.#watch(id, path) });
    return id;
  }

  pathOf(id: string): string {
    const grant = this.#grants.get(id);
    if (!grant) throw new Error('This window was not given the right to write that file.');
    return grant.path;
  }

  async save(id: string, bytes: Uint8Array): Promise<void> {
    const path = this.pathOf(id);
    await writeAtomically(path, bytes);
    const grant = this.#grants.get(id);
    if (grant) grant.stamp = await stampOf(path);
  }

  close(): void {
    for (const { watcher } of this.#grants.values()) watcher?.close();
    this.#grants.clear();
  }

  /** Another program's change is told once it has settled; our own saves are not. */
  #watch(id: string, path: string): FSWatcher | undefined {
    let timer: NodeJS.Timeout | undefined;
    try {
      const watcher = watch(path, () => {
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
    if (!grant) return;
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
