import type { Stats } from 'node:fs';
import { access, constants, type FileHandle, lstat, open, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { takeAttributes } from './attributes.ts';
import { followLinks } from './links.ts';
import { Turns } from './queue.ts';
import { codeOf } from './reasons.ts';
import { contentOf, markOf, type Stamp, stampAt } from './stamp.ts';
import { sweep, temporaryName } from './temporary.ts';

export type RefusalKind = 'changed' | 'read-only' | 'special';

const said: Readonly<Record<RefusalKind, string>> = {
  changed: 'another program changed it meanwhile',
  'read-only': 'it is read-only',
  special: 'it is a device, a pipe or a socket',
};

/** Nothing was written, since whoever asked has to decide first. */
export class WriteRefusal extends Error {
  readonly kind: RefusalKind;
  constructor(kind: RefusalKind) {
    super(said[kind]);
    this.name = 'WriteRefusal';
    this.kind = kind;
  }
}

export interface WriteOptions {
  /** What the file held (SHA-256) when it was last read or written: if it holds something else by now, nothing is written. */
  readonly expected?: () => string | undefined;
  /** Replaces a file that is read-only, too; it stays so. */
  readonly evenReadOnly?: boolean;
  /** Devices and pipes are written into instead of refused. */
  readonly intoSpecial?: boolean;
  /** A file of the program's own, that nobody else reads: it has no attributes to keep. */
  readonly own?: boolean;
}

const turns = new Turns();

/**
 * Writes a file whole or not at all: into a new file beside it, flushed to the disk, then renamed over it. A crash at
 * any moment leaves the old file or the new one. Writes to one file go one after another, in the order of the calls.
 * Links are followed; mode, owner and attributes are kept. Rejects with a WriteRefusal or the system's error.
 */
export async function writeWhole(
  path: string,
  content: string | Uint8Array,
  options: WriteOptions = {},
): Promise<Stamp> {
  // By the name that was given, too: where it leads takes time to find out, in which a later call must not overtake.
  return turns.take(`as ${resolve(path)}`, async () => {
    if (options.intoSpecial && (isOfSystem(path) || (await isSpecial(path)))) return writeInto(path, content);
    return writeWhereItLeads(path, content, options);
  });
}

/** So often another program may change where a path leads while one file is written. */
const MOST_MOVES = 5;

async function writeWhereItLeads(
  path: string,
  content: string | Uint8Array,
  options: WriteOptions,
): Promise<Stamp> {
  for (let left = MOST_MOVES; ; left--) {
    const target = await followLinks(path);
    try {
      return await turns.take(target, () => replace(target, content, options));
    } catch (error) {
      if (left === 0 || (await followLinks(path)) === target) throw error;
    }
  }
}

/** `/dev/stdout` leads to whatever the shell put there; that is written into, whatever it is. */
const isOfSystem = (path: string): boolean => /^\/(dev|proc)\//.test(path);

async function found(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

async function isSpecial(path: string): Promise<boolean> {
  const there = await found(path);
  return there !== undefined && !there.isFile() && !there.isDirectory();
}

async function writeInto(path: string, content: string | Uint8Array): Promise<Stamp> {
  const there = await found(path);
  if (there?.isSocket() || there?.isBlockDevice()) throw new WriteRefusal('special');
  const file = await open(path, constants.O_WRONLY);
  try {
    await file.writeFile(content);
    return { mark: markOf(await file.stat({ bigint: true })), content: contentOf(content) };
  } finally {
    await file.close();
  }
}

async function mayReplace(target: string, options: WriteOptions): Promise<boolean> {
  const there = await found(target);
  if (!there) return false;
  if (there.isDirectory()) throw Object.assign(new Error(`${target} is a folder.`), { code: 'EISDIR' });
  if (!there.isFile()) throw new WriteRefusal('special');
  if (options.evenReadOnly) return true;
  const open = (there.mode & 0o222) !== 0 && (await isWritable(target));
  if (!open) throw new WriteRefusal('read-only');
  return true;
}

async function isWritable(target: string): Promise<boolean> {
  try {
    await access(target, constants.W_OK);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EACCES' || codeOf(error) === 'EPERM') return false;
    throw error;
  }
}

async function replace(target: string, content: string | Uint8Array, options: WriteOptions): Promise<Stamp> {
  const folder = dirname(target);
  const exists = await mayReplace(target, options);
  await sweep(folder);
  const temporary = join(folder, temporaryName());
  try {
    // What is only ours at first may be secret: others see it once it has the mode of the old one.
    const file = await open(temporary, 'wx', exists || options.own ? 0o600 : 0o666);
    try {
      if (exists && !options.own) await takeAttributes(target, file, temporary);
      const stamp = await fill(file, content);
      await compare(target, options);
      await seeNoLink(target);
      await rename(temporary, target);
      await syncFolder(folder);
      return stamp;
    } finally {
      await file.close();
    }
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
}

async function fill(file: FileHandle, content: string | Uint8Array): Promise<Stamp> {
  await file.writeFile(content);
  await file.sync();
  return { mark: markOf(await file.stat({ bigint: true })), content: contentOf(content) };
}

/** The last thing before the rename. What is gone can be written anew: nobody's work is lost by that. */
async function compare(target: string, { expected }: WriteOptions): Promise<void> {
  const before = expected?.();
  if (before === undefined) return;
  const now = await stampAt(target);
  if (now !== undefined && now.content !== before) throw new WriteRefusal('changed');
}

/** A link that another program laid there meanwhile would be replaced instead of followed. */
async function seeNoLink(target: string): Promise<void> {
  const there = await lstat(target).catch(() => undefined);
  if (there?.isSymbolicLink()) throw Object.assign(new Error(`${target} became a link.`), { code: 'ELOOP' });
}

/** Makes the rename itself last; Windows has no way to ask for this, and some network drives refuse it. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } catch (error) {
    if (codeOf(error) !== 'EINVAL' && codeOf(error) !== 'ENOTSUP') throw error;
  } finally {
    await handle.close();
  }
}
