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

  /** Undefined for a design without such blocks. */
  update(design: Design, closed: Analysis): OpenedAnalysis | undefined {
    const own = Object.values(design.nodes).some(({ kind }) => kind === 'userBlock');
    if (!own || closed.totals.layers > MOST_OPENED) return undefined;
    this.#opener ??= createOpener();
    this.#analyzer ??= createAnalyzer();
    const opened = this.#opener.update(design, closed.topology);
    const factsAt = (path: NodeId): NodeFacts | undefined => {
      const owner = opened.ownerOf.get(path);
      if (owner === undefined) return closed.facts.get(path);
      const facts = closed.facts.get(owner);
      return facts && insideOf(facts).get(path);
    };
    return { ...opened, analysis: this.#analyzer.update(opened.design, factsAt) };
  }
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
