import type { AnyRule } from '../../shared/lint/define.ts';
import { presetNames } from '../../shared/lint/presets.ts';
import { exampleText, rulePageOf } from '../../shared/lint/rule-page.ts';
import { paramTable, sections, table } from './markdown.ts';
import { footer } from './node-page.ts';

/** The reference page of a design rule. */
export function rulePage(rule: AnyRule): string {
  const { id, title, severity, presets, why, source, contradictions, examples } = rulePageOf(rule);
  const options = paramTable(rule.options, 'Option');
  return sections(
    `# ${title}`,
    `Rule \`${id}\`, ${severity} by default. Presets: ${packsText(presets.map((name) => `\`${name}\``))}.`,
    why,
    `Source: ${source}.`,
    ...contradictions.map(
      (each) =>
        `It asks for the opposite of [\`${each.rule}\`](${each.rule}.md), and no preset has both. ${each.why}`,
    ),
    ...(options === undefined ? [] : ['## Options', options]),
    '## Examples',
    ...examples.map((example) =>
      sections(
        `### ${example.title}`,
        `\`\`\`json\n${exampleText(example)}\n\`\`\``,
        example.finds.length === 0
          ? 'Nothing to say.'
          : `Finds ${example.finds.map((at) => (at === undefined ? 'the design as a whole' : `\`${at}\``)).join(', ')}.`,
      ).trimEnd(),
    ),
    footer,
  );
}

/** Most of the mistakes are in all packs: what is left out tells more then. */
function packsText(packs: readonly string[]): string {
  const without = presetNames.filter((name) => !packs.some((pack) => pack.replaceAll('`', '') === name));
  if (packs.length === 0) return 'none';
  if (without.length === 0) return 'every one';
  if (without.length > 3) return packs.join(', ');
  return `every one but ${without.join(', ')}`;
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
        packsText(presets),
      ]),
    ),
    footer,
  );
}
