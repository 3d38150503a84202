import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, relative, resolve } from 'node:path';
import { ConfigFailure, configTexts, findConfig } from '../../shared/disk/configs.ts';
import { type FoundConfig, isOwnForm, MAX_FILE_BYTES, type OpenedFile } from '../../shared/host/contract.ts';

/** What holds for a file, read as the command reads it. */
export async function configFor(path: string): Promise<FoundConfig | null> {
  const found = findConfig(dirname(path));
  if (found === undefined) return null;
  const inside = relative(dirname(found), path).replaceAll('\\', '/');
  try {
    return { files: await configTexts(found), path: inside, failure: '' };
  } catch (error) {
    if (!(error instanceof ConfigFailure)) throw error;
    return { files: [], path: inside, failure: `${error.file}: ${error.message}` };
  }
}

/** The design that a configuration of this file names: no other file can be asked for, and it comes without the right to write. */
export async function baselineFor(path: string, file: string, location: string): Promise<OpenedFile | null> {
  const found = await configFor(path);
  const text = found?.files.find((each) => each.file === file)?.text;
  if (text === undefined || !baselinesIn(text).includes(location) || !isOwnForm(location)) return null;
  const target = resolve(dirname(file), location);
  const { size } = await stat(target);
  if (size > MAX_FILE_BYTES)
    throw new Error(`${basename(target)} has ${size} bytes; at most ${MAX_FILE_BYTES} can be read.`);
  return { grant: '', name: basename(target), bytes: new Uint8Array(await readFile(target)), held: null };
}

/** All that a configuration names as a baseline, of all designs or of some. */
function baselinesIn(text: string): readonly unknown[] {
  const json = JSON.parse(text) as Part & { readonly overrides?: unknown };
  const overrides = Array.isArray(json.overrides) ? (json.overrides as readonly (Part | null)[]) : [];
  return [json, ...overrides].map((part) => part?.budget?.baseline);
}

interface Part {
  readonly budget?: { readonly baseline?: unknown } | null;
}
