import { InvalidArgumentError } from 'commander';
import { closest } from 'fastest-levenshtein';
import { severities } from '../shared/formats/spec/read-values.ts';
import type { LintSettings, Severity } from '../shared/graph/design.ts';
import type { OwnRule } from '../shared/graph/own-rules.ts';
import { rulePageOf } from '../shared/lint/rule-page.ts';
import { rules } from '../shared/lint/rules.ts';
import { activeRules } from '../shared/lint/settings.ts';
import { writeParam } from '../shared/schema/codec.ts';
import { CommandFailure } from './failure.ts';
import { t, tell } from './i18n/language.ts';

export interface GivenRule {
  readonly id: string;
  /** Of a rule that is only named: its own. */
  readonly severity: Severity;
}

/** `ID`, `ID=error` or `ID: error`. */
export function readGivenRule(text: string): GivenRule {
  const [, id = '', said] = /^\s*([a-z][a-z0-9-]*)\s*(?:[=:]\s*(\S+)\s*)?$/.exec(text) ?? [];
  const severity = severities.find((each) => each === said);
  if (id === '' || (said !== undefined && severity === undefined))
    throw new InvalidArgumentError(tell`It must be a rule, or RULE=${severities.join('|')}.`);
  const usual = Object.hasOwn(rules, id) ? rules[id]!.severity : 'warning';
  return { id, severity: severity ?? usual };
}

/** What holds for a file, every rule with its severity and options. */
export function printedConfig(file: string, config: string | undefined, settings: LintSettings): object {
  const { active } = activeRules(settings);
  return {
    file,
    config: config ?? null,
    preset: settings.preset,
    rules: Object.fromEntries(
      active.map(({ rule, severity, options }) => [
        rule.id,
        Object.keys(options).length === 0 ? { severity } : { severity, options },
      ]),
    ),
    own: settings.own ?? [],
  };
}

/** A rule's page as text. */
export function explainRule(id: string, own: readonly OwnRule[]): string {
  const mine = own.find((rule) => rule.id === id);
  if (mine !== undefined) {
    const select = Object.entries(mine.select).map(([key, value]) => `${key} ${[value].flat().join(' or ')}`);
    return [
      `${mine.id} (${mine.severity}): a rule of your own`,
      '',
      `Looks at ${select.length === 0 ? 'every node' : `nodes with ${select.join(', ')}`}.`,
      `Broken where: ${mine.when}`,
      `Says: ${mine.message}`,
      ...(mine.fix === undefined ? [] : [`Fix: ${mine.fix.param} = ${JSON.stringify(mine.fix.value)}`]),
      '',
    ].join('\n');
  }
  const rule = Object.hasOwn(rules, id) ? rules[id] : undefined;
  if (rule === undefined)
    throw new CommandFailure(
      tell`--explain ${id}: there is no such rule. Did you mean ${closest(id.slice(0, 64), [...Object.keys(rules), ...own.map((each) => each.id)])}?`,
    );
  const { title, severity, presets, why, source, contradictions, options, examples } = rulePageOf(rule);
  return [
    `${id} (${t(severity)}): ${t(title)}`,
    '',
    t(why),
    '',
    tell`Source: ${t(source)}.`,
    tell`Presets: ${presets.join(', ') || t('none')}.`,
    ...contradictions.map((each) => tell`Asks for the opposite of ${each.rule}. ${t(each.why)}`),
    ...(options.length === 0 ? [] : [t('Options:')]),
    ...options.map(
      ([name, option]) =>
        tell`  ${name} (${JSON.stringify(writeParam(option, option.default))}): ${t(option.title)}. ${t(option.doc)}`,
    ),
    t('Examples:'),
    ...examples.map((example) => {
      const found = example.finds.map((at) => at ?? t('the design as a whole')).join(', ');
      return found === ''
        ? tell`  ${t(example.title)}: nothing to say.`
        : tell`  ${t(example.title)}: finds ${found}.`;
    }),
    '',
  ].join('\n');
}
