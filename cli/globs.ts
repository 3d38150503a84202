import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { normalize } from 'node:path/posix';
import { readGlob } from '../shared/formats/config/glob.ts';
import { CommandFailure } from './failure.ts';
import { tell } from './i18n/language.ts';

/** So that a slip does not walk a whole disk for ever. */
const MAX_FILES = 100_000;
const MAX_FOLDERS = 100_000;
const skipped = new Set(['node_modules', '.git']);

/** Whether a name is a pattern: `*`, `?` and `{a,b}` stand for text, `**` for folders. */
export function isGlob(text: string): boolean {
  return /[*?{]/.test(text);
}

/** The files that the arguments stand for, each once, in the order of the arguments. A pattern must fit something. */
export async function expandFiles(args: readonly string[]): Promise<readonly string[]> {
  const files = new Set<string>();
  for (const arg of args) {
    if (!isGlob(arg) || arg === '-' || arg.startsWith('zoo:') || existsSync(arg)) files.add(arg);
    else for (const file of await filesFitting(arg)) files.add(file);
  }
  return [...files];
}

/** Folders in which a file that fits a pattern lies, or could come to be. */
export async function foldersOfGlob(pattern: string): Promise<readonly string[]> {
  return (await walked(pattern)).folders;
}

async function filesFitting(pattern: string): Promise<readonly string[]> {
  const { files } = await walked(pattern);
  if (files.length === 0) throw new CommandFailure(tell`${pattern}: fits no file.`);
  return files.toSorted();
}

/** All that a pattern stands for, and the folders that were looked into: those alone that it leads into. */
async function walked(
  pattern: string,
): Promise<{ readonly files: readonly string[]; readonly folders: readonly string[] }> {
  const slashed = pattern.replaceAll('\\', '/');
  const fixed = slashed.slice(0, slashed.search(/[*?{]/));
  const cut = fixed.lastIndexOf('/') + 1;
  const start = cut === 0 ? '' : normalize(fixed.slice(0, cut));
  const glob = readGlob(start + slashed.slice(cut));
  if (glob === undefined)
    throw new CommandFailure(tell`${pattern}: stands for too much. Write several patterns.`);
  const files: string[] = [];
  const folders: string[] = [];
  const waiting = [start];
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    folders.push(folder === '' ? '.' : folder);
    for (const entry of await entriesOf(folder)) {
      const path = join(folder, entry.name).replaceAll('\\', '/');
      if (!entry.isDirectory()) {
        if (glob.fits(path)) files.push(path);
      } else if (!skipped.has(entry.name) && glob.leadsInto(path)) waiting.push(`${path}/`);
    }
    if (files.length > MAX_FILES)
      throw new CommandFailure(tell`${pattern}: fits more than ${MAX_FILES} files. Name fewer.`);
    if (folders.length > MAX_FOLDERS)
      throw new CommandFailure(
        tell`${pattern}: leads into more than ${MAX_FOLDERS} folders. Begin it further down.`,
      );
  }
  return { files, folders };
}

/** What lies in a folder; nothing where it cannot be read. Folders that are links are not entered, so that none is entered twice. */
async function entriesOf(folder: string) {
  return readdir(folder === '' ? '.' : folder, { withFileTypes: true }).catch(() => []);
}
