import type { Param } from '../schema/params.ts';
import type { AnyRule, RuleExample } from './define.ts';
import { isPresetName, type PresetName } from './presets.ts';
import { rules } from './rules.ts';

/** What there is to read about a rule, in this order: in the docs, in the app and on the command line. */
export interface RulePage {
  readonly id: string;
  readonly title: string;
  readonly severity: AnyRule['severity'];
  readonly presets: readonly PresetName[];
  /** Markdown. */
  readonly why: string;
  readonly source: string;
  /** Rules that ask for the opposite, whichever of the two names the other, and what to make of it. */
  readonly contradictions: readonly { readonly rule: string; readonly why: string }[];
  readonly options: readonly (readonly [name: string, option: Param])[];
  readonly examples: readonly RuleExample[];
}

export function rulePageOf(rule: AnyRule): RulePage {
  const { id, title, severity, presets, why, source, options, examples } = rule;
  const own = Object.entries(rule.contradicts ?? {}).map(([other, reason]) => ({ rule: other, why: reason }));
  const others = Object.values(rules).flatMap(({ id: other, contradicts = {} }) => {
    const reason = contradicts[id];
    return reason === undefined || own.some((each) => each.rule === other)
      ? []
      : [{ rule: other, why: reason }];
  });
  return {
    id,
    title,
    severity,
    presets: presets.filter(isPresetName),
    why,
    source,
    contradictions: [...own, ...others],
    options: Object.entries(options),
    examples,
  };
}

/** The spec of an example: JSON with one node per line, as specs are written. */
export function exampleText({ spec }: RuleExample): string {
  const entries = Object.entries(spec).map(([key, value]) => {
    if (!Array.isArray(value)) return `  ${JSON.stringify(key)}: ${spaced(value)}`;
    return `  ${JSON.stringify(key)}: [\n${value.map((item: unknown) => `    ${spaced(item)}`).join(',\n')}\n  ]`;
  });
  return `{\n${entries.join(',\n')}\n}`;
}

/** One line of JSON with a space after each colon and comma. */
function spaced(value: unknown): string {
  return JSON.stringify(value, undefined, 1)
    .replace(/\n\s*/g, ' ')
    .replaceAll('[ ', '[')
    .replaceAll(' ]', ']');
}
