import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join, posix } from 'node:path';
import { configName } from '../shared/formats/config-file.ts';
import { endingsOf } from '../shared/formats/models.ts';
import { CommandFailure } from './failure.ts';
import { commitOf, contentsOf, filesOf, renamesBetween } from './git.ts';
import { tell } from './i18n/language.ts';

/** One of the designs of a side, and how to get a file of it. */
interface Member {
  /** Equal for equal contents, on both sides. */
  readonly content: string;
  /** A path that can be opened; undefined for what turns out to be no design. */
  file(): Promise<string | undefined>;
}

/** What BASE or HEAD stands for: designs by path. */
export interface DesignSet {
  /** A single file is compared with whatever the other side is. */
  readonly single: boolean;
  /** Of a folder: where it is. Commits have their paths from here. */
  readonly root?: string;
  readonly commit?: string;
  readonly members: ReadonlyMap<string, Member>;
}

/** Where files of commits are put to be opened. */
export class Scratch {
  #folder: string | undefined;

  async put(path: string, bytes: Uint8Array): Promise<string> {
    this.#folder ??= await mkdtemp(join(tmpdir(), 'netwright-report-'));
    const file = join(
      this.#folder,
      createHash('sha256').update(bytes).digest('hex').slice(0, 16),
      basename(path),
    );
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, bytes);
    return file;
  }

  async remove(): Promise<void> {
    if (this.#folder !== undefined) await rm(this.#folder, { recursive: true, force: true });
  }
}

const skipped = new Set(['node_modules', '.git']);
const isModelName = (path: string): boolean =>
  endingsOf('network').some((ending) => path.toLowerCase().endsWith(ending)) && basename(path) !== configName;

/** JSON is of many kinds: what has the key that every spec has is one, and what is called so, even where it is empty. */
function isDesign(path: string, bytes: Uint8Array): boolean {
  const name = path.toLowerCase();
  if (!name.endsWith('.json') || name.endsWith('.netwright.json')) return true;
  return /"netwright"\s*:\s*\d/.test(new TextDecoder().decode(bytes.subarray(0, 1 << 20)));
}

function hashed(bytes: Uint8Array): string {
  const head = `blob ${bytes.length}\0`;
  // As git names what it keeps, so that files and commits can be set side by side.
  return createHash('sha1').update(head).update(bytes).digest('hex');
}

/** Opens what a side is called by: a file, a folder, zoo:NAME, or a revision of git. */
export async function designSet(name: string, scratch: Scratch): Promise<DesignSet> {
  if (name.startsWith('zoo:')) return one(name, name);
  const found = await stat(name).catch(() => undefined);
  if (found?.isFile()) return one(name, hashed(await readFile(name)));
  if (found?.isDirectory()) return { single: false, root: tidy(name), members: await folderMembers(name) };
  const commit = commitOf(name);
  if (commit === undefined)
    throw new CommandFailure(tell`${name}: is no file, no folder, and no revision that git knows here.`);
  return { single: false, commit, members: commitMembers(commit, scratch) };
}

function one(name: string, content: string): DesignSet {
  return { single: true, members: new Map([[name, { content, file: async () => name }]]) };
}

async function folderMembers(root: string): Promise<ReadonlyMap<string, Member>> {
  const members = new Map<string, Member>();
  const waiting = [''];
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    for (const entry of await readdir(join(root, folder), { withFileTypes: true })) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory() && !skipped.has(entry.name)) waiting.push(path);
      if (!entry.isFile() || !isModelName(path)) continue;
      const file = join(root, path);
      const bytes = await readFile(file);
      if (isDesign(path, bytes)) members.set(path, { content: hashed(bytes), file: async () => file });
    }
  }
  return members;
}

function commitMembers(commit: string, scratch: Scratch): ReadonlyMap<string, Member> {
  const members = [...filesOf(commit)]
    .filter(([path]) => isModelName(path))
    .map(([path, object]): [string, Member] => [
      path,
      {
        content: object,
        async file() {
          const bytes = contentsOf(object);
          return isDesign(path, bytes) ? scratch.put(path, bytes) : undefined;
        },
      },
    ]);
  return new Map(members);
}

export interface DesignPair {
  readonly path: string;
  /** What it was called before, if it was called otherwise. */
  readonly from?: string;
  readonly base: Member | undefined;
  readonly head: Member | undefined;
}

/** Designs that differ, by path. A file is set against a file; against a folder or commit, against what has its path there. */
export function pairsOf(base: DesignSet, head: DesignSet): readonly DesignPair[] {
  const [[baseName, before] = []] = base.members;
  const [[headName, after] = []] = head.members;
  if (base.single && head.single) return [{ path: headName!, base: before, head: after }];
  if (base.single) return [{ path: baseName!, base: before, head: head.members.get(tidy(baseName!)) }];
  if (head.single) return [{ path: headName!, base: base.members.get(tidy(headName!)), head: after }];
  const [left, right] = [beside(base, head), beside(head, base)];
  const moved = movedBetween(left, right, base, head);
  const gone = new Set(moved.values());
  const paths = [...new Set([...left.keys(), ...right.keys()])].filter((path) => !gone.has(path)).sort();
  return paths
    .map((path): DesignPair => {
      const from = moved.get(path);
      const pair = { path, base: left.get(from ?? path), head: right.get(path) };
      return from === undefined ? pair : { ...pair, from };
    })
    .filter(({ base: was, head: is, from }) => from !== undefined || was?.content !== is?.content);
}

type Members = ReadonlyMap<string, Member>;

/** Old paths by new ones: of what is the same under another name, and what git takes for moved between two commits. */
function movedBetween(left: Members, right: Members, base: DesignSet, head: DesignSet): Map<string, string> {
  const moved = new Map<string, string>();
  const gone = new Map<string, string>();
  for (const [path, { content }] of left) if (!right.has(path)) gone.set(content, path);
  const taken = new Set<string>();
  const move = (path: string, from: string | undefined): void => {
    if (from === undefined || taken.has(from) || moved.has(path)) return;
    if (left.has(path) || !right.has(path) || !left.has(from) || right.has(from)) return;
    moved.set(path, from);
    taken.add(from);
  };
  if (base.commit !== undefined && head.commit !== undefined)
    for (const [path, from] of renamesBetween(base.commit, head.commit)) move(path, from);
  for (const [path, { content }] of right) move(path, gone.get(content));
  return moved;
}

/** The members by paths that the other side has as well: a folder's from here against a commit, whose others are left out. */
function beside({ root, members }: DesignSet, other: DesignSet): ReadonlyMap<string, Member> {
  const under = (folder: string): string => (folder === '' ? '' : `${folder}/`);
  if (root !== undefined && other.root === undefined)
    return new Map([...members].map(([path, member]) => [under(root) + path, member]));
  if (root === undefined && other.root !== undefined) {
    const prefix = under(other.root);
    return new Map([...members].filter(([path]) => path.startsWith(prefix)));
  }
  return members;
}

const tidy = (path: string): string => posix.join(path.replaceAll('\\', '/'), '.').replace(/^\.$|\/$/, '');
