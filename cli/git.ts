import { spawnSync } from 'node:child_process';
import { CommandFailure } from './failure.ts';
import { tell } from './i18n/language.ts';

const MAX_OUTPUT = 256 * 1024 * 1024;

function git(...args: readonly string[]): Buffer | undefined {
  const { status, stdout } = spawnSync('git', args, {
    maxBuffer: MAX_OUTPUT,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return status === 0 ? stdout : undefined;
}

/** The commit that a name stands for; undefined where it is none, or git is not there. */
export function commitOf(name: string): string | undefined {
  if (name.startsWith('-')) return undefined;
  return git('rev-parse', '--verify', '--quiet', `${name}^{commit}`)?.toString().trim();
}

/** Files of a commit beneath this folder, by their paths from here, with what says whether two are the same. */
export function filesOf(commit: string): ReadonlyMap<string, string> {
  const listed = git('ls-tree', '-r', '-z', commit)?.toString() ?? '';
  const entries = listed.split('\0').flatMap((line) => {
    const [, object, path] = /^\d+ blob ([0-9a-f]+)\t(.*)$/s.exec(line) ?? [];
    return object === undefined || path === undefined ? [] : [[path, object] as const];
  });
  return new Map(entries);
}

/** Files that were moved between two commits, and maybe changed as well: the old path by the new one, from here. */
export function renamesBetween(before: string, after: string): ReadonlyMap<string, string> {
  const listed = git('diff', '-z', '--name-status', '-M', '--diff-filter=R', '--relative', before, after);
  const parts = listed?.toString().split('\0') ?? [];
  const renames = new Map<string, string>();
  // A status, the old path, the new one.
  for (let i = 0; i + 2 < parts.length; i += 3) renames.set(parts[i + 2]!, parts[i + 1]!);
  return renames;
}

export function contentsOf(object: string): Buffer {
  const bytes = git('cat-file', 'blob', object);
  if (bytes === undefined) throw new CommandFailure(tell`git: the object ${object} cannot be read.`);
  return bytes;
}
