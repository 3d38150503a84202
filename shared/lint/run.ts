import { produce } from 'immer';
import type { Analysis, NodeFacts } from '../analysis/facts.ts';
import type { DesignTimer } from '../analysis/timer.ts';
import type { Phrase } from '../base/messages.ts';
import { atOnce } from '../base/parts.ts';
import type { Problem } from '../base/problem.ts';
import type { Design, NodeId, Wire } from '../graph/design.ts';
import type { ParamValues } from '../schema/params.ts';
import type { Finding, Fix, ProposedFix, Report, RuleContext } from './define.ts';
import { type OpenedAnalysis, OpenedView } from './opened.ts';
import { phraseInWords } from './phrases.ts';
import { type ActiveRule, activeRules } from './settings.ts';
import { RuleClock } from './time.ts';

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
   * user's own are opened once: an edit costs what it changed, and the look of the rules at every node. With a timer, of a
   * machine that was measured, rules that are about time tell what breaking them takes there.
   */
  update(design: Design, analysis: Analysis, timer?: DesignTimer): LintReport;
  /** The same, rule by rule, for as long as it is asked on. */
  updating(design: Design, analysis: Analysis, timer?: DesignTimer): Generator<void, LintReport>;
}

export function createLinter(): Linter {
  const view = new OpenedView();
  return {
    update: (...of) => atOnce(linting(view, ...of)),
    updating: (...of) => linting(view, ...of),
  };
}

function* linting(
  view: OpenedView,
  design: Design,
  analysis: Analysis,
  timer?: DesignTimer,
): Generator<void, LintReport> {
  const { active, problems } = activeRules(design.lint);
  const on = active.filter(isOn);
  const opened = view.update(design, analysis);
  const clock = timer && new RuleClock(timer, design, analysis);
  const findings = opened
    ? yield* openedFindings({ design, analysis, clock }, opened, on)
    : yield* findingsOf({ design, analysis, clock }, on);
  const rank = { error: 0, warning: 1, info: 2 };
  return { findings: findings.sort((a, b) => rank[a.severity] - rank[b.severity]), problems };
}

type RuleThatHolds = ActiveRule & Pick<Finding, 'severity'>;
const isOn = (rule: ActiveRule): rule is RuleThatHolds => rule.severity !== 'off';

/** Checks one design; to check it again after every edit, keep a linter. */
export function lint(design: Design, analysis: Analysis, timer?: DesignTimer): LintReport {
  return createLinter().update(design, analysis, timer);
}

interface Judged {
  readonly design: Design;
  readonly analysis: Analysis;
  readonly clock: RuleClock | undefined;
}

function* findingsOf(
  { design, analysis, clock }: Judged,
  rules: readonly RuleThatHolds[],
): Generator<void, Finding[]> {
  const findings: Finding[] = [];
  for (const rule of rules) {
    for (const report of reportsOf(rule, design, analysis)) {
      if (report === undefined) {
        yield;
        continue;
      }
      const { node } = report;
      const suppressed = suppressionOf(design, rule, node);
      findings.push(new FoundFinding({ rule, report, clock }, { node, suppressed }, () => report.fix));
    }
    yield;
  }
  return findings;
}

function reportsOf(
  { rule, options }: ActiveRule,
  design: Design,
  analysis: Analysis,
): Iterable<Report | undefined> {
  return rule.check({ design, analysis, options, ...neighboursIn(design, analysis) });
}

interface Spoken {
  readonly rule: RuleThatHolds;
  readonly report: Report;
  readonly clock: RuleClock | undefined;
}

interface Place {
  readonly node: NodeId | undefined;
  readonly inside?: NodeId;
  readonly suppressed: string | undefined;
}

/**
 * Most findings are counted, and few read: what one says and how it is mended is worked out when it is asked for. A class, since
 * a literal with getters costs as much as all else that is done for a finding.
 */
class FoundFinding implements Finding {
  readonly rule: string;
  readonly severity: Finding['severity'];
  readonly node: NodeId | undefined;
  readonly inside: NodeId | undefined;
  readonly suppressed: string | undefined;
  readonly #spoken: Spoken;
  readonly #proposed: () => ProposedFix | undefined;
  #timed: Phrase | undefined;
  #message: string | undefined;
  #fix: Fix | 'none' | undefined;

  constructor(spoken: Spoken, { node, inside, suppressed }: Place, proposed: () => ProposedFix | undefined) {
    const { rule, report } = spoken;
    this.rule = rule.rule.id;
    this.severity = report.remark === true ? 'info' : rule.severity;
    this.node = node;
    this.inside = inside;
    this.suppressed = suppressed;
    this.#spoken = spoken;
    this.#proposed = proposed;
  }

  get says(): Phrase {
    this.#timed ??= this.#inTime();
    return this.#timed;
  }
  get message(): string {
    this.#message ??= phraseInWords(this.says);
    return this.#message;
  }
  get fix(): Fix | undefined {
    this.#fix ??= shown(this.#proposed()) ?? 'none';
    return this.#fix === 'none' ? undefined : this.#fix;
  }

  #inTime(): Phrase {
    const { report, clock } = this.#spoken;
    if (!clock) return report.says;
    const { says, instead } = report;
    const edit = (): Fix['edit'] | undefined => this.fix?.edit;
    return clock.timed({ says, instead, place: this.inside ?? this.node, edit });
  }
}

function shown(proposed: ProposedFix | undefined): Fix | undefined {
  if (!proposed) return undefined;
  const { title, ...fix } = proposed;
  return { ...fix, title: phraseInWords(title), says: title };
}

/**
 * What is found inside of a block stands at the block; what mends it is done where the block is open. Elsewhere a fix is the
 * one that fits the design as it is: found by asking the same rule again, of the design with its blocks closed.
 */
function* openedFindings(
  { design, analysis: closed, clock }: Judged,
  { design: opened, analysis, ownerOf }: OpenedAnalysis,
  rules: readonly RuleThatHolds[],
): Generator<void, Finding[]> {
  const findings: Finding[] = [];
  const told = new Set<string>();
  for (const rule of rules) {
    let closedReports: ReadonlyMap<NodeId | undefined, readonly Report[]> | undefined;
    /** What the rule says of a node the first time is mended as what it says there first of the closed design, and so on. */
    const fixAt = (node: NodeId | undefined, nth: number): ProposedFix | undefined => {
      closedReports ??= byNode(reportsOf(rule, design, closed));
      return closedReports.get(node)?.[nth]?.fix;
    };
    const times = new Map<NodeId | undefined, number>();
    for (const report of reportsOf(rule, opened, analysis)) {
      if (report === undefined) {
        yield;
        continue;
      }
      const { node } = report;
      const owner = node === undefined ? undefined : ownerOf.get(node);
      if (owner === undefined) {
        const nth = times.get(node) ?? 0;
        times.set(node, nth + 1);
        const suppressed = suppressionOf(design, rule, node);
        findings.push(
          new FoundFinding({ rule, report, clock }, { node, suppressed }, () => fixAt(node, nth)),
        );
        continue;
      }
      // Silenced inside, or at the block.
      const suppressed = suppressionOf(design, rule, owner) ?? suppressionOf(opened, rule, node);
      // Copies of a block have the same to say: once is enough.
      const message = phraseInWords(report.says).replace(/\/\d+(?=\/)/g, '');
      const key = JSON.stringify([rule.rule.id, owner, message]);
      if (!told.has(key))
        findings.push(
          new FoundFinding(
            { rule, report, clock },
            { node: owner, inside: node!, suppressed },
            () => undefined,
          ),
        );
      told.add(key);
    }
    yield;
  }
  return findings;
}

function byNode(reports: Iterable<Report | undefined>): ReadonlyMap<NodeId | undefined, readonly Report[]> {
  const lists = new Map<NodeId | undefined, Report[]>();
  for (const report of reports) {
    if (report === undefined) continue;
    const list = lists.get(report.node);
    if (list) list.push(report);
    else lists.set(report.node, [report]);
  }
  return lists;
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

/** The reason that the user gave where he silenced it. */
function suppressionOf(design: Design, { rule }: ActiveRule, node: NodeId | undefined): string | undefined {
  if (node === undefined) return undefined;
  return design.nodes[node]?.suppress?.find((each) => each.rule === rule.id)?.reason;
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
 * The neighbours of every node, bypassed nodes skipped: what such a node passes on comes from its first input. Where there are
 * such, those of all nodes are found in one pass over the wires; else they are looked up.
 */
function neighboursOf(design: Design, analysis: Analysis): Neighbours {
  const { topology, facts } = analysis;
  const isBypassed = (id: NodeId): boolean => design.nodes[id]?.bypass === true;
  for (const { node } of facts.values()) {
    if (node.bypass !== true) continue;
    const around = aroundBypassed(analysis, isBypassed);
    return {
      before: (id) => around.before.get(id) ?? nobody,
      after: (id) => around.after.get(id) ?? nobody,
    };
  }
  const atEnds = (wires: readonly Wire[] | undefined, end: 'from' | 'to'): readonly NodeFacts[] => {
    const [only] = wires ?? [];
    if (wires === undefined || only === undefined) return nobody;
    const first = facts.get(only[end].node);
    if (wires.length === 1) return first ? [first] : nobody;
    return wires.flatMap((wire) => facts.get(wire[end].node) ?? []);
  };
  return {
    before: (id) => atEnds(topology.into.get(id), 'from'),
    after: (id) => atEnds(topology.outOf.get(id), 'to'),
  };
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
