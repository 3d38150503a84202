import type { ProfileEntry } from './profile-rows.ts';

/** One place along depth: a layer of the design, of the one it is compared with, or of both. */
export interface ProfileColumn {
  readonly now?: ProfileEntry;
  readonly before?: ProfileEntry;
}

/**
 * Lays two designs over each other: layers of one name share a column, as many as keep their order; between these, what
 * was replaced shares columns with what replaced it.
 */
export function profileColumns(
  now: readonly ProfileEntry[],
  before: readonly ProfileEntry[],
): readonly ProfileColumn[] {
  if (before.length === 0) return now.map((entry) => ({ now: entry }));
  const columns: ProfileColumn[] = [];
  let [nextNow, nextBefore] = [0, 0];
  for (const [atNow, atBefore] of [...anchors(now, before), [now.length, before.length] as const]) {
    while (nextNow < atNow || nextBefore < atBefore) {
      columns.push({
        ...(nextNow < atNow ? { now: now[nextNow++]! } : {}),
        ...(nextBefore < atBefore ? { before: before[nextBefore++]! } : {}),
      });
    }
    if (atNow < now.length) columns.push({ now: now[nextNow++]!, before: before[nextBefore++]! });
  }
  return columns;
}

/** Places of the same layer in both, rising in both: the longest such chain, found by patience sorting. */
function anchors(
  now: readonly ProfileEntry[],
  before: readonly ProfileEntry[],
): readonly (readonly [now: number, before: number])[] {
  interface Link {
    readonly now: number;
    readonly before: number;
    readonly previous: Link | undefined;
  }
  const placeOf = new Map(before.map(({ node }, place) => [node.id, place]));
  /** The chain of each length that ends earliest. */
  const ends: Link[] = [];
  for (const [place, { node }] of now.entries()) {
    const found = placeOf.get(node.id);
    if (found === undefined) continue;
    let [low, high] = [0, ends.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (ends[middle]!.before < found) low = middle + 1;
      else high = middle;
    }
    ends[low] = { now: place, before: found, previous: ends[low - 1] };
  }
  const chain: (readonly [number, number])[] = [];
  for (let link = ends.at(-1); link; link = link.previous) chain.push([link.now, link.before]);
  return chain.reverse();
}
