import type { Target } from '../../analysis/targets.ts';
import { messages, type Problem } from '../../base/problem.ts';
import { type Budget, emptyDesign, type LintSettings, type Quantity } from '../../graph/design.ts';
import { activeRules } from '../../lint/settings.ts';
import { pathOf } from '../spec/path.ts';
import { globMatcher } from './glob.ts';
import { type Config, type ConfigPart, problemIn, readConfig } from './read.ts';

export const say = messages('formats/config/layers', {
  'pattern-too-wide': ['The pattern "{{pattern}}" stands for too much.', 'Write several patterns.'],
});

/** A part of a configuration, and the designs that it is for. */
export interface ConfigLayer {
  readonly part: ConfigPart;
  /** Takes the path of a design under the folder of the configuration that was found, with slashes. */
  readonly fits: (path: string) => boolean;
  /** The file that it stands in. */
  readonly file: string;
}

export interface ConfigLayers {
  /** Later ones over earlier ones. */
  readonly layers: readonly ConfigLayer[];
  readonly maxWarnings: number | undefined;
  /** Of all files, each name as the last of them has it. */
  readonly targets: readonly Target[];
}

/** What is wrong with one of the files. */
export interface ConfigTrouble {
  readonly file: string;
  readonly problems: readonly Problem[];
}

export type ReadLayers =
  | { readonly ok: true; readonly value: ConfigLayers }
  | { readonly ok: false; readonly trouble: ConfigTrouble };

/** Reads configurations that build on each other, each behind those that it is over; stops at the first mistaken file. */
export function readLayers(files: readonly { readonly file: string; readonly text: string }[]): ReadLayers {
  const layers: ConfigLayer[] = [];
  const targets = new Map<string, Target>();
  let maxWarnings: number | undefined;
  for (const { file, text } of files) {
    const read = readConfig(text);
    if (!read.ok) return { ok: false, trouble: { file, problems: read.problems } };
    const config = read.value;
    const problems: Problem[] = [];
    for (const part of config.parts) layers.push({ part, file, fits: fitting(config, part, problems) });
    problems.push(...mistakenSettings(config, layers));
    if (problems.length > 0) return { ok: false, trouble: { file, problems } };
    maxWarnings = config.maxWarnings ?? maxWarnings;
    for (const target of config.targets) targets.set(target.name, target);
  }
  return { ok: true, value: { layers, maxWarnings, targets: [...targets.values()] } };
}

function fitting(config: Config, part: ConfigPart, problems: Problem[]): ConfigLayer['fits'] {
  if (part.files === undefined) return () => true;
  const matchers = part.files.flatMap((pattern, i) => {
    // A bare name is of files in any folder.
    const matcher = globMatcher(pattern.includes('/') ? pattern : `**/${pattern}`);
    if (matcher !== undefined) return matcher;
    const where = config.locate([...part.path, 'files', i]);
    problems.push(say.at(where, 'pattern-too-wide', { pattern: pattern.slice(0, 80) }));
    return [];
  });
  return (path) => matchers.some((matches) => matches(path));
}

/** Rules, presets and options that do not exist are told of the configuration, not of every design. */
function mistakenSettings(config: Config, layers: readonly ConfigLayer[]): readonly Problem[] {
  const known = layers.flatMap(({ part }) => part.own);
  return config.parts.flatMap((part) => {
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
}

/** A design's own settings, with those of the configuration under them. */
export function lintUnder(layers: readonly ConfigLayer[], own: LintSettings): LintSettings {
  if (layers.length === 0) return own;
  const usual = emptyDesign.lint.preset;
  const preset =
    own.preset === usual
      ? (layers.findLast(({ part }) => part.preset !== undefined)?.part.preset ?? usual)
      : own.preset;
  const rules: Record<string, LintSettings['rules'][string]> = {};
  for (const each of [...layers.map(({ part }) => part.rules), own.rules])
    for (const [id, setting] of Object.entries(each)) rules[id] = { ...rules[id], ...setting };
  const byId = new Map(
    [...layers.flatMap(({ part }) => part.own), ...(own.own ?? [])].map((rule) => [rule.id, rule]),
  );
  return { preset, rules, ...(byId.size === 0 ? {} : { own: [...byId.values()] }) };
}

/** The limits of the configuration alone. */
export const limitsOf = (layers: readonly ConfigLayer[]): Budget['limits'] =>
  Object.assign({}, ...layers.map(({ part }) => part.limits)) as Budget['limits'];

/** The layer whose baseline holds. */
export const baselineLayer = (layers: readonly ConfigLayer[]): ConfigLayer | undefined =>
  layers.findLast(({ part }) => part.baseline !== undefined);

/** Which file says something that holds for a design; undefined where that is the design itself, or nobody. */
export interface ConfigSources {
  readonly preset: string | undefined;
  readonly rules: Readonly<Record<string, string>>;
  readonly own: Readonly<Record<string, string>>;
  readonly limits: Readonly<Partial<Record<Quantity, string>>>;
  readonly baseline: string | undefined;
}

/** Where everything comes from that a configuration says of a design, and that the design does not say itself. */
export function sourcesOf(
  layers: readonly ConfigLayer[],
  { lint, budget }: { readonly lint: LintSettings; readonly budget: Budget },
): ConfigSources {
  const rules: Record<string, string> = {};
  const own: Record<string, string> = {};
  const limits: Partial<Record<Quantity, string>> = {};
  for (const { part, file } of layers) {
    for (const id of Object.keys(part.rules)) rules[id] = file;
    for (const { id } of part.own) own[id] = file;
    for (const quantity of Object.keys(part.limits) as Quantity[]) limits[quantity] = file;
  }
  for (const id of Object.keys(lint.rules)) delete rules[id];
  for (const { id } of lint.own ?? []) delete own[id];
  for (const quantity of Object.keys(budget.limits) as Quantity[]) delete limits[quantity];
  return {
    preset:
      lint.preset === emptyDesign.lint.preset
        ? layers.findLast(({ part }) => part.preset !== undefined)?.file
        : undefined,
    rules,
    own,
    limits,
    baseline: budget.baseline === undefined ? baselineLayer(layers)?.file : undefined,
  };
}
