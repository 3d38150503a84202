import { dirname, relative, resolve } from 'node:path';
import { ConfigFailure, configTexts, findConfig } from '../../shared/disk/configs.ts';
import { type FoundConfig, isHeld, isOwnForm } from '../../shared/host/contract.ts';

/** What holds for a file, read as the command reads it. */
export async function configFor(path: string): Promise<FoundConfig | null> {
  const found = findConfig(dirname(path));
  if (found === undefined) return null;
  const inside = relative(dirname(found), path).replaceAll('\\', '/');
  try {
    return { files: await configTexts(found), path: inside, failure: null };
  } catch (error) {
    if (!(error instanceof ConfigFailure)) throw error;
    const { file, trouble, what } = error;
    return { files: [], path: inside, failure: { file, trouble, what } };
  }
}

/**
 * The path of the spec or model that a configuration of this file names as a baseline: no other file can be asked for.
 */
export async function baselinePath(
  path: string,
  file: string,
  location: string,
): Promise<string | undefined> {
  const found = await configFor(path);
  const text = found?.files.find((each) => each.file === file)?.text;
  if (text === undefined || !baselinesIn(text).includes(location)) return undefined;
  return isOwnForm(location) || isHeld('design', location) ? resolve(dirname(file), location) : undefined;
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
