import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { CommandFailure } from './failure.ts';

/** What a pattern may stand for, so that a slip does not walk a whole disk for ever. */
const MAX_ALTERNATIVES = 256;
const MAX_LENGTH = 1_024;
const MAX_FILES = 100_000;
const skipped = new Set(['node_modules', '.git']);

/** Whether a name is a pattern: `*`, `?` and `{a,b}` stand for text, `**` for folders. */
export function isGlob(text: string): boolean {
  return /[*?{]/.test(text);
}

/** The pattern's alternatives, `{a,b}` written out; undefined where there are too many. */
function alternativesOf(pattern: string): readonly string[] | undefined {
  const done: string[] = [];
  const waiting = [pattern];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const group = /\{([^{}]*)\}/.exec(next);
    if (group === null) done.push(next);
    else
      for (const choice of group[1]!.split(','))
        waiting.push(next.slice(0, group.index) + choice + next.slice(group.index + group[0].length));
    if (done.length + waiting.length > MAX_ALTERNATIVES) return undefined;
  }
  return done;
}

/** `*` and `?` within one name; one pass back at most for each letter. */
function fitsName(pattern: string, name: string): boolean {
  let [p, n, star, mark] = [0, 0, -1, 0];
  while (n < name.length) {
    if (pattern[p] === '*') [star, mark, p] = [p, n, p + 1];
    else if (p < pattern.length && (pattern[p] === '?' || pattern[p] === name[n])) [p, n] = [p + 1, n + 1];
    else if (star >= 0) [p, mark, n] = [star + 1, mark + 1, mark + 1];
    else return false;
  }
  while (pattern[p] === '*') p++;
  return p === pattern.length;
}

function fitsPath(pattern: readonly string[], path: readonly string[]): boolean {
  // reached[i]: the first i parts of the pattern stand for what was read of the path.
  let reached = new Set([0]);
  const spread = (from: Set<number>): Set<number> => {
    for (const i of from) if (pattern[i] === '**') from.add(i + 1);
    return from;
  };
  spread(reached);
  for (const name of path) {
    const next = new Set<number>();
    for (const i of reached) {
      const part = pattern[i];
      if (part === undefined) continue;
      if (part === '**') next.add(i);
      else if (fitsName(part, name)) next.add(i + 1);
    }
    reached = spread(next);
  }
  return reached.has(pattern.length);
}

const partsOf = (path: string): readonly string[] =>
  path
    .replaceAll('\\', '/')
    .split('/')
    .filter((part) => part !== '' && part !== '.');

/** What says whether a path, with slashes, fits the pattern; undefined for a pattern that stands for too much. */
export function globMatcher(pattern: string): ((path: string) => boolean) | undefined {
  const alternatives = pattern.length > MAX_LENGTH ? undefined : alternativesOf(pattern)?.map(partsOf);
  return alternatives && ((path) => alternatives.some((alternative) => fitsPath(alternative, partsOf(path))));
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
    throw new CommandFailure(`${pattern}: stands for too much. Write several patterns.`);
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
      throw new CommandFailure(`${pattern}: fits more than ${MAX_FILES} files. Name fewer.`);
  }
  if (found.length === 0) throw new CommandFailure(`${pattern}: fits no file.`);
  return found.sort();
}

/** What lies in a folder; nothing where it cannot be read. Folders that are links are not entered, so that none is entered twice. */
async function entriesOf(folder: string) {
  return readdir(folder === '' ? '.' : folder, { withFileTypes: true }).catch(() => []);
}
