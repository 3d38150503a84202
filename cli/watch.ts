import { type FSWatcher, statSync, watch } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { codeOf, reasonOf } from '../shared/disk/reasons.ts';
import { CommandFailure } from './failure.ts';
import { expandFiles, foldersOfGlob, isGlob } from './globs.ts';
import { t, tell } from './i18n/language.ts';
import type { Terminal } from './terminal.ts';

/** Editors write a file in several steps. */
const SETTLE_MS = 100;
/** Beside a file that is written on and on, the others are told all the same. */
const LATEST_MS = 2000;

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
    // It is watched before it is looked at, so that no change falls between.
    const change = new Change();
    const named = patterns.filter((pattern) => !isGlob(pattern));
    change.watch(await foldersOf(patterns, [...named, ...known]));
    const files = await filesOf(patterns);
    // What could not be read is watched on: it may be mended.
    known = await others(files).catch(() => known);
    change.watch(await foldersOf([], [...files, ...known]));
    const now = stampsOf([...files, ...known]);
    if (now !== seen) {
      seen = now;
      await told(run, terminal);
      const watching =
        files.length === 1
          ? tell`Watching 1 file; Ctrl+C ends it.`
          : tell`Watching ${files.length} files; Ctrl+C ends it.`;
      terminal.err(`${watching}\n`);
    }
    await change.came;
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

/** Folders in which one of these lies, or may come to be. */
async function foldersOf(
  patterns: readonly string[],
  files: readonly string[],
): Promise<ReadonlySet<string>> {
  const folders = new Set(files.map((file) => dirname(resolve(file))));
  for (const pattern of patterns.filter(isGlob))
    for (const folder of await foldersOfGlob(pattern)) folders.add(resolve(folder));
  return folders;
}

/** The folder, or the nearest one above it that is there: in it the others come to be. */
function nearestFolder(folder: string): string {
  const isThere = statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true;
  return isThere || dirname(folder) === folder ? folder : nearestFolder(dirname(folder));
}

/** Comes when something beneath the folders has changed, and has been still for a while. */
class Change {
  readonly came: Promise<void>;
  readonly #watchers = new Map<string, FSWatcher>();
  #timer: NodeJS.Timeout | undefined;
  #latest: number | undefined;
  #done: () => void = () => undefined;

  constructor() {
    this.came = new Promise((done) => {
      this.#done = done;
    });
  }

  /** Each folder once. A system watches so many and no more. */
  watch(folders: Iterable<string>): void {
    for (const folder of folders) {
      const there = nearestFolder(folder);
      if (this.#watchers.has(there)) continue;
      try {
        // A folder that goes away is a change as well, and so is one that comes.
        const onChange = (): void => this.#onChange();
        this.#watchers.set(there, watch(there, onChange).on('error', onChange));
      } catch (error) {
        // It went away just now.
        if (codeOf(error) === 'ENOENT') {
          this.#onChange();
          continue;
        }
        this.#close();
        throw new CommandFailure(tell`${there}: cannot be watched: ${t(reasonOf(error))}. Name fewer files.`);
      }
    }
  }

  #onChange(): void {
    this.#latest ??= Date.now() + LATEST_MS;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(
      () => {
        this.#close();
        this.#done();
      },
      Math.max(0, Math.min(SETTLE_MS, this.#latest - Date.now())),
    );
  }

  #close(): void {
    for (const each of this.#watchers.values()) each.close();
  }
}
