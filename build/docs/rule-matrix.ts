import { analyze } from '../../shared/analysis/analyze.ts';
import { rules } from '../../shared/lint/rules.ts';
import { lint } from '../../shared/lint/run.ts';
import { type ZooEntry, zoo } from '../../shared/zoo/index.ts';
import { sections, table } from './markdown.ts';
import { footer } from './node-page.ts';
import { blames, packOf } from './zoo-packs.ts';

/** One network of each family, and those that papers speak of. */
function judged(): readonly string[] {
  const first = new Map(zoo.map(({ family, id }) => [family, id] as const).reverse());
  const named = new Set([...first.values(), ...blames.map(({ network }) => network)]);
  return zoo.map(({ id }) => id).filter((id) => named.has(id));
}

/** How often each rule speaks of each network, every rule being on. */
function counts(id: string): ReadonlyMap<string, number> {
  const on = Object.values(rules).map((rule) => [rule.id, { severity: rule.severity }] as const);
  const design = zoo.find((entry) => entry.id === id)!.build();
  const judge = { ...design, lint: { preset: 'recommended', rules: Object.fromEntries(on) } };
  const found = new Map<string, number>();
  for (const { rule } of lint(judge, analyze(judge)).findings) found.set(rule, (found.get(rule) ?? 0) + 1);
  return found;
}

/** The pack that was read off it, and what it breaks of that. */
function ownPack(entry: ZooEntry): readonly [pack: string, broken: string] {
  const preset = packOf(entry);
  if (preset === undefined) return ['–', '–'];
  const design = { ...entry.build(), lint: { preset, rules: {} } };
  const told = lint(design, analyze(design)).findings.filter(({ suppressed }) => suppressed === undefined);
  const broken = new Set(told.map(({ rule }) => rule));
  return [`\`${preset}\``, [...broken].map(linked).join(', ') || 'nothing'];
}

/** What networks silence, as they were published, and why: by rule and reason. */
function silenced(): readonly (readonly [networks: string, rule: string, reason: string])[] {
  const found = new Map<string, { rule: string; reason: string; networks: Set<string> }>();
  for (const { id, build } of zoo)
    for (const { suppress = [] } of Object.values(build().nodes))
      for (const { rule, reason } of suppress) {
        const key = `${rule} ${reason}`;
        const each = found.get(key) ?? { rule, reason, networks: new Set<string>() };
        each.networks.add(`\`${id}\``);
        found.set(key, each);
      }
  return [...found.values()].map(({ rule, reason, networks }) => [
    [...networks].join(', '),
    linked(rule),
    reason,
  ]);
}

const linked = (rule: string): string => `[\`${rule}\`](${rule}.md)`;

/** The zoo held against every rule. */
export function ruleMatrix(): string {
  const ids = judged();
  const found = new Map(zoo.map(({ id }) => [id, counts(id)]));
  return sections(
    '# Published networks and the rules',
    'Every rule is on. A number says how often a rule speaks; what a network lacks was often what its successor was about.',
    '## What successors found fault with',
    table(
      ['Network', 'Under', 'Breaks'],
      blames.map(({ network, pack, rules: broken }) => [
        `\`${network}\``,
        `\`${pack}\``,
        broken.map(linked).join(', '),
      ]),
    ),
    '## Silenced in the design',
    'Weights that were published fit these networks only as they are: the design says so at the layer, as anyone may in a design.',
    table(['Networks', 'Rule', 'Reason'], silenced()),
    '## By network',
    table(
      ['Network', 'Own pack', 'Broken there', 'What speaks'],
      zoo.map((entry) => {
        const told = [...found.get(entry.id)!].map(([rule, count]) => `${linked(rule)} ${count}`);
        return [`\`${entry.id}\``, ...ownPack(entry), told.join(', ') || '–'];
      }),
    ),
    '## By rule',
    'Of each family the first network, and those that papers speak of.',
    table(
      ['Rule', 'Networks that break it'],
      Object.keys(rules).map((rule) => [
        linked(rule),
        ids
          .flatMap((id) => {
            const count = found.get(id)!.get(rule);
            return count === undefined ? [] : [`\`${id}\` ${count}`];
          })
          .join(', ') || '–',
      ]),
    ),
    footer,
  );
}
