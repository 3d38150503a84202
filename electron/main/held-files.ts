import { randomUUID } from 'node:crypto';
import type { Stats } from 'node:fs';
import { open, realpath, stat } from 'node:fs/promises';
import { basename, dirname, resolve, sep } from 'node:path';
import type { HeldFile } from '../../shared/host/contract.ts';

interface Held {
  /** Links followed. */
  readonly path: string;
  /** What tells this file, as it was, from another one under its name. */
  readonly mark: string;
  /** Whether other files of its folder may be asked for: only what the user picked may do so. */
  readonly picked: boolean;
}

/** Files that a window reads in pieces, so that gigabytes of weights cost nothing until they are wanted. */
export class HeldFiles {
  readonly #files = new Map<string, Held>();

  /** Holds a file that the user picked. */
  async hold(path: string): Promise<HeldFile> {
    return this.#add(await realpath(path), true);
  }

  /** A file in the folder of a held one, or below; undefined when there is none or it really lies elsewhere. */
  async beside(ticket: string, location: string): Promise<HeldFile | undefined> {
    const { path, picked } = this.#get(ticket);
    if (!picked) return undefined;
    const folder = dirname(path);
    // Steps up, absolute paths and links out of the folder all show in the real path.
    const target = await realpath(resolve(folder, location)).catch(() => undefined);
    if (target === undefined || target === path || !target.startsWith(folder.replace(/[/\\]$/, '') + sep)) {
      return undefined;
    }
    return (await stat(target)).isFile() ? this.#add(target, false) : undefined;
  }

  /** Reads exactly so many bytes; rejects when they are not there, or the file is no longer the one that was held. */
  async read(ticket: string, offset: number, lengthBytes: number): Promise<Uint8Array> {
    const { path, mark } = this.#get(ticket);
    const file = await open(path, 'r');
    try {
      if (markOf(await file.stat()) !== mark) {
        throw new Error(`${basename(path)} was changed by another program. Open it again.`);
      }
      const bytes = new Uint8Array(lengthBytes);
      for (let done = 0; done < lengthBytes; ) {
        const { bytesRead } = await file.read(bytes, done, lengthBytes - done, offset + done);
        if (bytesRead === 0) throw new Error(`${basename(path)} ends at byte ${offset + done}.`);
        done += bytesRead;
      }
      return bytes;
    } finally {
      await file.close();
    }
  }

  pathOf(ticket: string): string {
    return this.#get(ticket).path;
  }

  clear(): void {
    this.#files.clear();
  }

  async #add(path: string, picked: boolean): Promise<HeldFile> {
    const found = await stat(path);
    if (!found.isFile()) throw new Error(`${basename(path)} is not a file.`);
    const ticket = randomUUID();
    this.#files.set(ticket, { path, mark: markOf(found), picked });
    return { ticket, sizeBytes: found.size };
  }

  #get(ticket: string): Held {
    const held = this.#files.get(ticket);
    if (held) return held;
    throw new Error('This window was not given the right to read that file.');
  }
}

function markOf({ dev, ino, size, mtimeMs }: Stats): string {
  return `${dev}/${ino}/${size}/${mtimeMs}`;
}
