import { closest } from 'fastest-levenshtein';
import type { Problem } from '../base/problem.ts';
import { messages, placed } from '../base/problem.ts';
import type { LintSettings, Severity } from '../graph/design.ts';
import { type Json, readParams } from '../schema/codec.ts';
import type { ParamValues } from '../schema/params.ts';
import type { AnyRule } from './define.ts';
import { ownRule } from './own/rule.ts';
import { isPresetName, presetNames } from './presets.ts';
import { rules } from './rules.ts';

export const say = messages('lint/settings', {
  'unknown-preset': ['There is no preset "{{preset}}".', 'Did you mean "{{near}}"? Presets: {{known}}.'],
  'unknown-rule': ['There is no rule "{{id}}".', 'Did you mean "{{near}}"?'],
  'duplicate-id': ['A rule that comes with the program is called "{{id}}".', 'Give yours another id.'],
});

/** A rule as a design uses it. */
export interface ActiveRule {
  readonly rule: AnyRule;
  readonly severity: Severity;
  readonly options: ParamValues;
}

export interface ActiveRules {
  readonly active: readonly ActiveRule[];
  readonly problems: readonly Problem[];
}

const readSettings = new WeakMap<LintSettings, ActiveRules>();

/** Every rule with the severity and options that these settings give it. */
export function activeRules(settings: LintSettings): ActiveRules {
  const known = readSettings.get(settings) ?? read(settings);
  readSettings.set(settings, known);
  return known;
}

function read(settings: LintSettings): ActiveRules {
  const problems: Problem[] = [];
  const preset = settings.preset;
  if (!isPresetName(preset)) {
    problems.push(
      say.at({ path: '$.lint.preset' }, 'unknown-preset', {
        preset,
        near: closest(preset.slice(0, 64), presetNames),
        known: presetNames.join(', '),
      }),
    );
  }
  const own = ownRules(settings, problems);
  const known = [...Object.keys(rules), ...(settings.own ?? []).map(({ id }) => id)];
  for (const id of Object.keys(settings.rules)) {
    if (known.includes(id)) continue;
    problems.push(
      say.at({ path: `$.lint.rules.${id}` }, 'unknown-rule', { id, near: closest(id.slice(0, 64), known) }),
    );
  }
  const active = [...Object.values<AnyRule>(rules), ...own.keys()].map((rule): ActiveRule => {
    const setting = Object.hasOwn(settings.rules, rule.id) ? settings.rules[rule.id] : undefined;
    const { values, issues } = readParams(
      rule.options,
      (setting?.options ?? {}) as Readonly<Record<string, Json>>,
    );
    for (const issue of issues)
      problems.push(placed(issue, { path: `$.lint.rules.${rule.id}.options.${issue.param}` }));
    const usual =
      own.get(rule) ?? (isPresetName(preset) && rule.presets.includes(preset) ? rule.severity : 'off');
    return { rule, severity: setting?.severity ?? usual, options: values };
  });
  return { active, problems };
}

/** Rules of one's own that mean something, with their severities; what is wrong with the others is told. */
function ownRules({ own = [] }: LintSettings, problems: Problem[]): ReadonlyMap<AnyRule, Severity> {
  const read = new Map<AnyRule, Severity>();
  for (const [i, each] of own.entries()) {
    const path = `$.lint.own[${i}]`;
    const found = ownRule(each, path);
    if (Object.hasOwn(rules, each.id))
      problems.push(say.at({ path: `${path}.id` }, 'duplicate-id', { id: each.id }));
    else if (found.ok) read.set(found.rule, each.severity);
    else problems.push(...found.problems);
  }
  return read;
}
