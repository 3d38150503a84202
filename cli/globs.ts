import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { globMatcher } from '../shared/formats/config/glob.ts';
import { CommandFailure } from './failure.ts';
import { tell } from './i18n/language.ts';

/** So that a slip does not walk a whole disk for ever. */
const MAX_FILES = 100_000;
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

async function filesFitting(pattern: string): Promise<readonly string[]> {
  const fits = globMatcher(pattern);
  if (fits === undefined)
    throw new CommandFailure(tell`${pattern}: stands for too much. Write several patterns.`);
  const slashed = pattern.replaceAll('\\', '/');
  const fixed = slashed.slice(0, slashed.search(/[*?{]/));
  const start = fixed.includes('/') ? fixed.slice(0, fixed.lastIndexOf('/') + 1) : '';
  const found: string[] = [];
  const folders = [start];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for (const entry of await entriesOf(folder)) {
      const path = join(folder, entry.name).replaceAll('\\', '/');
      if (entry.isDirectory() && !skipped.has(entry.name)) folders.push(`${path}/`);
      else if (!entry.isDirectory() && fits(path)) found.push(path);
    }
    if (found.length > MAX_FILES)
      throw new CommandFailure(tell`${pattern}: fits more than ${MAX_FILES} files. Name fewer.`);
  }
  if (found.length === 0) throw new CommandFailure(tell`${pattern}: fits no file.`);
  return found.sort();
}

/** What lies in a folder; nothing where it cannot be read. Folders that are links are not entered, so that none is entered twice. */
async function entriesOf(folder: string) {
  return readdir(folder === '' ? '.' : folder, { withFileTypes: true }).catch(() => []);
}
