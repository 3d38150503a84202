import type { Target } from '../../analysis/targets.ts';
import { failAll, messages, type Problem, type Result, succeed, type Where } from '../../base/problem.ts';
import type { Budget, LintSettings } from '../../graph/design.ts';
import type { OwnRule } from '../../graph/own-rules.ts';
import type { Json } from '../../schema/codec.ts';
import { MAX_FILE_LENGTH } from '../spec/format.ts';
import { parseJsonSource } from '../spec/json-source.ts';
import type { Path } from '../spec/path.ts';
import { parseLimit } from '../spec/quantity.ts';
import { readBudget, readLint } from '../spec/read-settings.ts';
import { isObject, Reading } from '../spec/reading.ts';

export const say = messages('formats/config/read', {
  'list-at-most': 'a list of at most {{most}}',
  'targets-at-most': 'an object from names to targets, at most {{most}}',
  size: 'a number of bytes or a size such as "512KiB"',
  rate: 'a number above 0, in 10⁹ a second',
  'target-name': [
    'A target needs a name of at most {{most}} characters without spaces, commas and colons.',
    'Call it as it is to be typed: "our-board".',
  ],
  'target-empty': [
    'Nothing is said of the target {{name}}.',
    'Give it "memory" and "storage", or the rates "gigaflops" and "gigabytesPerSecond".',
  ],
  'key-missing': ['An override needs "files".', 'Say which it is for: "files": "designs/*.json".'],
  'whole-number-from': 'a whole number from 0',
  'config-empty': ['The file is empty.', 'A configuration starts as {"lint": {"preset": "recommended"}}.'],
  'config-comment': [
    'Comments are not part of JSON.',
    'Leave it out; why a rule is off can be said by whoever silences it.',
  ],
  'config-too-large': [
    'The file holds more, or nests deeper, than a configuration needs.',
    'Divide it into several, and name them in "extends".',
  ],
});

export const configKeys = [
  '$schema',
  'extends',
  'maxWarnings',
  'lint',
  'budget',
  'targets',
  'overrides',
] as const;
export const overrideKeys = ['files', 'lint', 'budget'] as const;
export const MAX_EXTENDED = 20;
export const MAX_OVERRIDES = 1_000;
export const MAX_FILE_PATTERNS = 100;
export const MAX_TARGETS = 100;
const MAX_TARGET_NAME = 64;

/** What a configuration says of designs: of all, or of those that patterns name. */
export interface ConfigPart {
  /** Undefined: of all. */
  readonly files: readonly string[] | undefined;
  readonly preset: string | undefined;
  readonly rules: LintSettings['rules'];
  readonly own: readonly OwnRule[];
  readonly limits: Budget['limits'];
  /** The design that shares are of, as FILE or zoo:NAME. */
  readonly baseline: string | undefined;
  /** Where it stands in its file. */
  readonly path: Path;
}

export interface Config {
  /** Files or packages, each over those before it and under this one. */
  readonly extended: readonly string[];
  readonly maxWarnings: number | undefined;
  /** Boards and devices that designs are for, by name. */
  readonly targets: readonly Target[];
  /** Later ones over earlier ones. */
  readonly parts: readonly ConfigPart[];
  readonly locate: (path: Path) => Where;
}

/** Reads the text of a configuration; fails with every mistake in it, each with its place. */
export function readConfig(text: string): Result<Config> {
  const source = parseJsonSource(text);
  if (!source.ok) return failAll(source.problems.map(ofConfig));
  const { json, locate } = source.value;
  const reading = new Reading(locate);
  const fields = reading.object(json, [], 'A configuration', configKeys);
  if (fields === undefined) return failAll(reading.problems);
  reading.text(fields.$schema, ['$schema'], '$schema', MAX_FILE_LENGTH, '');
  const config: Config = {
    extended: readTexts(
      reading,
      fields.extends,
      ['extends'],
      'a file or package, or a list of them',
      MAX_EXTENDED,
    ),
    maxWarnings: readCount(reading, fields.maxWarnings, ['maxWarnings']),
    targets: readTargets(reading, fields.targets),
    parts: [
      readPart(reading, fields.lint, fields.budget, [], undefined),
      ...readOverrides(reading, fields.overrides),
    ],
    locate,
  };
  return reading.isFine ? succeed(config) : failAll(reading.problems);
}

/** What is said of files in general, of a configuration. */
function ofConfig(problem: Problem): Problem {
  switch (problem.code) {
    case 'json-empty':
      return say.at(problem.where, 'config-empty');
    case 'json-comment':
      return say.at(problem.where, 'config-comment');
    case 'json-too-deep':
    case 'json-too-many-values':
    case 'file-too-large':
      return say.at(problem.where, 'config-too-large');
    default:
      return problem;
  }
}

function readOverrides(reading: Reading, json: Json | undefined): readonly ConfigPart[] {
  if (json === undefined) return [];
  if (!Array.isArray(json) || json.length > MAX_OVERRIDES) {
    reading.wrongType(['overrides'], 'overrides', say.part('list-at-most', { most: MAX_OVERRIDES }), json);
    return [];
  }
  return (json as readonly Json[]).flatMap((item, i) => {
    const path: Path = ['overrides', i];
    const fields = reading.object(item, path, 'An override', overrideKeys);
    if (fields === undefined) return [];
    const files = readTexts(
      reading,
      fields.files,
      [...path, 'files'],
      'a pattern such as "designs/*.json", or a list of them',
      MAX_FILE_PATTERNS,
    );
    if (fields.files === undefined) reading.report(path, say('key-missing'));
    return [readPart(reading, fields.lint, fields.budget, path, files)];
  });
}

function readPart(
  reading: Reading,
  lint: Json | undefined,
  budget: Json | undefined,
  path: Path,
  files: readonly string[] | undefined,
): ConfigPart {
  const settings = readLint(reading, lint, [...path, 'lint']);
  // Here a baseline is a file; in a spec it is a design.
  const { baseline, ...limits } = budget !== undefined && isObject(budget) ? budget : { baseline: undefined };
  const at = [...path, 'budget'];
  return {
    files,
    preset: lint !== undefined && isObject(lint) && lint.preset !== undefined ? settings.preset : undefined,
    rules: settings.rules,
    own: settings.own ?? [],
    limits: readBudget(reading, budget !== undefined && isObject(budget) ? limits : budget, at, new Map())
      .limits,
    baseline:
      baseline === undefined
        ? undefined
        : reading.text(baseline, [...at, 'baseline'], 'The baseline', MAX_FILE_LENGTH, ''),
    path,
  };
}

/** What a target is said to have: sizes as a budget has them, rates in 10⁹ a second. */
const targetSizes = { memory: 'memoryBytes', storage: 'storageBytes' } as const;
const targetRates = ['gigaflops', 'gigabytesPerSecond'] as const;
export const targetKeys = ['memory', 'storage', ...targetRates] as const;

function readTargets(reading: Reading, json: Json | undefined): readonly Target[] {
  if (json === undefined) return [];
  if (!isObject(json) || Object.keys(json).length > MAX_TARGETS) {
    reading.wrongType(['targets'], 'targets', say.part('targets-at-most', { most: MAX_TARGETS }), json);
    return [];
  }
  return Object.entries(json).flatMap(([name, said]) => {
    const path: Path = ['targets', name];
    if (!isTargetName(name)) reading.report(path, say('target-name', { most: MAX_TARGET_NAME }));
    const fields = reading.object(said, path, 'A target', targetKeys);
    if (fields === undefined) return [];
    const found: { -readonly [key in keyof Target]: Target[key] } = { name };
    for (const [key, member] of Object.entries(targetSizes)) {
      const size = fields[key];
      if (size === undefined) continue;
      const bytes = sizeOf(size);
      if (bytes === undefined) reading.wrongType([...path, key], key, say.part('size'), size);
      else found[member as 'memoryBytes'] = bytes;
    }
    for (const key of targetRates) {
      const rate = fields[key];
      if (rate === undefined) continue;
      if (typeof rate === 'number' && rate > 0) found[key] = rate;
      else reading.wrongType([...path, key], key, say.part('rate'), rate);
    }
    if (Object.keys(found).length === 1) reading.report(path, say('target-empty', { name }));
    return [found];
  });
}

/** Names are typed at a command, where commas part sizes. */
const isTargetName = (name: string): boolean => name.length <= MAX_TARGET_NAME && /^[^\s,:]+$/.test(name);

function sizeOf(json: Json): number | undefined {
  if (typeof json === 'number') return Number.isSafeInteger(json) && json > 0 ? json : undefined;
  const limit = typeof json === 'string' ? parseLimit(json, 'memory') : undefined;
  return limit?.kind === 'absolute' && limit.max > 0 ? limit.max : undefined;
}

function readTexts(
  reading: Reading,
  json: Json | undefined,
  path: Path,
  what: string,
  most: number,
): readonly string[] {
  if (json === undefined) return [];
  const items: readonly Json[] = Array.isArray(json) ? json : [json];
  const texts = items.filter(
    (item): item is string => typeof item === 'string' && item !== '' && item.length <= MAX_FILE_LENGTH,
  );
  if (texts.length === items.length && texts.length <= most) return texts;
  reading.wrongType(path, String(path.at(-1)), what, json);
  return [];
}

function readCount(reading: Reading, json: Json | undefined, path: Path): number | undefined {
  if (json === undefined) return undefined;
  if (typeof json === 'number' && Number.isSafeInteger(json) && json >= 0) return json;
  reading.wrongType(path, 'maxWarnings', say.part('whole-number-from'), json);
  return undefined;
}

/** A problem of a part's settings, told with the place of the part. */
export function problemIn(config: Config, part: ConfigPart, problem: Problem, within: Path): Problem {
  return { ...problem, where: { ...problem.where, ...config.locate([...part.path, ...within]) } };
}
