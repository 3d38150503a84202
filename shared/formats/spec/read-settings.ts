import {
  type Baseline,
  type Budget,
  emptyDesign,
  type Limit,
  type LintSettings,
  type Quantity,
  quantities,
  type Severity,
} from '../../graph/design.ts';
import type { Json } from '../../schema/codec.ts';
import type { ParamValue } from '../../schema/params.ts';
import { baselineKeys, budgetKeys, lintKeys, MAX_NAME_LENGTH, ruleKeys, rulePattern } from './format.ts';
import type { Path } from './path.ts';
import { limitForms, parseLimit } from './quantity.ts';
import { plainNodes, readBlocks } from './read-blocks.ts';
import { type LayerVersions, readNodes } from './read-nodes.ts';
import { readWires } from './read-wires.ts';
import { brief, isObject, nearestOf, type Reading } from './reading.ts';

export const severities = ['error', 'warning', 'info', 'off'] as const satisfies readonly Severity[];

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
  const limit = typeof json === 'string' ? parseLimit(json, quantity) : undefined;
  if (limit === undefined) reading.wrongType(path, `The limit on ${quantity}`, limitForms(quantity), json);
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
    reading.report(path, 'key-missing', 'A baseline needs its "nodes".', 'Pin a design as the baseline.');
    return undefined;
  }
  const read = readNodes(reading, fields.nodes, [...path, 'nodes'], versions);
  const wires = readWires(reading, read);
  const blocks = readBlocks(reading, fields.blocks, [...path, 'blocks'], versions, read);
  return { name, nodes: plainNodes(read.nodes), wires, blocks };
}

export function readLint(reading: Reading, json: Json | undefined, path: Path): LintSettings {
  const fields = json === undefined ? undefined : reading.object(json, path, 'lint', lintKeys);
  if (fields === undefined) return emptyDesign.lint;
  const at = [...path, 'preset'];
  const preset = reading.text(fields.preset, at, 'The preset', MAX_NAME_LENGTH, emptyDesign.lint.preset);
  const rules = fields.rules === undefined ? {} : fields.rules;
  if (!isObject(rules)) {
    reading.wrongType([...path, 'rules'], 'rules', 'an object from rule ids to severities', rules);
    return { preset, rules: {} };
  }
  const entries = Object.entries(rules).map(
    ([rule, setting]) => [rule, readRule(reading, rule, setting, [...path, 'rules', rule])] as const,
  );
  return { preset, rules: Object.fromEntries(entries) };
}

function readRule(reading: Reading, rule: string, json: Json, path: Path): LintSettings['rules'][string] {
  if (!rulePattern.test(rule)) {
    reading.report(
      path,
      'bad-rule-id',
      `${brief(rule)} cannot be the id of a rule.`,
      'Rule ids are kebab-case, such as "vgg-conv-3x3".',
    );
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

function readSeverity(reading: Reading, json: Json, path: Path): Severity {
  const severity = severities.find((known) => known === json);
  if (severity !== undefined) return severity;
  const near = typeof json === 'string' ? nearestOf(json, severities) : undefined;
  reading.report(
    path,
    'bad-severity',
    `A severity is one of ${severities.join(', ')}; got ${brief(json)}.`,
    near === undefined ? 'Write one of them.' : `Did you mean "${near}"?`,
  );
  return 'off';
}

/** Options as they stand: the rule that they are for checks them when it runs. */
function readOptions(
  reading: Reading,
  json: Json | undefined,
  path: Path,
): Readonly<Record<string, ParamValue>> | undefined {
  if (json === undefined) return undefined;
  if (!isObject(json)) {
    reading.wrongType(path, 'options', 'an object', json);
    return undefined;
  }
  const entries = Object.entries(json).flatMap(([name, value]) => {
    if (isParamValue(value)) return [[name, value] as const];
    reading.wrongType(
      [...path, name],
      `The option "${name}"`,
      'a number, text, true, false or a list of numbers',
      value,
    );
    return [];
  });
  return Object.fromEntries(entries);
}

function isParamValue(json: Json): json is ParamValue {
  if (Array.isArray(json)) return json.every((item) => typeof item === 'number' && Number.isFinite(item));
  if (typeof json === 'number') return Number.isFinite(json);
  return typeof json === 'string' || typeof json === 'boolean';
}

/** Positions of existing nodes; those left behind by nodes that are gone mean nothing and are passed over. */
