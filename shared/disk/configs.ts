import { existsSync } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { configName, MAX_CONFIG_BYTES, MAX_CONFIG_CHAIN, MAX_CONFIG_FILES } from '../formats/config-file.ts';
import { reasonOf } from './reasons.ts';

/** A configuration as it stands on the disk. */
export interface ConfigFile {
  /** Its whole path. */
  readonly file: string;
  readonly text: string;
}

/** Why a configuration, or one that it builds on, cannot be had. */
export type ConfigTrouble =
  | 'ring'
  | 'too-many'
  | 'no-package'
  | 'no-file'
  | 'too-large'
  | 'not-text'
  | 'unreadable';

/** Whoever tells of it has the words. */
export class ConfigFailure extends Error {
  readonly file: string;
  readonly trouble: ConfigTrouble;
  /** What it builds on by way of, the package that is not there, or what the system says. */
  readonly what: string;

  constructor(file: string, trouble: ConfigTrouble, what = '') {
    super(`${file}: ${trouble} ${what}`);
    this.name = 'ConfigFailure';
    this.file = file;
    this.trouble = trouble;
    this.what = what;
  }
}

/** The configuration that holds in a folder: the nearest one upwards; undefined where there is none. */
export function findConfig(
  folder: string,
  known = new Map<string, string | undefined>(),
): string | undefined {
  const start = resolve(folder);
  if (known.has(start)) return known.get(start);
  const here = join(start, configName);
  const up = dirname(start);
  const found = existsSync(here) ? here : up === start ? undefined : findConfig(up, known);
  known.set(start, found);
  return found;
}

/**
 * A configuration with all that it builds on, each behind those that it is over. What is in them is for whoever reads them:
 * here only `extends` is looked at.
 */
export async function configTexts(file: string): Promise<readonly ConfigFile[]> {
  const files: ConfigFile[] = [];
  await collect(resolve(file), files, []);
  return files;
}

async function collect(file: string, files: ConfigFile[], chain: readonly string[]): Promise<void> {
  if (chain.includes(file) || chain.length >= MAX_CONFIG_CHAIN)
    throw new ConfigFailure(file, 'ring', chain.join(', '));
  const text = await textOf(file);
  for (const name of extendedBy(text)) await collect(placeOf(name, file), files, [...chain, file]);
  if (files.length >= MAX_CONFIG_FILES) throw new ConfigFailure(file, 'too-many');
  files.push({ file, text });
}

/** Nothing where it is no configuration: its reader tells that. */
function extendedBy(text: string): readonly string[] {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return [];
  }
  const named = typeof json === 'object' && json !== null && 'extends' in json ? json.extends : [];
  return [named].flat().filter((name): name is string => typeof name === 'string' && name !== '');
}

function placeOf(name: string, from: string): string {
  if (name.startsWith('.') || isAbsolute(name)) return resolve(dirname(from), name);
  try {
    return createRequire(from).resolve(name);
  } catch {
    throw new ConfigFailure(from, 'no-package', name);
  }
}

/** Its text; never more than a configuration may have, even of a device that says nothing of its size. */
async function textOf(file: string): Promise<string> {
  try {
    // A pipe that nobody writes into would be opened for ever.
    if (!(await stat(file)).isFile()) throw new ConfigFailure(file, 'no-file');
    const handle = await open(file, 'r');
    try {
      const buffer = Buffer.alloc(MAX_CONFIG_BYTES + 1);
      let length = 0;
      for (let read = -1; read !== 0 && length < buffer.length; length += read)
        ({ bytesRead: read } = await handle.read(buffer, length, buffer.length - length, length));
      if (length > MAX_CONFIG_BYTES) throw new ConfigFailure(file, 'too-large');
      return utf8(file, buffer.subarray(0, length));
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (error instanceof ConfigFailure) throw error;
    throw new ConfigFailure(file, 'unreadable', reasonOf(error));
  }
}

function utf8(file: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new ConfigFailure(file, 'not-text');
  }
}
