import { messages } from '../../base/problem.ts';
import {
  MAX_CLASS_NAME_LENGTH,
  MAX_CLASSES,
  type Preprocessing,
  preprocessingParams,
  type RunSettings,
} from '../../graph/run-settings.ts';
import { type Json, readParams } from '../../schema/codec.ts';
import { runKeys } from './format.ts';
import type { Path } from './path.ts';
import { isObject, isShort, type Reading } from './reading.ts';

export const say = messages('formats/spec/read-run', {
  object: 'an object',
  'list-1-to': 'a list of 1 to {{most}} names',
  'text-at-most': 'text of at most {{most}} characters',
});

/** What running the design takes: how pictures become its input, and what its classes are called. */
export function readRun(reading: Reading, json: Json | undefined, path: Path): RunSettings {
  const fields = json === undefined ? undefined : reading.object(json, path, 'run', runKeys);
  const preprocessing = readPreprocessing(reading, fields?.preprocessing, [...path, 'preprocessing']);
  const classes = readClasses(reading, fields?.classes, [...path, 'classes']);
  return { ...(preprocessing ? { preprocessing } : {}), ...(classes ? { classes } : {}) };
}

function readPreprocessing(reading: Reading, json: Json | undefined, path: Path): Preprocessing | undefined {
  if (json === undefined) return undefined;
  if (!isObject(json)) {
    reading.wrongType(path, 'The preprocessing', say.part('object'), json);
    return undefined;
  }
  const { values, issues } = readParams(preprocessingParams, json);
  for (const issue of issues)
    reading.report(issue.param === undefined ? path : [...path, issue.param], issue);
  // Read by the same table that the type is derived from.
  return values as Preprocessing;
}

function readClasses(reading: Reading, json: Json | undefined, path: Path): readonly string[] | undefined {
  if (json === undefined) return undefined;
  if (!Array.isArray(json) || json.length === 0 || json.length > MAX_CLASSES) {
    reading.wrongType(path, 'The names of the classes', say.part('list-1-to', { most: MAX_CLASSES }), json);
    return undefined;
  }
  return (json as readonly Json[]).map((name, i) => {
    if (typeof name === 'string' && isShort(name, MAX_CLASS_NAME_LENGTH)) return name;
    reading.wrongType(
      [...path, i],
      'The name of a class',
      say.part('text-at-most', { most: MAX_CLASS_NAME_LENGTH }),
      name,
    );
    return '';
  });
}
