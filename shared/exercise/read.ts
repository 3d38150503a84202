import { failAll, messages, type Problem, type Result, succeed } from '../base/problem.ts';
import { MAX_FILE_LENGTH, MAX_NAME_LENGTH } from '../formats/spec/format.ts';
import { parseJsonSource } from '../formats/spec/json-source.ts';
import type { Path } from '../formats/spec/path.ts';
import { parseLimit } from '../formats/spec/quantity.ts';
import { readSpecObject } from '../formats/spec/read.ts';
import { isObject, type JsonObject, Reading } from '../formats/spec/reading.ts';
import { type Design, emptyDesign } from '../graph/design.ts';
import { languageNames } from '../languages/names.ts';
import type { Json } from '../schema/codec.ts';
import { zooEntry } from '../zoo/index.ts';
import {
  type Bound,
  type Cell,
  type Check,
  EXERCISE_VERSION,
  type Exercise,
  figureNames,
  MAX_CELLS,
  MAX_CHECKS,
  MAX_HINTS,
  MAX_TASK_LENGTH,
  type Measure,
  measures,
  type Table,
  type Told,
} from './exercise.ts';

export const say = messages('exercise/read', {
  'not-an-exercise': [
    'This JSON is not an exercise of version {{version}}.',
    'Begin it with "exercise": {{version}}; `netwright schema --exercise` prints the form.',
  ],
  'key-missing': ['An exercise needs "{{key}}".', 'Write it.'],
  'no-task': [
    'An exercise needs something to be judged by.',
    'Give it "checks", "keepShapes" or a "table" with hidden cells.',
  ],
  'unknown-network': ['There is no published network {{name}}.', '`netwright zoo` lists them.'],
  'no-layer': ['The start design has no layer {{node}}.', 'Name one of its nodes.'],
  'no-bound': ['A check needs "atLeast" or "atMost".', 'Write one, such as "atMost": "-30%".'],
  'list-at-most': 'a list of at most {{most}}',
  'text-or-languages': 'text, or an object with texts by language, of {{known}}',
  'a-start': 'a spec, or zoo:NAME',
  'a-measure': 'one of {{known}}',
  'a-bound': 'a number, a short form such as "15.5G" or "12MiB", or a change such as "-30%" or "+5%"',
  'a-cell': 'a layer and a figure such as "conv1.macs"; figures are {{known}}',
  'yes-or-no': 'true or false',
});

export const exerciseKeys = [
  '$schema',
  'exercise',
  'title',
  'task',
  'start',
  'keepShapes',
  'checks',
  'table',
  'hints',
] as const;
export const checkKeys = ['measure', 'atLeast', 'atMost'] as const;
export const tableKeys = ['rows', 'hidden'] as const;

/** Reads an exercise; fails with every mistake in it, each with its place. Its start design is read as a spec is. */
export function readExercise(text: string): Result<Exercise> {
  const source = parseJsonSource(text);
  if (!source.ok) return source;
  const { json, locate } = source.value;
  const reading = new Reading(locate);
  if (!isObject(json) || json.exercise !== EXERCISE_VERSION) {
    reading.report([], say('not-an-exercise', { version: EXERCISE_VERSION }));
    return failAll(reading.problems);
  }
  const fields = reading.object(json, [], 'An exercise', exerciseKeys) ?? {};
  reading.text(fields.$schema, ['$schema'], '$schema', MAX_FILE_LENGTH, '');
  for (const key of ['title', 'task', 'start'])
    if (fields[key] === undefined) reading.report([], say('key-missing', { key }));
  const { start, problems } = readStart(reading, fields.start);
  const exercise: Exercise = {
    title: readTold(reading, fields.title, ['title'], MAX_NAME_LENGTH),
    task: readTold(reading, fields.task, ['task'], MAX_TASK_LENGTH),
    hints: list(reading, fields.hints, ['hints'], MAX_HINTS).map((hint, i) =>
      readTold(reading, hint, ['hints', i], MAX_TASK_LENGTH),
    ),
    start,
    keepShapes: readFlag(reading, fields.keepShapes, ['keepShapes']),
    checks: list(reading, fields.checks, ['checks'], MAX_CHECKS).flatMap((check, i) =>
      readCheck(reading, check, ['checks', i]),
    ),
    table: readTable(reading, fields.table, start),
  };
  if (!exercise.keepShapes && exercise.checks.length === 0 && exercise.table === undefined)
    reading.report([], say('no-task'));
  const all = [...problems, ...reading.problems];
  return all.length === 0 ? succeed(exercise) : failAll(all);
}

function readStart(
  reading: Reading,
  json: Json | undefined,
): { readonly start: Design; readonly problems: readonly Problem[] } {
  const nothing = { start: emptyDesign, problems: [] };
  if (json === undefined) return nothing;
  if (typeof json === 'string' && json.startsWith('zoo:')) {
    const entry = zooEntry(json.slice('zoo:'.length));
    if (entry) return { start: entry.build(), problems: [] };
    reading.report(['start'], say('unknown-network', { name: JSON.stringify(json.slice(0, 64)) }));
    return nothing;
  }
  if (!isObject(json)) {
    reading.wrongType(['start'], 'start', say.part('a-start'), json);
    return nothing;
  }
  const read = readSpecObject(json);
  return read.ok ? { start: read.value, problems: [] } : { start: emptyDesign, problems: read.problems };
}

function readTold(reading: Reading, json: Json | undefined, path: Path, most: number): Told {
  const what = String(path[0]);
  if (json === undefined || typeof json === 'string') return { en: reading.text(json, path, what, most, '') };
  if (!isObject(json) || json.en === undefined) {
    reading.wrongType(path, what, say.part('text-or-languages', { known: languageNames.join(', ') }), json);
    return { en: '' };
  }
  const fields = reading.object(json, path, what, languageNames) ?? {};
  const texts = languageNames
    .filter((language) => fields[language] !== undefined)
    .map((language) => [language, reading.text(fields[language], [...path, language], what, most, '')]);
  return { en: '', ...Object.fromEntries(texts) };
}

function list(reading: Reading, json: Json | undefined, path: Path, most: number): readonly Json[] {
  if (json === undefined) return [];
  if (Array.isArray(json) && json.length <= most) return json as readonly Json[];
  reading.wrongType(path, String(path.at(-1)), say.part('list-at-most', { most }), json);
  return [];
}

function readFlag(reading: Reading, json: Json | undefined, path: Path): boolean {
  if (json === undefined || typeof json === 'boolean') return json ?? false;
  reading.wrongType(path, String(path.at(-1)), say.part('yes-or-no'), json);
  return false;
}

const isMeasure = (json: Json | undefined): json is Measure =>
  typeof json === 'string' && Object.hasOwn(measures, json);

function readCheck(reading: Reading, json: Json, path: Path): readonly Check[] {
  const fields = reading.object(json, path, 'A check', checkKeys);
  if (!fields) return [];
  const { measure } = fields;
  if (!isMeasure(measure)) {
    const known = Object.keys(measures).join(', ');
    reading.wrongType([...path, 'measure'], 'measure', say.part('a-measure', { known }), measure ?? null);
    return [];
  }
  const [atLeast, atMost] = (['atLeast', 'atMost'] as const).map((key) =>
    readBound(reading, fields, key, measure, path),
  );
  if (fields.atLeast === undefined && fields.atMost === undefined) reading.report(path, say('no-bound'));
  return [{ measure, ...(atLeast ? { atLeast } : {}), ...(atMost ? { atMost } : {}) }];
}

const CHANGE = /^([+−-])(\d{1,6}(?:\.\d{1,6})?) ?%$/;

function readBound(
  reading: Reading,
  fields: JsonObject,
  key: 'atLeast' | 'atMost',
  measure: Measure,
  path: Path,
): Bound | undefined {
  const json = fields[key];
  if (json === undefined) return undefined;
  if (typeof json === 'number' && json >= 0) return { kind: 'figure', value: json };
  if (typeof json === 'string') {
    const change = CHANGE.exec(json);
    if (change) return { kind: 'change', percent: (change[1] === '+' ? 1 : -1) * Number(change[2]) };
    const figure = parseLimit(json, measures[measure].unit === 'bytes' ? 'memory' : 'macs');
    if (figure?.kind === 'absolute') return { kind: 'figure', value: figure.max };
  }
  reading.wrongType([...path, key], key, say.part('a-bound'), json);
  return undefined;
}

function readTable(reading: Reading, json: Json | undefined, start: Design): Table | undefined {
  if (json === undefined) return undefined;
  const fields = reading.object(json, ['table'], 'A table', tableKeys);
  if (!fields) return undefined;
  const known = (node: string, path: Path): boolean => {
    const there = Object.hasOwn(start.nodes, node);
    if (!there) reading.report(path, say('no-layer', { node: JSON.stringify(node.slice(0, 64)) }));
    return there;
  };
  const rows = list(reading, fields.rows, ['table', 'rows'], MAX_CELLS).flatMap((row, i) => {
    const path: Path = ['table', 'rows', i];
    const node = reading.text(row, path, 'A row', MAX_NAME_LENGTH, '');
    return known(node, path) ? [node] : [];
  });
  const hidden = list(reading, fields.hidden, ['table', 'hidden'], MAX_CELLS).flatMap((cell, i) => {
    const path: Path = ['table', 'hidden', i];
    const read = cellOf(cell);
    if (read) return known(read.node, path) ? [read] : [];
    reading.wrongType(path, 'A hidden cell', say.part('a-cell', { known: figureNames.join(', ') }), cell);
    return [];
  });
  return { rows, hidden };
}

/** `layer1.0.macs` is of the layer `layer1.0`. */
function cellOf(json: Json): Cell | undefined {
  if (typeof json !== 'string') return undefined;
  const dot = json.lastIndexOf('.');
  const figure = figureNames.find((name) => name === json.slice(dot + 1));
  return dot > 0 && figure ? { node: json.slice(0, dot), figure } : undefined;
}
