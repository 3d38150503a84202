import { messages } from '../../base/problem.ts';
import {
  MAX_EXPRESSION_LENGTH,
  MAX_MESSAGE_LENGTH,
  MAX_OWN_RULES,
  MAX_PATTERNS,
  type OwnRule,
  type RuleSelector,
  selectKeys,
  usualSeverity,
} from '../../graph/own-rules.ts';
import type { Json } from '../../schema/codec.ts';
import { fixKeys, MAX_NAME_LENGTH, ownRuleKeys, rulePattern } from './format.ts';
import type { Path } from './path.ts';
import { isParamValue, readSeverity } from './read-values.ts';
import { brief, isShort, type Reading } from './reading.ts';

export const say = messages('formats/spec/read-own-rules', {
  'list-at-most': 'a list of at most {{most}} rules',
  'duplicate-id': [
    'Two rules are called "{{id}}"; the other is own[{{first}}].',
    'Give one of them another id.',
  ],
  'key-missing': ['A rule needs {{what}}.', 'Write it as "{{key}}".'],
  'bad-rule-id': ['{{given}} cannot be the id of a rule.', 'Rule ids are kebab-case, such as "wide-enough".'],
  'pattern-such-as': 'a pattern such as "conv*", or a list of them',
  'name-parameter': 'the name of a parameter',
  'value-for-parameter': 'a value for the parameter',
});

/** Design rules of one's own, as they stand: whether an expression means anything is for whoever works it out. */
export function readOwnRules(reading: Reading, json: Json | undefined, path: Path): readonly OwnRule[] {
  if (json === undefined) return [];
  if (!Array.isArray(json) || json.length > MAX_OWN_RULES) {
    reading.wrongType(path, 'own', say.part('list-at-most', { most: MAX_OWN_RULES }), json);
    return [];
  }
  const places = new Map<string, number>();
  return (json as readonly Json[]).flatMap((item, i) => {
    const rule = readOwnRule(reading, item, [...path, i]);
    if (rule === undefined) return [];
    const first = places.get(rule.id);
    if (first === undefined) places.set(rule.id, i);
    else reading.report([...path, i, 'id'], () => say('duplicate-id', { id: rule.id, first }));
    return [rule];
  });
}

function readOwnRule(reading: Reading, json: Json, path: Path): OwnRule | undefined {
  const fields = reading.object(json, path, 'A rule', ownRuleKeys);
  if (fields === undefined) return undefined;
  const { id, severity } = fields;
  const required = (key: 'when' | 'message', what: string, most: number): string => {
    const value = fields[key];
    if (value === undefined || value === '')
      reading.report([...path, ...(value === undefined ? [] : [key])], () =>
        say('key-missing', { what, key }),
      );
    return reading.text(value, [...path, key], `"${key}"`, most, '');
  };
  if (typeof id !== 'string' || !rulePattern.test(id)) {
    reading.report([...path, ...(id === undefined ? [] : ['id'])], () =>
      say('bad-rule-id', { given: brief(id ?? null) }),
    );
    return undefined;
  }
  const fix = readFix(reading, fields.fix, [...path, 'fix']);
  return {
    id,
    select: readSelector(reading, fields.select, [...path, 'select']),
    when: required('when', 'the expression that breaks it', MAX_EXPRESSION_LENGTH),
    message: required('message', 'the message that it tells', MAX_MESSAGE_LENGTH),
    severity: severity === undefined ? usualSeverity : readSeverity(reading, severity, [...path, 'severity']),
    ...(fix === undefined ? {} : { fix }),
  };
}

function readSelector(reading: Reading, json: Json | undefined, path: Path): RuleSelector {
  const fields = json === undefined ? undefined : reading.object(json, path, 'select', selectKeys);
  const entries = selectKeys.flatMap((key) => {
    const value = fields?.[key];
    if (value === undefined) return [];
    const patterns = Array.isArray(value) ? (value as readonly Json[]) : [value];
    const texts = patterns.filter(
      (each): each is string => typeof each === 'string' && each !== '' && isShort(each, MAX_NAME_LENGTH),
    );
    if (texts.length < patterns.length || texts.length === 0 || texts.length > MAX_PATTERNS) {
      reading.wrongType([...path, key], `"${key}"`, say.part('pattern-such-as'), value);
      return [];
    }
    return [[key, Array.isArray(value) ? texts : texts[0]!] as const];
  });
  return Object.fromEntries(entries);
}

function readFix(reading: Reading, json: Json | undefined, path: Path): OwnRule['fix'] {
  const fields = json === undefined ? undefined : reading.object(json, path, 'fix', fixKeys);
  if (fields === undefined) return undefined;
  const { param, value } = fields;
  if (typeof param !== 'string' || param === '' || !isShort(param, MAX_NAME_LENGTH)) {
    reading.wrongType([...path, 'param'], 'param', say.part('name-parameter'), param ?? null);
    return undefined;
  }
  if (value === undefined || !isParamValue(value)) {
    reading.wrongType([...path, 'value'], 'value', say.part('value-for-parameter'), value ?? null);
    return undefined;
  }
  return { param, value };
}
