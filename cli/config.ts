import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import type { Target } from '../shared/analysis/targets.ts';
import { ConfigFailure, configTexts, findConfig } from '../shared/disk/configs.ts';
import {
  baselineLayer,
  type ConfigLayer,
  limitsOf,
  lintUnder,
  readLayers,
} from '../shared/formats/config/layers.ts';
import { configName, MAX_CONFIG_BYTES, MAX_CONFIG_FILES } from '../shared/formats/config-file.ts';
import type { Budget, LintSettings } from '../shared/graph/design.ts';
import { CommandFailure, failWith } from './failure.ts';
import { t, tell } from './i18n/language.ts';

/** A configuration with all that it builds on. */
export interface LoadedConfig {
  readonly file: string;
  /** It and all that it builds on. */
  readonly files: readonly string[];
  readonly maxWarnings: number | undefined;
  readonly targets: readonly Target[];
  readonly layers: readonly ConfigLayer[];
}

export interface ConfigOptions {
  /** A file to use in place of those that are found; false for none. */
  readonly config?: string | false;
}

/** Finds configurations upwards from designs, and reads each once. */
export class Configs {
  readonly #given: string | false | undefined;
  readonly #byFolder = new Map<string, string | undefined>();
  readonly #loaded = new Map<string, Promise<LoadedConfig>>();

  constructor({ config }: ConfigOptions) {
    // Commander gives true for an option that has a --no- form and was not used.
    this.#given = typeof config === 'string' || config === false ? config : undefined;
  }

  /** What holds for a design; undefined where there is no configuration. */
  async of(file: string): Promise<LoadedConfig | undefined> {
    const found =
      this.#given ?? this.#find(file === '-' || file.startsWith('zoo:') ? '.' : dirname(resolve(file)));
    if (found === undefined || found === false) return undefined;
    const loaded = this.#loaded.get(found) ?? load(found);
    this.#loaded.set(found, loaded);
    return loaded;
  }

  /**
   * All configurations that hold for some of these designs, those that cannot be read as far as they are known; and where one
   * could come to be, in the folders from here down to the designs.
   */
  async filesFor(designs: readonly string[]): Promise<readonly string[]> {
    const files = new Set<string>(this.#given === undefined ? [configName] : []);
    for (const design of designs) {
      const loaded = await this.of(design).catch(() => undefined);
      for (const file of loaded?.files ?? []) files.add(file);
      const found = this.#given || this.#find(dirname(resolve(design)));
      if (found) files.add(found);
      if (this.#given !== undefined) continue;
      const below = relative('.', dirname(design));
      for (
        let folder = below;
        folder !== '' && !folder.startsWith('..') && !isAbsolute(folder);
        folder = parentOf(folder)
      )
        files.add(join(folder, configName));
    }
    return [...files];
  }

  #find(folder: string): string | undefined {
    return findConfig(folder, this.#byFolder);
  }
}

/** Of a path beneath here; empty for here. */
const parentOf = (folder: string): string => join(folder, '..').replace(/^\.$/, '');

async function load(file: string): Promise<LoadedConfig> {
  try {
    const files = await configTexts(file);
    const read = readLayers(files);
    if (!read.ok) throw failWith(shownPath(read.trouble.file), read.trouble.problems);
    return { file, files: files.map((each) => each.file), ...read.value };
  } catch (error) {
    if (error instanceof ConfigFailure) throw new CommandFailure(configLine(error));
    throw error;
  }
}

function configLine({ file: path, trouble, what }: ConfigFailure): string {
  const file = shownPath(path);
  switch (trouble) {
    case 'ring':
      return tell`${file}: builds on itself, by way of ${what}.`;
    case 'too-many':
      return tell`${file}: builds on more than ${MAX_CONFIG_FILES} configurations in all.`;
    case 'no-package':
      return tell`${file}: extends "${what}", and there is no such package here. Install it, or write a file as "./${what}".`;
    case 'no-file':
      return tell`${file}: is no file.`;
    case 'too-large':
      return tell`${file}: has more than the ${MAX_CONFIG_BYTES / 1024 / 1024} MiB that such a file may have.`;
    case 'not-text':
      return tell`${file}: is not UTF-8 text.`;
    case 'unreadable':
      return tell`${file}: cannot be read: ${t(what)}.`;
  }
}

/** Under the folder that one works in by its way from there. */
function shownPath(file: string): string {
  const near = relative('.', file);
  return near.startsWith('..') || isAbsolute(near) ? file : near;
}

/** The design's own settings, with those of the configuration under them. */
export const configuredLint = (
  config: LoadedConfig | undefined,
  file: string,
  own: LintSettings,
): LintSettings => (config === undefined ? own : lintUnder(layersFor(config, file), own));

export interface ConfiguredBudget {
  readonly limits: Budget['limits'];
  /** As the command opens it. */
  readonly baseline: string | undefined;
}

/** Limits and baseline of the configuration alone. */
export function configuredBudget(config: LoadedConfig | undefined, file: string): ConfiguredBudget {
  if (config === undefined) return { limits: {}, baseline: undefined };
  const layers = layersFor(config, file);
  const from = baselineLayer(layers);
  const baseline = from?.part.baseline;
  return {
    limits: limitsOf(layers),
    baseline:
      baseline === undefined || from === undefined || baseline.startsWith('zoo:')
        ? baseline
        : resolve(dirname(from.file), baseline),
  };
}

/** The boards and devices that the configuration of a design names. */
export async function configuredTargets(file: string): Promise<readonly Target[]> {
  return (await new Configs({}).of(file))?.targets ?? [];
}

/** All that a configuration says of a design, to be compared. */
export function conditionsFrom(config: LoadedConfig | undefined, file: string): readonly object[] {
  return config === undefined
    ? []
    : layersFor(config, file).map(({ part: { preset, rules, own } }) => ({ preset, rules, own }));
}

function layersFor({ file: config, layers }: LoadedConfig, file: string): readonly ConfigLayer[] {
  const inside = relative(dirname(resolve(config)), resolve(file));
  return layers.filter(({ part, fits }) => part.files === undefined || (file !== '-' && fits(inside)));
}
