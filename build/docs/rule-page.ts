import type { AnyRule } from '../../shared/lint/define.ts';
import { rules } from '../../shared/lint/rules.ts';
import { paramTable, sections, table } from './markdown.ts';
import { footer } from './node-page.ts';

/** The reference page of a design rule. */
export function rulePage(rule: AnyRule): string {
  return sections(
    `# ${rule.title}`,
    `Rule \`${rule.id}\`, ${rule.severity} by default. Presets: ${rule.presets.map((name) => `\`${name}\``).join(', ') || 'none'}.`,
    rule.why,
    `Source: ${rule.source}.`,
    ...contradictions(rule),
    ...options(rule),
    '## Examples',
    ...rule.examples.map(({ title, spec, finds }) =>
      sections(
        `### ${title}`,
        `\`\`\`json\n${specText(spec)}\n\`\`\``,
        finds.length === 0
          ? 'Nothing to say.'
          : `Finds ${finds.map((id) => (id === undefined ? 'the design as a whole' : `\`${id}\``)).join(', ')}.`,
      ).trimEnd(),
    ),
    footer,
  );
}

export function ruleIndex(all: readonly AnyRule[]): string {
  return sections(
    '# Design rules',
    'What `netwright lint` and the Problems panel check. A preset switches rules on; a design sets severities and options of its own, and a finding can be suppressed on a node with a reason. What each rule says of published networks is [here](networks.md).',
    table(
      ['Rule', 'Asks', 'Severity', 'Presets'],
      all.map(({ id, title, severity, presets }) => [
        `[\`${id}\`](${id}.md)`,
        title,
        severity,
        presets.join(', '),
      ]),
    ),
    footer,
  );
}

/** Said on the pages of both, whichever of them names the other. */
function contradictions(rule: AnyRule): readonly string[] {
  const own = Object.entries(rule.contradicts ?? {});
  const others = Object.values(rules).flatMap(({ id, contradicts = {} }): readonly [string, string][] => {
    const reason = contradicts[rule.id];
    return reason === undefined || rule.contradicts?.[id] !== undefined ? [] : [[id, reason]];
  });
  return [...own, ...others].map(
    ([id, reason]) => `It asks for the opposite of [\`${id}\`](${id}.md), and no preset has both. ${reason}`,
  );
}

function options(rule: AnyRule): readonly string[] {
  const described = paramTable(rule.options, 'Option');
  return described === undefined ? [] : ['## Options', described];
}

/** JSON with one node per line, as specs are written. */
function specText(spec: object): string {
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
