import type { Graph, Link } from './model.ts';

/** Lists of links by node. */
export function linksBy(
  count: number,
  links: readonly Link[],
  end: 'from' | 'to',
): readonly (readonly Link[])[] {
  const lists: Link[][] = Array.from({ length: count }, () => []);
  for (const link of links) lists[link[end]]!.push(link);
  return lists;
}

export interface Ranks {
  /** The column of each node: one more than the last of its sources. */
  readonly rankOf: readonly number[];
  /** Nodes sources first; on a ring, where it was entered. */
  readonly order: readonly number[];
}

/**
 * Columns by the longest path. A ring is entered at the first node in the order given, and its wire back is left out.
 * What nothing feeds stands right before what it feeds first.
 */
export function ranksOf({ along, wires }: Graph): Ranks {
  const count = along.length;
  const outOf = linksBy(count, wires, 'from');
  const waiting = new Array<number>(count).fill(0);
  for (const { to } of wires) waiting[to]!++;
  const unfed = waiting.map((links) => links === 0);
  const order: number[] = [];
  const done = new Array<boolean>(count).fill(false);
  const ready: number[] = [];
  const settle = (start: number): void => {
    ready.push(start);
    for (let node = ready.pop(); node !== undefined; node = ready.pop()) {
      if (done[node]) continue;
      done[node] = true;
      order.push(node);
      const targets = outOf[node]!;
      for (let i = targets.length - 1; i >= 0; i--) {
        const { to } = targets[i]!;
        if (--waiting[to]! === 0 && !done[to]) ready.push(to);
      }
    }
  };
  for (let node = 0; node < count; node++) if (unfed[node]) settle(node);
  for (let node = 0; node < count; node++) if (!done[node]) settle(node);
  const place = new Array<number>(count).fill(0);
  for (const [i, node] of order.entries()) place[node] = i;
  const rankOf = new Array<number>(count).fill(0);
  for (const node of order)
    for (const { to } of outOf[node]!)
      if (place[to]! > place[node]!) rankOf[to] = Math.max(rankOf[to]!, rankOf[node]! + 1);
  for (const node of order) {
    if (!unfed[node] || outOf[node]!.length === 0) continue;
    let first = Number.POSITIVE_INFINITY;
    for (const { to } of outOf[node]!) first = Math.min(first, rankOf[to]!);
    rankOf[node] = Math.max(0, first - 1);
  }
  return { rankOf, order };
}

/**
 * The columns after which a row may end: all that goes on from there comes from one node, which stands in that very column.
 * So no row ends inside of a residual or an inception block.
 */
export function cutsOf({ wires }: Graph, { rankOf }: Ranks, columns: number): readonly boolean[] {
  // Wires that start in a column and cross its end, less those of its one source; and those that only pass.
  const passing = new Array<number>(columns + 1).fill(0);
  const source = new Array<number>(columns).fill(-1);
  const cuts = new Array<boolean>(columns).fill(true);
  for (const { from, to } of wires) {
    const [a, b] = [rankOf[from]!, rankOf[to]!];
    if (b > a) {
      // Over the ends of columns a + 1 … b − 1 it only passes.
      passing[a + 1]!++;
      passing[b]!--;
      if (source[a] === -1) source[a] = from;
      else if (source[a] !== from) cuts[a] = false;
    } else {
      passing[b]!++;
      passing[a]!--;
    }
  }
  let passed = 0;
  for (let column = 0; column < columns; column++) {
    passed += passing[column]!;
    if (passed > 0) cuts[column] = false;
  }
  return cuts;
}
