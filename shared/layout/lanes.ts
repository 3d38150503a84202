import type { Arc, Chain, Parts, Row } from './chains.ts';
import type { Graph, Link } from './model.ts';
import type { Ranks } from './ranks.ts';
import { Skyline } from './skyline.ts';

/** Heights across the flow; the spine is at 0, above it is negative. */
export interface Lanes {
  /** The middle of each node, by node. */
  readonly middleOf: ReadonlyMap<number, number>;
  /** Where a link runs along the flow; undefined for one that only crosses from a column to the next. */
  readonly trackOf: ReadonlyMap<Link, number>;
  readonly top: number;
  readonly bottom: number;
}

/** Lanes and arcs as near to the spine as they fit, short ones nearest, over it or under it. */
export function lanesOf(graph: Graph, { rankOf }: Ranks, row: Row, parts: Parts, gap: number): Lanes {
  const [start, end] = row.columns;
  const above = new Skyline(end - start + 1);
  const below = new Skyline(end - start + 1);
  const middleOf = new Map<number, number>();
  const trackOf = new Map<Link, number>();
  const [spine, ...others] = parts.chains;
  for (const node of spine?.nodes ?? []) {
    middleOf.set(node, 0);
    const column = rankOf[node]! - start;
    for (const side of [above, below]) side.raise(column, column, graph.across[node]! / 2);
  }
  const chainAt = new Map<Chain, number>();
  if (spine) chainAt.set(spine, 0);
  /** Finds room for something so thick, on the side where it lies nearer, or on the one that is wanted. */
  const place = (
    { first, last }: Pick<Arc, 'first' | 'last'>,
    half: number,
    air: number,
    wanted: number,
  ): number => {
    const [low, high] = [first - start, last - start];
    const up = above.highest(low, high) + air + half;
    const down = below.highest(low, high) + air + half;
    const isUp = wanted === 0 ? up <= down : wanted < 0;
    if (isUp) above.raise(low, high, up + half);
    else below.raise(low, high, down + half);
    return isUp ? -up : down;
  };
  for (const chain of bySpan(others)) {
    let half = 0;
    for (const node of chain.nodes) half = Math.max(half, graph.across[node]! / 2);
    const middle = place(chain, half, gap, 0);
    chainAt.set(chain, middle);
    for (const node of chain.nodes) middleOf.set(node, middle);
  }
  for (const [link, chain] of parts.laneOf) trackOf.set(link, chainAt.get(chain)!);
  for (const arc of bySpan(parts.arcs)) {
    const [link] = arc.links;
    const wanted = (middleOf.get(link!.from) ?? 0) || middleOf.get(link!.to)!;
    const track = place(arc, 0, gap / 2, wanted);
    for (const each of arc.links) trackOf.set(each, track);
  }
  const columns = end - start;
  return { middleOf, trackOf, top: -above.highest(0, columns), bottom: below.highest(0, columns) };
}

function bySpan<T extends Pick<Arc, 'first' | 'last'>>(items: readonly T[]): readonly T[] {
  return [...items].sort((a, b) => a.last - a.first - (b.last - b.first));
}
