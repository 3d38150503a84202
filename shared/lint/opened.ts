import { type Analyzer, createAnalyzer } from '../analysis/analyze.ts';
import type { Analysis, NodeFacts } from '../analysis/facts.ts';
import type { Design, NodeId } from '../graph/design.ts';
import { createOpener, type OpenedDesign, type Opener } from '../graph/opened.ts';

export interface OpenedAnalysis extends OpenedDesign {
  readonly analysis: Analysis;
}

/** A design that stands for more is linted with its blocks closed. */
const MOST_OPENED = 20_000;

/**
 * What rules look at: a design says the same of itself whether its nodes are grouped or not, so that the user's own blocks are
 * opened, every copy of them. What stayed since the last update stays the same object: a block is opened anew where its
 * definition or what feeds it changed, and facts are taken from the analysis of the design with its blocks closed.
 */
export class OpenedView {
  #opener: Opener | undefined;
  #analyzer: Analyzer | undefined;
  #last: { readonly closed: Analysis; readonly opened: OpenedAnalysis } | undefined;

  /** Undefined for a design without such blocks. */
  update(design: Design, closed: Analysis): OpenedAnalysis | undefined {
    if (!hasOwnBlock(closed) || closed.totals.layers > MOST_OPENED) {
      this.#last = undefined;
      return undefined;
    }
    const changed = this.#last && changedOutside(this.#last.closed, closed);
    const opened =
      this.#last && changed
        ? withChanged(this.#last.opened, changed, design, closed)
        : this.#openAnew(design, closed);
    this.#last = { closed, opened };
    return opened;
  }

  #openAnew(design: Design, closed: Analysis): OpenedAnalysis {
    this.#opener ??= createOpener();
    this.#analyzer ??= createAnalyzer();
    const opened = this.#opener.update(design, closed.topology);
    const factsAt = (path: NodeId): NodeFacts | undefined => {
      const owner = opened.ownerOf.get(path);
      if (owner === undefined) return closed.facts.get(path);
      const facts = closed.facts.get(owner);
      return facts && insideOf(facts).get(path);
    };
    const { facts, order, topology, problems, recomputed } = this.#analyzer.update(opened.design, factsAt);
    // Sums are what the gauges show: those of the design as it is, and not added up twice.
    const analysis = { facts, order, topology, problems, recomputed, totals: closed.totals };
    return { ...opened, analysis };
  }
}

/**
 * What an edit changed, where it changed no wire and no block of the user's own, and nothing is or was wrong: such nodes stand
 * in the opened design as they are. Else undefined.
 */
function changedOutside(before: Analysis, now: Analysis): readonly NodeFacts[] | undefined {
  if (before.topology !== now.topology || before.problems.length > 0 || now.problems.length > 0)
    return undefined;
  const changed: NodeFacts[] = [];
  const known = before.facts.values();
  // Along the same wires both have the same nodes in the same order.
  for (const facts of now.facts.values()) {
    if (known.next().value === facts) continue;
    if (facts.node.kind === 'userBlock') return undefined;
    changed.push(facts);
  }
  return changed;
}

function withChanged(
  { design: opened, analysis, ownerOf }: OpenedAnalysis,
  changed: readonly NodeFacts[],
  design: Design,
  { totals }: Analysis,
): OpenedAnalysis {
  const nodes = { ...opened.nodes, ...Object.fromEntries(changed.map(({ id, node }) => [id, node])) };
  const facts = new Map(analysis.facts);
  for (const each of changed) facts.set(each.id, each);
  return {
    design: { ...design, nodes, wires: opened.wires },
    ownerOf,
    analysis: { ...analysis, facts, totals, recomputed: 0 },
  };
}

function hasOwnBlock({ facts }: Analysis): boolean {
  for (const { node } of facts.values()) if (node.kind === 'userBlock') return true;
  return false;
}

const insides = new WeakMap<NodeFacts, ReadonlyMap<NodeId, NodeFacts>>();

/** What is known inside of a block of the user's own, by path; blocks that come with the program stay closed. */
function insideOf(facts: NodeFacts): ReadonlyMap<NodeId, NodeFacts> {
  const known = insides.get(facts);
  if (known) return known;
  const found = new Map<NodeId, NodeFacts>();
  const open = ({ node, inside }: NodeFacts): void => {
    if (node.kind !== 'userBlock') return;
    for (const inner of inside ?? []) {
      found.set(inner.id, inner);
      open(inner);
    }
  };
  open(facts);
  insides.set(facts, found);
  return found;
}
