import type { Link } from './model.ts';
import type { Ranks } from './ranks.ts';

/** Nodes one behind another that stand in one lane, which is theirs from column `first` to column `last`. */
export interface Chain {
  readonly nodes: readonly number[];
  readonly first: number;
  readonly last: number;
}

/** A bus above or below the lanes: what one source sends past nodes, or one wire that goes back. */
export interface Arc {
  readonly links: readonly Link[];
  readonly first: number;
  readonly last: number;
}

export interface Parts {
  /** The spine first: the longest way through. */
  readonly chains: readonly Chain[];
  readonly arcs: readonly Arc[];
  /** Links that run in the lane of the chain they begin or end, by link: that lane's chain. */
  readonly laneOf: ReadonlyMap<Link, Chain>;
}

/** The part of a graph between two columns, both included. `entries` come from the row before. */
export interface Row {
  readonly columns: readonly [first: number, last: number];
  /** Sources first. */
  readonly nodes: readonly number[];
  readonly inner: readonly Link[];
  readonly entries: readonly Link[];
}

/** Takes a row apart into lanes and arcs. */
export function partsOf({ rankOf }: Ranks, row: Row): Parts {
  const forward = row.inner.filter(({ from, to }) => rankOf[to]! > rankOf[from]!);
  const outOf = grouped(forward, 'from');
  const into = grouped([...row.entries, ...forward], 'to');
  const columnOf = (node: number): number => Math.max(row.columns[0] - 1, rankOf[node]!);
  const tails = new Map<number, number>();
  for (let i = row.nodes.length - 1; i >= 0; i--) {
    let longest = 0;
    for (const { to } of outOf.get(row.nodes[i]!) ?? none) longest = Math.max(longest, tails.get(to)!);
    tails.set(row.nodes[i]!, longest + 1);
  }
  const taken = new Set<number>();
  const laneOf = new Map<Link, Chain>();
  const chainFrom = (start: number): Chain => {
    const nodes = [start];
    const within: Link[] = [];
    taken.add(start);
    for (let at: number | undefined = start; at !== undefined; ) {
      let next: Link | undefined;
      for (const link of outOf.get(at) ?? none)
        if (!taken.has(link.to) && (!next || tails.get(link.to)! > tails.get(next.to)!)) next = link;
      at = next?.to;
      if (!next) break;
      nodes.push(next.to);
      within.push(next);
      taken.add(next.to);
    }
    const source = nearest(into.get(start) ?? none, (link) => columnOf(link.from));
    const target = nearest(outOf.get(nodes.at(-1)!) ?? none, (link) => -columnOf(link.to));
    const chain: Chain = {
      nodes,
      first: source ? columnOf(source.from) + 1 : rankOf[start]!,
      last: target ? columnOf(target.to) - 1 : rankOf[nodes.at(-1)!]!,
    };
    for (const link of within) laneOf.set(link, chain);
    if (target && !laneOf.has(target)) laneOf.set(target, chain);
    if (source) laneOf.set(source, chain);
    return chain;
  };
  let spine: number | undefined;
  for (const node of row.nodes) if (spine === undefined || tails.get(node)! > tails.get(spine)!) spine = node;
  const chains = spine === undefined ? [] : [chainFrom(spine)];
  for (const node of row.nodes) if (!taken.has(node)) chains.push(chainFrom(node));
  return { chains, laneOf, arcs: arcsOf(row, rankOf, laneOf, columnOf) };
}

const none: readonly Link[] = [];

function grouped(links: readonly Link[], end: 'from' | 'to'): ReadonlyMap<number, readonly Link[]> {
  const groups = new Map<number, Link[]>();
  for (const link of links) {
    const group = groups.get(link[end]);
    if (group) group.push(link);
    else groups.set(link[end], [link]);
  }
  return groups;
}

/** The link for which `of` is greatest, the first of equals. */
function nearest(links: readonly Link[], of: (link: Link) => number): Link | undefined {
  let found: Link | undefined;
  for (const link of links) if (!found || of(link) > of(found)) found = link;
  return found;
}

function arcsOf(
  row: Row,
  rankOf: readonly number[],
  laneOf: ReadonlyMap<Link, Chain>,
  columnOf: (node: number) => number,
): readonly Arc[] {
  const bySource = new Map<number, Link[]>();
  const arcs: Arc[] = [];
  for (const link of [...row.entries, ...row.inner]) {
    const [a, b] = [columnOf(link.from), rankOf[link.to]!];
    if (b <= a) arcs.push({ links: [link], first: b, last: a });
    if (b <= a + 1 || laneOf.has(link)) continue;
    const group = bySource.get(link.from);
    if (group) group.push(link);
    else bySource.set(link.from, [link]);
  }
  for (const [from, links] of bySource) {
    let last = 0;
    for (const { to } of links) last = Math.max(last, rankOf[to]! - 1);
    arcs.push({ links, first: columnOf(from) + 1, last });
  }
  return arcs;
}
