import { type FSWatcher, statSync, watch } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { CommandFailure } from './failure.ts';
import { expandFiles, isGlob } from './globs.ts';
import { tell } from './i18n/language.ts';
import type { Terminal } from './terminal.ts';

/** Editors write a file in several steps. */
const SETTLE_MS = 100;

export interface WatchedRun {
  /** As the command line has them. */
  readonly patterns: readonly string[];
  /** Other files that the outcome hangs on: configurations, suppressions. They need not exist. */
  others(files: readonly string[]): Promise<readonly string[]>;
  /** One run; it prints what it finds. */
  run(): Promise<void>;
}

/** Runs once, and again whenever one of the files changes, until the process is interrupted. */
export async function watchFiles({ patterns, others, run }: WatchedRun, terminal: Terminal): Promise<never> {
  let known: readonly string[] = [];
  for (let seen: string | undefined; ; ) {
    const files = await filesOf(patterns);
    // What could not be read is watched on: it may be mended.
    known = await others(files).catch(() => known);
    const looked = [...files, ...known];
    const now = stampsOf(looked);
    const changed = nextChange(foldersOf(patterns, looked));
    if (now !== seen) {
      seen = now;
      await told(run, terminal);
      const watching =
        files.length === 1
          ? tell`Watching 1 file; Ctrl+C ends it.`
          : tell`Watching ${files.length} files; Ctrl+C ends it.`;
      terminal.err(`${watching}\n`);
    }
    await changed;
  }
}

/** What cannot be read now may be mended at the next change. */
async function told(run: WatchedRun['run'], terminal: Terminal): Promise<void> {
  try {
    await run();
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error;
    for (const line of error.lines) terminal.err(`netwright: ${line}\n`);
  }
}

async function filesOf(patterns: readonly string[]): Promise<readonly string[]> {
  try {
    return await expandFiles(patterns);
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error;
    return [];
  }
}

function stampsOf(files: readonly string[]): string {
  return files
    .map((file) => {
      const stat = statSync(file, { throwIfNoEntry: false });
      return `${file} ${stat?.mtimeMs} ${stat?.size}`;
    })
    .join('\n');
}

/** Folders to watch, and whether what lies beneath them counts too. */
function foldersOf(patterns: readonly string[], files: readonly string[]): ReadonlyMap<string, boolean> {
  const folders = new Map<string, boolean>(files.map((file) => [dirname(resolve(file)), false]));
  for (const pattern of patterns.filter(isGlob)) {
    const fixed = pattern.replaceAll('\\', '/').split('/');
    folders.set(resolve(fixed.slice(0, fixed.findIndex(isGlob)).join('/')), true);
  }
  return folders;
}

/** The folder, or the nearest one above it that is there: in it the others come to be. */
function nearestFolder(folder: string): string {
  const isThere = statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true;
  return isThere || dirname(folder) === folder ? folder : nearestFolder(dirname(folder));
}

/** Kept when something beneath the folders has changed, and has been still for a while. */
function nextChange(folders: ReadonlyMap<string, boolean>): Promise<void> {
  return new Promise((done) => {
    const watchers: FSWatcher[] = [];
    let timer: NodeJS.Timeout | undefined;
    const onChange = (): void => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        for (const each of watchers) each.close();
        done();
      }, SETTLE_MS);
    };
    for (const [folder, recursive] of folders) {
      const there = nearestFolder(folder);
      // A folder that goes away is a change as well, and so is one that comes.
      watchers.push(
        watch(there, { recursive: recursive && there === folder }, onChange).on('error', onChange),
      );
    }
  });
}
