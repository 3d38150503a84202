import { produce } from 'immer';
import type { Analysis, NodeFacts } from '../analysis/facts.ts';
import type { Problem } from '../base/problem.ts';
import type { Design, NodeId } from '../graph/design.ts';
import type { ParamValues } from '../schema/params.ts';
import type { Finding, Fix, ProposedFix, RuleContext } from './define.ts';
import { type OpenedAnalysis, OpenedView } from './opened.ts';
import { phraseInWords } from './phrases.ts';
import { type ActiveRule, activeRules } from './settings.ts';

/** What the rules of a design find in it. */
export interface LintReport {
  /** Errors first, then in the order of the rules and of the design. Silenced ones are in it, marked `suppressed`. */
  readonly findings: readonly Finding[];
  /** Settings that name rules, presets or options that do not exist. The rest of the settings still holds. */
  readonly problems: readonly Problem[];
}

export interface Linter {
  /**
   * Checks a design against the rules that its settings switch on. `analysis` must be of this design. Blocks of the
   * user's own are opened once: an edit costs what it changed, and the look of the rules at every node.
   */
  update(design: Design, analysis: Analysis): LintReport;
  /** The same, rule by rule, for as long as it is asked on. */
  updating(design: Design, analysis: Analysis): Generator<void, LintReport>;
}

/** All of some work that can be done a part at a time. */
function whole<Result>(work: Generator<void, Result>): Result {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
  }
}

export function createLinter(): Linter {
  const view = new OpenedView();
  return {
    update: (...of) => whole(linting(view, ...of)),
    updating: (...of) => linting(view, ...of),
  };
}

function* linting(view: OpenedView, design: Design, analysis: Analysis): Generator<void, LintReport> {
  const { active, problems } = activeRules(design.lint);
  const on = active.filter(({ severity }) => severity !== 'off');
  const opened = view.update(design, analysis);
  const findings = opened
    ? yield* openedFindings(design, analysis, opened, on)
    : yield* findingsOf(design, analysis, on);
  const rank = { error: 0, warning: 1, info: 2 };
  return { findings: findings.sort((a, b) => rank[a.severity] - rank[b.severity]), problems };
}

/** Checks one design; to check it again after every edit, keep a linter. */
export function lint(design: Design, analysis: Analysis): LintReport {
  return createLinter().update(design, analysis);
}

function* findingsOf(
  design: Design,
  analysis: Analysis,
  active: readonly ActiveRule[],
): Generator<void, Finding[]> {
  const around = neighboursIn(design, analysis);
  const findings: Finding[] = [];
  for (const { rule, severity, options } of active) {
    if (severity === 'off') continue;
    for (const { remark, fix, ...report } of rule.check({ design, analysis, options, ...around }))
      findings.push({
        ...report,
        message: phraseInWords(report.says),
        ...(fix ? { fix: shown(fix) } : {}),
        rule: rule.id,
        severity: remark === true ? 'info' : severity,
        ...suppressionOf(design, rule.id, report.node),
      });
    yield;
  }
  return findings;
}

function shown({ title, ...fix }: ProposedFix): Fix {
  return { ...fix, title: phraseInWords(title), says: title };
}

/**
 * What is found inside of a block stands at the block; what mends it is done where the block is open. Elsewhere a fix is the
 * one that fits the design as it is: found by asking the same rule again, of the design with its blocks closed.
 */
function* openedFindings(
  design: Design,
  closed: Analysis,
  { design: opened, analysis, ownerOf }: OpenedAnalysis,
  active: readonly ActiveRule[],
): Generator<void, Finding[]> {
  const told = new Map<string, Finding>();
  for (const rule of active) {
    let fixes: ReadonlyMap<NodeId | undefined, Finding['fix']> | undefined;
    for (const { fix: _, ...found } of yield* findingsOf(opened, analysis, [rule])) {
      const owner = found.node === undefined ? undefined : ownerOf.get(found.node);
      if (!owner) fixes ??= fixesIn(whole(findingsOf(design, closed, [rule])));
      const fix = owner ? undefined : fixes?.get(found.node);
      const finding: Finding = owner
        ? { ...found, node: owner, inside: found.node!, ...suppressionOf(design, found.rule, owner) }
        : { ...found, ...(fix ? { fix } : {}) };
      // Copies of a block have the same to say: once is enough.
      const key = JSON.stringify([finding.rule, finding.node, finding.message.replace(/\/\d+(?=\/)/g, '')]);
      if (!told.has(key)) told.set(key, finding);
    }
  }
  return [...told.values()];
}

/** The fix of the first finding at each node. */
function fixesIn(findings: readonly Finding[]): ReadonlyMap<NodeId | undefined, Finding['fix']> {
  const fixes = new Map<NodeId | undefined, Finding['fix']>();
  for (const { node, fix } of findings) if (!fixes.has(node)) fixes.set(node, fix);
  return fixes;
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
  const linter = createLinter();
  let current = design;
  while (applied.length < MAX_ROUNDS) {
    const next = linter
      .update(current, analyze(current))
      .findings.find(({ fix, suppressed }) => fix?.safety === 'safe' && suppressed === undefined);
    if (next?.fix === undefined) return { design: current, applied };
    current = previewFix(current, next.fix);
    applied.push(next);
  }
  return { design: current, applied };
}

function suppressionOf(design: Design, rule: string, node: NodeId | undefined): { suppressed?: string } {
  const silenced =
    node === undefined ? undefined : design.nodes[node]?.suppress?.find((s) => s.rule === rule);
  return silenced === undefined ? {} : { suppressed: silenced.reason };
}

type Neighbours = Pick<RuleContext<ParamValues>, 'before' | 'after'>;

const neighbours = new WeakMap<Analysis, Neighbours>();

/** Found once for each analysis, for all rules. */
function neighboursIn(design: Design, analysis: Analysis): Neighbours {
  const found = neighbours.get(analysis) ?? neighboursOf(design, analysis);
  neighbours.set(analysis, found);
  return found;
}

/**
 * The neighbours of every node, bypassed nodes skipped: what such a node passes on comes from its first input. Where none is
 * near they are looked up; where one is, those of all nodes are found, in one pass over the wires.
 */
function neighboursOf(design: Design, analysis: Analysis): Neighbours {
  const { topology, facts } = analysis;
  const isBypassed = (id: NodeId): boolean => design.nodes[id]?.bypass === true;
  let around: Around | undefined;
  const lookUp = (id: NodeId, direction: keyof Around): readonly NodeFacts[] => {
    const before = direction === 'before';
    const wires = (before ? topology.into : topology.outOf).get(id);
    if (wires === undefined) return nobody;
    const beside: NodeFacts[] = [];
    let near = isBypassed(id);
    for (const { from, to } of wires) {
      const known = facts.get(before ? from.node : to.node);
      if (known === undefined) continue;
      near ||= known.node.bypass === true;
      beside.push(known);
    }
    if (!near) return beside;
    around ??= aroundBypassed(analysis, isBypassed);
    return around[direction].get(id) ?? nobody;
  };
  const asked = {
    before: new Map<NodeId, readonly NodeFacts[]>(),
    after: new Map<NodeId, readonly NodeFacts[]>(),
  };
  const once = (id: NodeId, direction: keyof Around): readonly NodeFacts[] => {
    let list = asked[direction].get(id);
    if (!list) {
      list = lookUp(id, direction);
      asked[direction].set(id, list);
    }
    return list;
  };
  return { before: (id) => once(id, 'before'), after: (id) => once(id, 'after') };
}

type Around = Readonly<Record<'before' | 'after', ReadonlyMap<NodeId, readonly NodeFacts[]>>>;

function aroundBypassed({ topology, facts }: Analysis, isBypassed: (id: NodeId) => boolean): Around {
  const before = new Map<NodeId, NodeFacts[]>();
  const after = new Map<NodeId, NodeFacts[]>();
  /** What stands behind a bypassed node; sources come before targets in the order. */
  const origins = new Map<NodeId, NodeId>();
  for (const id of [...topology.order, ...topology.cyclic]) {
    for (const [i, { wire }] of topology.wirings.get(id)!.ports.entries()) {
      const source = wire && (isBypassed(wire.from.node) ? origins.get(wire.from.node) : wire.from.node);
      if (source === undefined) continue;
      append(before, id, facts.get(source));
      if (!isBypassed(id)) append(after, source, facts.get(id));
      else if (i === 0) origins.set(id, source);
    }
  }
  return { before, after };
}

function append(lists: Map<NodeId, NodeFacts[]>, id: NodeId, facts: NodeFacts | undefined): void {
  if (facts === undefined) return;
  const list = lists.get(id);
  if (list) list.push(facts);
  else lists.set(id, [facts]);
}

const nobody: readonly NodeFacts[] = [];
