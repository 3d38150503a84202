import { createHash } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import about from '../package.json' with { type: 'json' };
import { formatOfName } from '../shared/formats/models.ts';
import type { ReportFile, ReportRule } from '../shared/formats/reports/report.ts';
import { parseJsonSource } from '../shared/formats/spec/json-source.ts';
import { isObject } from '../shared/formats/spec/reading.ts';
import type { Json } from '../shared/schema/codec.ts';
import { readBytes, readText, writeAtomically } from './files.ts';

export const cacheName = '.netwright-cache.json';
/** Larger files take about as long to be told apart as to be judged anew. */
const MAX_JUDGED_BYTES = 64 * 1024 * 1024;
const MAX_CACHE_BYTES = 64 * 1024 * 1024;

export interface CacheOptions {
  readonly cache?: boolean;
  readonly cacheLocation?: string;
}

export function addCacheOptions(command: Command): void {
  command
    .option('--cache', 'judge anew only what changed since the last time: files, settings or the program')
    .option('--cache-location <file>', `where that is kept (${cacheName})`);
}

interface Kept {
  readonly key: string;
  readonly result: Json;
}

/**
 * What a command found, by file, kept in a file from one run to the next. What it holds is read as what it is: a note of the
 * program to itself, which is thrown away where it is damaged or of another program.
 */
export class ResultCache {
  readonly #file: string;
  readonly #kept: ReadonlyMap<string, Kept>;
  readonly #now = new Map<string, Kept>();

  private constructor(file: string, kept: ReadonlyMap<string, Kept>) {
    this.#file = file;
    this.#kept = kept;
  }

  /** Undefined where it was not asked for. */
  static async open({ cache, cacheLocation }: CacheOptions): Promise<ResultCache | undefined> {
    if (cache !== true && cacheLocation === undefined) return undefined;
    const file = cacheLocation ?? cacheName;
    return new ResultCache(file, existsSync(file) ? await readKept(file) : new Map());
  }

  /**
   * The result that was kept for a file of the same bytes under the same conditions, or else what `make` gives. `isResult`
   * tells whether what was kept has the form of a result.
   */
  async of<R>(
    { command, file, conditions }: { command: string; file: string; conditions: object },
    isResult: (kept: unknown) => kept is R,
    make: () => Promise<R>,
  ): Promise<R> {
    const name = `${command} ${file}`;
    const content = await contentOf(file);
    if (content === undefined) return make();
    const key = hashOf(`${programStamp()} ${content} ${JSON.stringify(conditions)}`);
    const before = this.#kept.get(name);
    if (before?.key === key && isResult(before.result)) {
      this.#now.set(name, before);
      return before.result;
    }
    const made = await make();
    this.#now.set(name, { key, result: JSON.parse(JSON.stringify(made)) as Json });
    return made;
  }

  /** What this run did not ask for stays, as long as its file does. */
  async save(): Promise<void> {
    const others = [...this.#kept].filter(
      ([name]) => !this.#now.has(name) && existsSync(name.slice(name.indexOf(' ') + 1)),
    );
    const results = Object.fromEntries([...others, ...this.#now]);
    await writeAtomically(this.#file, `${JSON.stringify({ program: programStamp(), results })}\n`);
  }
}

async function readKept(file: string): Promise<ReadonlyMap<string, Kept>> {
  const source = parseJsonSource(await readText(file, MAX_CACHE_BYTES));
  const json = source.ok ? source.value.json : null;
  const results = isObject(json) && json.program === programStamp() ? (json.results ?? null) : null;
  if (!isObject(results)) return new Map();
  return new Map(
    Object.entries(results).flatMap(([name, kept]) =>
      isObject(kept) && typeof kept.key === 'string'
        ? [[name, { key: kept.key, result: kept.result ?? null }] as const]
        : [],
    ),
  );
}

/** Undefined for what is no file, is large, or tells only half: weights of an ONNX model that lie in other files. */
async function contentOf(file: string): Promise<string | undefined> {
  const stat = existsSync(file) ? statSync(file) : undefined;
  if (stat?.isFile() !== true || stat.size > MAX_JUDGED_BYTES) return undefined;
  const bytes = await readBytes(file, MAX_JUDGED_BYTES);
  if (formatOfName(file) !== 'spec' && Buffer.from(bytes).includes('location')) return undefined;
  return hashOf(bytes);
}

/** Version and build: what another program found is not what this one finds. */
function programStamp(): string {
  const { mtimeMs, size } = statSync(fileURLToPath(import.meta.url));
  return `${about.version} ${process.versions.node} ${size} ${Math.round(mtimeMs)}`;
}

function hashOf(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('base64url');
}

/** Whether something kept has what reports are written from. */
export function isFoundFile(kept: unknown): kept is ReportFile & { readonly rules: readonly ReportRule[] } {
  if (!isRecord(kept)) return false;
  const { file, entries, fixed, rules } = kept;
  return (
    typeof file === 'string' &&
    typeof fixed === 'number' &&
    Array.isArray(entries) &&
    entries.every(
      (each) =>
        isRecord(each) &&
        ['rule', 'severity', 'message', 'fingerprint'].every((key) => typeof each[key] === 'string') &&
        isRecord(each.place) &&
        typeof each.place.file === 'string',
    ) &&
    Array.isArray(rules) &&
    rules.every((each) => isRecord(each) && typeof each.id === 'string' && typeof each.title === 'string')
  );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
