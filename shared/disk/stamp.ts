import { createHash } from 'node:crypto';
import type { BigIntStats } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { codeOf } from './reasons.ts';

/** What tells a file, as it was at some moment, from what it is later. */
export interface Stamp {
  /** Device, inode, size and time of the last change. */
  readonly mark: string;
  /** SHA-256 of what is in it. */
  readonly content: string;
}

export const contentOf = (bytes: string | Uint8Array): string =>
  createHash('sha256').update(bytes).digest('hex');

export const markOf = ({ dev, ino, size, mtimeNs }: BigIntStats): string =>
  `${dev}/${ino}/${size}/${mtimeNs}`;

/** The mark of what is at a path now; undefined where nothing is. */
export async function markAt(path: string): Promise<string | undefined> {
  try {
    return markOf(await stat(path, { bigint: true }));
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** The stamp of what is at a path now; undefined where nothing is. */
export async function stampAt(path: string): Promise<Stamp | undefined> {
  try {
    // A pipe that nobody writes into would be opened for ever; what stands there is no file that was read or written.
    const there = await stat(path, { bigint: true });
    if (!there.isFile()) return { mark: markOf(there), content: '' };
    const file = await open(path, 'r');
    try {
      const found = await file.stat({ bigint: true });
      return { mark: markOf(found), content: contentOf(await file.readFile()) };
    } finally {
      await file.close();
    }
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}
