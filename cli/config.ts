import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import {
  type Config,
  type ConfigPart,
  configName,
  MAX_CONFIG_BYTES,
  problemIn,
  readConfig,
} from '../shared/formats/config/read.ts';
import type { Budget, LintSettings } from '../shared/graph/design.ts';
import { emptyDesign } from '../shared/graph/design.ts';
import { activeRules } from '../shared/lint/settings.ts';
import { CommandFailure, failWith } from './failure.ts';
import { readText } from './files.ts';
import { globMatcher } from './globs.ts';
import { pathOf } from './places.ts';

/** Configurations that build on each other: more in a row are a mistake. */
const MAX_CHAIN = 16;

interface Layer {
  readonly part: ConfigPart;
  readonly fits: (path: string) => boolean;
  /** Where its baseline is looked for. */
  readonly folder: string;
}

/** A configuration with all that it builds on. */
export interface LoadedConfig {
  readonly file: string;
  /** It and all that it builds on. */
  readonly files: readonly string[];
  readonly maxWarnings: number | undefined;
  readonly layers: readonly Layer[];
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

  /** All configurations that hold for some of these designs; those that cannot be read as far as they are known. */
  async filesFor(designs: readonly string[]): Promise<readonly string[]> {
    const files = new Set<string>();
    for (const design of designs) {
      const loaded = await this.of(design).catch(() => undefined);
      for (const file of loaded?.files ?? []) files.add(file);
      const named = this.#given || this.#find(dirname(resolve(design))) || join(dirname(design), configName);
      files.add(named);
    }
    return [...files];
  }

  #find(folder: string): string | undefined {
    const start = resolve(folder);
    if (this.#byFolder.has(start)) return this.#byFolder.get(start);
    const here = join(start, configName);
    const up = dirname(start);
    const found = existsSync(here) ? here : up === start ? undefined : this.#find(up);
    this.#byFolder.set(start, found);
    return found;
  }
}

async function load(file: string): Promise<LoadedConfig> {
  const root = dirname(resolve(file));
  const layers: Layer[] = [];
  const files: string[] = [];
  const maxWarnings = await collect(file, { root, layers, files }, []);
  return { file, files, maxWarnings, layers };
}

/** Reads a configuration and those that it builds on, those first. Returns its bound on warnings. */
async function collect(
  file: string,
  loaded: { readonly root: string; readonly layers: Layer[]; readonly files: string[] },
  chain: readonly string[],
): Promise<number | undefined> {
  const { root, layers } = loaded;
  const at = resolve(file);
  loaded.files.push(at);
  const shown = isAbsolute(file) && !relative('.', file).startsWith('..') ? relative('.', file) : file;
  if (chain.includes(at) || chain.length >= MAX_CHAIN)
    throw new CommandFailure(
      `${shown}: builds on itself, by way of ${chain.map((each) => relative('.', each)).join(', ')}.`,
    );
  const read = readConfig(await readText(file, MAX_CONFIG_BYTES));
  if (!read.ok) throw failWith(shown, read.problems);
  let maxWarnings: number | undefined;
  for (const name of read.value.extended)
    maxWarnings = (await collect(resolveExtended(name, at, shown), loaded, [...chain, at])) ?? maxWarnings;
  for (const part of read.value.parts)
    layers.push({ part, fits: fitting(part, root, shown), folder: dirname(at) });
  checkSettings(read.value, layers, shown);
  return read.value.maxWarnings ?? maxWarnings;
}

function resolveExtended(name: string, from: string, shown: string): string {
  if (name.startsWith('.') || isAbsolute(name)) return resolve(dirname(from), name);
  try {
    return createRequire(from).resolve(name);
  } catch {
    throw new CommandFailure(
      `${shown}: extends "${name}", and there is no such package here. Install it, or write a file as "./${name}".`,
    );
  }
}

function fitting(part: ConfigPart, root: string, shown: string): Layer['fits'] {
  if (part.files === undefined) return () => true;
  const matchers = part.files.map((pattern) => {
    // A bare name is of files in any folder.
    const matcher = globMatcher(pattern.includes('/') ? pattern : `**/${pattern}`);
    if (matcher === undefined)
      throw new CommandFailure(`${shown}: the pattern "${pattern}" stands for too much.`);
    return matcher;
  });
  return (path) => {
    const inside = relative(root, resolve(path));
    return matchers.some((matches) => matches(inside));
  };
}

/** Rules, presets and options that do not exist are told of the configuration, not of every design. */
function checkSettings(config: Config, layers: readonly Layer[], shown: string): void {
  const known = layers.flatMap(({ part }) => part.own);
  const problems = config.parts.flatMap((part) => {
    const others = known.filter(({ id }) => !part.own.some((own) => own.id === id));
    const own = [...part.own, ...new Map(others.map((rule) => [rule.id, rule])).values()];
    const settings: LintSettings = { preset: part.preset ?? emptyDesign.lint.preset, rules: part.rules, own };
    return activeRules(settings).problems.flatMap((problem) => {
      const within = pathOf(problem.where.path ?? '$');
      const [, key, index] = within;
      const elsewhere = key === 'own' && typeof index === 'number' && index >= part.own.length;
      return elsewhere ? [] : [problemIn(config, part, problem, within)];
    });
  });
  if (problems.length > 0) throw failWith(shown, problems);
}

/** The design's own settings, with those of the configuration under them. */
export function configuredLint(
  config: LoadedConfig | undefined,
  file: string,
  own: LintSettings,
): LintSettings {
  if (config === undefined) return own;
  const parts = partsFor(config, file).map(({ part }) => part);
  const usual = emptyDesign.lint.preset;
  const preset =
    own.preset === usual
      ? (parts.findLast((part) => part.preset !== undefined)?.preset ?? usual)
      : own.preset;
  const rules: Record<string, LintSettings['rules'][string]> = {};
  for (const each of [...parts.map((part) => part.rules), own.rules])
    for (const [id, setting] of Object.entries(each)) rules[id] = { ...rules[id], ...setting };
  const byId = new Map(
    [...parts.flatMap((part) => part.own), ...(own.own ?? [])].map((rule) => [rule.id, rule]),
  );
  return { preset, rules, ...(byId.size === 0 ? {} : { own: [...byId.values()] }) };
}

export interface ConfiguredBudget {
  readonly limits: Budget['limits'];
  /** As the command opens it. */
  readonly baseline: string | undefined;
}

/** Limits and baseline of the configuration alone. */
export function configuredBudget(config: LoadedConfig | undefined, file: string): ConfiguredBudget {
  if (config === undefined) return { limits: {}, baseline: undefined };
  const layers = partsFor(config, file);
  const from = layers.findLast(({ part }) => part.baseline !== undefined);
  const baseline = from?.part.baseline;
  return {
    limits: Object.assign({}, ...layers.map(({ part }) => part.limits)) as Budget['limits'],
    baseline:
      baseline === undefined || from === undefined || baseline.startsWith('zoo:')
        ? baseline
        : resolve(from.folder, baseline),
  };
}

/** All that a configuration says of a design, to be compared. */
export function conditionsFrom(config: LoadedConfig | undefined, file: string): readonly object[] {
  return config === undefined
    ? []
    : partsFor(config, file).map(({ part: { preset, rules, own } }) => ({ preset, rules, own }));
}

function partsFor({ layers }: LoadedConfig, file: string): readonly Layer[] {
  return layers.filter(({ part, fits }) => part.files === undefined || (file !== '-' && fits(file)));
}
