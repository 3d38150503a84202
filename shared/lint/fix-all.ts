import { createAnalyzer } from '../analysis/analyze.ts';
import type { Analysis } from '../analysis/facts.ts';
import type { Design, LintSettings, NodeId } from '../graph/design.ts';
import type { Finding, Fix } from './define.ts';
import { createLinter, previewFix } from './run.ts';
import { activeRules } from './settings.ts';

/** A fix may beget a finding of the same rule: more than this are a rule that chases itself. */
const MAX_FIXES = 1000;

/** What mending all findings of one rule comes to. */
export interface FixedAll {
  readonly design: Design;
  /** The fixes in the order in which they were made, each of the design as the one before left it. */
  readonly fixes: readonly Fix[];
  /** Findings of the rule that are left, silenced ones aside. */
  readonly left: number;
}

/** Mends one finding of a rule after another until none is left that can be mended. */
export function fixAll(design: Design, rule: string): FixedAll {
  const [analyzer, linter] = [createAnalyzer(), createLinter()];
  const fixes: Fix[] = [];
  // Fixes that change nothing here would be tried for ever.
  const vain = new Set<string>();
  let current: Design = { ...design, lint: alone(design.lint, rule) };
  for (;;) {
    const { findings } = linter.update(current, analyzer.update(current));
    const open = findings.filter(({ suppressed }) => suppressed === undefined);
    const next = open.find((each) => each.fix !== undefined && !vain.has(nameOf(each)));
    if (next?.fix === undefined || fixes.length >= MAX_FIXES)
      return { design: { ...current, lint: design.lint }, fixes, left: open.length };
    const mended = previewFix(current, next.fix);
    if (mended === current) vain.add(nameOf(next));
    else {
      fixes.push(next.fix);
      current = mended;
    }
  }
}

const nameOf = ({ node, message }: Finding): string => `${node} ${message}`;

/** The same settings with every other rule off. */
function alone(settings: LintSettings, rule: string): LintSettings {
  const others = activeRules(settings)
    .active.filter((each) => each.rule.id !== rule)
    .map(({ rule: { id } }) => [id, { ...settings.rules[id], severity: 'off' as const }]);
  return { ...settings, rules: { ...settings.rules, ...Object.fromEntries(others) } };
}

export interface PlacesCost {
  readonly macs: number;
  readonly params: number;
}

/** What the layers cost that findings stand at, each layer once. */
export function costOfPlaces(findings: readonly Finding[], { facts }: Analysis): PlacesCost {
  const nodes = new Set<NodeId>(findings.flatMap(({ node }) => node ?? []));
  let [macs, params] = [0, 0];
  for (const node of nodes) {
    const cost = facts.get(node)?.cost;
    macs += cost?.macs.value ?? 0;
    params += cost?.params.value ?? 0;
  }
  return { macs, params };
}
