import type { Phrase } from '../base/messages.ts';
import { type Issue, isIssue, MOST_LISTED, messages } from '../base/problem.ts';
import { unreachable } from '../base/unreachable.ts';
import type { Param, Params, ParamValue, ParamValues } from './params.ts';

export const say = messages('schema/codec', {
  int: 'a whole number from {{min}} to {{max}}',
  float: 'a number between {{min}} and {{max}}',
  flag: 'true or false',
  choice: 'one of {{options}}',
  pair: '{{one}}, or a pair [height, width] of them',
  padding: 'a whole number, [vertical, horizontal] or [top, left, bottom, right]',
  'padding:same': '"same", a whole number, [vertical, horizontal] or [top, left, bottom, right]',
  dims: 'a list of {{least}} to {{most}} positive whole numbers such as [3, 224, 224]',
  ints: 'a list of at most {{most}} whole numbers',
  floats: 'a list of at most {{most}} numbers',
  'floats:positive': 'a list of at most {{most}} numbers above 0',
  text: 'text of at most {{most}} characters',
  'parameter-invalid': [
    '{{title}} must be {{expected}}, got {{given}}.',
    'Set "{{name}}" to {{expected}}; the default is {{usual}}.',
  ],
  'parameter-unknown': ['There is no parameter "{{name}}" here.', 'Remove it, or use one of: {{known}}.'],
});

/** JSON as it stands in a spec. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** Reads the JSON form of one parameter into its canonical value, or says what is wrong with it. */
export function readParam(name: string, p: Param, json: Json): ParamValue | Issue {
  const wrong = (expected: Phrase): Issue =>
    say(
      'parameter-invalid',
      {
        title: p.title,
        expected,
        given: JSON.stringify(json),
        name,
        usual: JSON.stringify(writeParam(p, p.default)),
      },
      { param: name },
    );
  switch (p.kind) {
    case 'int':
      return isInt(json, p.min, p.max) ? json : wrong(intRange(p.min, p.max));
    case 'float':
      return typeof json === 'number' && json >= p.min && json <= p.max
        ? json
        : wrong(say.part('float', { min: p.min, max: p.max }));
    case 'flag':
      return typeof json === 'boolean' ? json : wrong(say.part('flag'));
    case 'choice':
      return p.options.some(({ value }) => value === json)
        ? (json as string)
        : wrong(
            say.part('choice', { options: p.options.map(({ value }) => JSON.stringify(value)).join(', ') }),
          );
    case 'pair': {
      const pair = typeof json === 'number' ? [json, json] : json;
      return isIntList(pair, p.min, p.max) && pair.length === 2
        ? pair
        : wrong(say.part('pair', { one: intRange(p.min, p.max) }));
    }
    case 'padding': {
      if (json === 'same' && p.allowSame) return json;
      const sides = spreadPadding(json);
      return isIntList(sides, 0, p.max) && sides.length === 4
        ? sides
        : wrong(say.part(p.allowSame ? 'padding:same' : 'padding'));
    }
    case 'dims':
      return isIntList(json, 1, MAX_DIM) && json.length >= (p.minRank ?? 1) && json.length <= p.maxRank
        ? json
        : wrong(say.part('dims', { least: p.minRank ?? 1, most: p.maxRank }));
    case 'ints':
      return isIntList(json, p.min, p.max) && json.length <= p.maxLength
        ? json
        : wrong(say.part('ints', { most: p.maxLength }));
    case 'floats':
      return isNumberList(json) &&
        json.length <= p.maxLength &&
        (p.positive !== true || json.every((item) => item > 0))
        ? json
        : wrong(say.part(p.positive === true ? 'floats:positive' : 'floats', { most: p.maxLength }));
    case 'text':
      return typeof json === 'string' && json.length <= p.maxLength
        ? json
        : wrong(say.part('text', { most: p.maxLength }));
    default:
      return unreachable(p);
  }
}

/** The shortest JSON form of a value: `3` for `[3, 3]`, `1` for `[1, 1, 1, 1]`. */
export function writeParam(p: Param, value: ParamValue): Json {
  if (typeof value !== 'object') return value;
  switch (p.kind) {
    case 'pair':
      return value[0] === value[1] ? value[0]! : value;
    case 'padding': {
      const [top, left, bottom, right] = value;
      if (top !== bottom || left !== right) return value;
      return top === left ? top! : [top!, left!];
    }
    default:
      return value;
  }
}

/** How a value reads on a node: `3×3`, `same`, `yes`. */
export function formatParam(p: Param, value: ParamValue): string {
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (p.kind === 'choice') return p.options.find((option) => option.value === value)?.title ?? String(value);
  if (typeof value !== 'object') return String(value);
  if (p.kind === 'pair') return value.join('×');
  if (p.kind === 'dims') return value.join('×');
  const short = writeParam(p, value);
  return typeof short === 'number' ? String(short) : value.join(',');
}

/** JSON Schema (draft 2020-12) of one parameter. */
export function jsonSchemaOf(p: Param): Readonly<Record<string, Json>> {
  const described = { title: p.title, description: p.doc, default: writeParam(p, p.default) };
  const whole = (minimum: number, maximum: number): Record<string, Json> => ({
    type: 'integer',
    minimum,
    maximum,
  });
  const list = (items: Json, minItems: number, maxItems: number): Record<string, Json> => ({
    type: 'array',
    items,
    minItems,
    maxItems,
  });
  switch (p.kind) {
    case 'int':
      return { ...described, ...whole(p.min, p.max) };
    case 'float':
      return { ...described, type: 'number', minimum: p.min, maximum: p.max };
    case 'flag':
      return { ...described, type: 'boolean' };
    case 'choice':
      return { ...described, enum: p.options.map(({ value }) => value) };
    case 'pair':
      return { ...described, oneOf: [whole(p.min, p.max), list(whole(p.min, p.max), 2, 2)] };
    case 'padding': {
      const side = whole(0, p.max);
      const numeric: Json[] = [side, list(side, 2, 2), list(side, 4, 4)];
      return { ...described, oneOf: p.allowSame ? [{ const: 'same' }, ...numeric] : numeric };
    }
    case 'dims':
      return { ...described, ...list(whole(1, MAX_DIM), p.minRank ?? 1, p.maxRank) };
    case 'ints':
      return { ...described, ...list(whole(p.min, p.max), 0, p.maxLength) };
    case 'floats':
      return {
        ...described,
        ...list(
          p.positive === true ? { type: 'number', exclusiveMinimum: 0 } : { type: 'number' },
          0,
          p.maxLength,
        ),
      };
    case 'text':
      return { ...described, type: 'string', maxLength: p.maxLength };
    default:
      return unreachable(p);
  }
}

/** Reads a whole parameter object: missing names take their default, unknown names and wrong values are issues. */
export function readParams(
  params: Params,
  json: Readonly<Record<string, Json>>,
): { readonly values: ParamValues; readonly issues: readonly Issue[] } {
  const values: Record<string, ParamValue> = {};
  const issues: Issue[] = [];
  for (const [name, p] of Object.entries(params)) {
    const given = Object.hasOwn(json, name) ? json[name] : undefined;
    const value = given === undefined ? p.default : readParam(name, p, given);
    if (typeof value === 'object' && isIssue(value)) {
      issues.push(value);
      values[name] = p.default;
    } else values[name] = value;
  }
  const known = Object.keys(params).join(', ') || 'none';
  for (const name of Object.keys(json)) {
    if (Object.hasOwn(params, name)) continue;
    // Beyond those that anybody lists, how many there are is all that is told.
    const last = issues.length > MOST_LISTED ? issues.at(-1) : undefined;
    issues.push(last ?? say('parameter-unknown', { name, known }, { param: name }));
  }
  return { values, issues };
}

/** The values that differ from their defaults, in the order of definition and in their shortest form. */
export function writeParams(params: Params, values: ParamValues): Record<string, Json> {
  const json: Record<string, Json> = {};
  for (const [name, p] of Object.entries(params)) {
    const value = values[name];
    if (value !== undefined && JSON.stringify(value) !== JSON.stringify(p.default))
      json[name] = writeParam(p, value);
  }
  return json;
}

const MAX_DIM = 1 << 28;

function isInt(json: Json | undefined, min: number, max: number): json is number {
  return typeof json === 'number' && Number.isInteger(json) && json >= min && json <= max;
}

function isIntList(json: Json, min: number, max: number): json is readonly number[] {
  return Array.isArray(json) && json.every((item) => isInt(item, min, max));
}

function isNumberList(json: Json): json is readonly number[] {
  return Array.isArray(json) && json.every((item) => typeof item === 'number' && Number.isFinite(item));
}

function intRange(min: number, max: number): Phrase {
  return say.part('int', { min, max });
}

function spreadPadding(json: Json): Json {
  if (typeof json === 'number') return [json, json, json, json];
  if (!Array.isArray(json) || json.length !== 2) return json;
  const [vertical, horizontal] = json as readonly Json[];
  return [vertical ?? null, horizontal ?? null, vertical ?? null, horizontal ?? null];
}
