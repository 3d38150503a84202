import about from '../package.json' with { type: 'json' };
import { analyze } from '../shared/analysis/analyze.ts';
import type { Analysis } from '../shared/analysis/facts.ts';
import type { DesignTimer } from '../shared/analysis/timer.ts';
import type { Problem } from '../shared/base/problem.ts';
import type { Report, ReportEntry, ReportFile, ReportRule } from '../shared/formats/reports/report.ts';
import { pathOf } from '../shared/formats/spec/path.ts';
import { writeSpec } from '../shared/formats/spec/write.ts';
import type { Budget, Design, LintSettings } from '../shared/graph/design.ts';
import type { Finding } from '../shared/lint/define.ts';
import { applySafeFixes, lint, previewFix } from '../shared/lint/run.ts';
import { activeRules } from '../shared/lint/settings.ts';
import { failWith } from './failure.ts';
import { fingerprinter } from './fingerprints.ts';
import { said } from './i18n/language.ts';
import { withLineEndsOf } from './line-ends.ts';
import type { OpenedModel } from './open-design.ts';
import { noPlaces, type Places, placesIn } from './places.ts';
import { replacementOf } from './replacements.ts';

/** What one file gave. */
export interface Linted extends ReportFile {
  readonly design: Design;
  readonly analysis: Analysis;
  /** The rules that it was held against. */
  readonly rules: readonly ReportRule[];
  /** What safe fixes did, in the order in which they were applied. */
  readonly applied: readonly Finding[];
  /** The design's own text after them. */
  readonly text: string | undefined;
}

export interface LintAs {
  /** The settings that hold, in place of the design's own. */
  readonly settings?: (own: LintSettings) => LintSettings;
  /** Likewise, the budget. */
  readonly budget?: (own: Budget) => Budget;
  readonly fix?: boolean;
  /** For people: in the language of this process. */
  readonly spoken?: boolean;
  /** Whether fixes are written out, as replacements in the text. */
  readonly replacements?: boolean;
  /** Of this machine, where it was measured. */
  readonly timer?: DesignTimer | undefined;
}

/** Fixes of more characters than this are told, but not written out. */
const MAX_FIX_TEXT = 200_000;

/** Holds a design against the rules, and its shapes against themselves. */
export function lintModel(
  file: string,
  { design: opened, text: source }: Pick<OpenedModel, 'design' | 'text'>,
  {
    settings = (own) => own,
    budget = (own) => own,
    fix = false,
    replacements = false,
    spoken = false,
    timer,
  }: LintAs = {},
): Linted {
  const original = { ...opened, lint: settings(opened.lint), budget: budget(opened.budget) };
  const { design, applied } = fix ? applySafeFixes(original, analyze) : { design: original, applied: [] };
  const analysis = analyze(design);
  const { findings, problems } = lint(design, analysis, timer);
  const sourcePlaces = source === undefined ? noPlaces : placesIn(source);
  refuse(file, problems, sourcePlaces);
  const written = (changed: Design): string =>
    withLineEndsOf(source ?? '', writeSpec({ ...changed, lint: opened.lint, budget: opened.budget }));
  const text = source === undefined || applied.length === 0 ? source : written(design);
  const places = text === source ? sourcePlaces : placesIn(text ?? '');
  const all = [
    ...problemFindings(design, analysis, findings, spoken),
    ...findings,
    ...unusedSuppressions(design, findings),
  ];
  const entries = entriesOf(file, all, {
    design,
    analysis,
    places,
    text: replacements ? text : undefined,
    written,
    spoken,
  });
  const { active } = activeRules(design.lint);
  const rules = active
    .filter(({ severity }) => severity !== 'off')
    .map(({ rule: { id, title, severity, why, source: from } }) => ({
      id,
      title,
      severity,
      why,
      source: from,
    }));
  return { file, entries, fixed: applied.length, applied, design, analysis, rules, text };
}

/** Settings that name what does not exist, or rules that mean nothing, are mistakes of the file. */
export function refuse(file: string, problems: readonly Problem[], places: Places): void {
  if (problems.length === 0) return;
  throw failWith(
    file,
    problems.map((problem) => ({
      ...problem,
      where: { ...problem.where, ...places.at(pathOf(problem.where.path ?? '$')) },
    })),
  );
}

interface Told {
  readonly design: Design;
  readonly analysis: Analysis;
  readonly places: Places;
  /** What fixes replace pieces of, where that is wanted. */
  readonly text: string | undefined;
  readonly written: (design: Design) => string;
  readonly spoken: boolean;
}

function entriesOf(file: string, findings: readonly Finding[], told: Told): readonly ReportEntry[] {
  const fingerprint = fingerprinter(told.analysis);
  let left = MAX_FIX_TEXT;
  return findings.map(({ rule, severity, node, inside, message, says, fix, suppressed }): ReportEntry => {
    const replacement =
      fix === undefined || told.text === undefined || left <= 0
        ? undefined
        : replacementOf(told.text, told.written(previewFix(told.design, fix)));
    left -= replacement?.text.length ?? 0;
    const path = inside ?? node;
    return {
      rule,
      severity,
      message: told.spoken && says ? said(says) : message,
      place: { file, ...(path === undefined ? {} : { node: path }), ...told.places.node(node) },
      fingerprint: fingerprint(rule, node),
      ...(fix === undefined
        ? {}
        : {
            fix: {
              title: told.spoken ? said(fix.says) : fix.title,
              safety: fix.safety,
              ...(replacement === undefined ? {} : { replacement }),
            },
          }),
      ...(suppressed === undefined ? {} : { suppressed }),
    };
  });
}

/** Problems of the design itself, as errors; those that a rule tells better, with a fix, are left to it. */
function problemFindings(
  design: Design,
  analysis: Analysis,
  findings: readonly Finding[],
  spoken: boolean,
): readonly Finding[] {
  const told = new Set(
    findings
      .filter(({ severity, suppressed }) => severity === 'error' && suppressed === undefined)
      .map(({ node }) => node),
  );
  return analysis.problems
    .filter(({ where }) => where.node === undefined || !told.has(where.node))
    .map(({ code, where, message, hint, told: says }) => ({
      rule: code,
      severity: 'error',
      message: spoken ? `${said(says.message)} ${said(says.hint)}` : `${message} ${hint}`,
      ...(where.node !== undefined && Object.hasOwn(design.nodes, where.node) ? { node: where.node } : {}),
    }));
}

/** What nodes silence and nothing says: left behind, it would hide what comes later. Rules that are off may come back. */
function unusedSuppressions(design: Design, findings: readonly Finding[]): readonly Finding[] {
  const used = new Set(
    findings.flatMap(({ rule, node, suppressed }) => (suppressed === undefined ? [] : [`${rule} ${node}`])),
  );
  const { active } = activeRules(design.lint);
  const off = new Set(active.filter(({ severity }) => severity === 'off').map(({ rule }) => rule.id));
  return Object.entries(design.nodes).flatMap(([node, { suppress = [] }]) =>
    suppress
      .filter(({ rule }) => !used.has(`${rule} ${node}`) && !off.has(rule))
      .map(
        ({ rule }): Finding => ({
          rule: 'unused-suppression',
          severity: 'warning',
          node,
          message: `"${node}" silences "${rule}", which has nothing to say there. Take it out.`,
        }),
      ),
  );
}

/** One report of all files, with every rule that any of them was held against or is told to break. */
export function reportOf(files: readonly (ReportFile & { readonly rules: readonly ReportRule[] })[]): Report {
  const rules = new Map<string, ReportRule>();
  for (const file of files) {
    for (const rule of file.rules) rules.set(rule.id, rule);
    for (const { rule: id, severity } of file.entries)
      if (!rules.has(id)) rules.set(id, { id, title: id.replaceAll('-', ' '), severity });
  }
  return { version: about.version, files, rules: [...rules.values()] };
}
