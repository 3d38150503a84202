import type { LintSettings, Severity } from '../../../shared/graph/design.ts';
import type { Finding } from '../../../shared/lint/define.ts';
import { isPresetName, presets } from '../../../shared/lint/presets.ts';
import { activeRules } from '../../../shared/lint/settings.ts';

export const groupings = ['severity', 'rule', 'pack', 'node'] as const;
export type Grouping = (typeof groupings)[number];

export interface FindingGroup {
  readonly key: string;
  /** English, to be translated; the name of a node stays as it is. */
  readonly title: string;
  readonly findings: readonly Finding[];
}

const severityTitles: Readonly<Record<Exclude<Severity, 'off'>, string>> = {
  error: 'Errors',
  warning: 'Warnings',
  info: 'Remarks',
};

/** Findings in groups, in the order of the first of each. */
export function groupsOf(
  findings: readonly Finding[],
  by: Grouping,
  settings: LintSettings,
): readonly FindingGroup[] {
  const nameOf = namesBy(by, settings);
  const groups = new Map<string, { title: string; findings: Finding[] }>();
  for (const finding of findings) {
    const [key, title] = nameOf(finding);
    const group = groups.get(key);
    if (group) group.findings.push(finding);
    else groups.set(key, { title, findings: [finding] });
  }
  return [...groups].map(([key, group]) => ({ key, ...group }));
}

function namesBy(by: Grouping, settings: LintSettings): (finding: Finding) => readonly [string, string] {
  switch (by) {
    case 'severity':
      return ({ severity }) => [severity, severityTitles[severity]];
    case 'node':
      return ({ node }) => (node === undefined ? ['', 'The design as a whole'] : [node, node]);
    case 'rule':
    case 'pack': {
      const known = new Map(activeRules(settings).active.map(({ rule }) => [rule.id, rule]));
      if (by === 'rule') return ({ rule }) => [rule, known.get(rule)?.title ?? rule];
      return ({ rule }) => packOf(known.get(rule)?.presets ?? [], settings.preset);
    }
  }
}

/** The pack that a rule is there for: what holds for any network, or else the chosen one, or else the first it is in. */
function packOf(packs: readonly string[], chosen: string): readonly [string, string] {
  const pack = packs.includes('recommended') ? 'recommended' : packs.includes(chosen) ? chosen : packs[0];
  return pack !== undefined && isPresetName(pack) ? [pack, presets[pack].title] : ['', "Rules of one's own"];
}
