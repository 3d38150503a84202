import { messages } from '../../base/problem.ts';
import {
  type Baseline,
  type Budget,
  emptyDesign,
  type Limit,
  type LintSettings,
  type Quantity,
  quantities,
} from '../../graph/design.ts';
import type { Json } from '../../schema/codec.ts';
import type { ParamValue } from '../../schema/params.ts';
import { baselineKeys, budgetKeys, lintKeys, MAX_NAME_LENGTH, ruleKeys, rulePattern } from './format.ts';
import type { Path } from './path.ts';
import { bareShare, budgetLimitPart, parseBudgetLimit } from './quantity.ts';
import { plainNodes, readBlocks } from './read-blocks.ts';
import { type LayerVersions, readNodes } from './read-nodes.ts';
import { readBatch, readNumbers } from './read-numbers.ts';
import { readOwnRules } from './read-own-rules.ts';
import { isParamValue, readSeverity } from './read-values.ts';
import { readWires } from './read-wires.ts';
import { brief, isObject, type Reading } from './reading.ts';

export const say = messages('formats/spec/read-settings', {
  'share-without-sign': [
    'The limit on {{quantity}} does not say which way {{given}} goes.',
    'Write "+{{share}}" for at most so much more than the baseline, or "±{{share}}" for so much more or less.',
  ],
  'key-missing': ['A baseline needs its "nodes".', 'Pin a design as the baseline.'],
  'object-from-rule': 'an object from rule ids to severities',
  'bad-rule-id': ['{{rule}} cannot be the id of a rule.', 'Rule ids are kebab-case, such as "vgg-conv-3x3".'],
  object: 'an object',
  'number-text-true': 'a number, text, true, false or a list of numbers',
  'limit-on': 'The limit on {{quantity}}',
  'the-option': 'The option "{{name}}"',
});

export function readBudget(
  reading: Reading,
  json: Json | undefined,
  path: Path,
  versions: LayerVersions,
): Budget {
  const fields = json === undefined ? undefined : reading.object(json, path, 'The budget', budgetKeys);
  if (fields === undefined) return emptyDesign.budget;
  const limits: Partial<Record<Quantity, Limit>> = {};
  for (const quantity of quantities) {
    const limit = readLimit(reading, fields[quantity], [...path, quantity], quantity);
    if (limit !== undefined) limits[quantity] = limit;
  }
  const baseline = readBaseline(reading, fields.baseline, [...path, 'baseline'], versions);
  return baseline === undefined ? { limits } : { limits, baseline };
}

function readLimit(
  reading: Reading,
  json: Json | undefined,
  path: Path,
  quantity: Quantity,
): Limit | undefined {
  if (json === undefined) return undefined;
  if (typeof json === 'number' && Number.isFinite(json) && json >= 0) return { kind: 'absolute', max: json };
  const limit = typeof json === 'string' ? parseBudgetLimit(json, quantity) : undefined;
  if (typeof json === 'string' && bareShare(json) !== undefined) {
    reading.report(path, () => say('share-without-sign', { quantity, given: brief(json), share: json }));
    return undefined;
  }
  if (limit === undefined)
    reading.wrongType(path, say.part('limit-on', { quantity }), budgetLimitPart(quantity), json);
  return limit;
}

function readBaseline(
  reading: Reading,
  json: Json | undefined,
  path: Path,
  versions: LayerVersions,
): Baseline | undefined {
  const fields = json === undefined ? undefined : reading.object(json, path, 'The baseline', baselineKeys);
  if (fields === undefined) return undefined;
  const name = reading.text(fields.name, [...path, 'name'], 'The name', MAX_NAME_LENGTH, 'Baseline');
  if (fields.nodes === undefined) {
    reading.report(path, () => say('key-missing'));
    return undefined;
  }
  const read = readNodes(reading, fields.nodes, [...path, 'nodes'], versions);
  const wires = readWires(reading, read);
  const blocks = readBlocks(reading, fields.blocks, [...path, 'blocks'], versions, read);
  return {
    name,
    nodes: plainNodes(read.nodes),
    wires,
    blocks,
    numbers: readNumbers(reading, fields.numbers, [...path, 'numbers']),
    batch: readBatch(reading, fields.batch, [...path, 'batch']),
  };
}

export function readLint(reading: Reading, json: Json | undefined, path: Path): LintSettings {
  const fields = json === undefined ? undefined : reading.object(json, path, 'lint', lintKeys);
  if (fields === undefined) return emptyDesign.lint;
  const at = [...path, 'preset'];
  const preset = reading.text(fields.preset, at, 'The preset', MAX_NAME_LENGTH, emptyDesign.lint.preset);
  const own = readOwnRules(reading, fields.own, [...path, 'own']);
  const rules = fields.rules === undefined ? {} : fields.rules;
  if (!isObject(rules)) {
    reading.wrongType([...path, 'rules'], 'rules', say.part('object-from-rule'), rules);
    return { preset, rules: {}, ...(own.length === 0 ? {} : { own }) };
  }
  const entries = Object.entries(rules).map(
    ([rule, setting]) => [rule, readRule(reading, rule, setting, [...path, 'rules', rule])] as const,
  );
  return { preset, rules: Object.fromEntries(entries), ...(own.length === 0 ? {} : { own }) };
}

function readRule(reading: Reading, rule: string, json: Json, path: Path): LintSettings['rules'][string] {
  if (!rulePattern.test(rule)) {
    reading.report(path, () => say('bad-rule-id', { rule: brief(rule) }));
  }
  if (typeof json === 'string') return { severity: readSeverity(reading, json, path) };
  const fields = reading.object(json, path, 'A rule setting', ruleKeys);
  if (fields === undefined) return {};
  const severity = fields.severity;
  const options = readOptions(reading, fields.options, [...path, 'options']);
  return {
    ...(severity === undefined ? {} : { severity: readSeverity(reading, severity, [...path, 'severity']) }),
    ...(options === undefined ? {} : { options }),
  };
}

/** Options as they stand: the rule that they are for checks them when it runs. */
function readOptions(
  reading: Reading,
  json: Json | undefined,
  path: Path,
): Readonly<Record<string, ParamValue>> | undefined {
  if (json === undefined) return undefined;
  if (!isObject(json)) {
    reading.wrongType(path, 'options', say.part('object'), json);
    return undefined;
  }
  const entries = Object.entries(json).flatMap(([name, value]) => {
    if (isParamValue(value)) return [[name, value] as const];
    reading.wrongType([...path, name], say.part('the-option', { name }), say.part('number-text-true'), value);
    return [];
  });
  return Object.fromEntries(entries);
}
