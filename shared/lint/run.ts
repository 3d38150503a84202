import { closest } from 'fastest-levenshtein';
import { produce } from 'immer';
import { analyze } from '../analysis/analyze.ts';
import type { Analysis, NodeFacts } from '../analysis/facts.ts';
import type { Problem } from '../base/problem.ts';
import type { Design, LintSettings, NodeId, Severity } from '../graph/design.ts';
import { type OpenedDesign, withBlocksOpened } from '../graph/opened.ts';
import { type Json, readParams } from '../schema/codec.ts';
import type { ParamValues } from '../schema/params.ts';
import type { AnyRule, Finding, RuleContext } from './define.ts';
import { isPresetName, presetNames } from './presets.ts';
import { rules } from './rules.ts';

export interface LintReport {
  /** Errors first, then in the order of the rules and of the design. Silenced ones are in it, marked `suppressed`. */
  readonly findings: readonly Finding[];
  /** Settings that name rules, presets or options that do not exist. The rest of the settings still holds. */
  readonly problems: readonly Problem[];
}

/** A rule as a design uses it. */
export interface ActiveRule {
  readonly rule: AnyRule;
  readonly severity: Severity;
  readonly options: ParamValues;
}

/** Checks a design against the rules that its settings switch on. `analysis` must be of this design. */
export function lint(design: Design, analysis: Analysis): LintReport {
  const { active, problems } = activeRules(design.lint);
  const on = active.filter(({ severity }) => severity !== 'off');
  const opened = openedFor(design, analysis);
  const findings = opened
    ? openedFindings(design, opened, on, findingsOf(design, analysis, on))
    : findingsOf(design, analysis, on);
  const rank = { error: 0, warning: 1, info: 2 };
  return { findings: findings.sort((a, b) => rank[a.severity] - rank[b.severity]), problems };
}

function findingsOf(design: Design, analysis: Analysis, active: readonly ActiveRule[]): Finding[] {
  const neighbours = neighboursIn(design, analysis);
  return active.flatMap(({ rule, severity, options }) =>
    severity === 'off'
      ? []
      : [...rule.check({ design, analysis, options, ...neighbours })].map(
          (report): Finding => ({
            ...report,
            rule: rule.id,
            severity,
            ...suppressionOf(design, rule.id, report.node),
          }),
        ),
  );
}

interface Opened extends OpenedDesign {
  readonly analysis: Analysis;
}

/** A design that stands for more is linted with its blocks closed. */
const MOST_OPENED = 20_000;

/**
 * What rules look at: a design says the same of itself whether its nodes are grouped or not, so that the user's own blocks are
 * opened, every copy of them. Undefined where there are none.
 */
function openedFor(design: Design, analysis: Analysis): Opened | undefined {
  const own = Object.values(design.nodes).some(({ kind }) => kind === 'userBlock');
  if (!own || analysis.totals.layers > MOST_OPENED) return undefined;
  const opened = withBlocksOpened(design, analysis.topology);
  return { ...opened, analysis: analyze(opened.design) };
}

/**
 * What is found inside of a block stands at the block; what mends it is done where the block is open. Elsewhere a fix is the
 * one that fits the design as it is.
 */
function openedFindings(
  design: Design,
  { design: opened, analysis, ownerOf }: Opened,
  active: readonly ActiveRule[],
  closed: readonly Finding[],
): Finding[] {
  const known = new Map<string, Finding>();
  for (const { fix: _, ...found } of findingsOf(opened, analysis, active)) {
    const owner = found.node === undefined ? undefined : ownerOf.get(found.node);
    const fix = closed.find(({ rule, node }) => rule === found.rule && node === found.node)?.fix;
    const finding: Finding = owner
      ? { ...found, node: owner, inside: found.node!, ...suppressionOf(design, found.rule, owner) }
      : { ...found, ...(fix ? { fix } : {}) };
    // Copies of a block have the same to say: once is enough.
    const key = JSON.stringify([finding.rule, finding.node, finding.message.replace(/\/\d+(?=\/)/g, '')]);
    if (!known.has(key)) known.set(key, finding);
  }
  return [...known.values()];
}

/** Every rule with the severity and options that these settings give it. */
export function activeRules(settings: LintSettings): {
  readonly active: readonly ActiveRule[];
  readonly problems: readonly Problem[];
} {
  const problems: Problem[] = [];
  const preset = settings.preset;
  if (!isPresetName(preset)) {
    problems.push(
      settingProblem(
        'unknown-preset',
        '$.lint.preset',
        `There is no preset "${preset}".`,
        `Did you mean "${closest(preset.slice(0, 64), presetNames)}"? Presets: ${presetNames.join(', ')}.`,
      ),
    );
  }
  for (const id of Object.keys(settings.rules)) {
    if (Object.hasOwn(rules, id)) continue;
    problems.push(
      settingProblem(
        'unknown-rule',
        `$.lint.rules.${id}`,
        `There is no rule "${id}".`,
        `Did you mean "${closest(id.slice(0, 64), Object.keys(rules))}"?`,
      ),
    );
  }
  const active = Object.values<AnyRule>(rules).map((rule): ActiveRule => {
    const own = Object.hasOwn(settings.rules, rule.id) ? settings.rules[rule.id] : undefined;
    const { values, issues } = readParams(
      rule.options,
      (own?.options ?? {}) as Readonly<Record<string, Json>>,
    );
    for (const { code, message, hint, param } of issues)
      problems.push(settingProblem(code, `$.lint.rules.${rule.id}.options.${param}`, message, hint));
    const byPreset = rule.presets.includes(preset) ? rule.severity : 'off';
    return { rule, severity: own?.severity ?? byPreset, options: values };
  });
  return { active, problems };
}

/** The design after a fix, to look at before it is applied. */
export function previewFix(design: Design, fix: NonNullable<Finding['fix']>): Design {
  return produce(design, (draft) => {
    fix.edit(draft);
  });
}

/** Fixes beget findings: more rounds than this mean two rules that undo each other. */
const MAX_ROUNDS = 1000;

/**
 * Applies safe fixes, one after another and each to the design as the last one left it, until there are none.
 * `analyze` is called after every fix.
 */
export function applySafeFixes(
  design: Design,
  analyze: (design: Design) => Analysis,
): { readonly design: Design; readonly applied: readonly Finding[] } {
  const applied: Finding[] = [];
  let current = design;
  while (applied.length < MAX_ROUNDS) {
    const next = lint(current, analyze(current)).findings.find(
      ({ fix, suppressed }) => fix?.safety === 'safe' && suppressed === undefined,
    );
    if (next?.fix === undefined) return { design: current, applied };
    current = previewFix(current, next.fix);
    applied.push(next);
  }
  return { design: current, applied };
}

function settingProblem(code: string, path: string, message: string, hint: string): Problem {
  return { code, where: { path }, message, hint };
}

function suppressionOf(design: Design, rule: string, node: NodeId | undefined): { suppressed?: string } {
  const silenced =
    node === undefined ? undefined : design.nodes[node]?.suppress?.find((s) => s.rule === rule);
  return silenced === undefined ? {} : { suppressed: silenced.reason };
}

/** The neighbours of every node, worked out once per run; what a bypassed node passes on comes from its first input. */
function neighboursIn(
  design: Design,
  analysis: Analysis,
): Pick<RuleContext<ParamValues>, 'before' | 'after'> {
  const sources = new Map<NodeId, NodeId[]>();
  const targets = new Map<NodeId, NodeId[]>();
  for (const { from, to } of Object.values(design.wires)) {
    sources.set(to.node, [...(sources.get(to.node) ?? []), from.node]);
    targets.set(from.node, [...(targets.get(from.node) ?? []), to.node]);
  }
  const walk = (edges: ReadonlyMap<NodeId, readonly NodeId[]>) => {
    const through = (id: NodeId, seen: ReadonlySet<NodeId>): readonly NodeFacts[] =>
      (edges.get(id) ?? []).flatMap((next) => {
        if (seen.has(next)) return [];
        if (design.nodes[next]?.bypass === true) return through(next, new Set([...seen, next]));
        const facts = analysis.facts.get(next);
        return facts === undefined ? [] : [facts];
      });
    return (id: NodeId) => through(id, new Set([id]));
  };
  return { before: walk(sources), after: walk(targets) };
}
