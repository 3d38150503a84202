import type { Import } from './imports.ts';

type Edge = Pick<Import, 'from' | 'to'>;

/**
 * Sets of places of which each is reached from each other (Tarjan), in the order of their names. Types count as all
 * else does: two files whose types need each other cannot be read or moved one by one either.
 */
export function ringsOf(edges: readonly Edge[]): readonly (readonly string[])[] {
  const next = new Map<string, Set<string>>();
  for (const { from, to } of edges) {
    if (!next.has(from)) next.set(from, new Set());
    if (from !== to) next.get(from)!.add(to);
  }
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const open: string[] = [];
  const rings: string[][] = [];
  const visit = (place: string): void => {
    order.set(place, order.size);
    lowest.set(place, order.get(place)!);
    open.push(place);
    for (const other of next.get(place) ?? []) {
      if (!order.has(other)) visit(other);
      if (open.includes(other)) lowest.set(place, Math.min(lowest.get(place)!, lowest.get(other)!));
    }
    if (lowest.get(place) !== order.get(place)) return;
    const ring = open.splice(open.indexOf(place));
    if (ring.length > 1) rings.push(ring.sort());
  };
  for (const place of next.keys()) if (!order.has(place)) visit(place);
  return rings.sort((a, b) => (a[0]! < b[0]! ? -1 : 1));
}

/**
 * Rings among the folders that lie side by side, at every depth of the tree. A folder counts with all beneath it, and
 * the files beside its folders for themselves: an index and what it lists, and the definitions that both stand on, may
 * share a folder, for the files among them form no ring.
 */
export function folderRingsOf(edges: readonly Edge[]): readonly (readonly string[])[] {
  const byParent = new Map<string, Edge[]>();
  for (const { from, to } of edges) {
    const [a, b] = [from.split('/'), to.split('/')];
    let depth = 0;
    while (a[depth] === b[depth] && depth < a.length - 1 && depth < b.length - 1) depth++;
    if (depth >= a.length - 1 || depth >= b.length - 1) continue;
    const parent = a.slice(0, depth).join('/');
    const edge = { from: a.slice(0, depth + 1).join('/'), to: b.slice(0, depth + 1).join('/') };
    byParent.set(parent, [...(byParent.get(parent) ?? []), edge]);
  }
  return [...byParent.values()].flatMap(ringsOf);
}
