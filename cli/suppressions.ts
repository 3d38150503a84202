import { existsSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { openEntries, type ReportEntry, type ReportFile } from '../shared/formats/reports/report.ts';
import { parseJsonSource } from '../shared/formats/spec/json-source.ts';
import { isObject } from '../shared/formats/spec/reading.ts';
import { CommandFailure, failWith } from './failure.ts';
import { readText, writeAtomically } from './files.ts';
import { tell } from './i18n/language.ts';

export const suppressionsName = 'netwright.suppressions.json';
const MAX_BYTES = 16 * 1024 * 1024;

type Counts = ReadonlyMap<string, number>;

/** Findings that were there before rules were asked for, counted per file and rule: their number can only fall. */
export interface Suppressions {
  readonly file: string;
  /** By path beneath the file's folder, with slashes. */
  readonly files: ReadonlyMap<string, Counts>;
}

export async function readSuppressions(file: string): Promise<Suppressions> {
  if (!existsSync(file)) return { file, files: new Map() };
  const source = parseJsonSource(await readText(file, MAX_BYTES));
  if (!source.ok) throw failWith(file, source.problems);
  const { json, locate } = source.value;
  const bad = (...path: readonly string[]): CommandFailure => {
    const { line = 1, column = 1 } = locate(path);
    return new CommandFailure(
      tell`${file}:${line}:${column}: must be files, each with rules, each with a count from 1. Write it anew: netwright lint FILES --suppress-all`,
    );
  };
  if (!isObject(json)) throw bad();
  const files = Object.entries(json).map(([path, rules]) => {
    if (!isObject(rules)) throw bad(path);
    const counts = Object.entries(rules).map(([rule, count]) => {
      if (typeof count !== 'number' || !Number.isSafeInteger(count) || count < 1) throw bad(path, rule);
      return [rule, count] as const;
    });
    return [path, new Map(counts)] as const;
  });
  return { file, files: new Map(files) };
}

export async function writeSuppressions({ file, files }: Suppressions): Promise<void> {
  const sorted = <T>(map: ReadonlyMap<string, T>): (readonly [string, T])[] =>
    [...map].sort(([a], [b]) => (a < b ? -1 : 1));
  const json = Object.fromEntries(
    sorted(files)
      .filter(([, counts]) => counts.size > 0)
      .map(([path, counts]) => [path, Object.fromEntries(sorted(counts))]),
  );
  await writeAtomically(file, `${JSON.stringify(json, undefined, 2)}\n`);
}

const countable = ({ severity }: ReportEntry): boolean => severity !== 'info';

function countsOf(file: ReportFile): Counts {
  const counts = new Map<string, number>();
  for (const { rule } of openEntries(file).filter(countable)) counts.set(rule, (counts.get(rule) ?? 0) + 1);
  return counts;
}

/** Standard input and published networks lie in no folder. */
const isNoFile = (path: string): boolean => path === '-' || path.startsWith('zoo:');

function keyOf({ file }: Suppressions, path: string): string {
  if (isNoFile(path)) return path;
  return relative(dirname(resolve(file)), resolve(path)).replaceAll('\\', '/');
}

/** All that was found today. Files that were not looked at keep what they had. */
export function suppressAll(suppressions: Suppressions, found: readonly ReportFile[]): Suppressions {
  const files = new Map(suppressions.files);
  for (const each of found) files.set(keyOf(suppressions, each.file), countsOf(each));
  return { ...suppressions, files };
}

/** The same without what is solved. Nothing is added. */
export function prune(suppressions: Suppressions, found: readonly ReportFile[]): Suppressions {
  const files = new Map(suppressions.files);
  for (const { path, rule, left } of solved(suppressions, found)) {
    const counts = new Map(files.get(path));
    if (left > 0) counts.set(rule, left);
    else counts.delete(rule);
    files.set(path, counts);
  }
  return { ...suppressions, files };
}

interface Solved {
  readonly path: string;
  readonly rule: string;
  readonly count: number;
  /** How many there still are. */
  readonly left: number;
}

/** What is counted and is no longer there; files that are gone have nothing left. */
export function solved(suppressions: Suppressions, found: readonly ReportFile[]): readonly Solved[] {
  const today = new Map(found.map((each) => [keyOf(suppressions, each.file), countsOf(each)]));
  return [...suppressions.files].flatMap(([path, counts]) => {
    const gone = !isNoFile(path) && !existsSync(join(dirname(resolve(suppressions.file)), path));
    const now = today.get(path) ?? (gone ? new Map<string, number>() : undefined);
    if (now === undefined) return [];
    return [...counts].flatMap(([rule, count]) => {
      const left = now.get(rule) ?? 0;
      return left < count ? [{ path, rule, count, left }] : [];
    });
  });
}

/** What is counted is silenced; where there is more than was counted, all of it is told, for nobody knows which is new. */
export function suppressed<F extends ReportFile>(suppressions: Suppressions, file: F): F {
  const allowed = suppressions.files.get(keyOf(suppressions, file.file));
  if (allowed === undefined) return file;
  const now = countsOf(file);
  const entries = file.entries.map((entry): ReportEntry => {
    const most = allowed.get(entry.rule) ?? 0;
    if (entry.suppressed !== undefined || !countable(entry) || (now.get(entry.rule) ?? 0) > most)
      return entry;
    return { ...entry, suppressed: `counted in ${suppressionsName}`, counted: true };
  });
  return { ...file, entries };
}
