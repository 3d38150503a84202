import type { DesignNode } from '../../graph/design.ts';
import type { Moves } from '../../graph/packing.ts';
import type { LazyWeights } from './store.ts';

type Nodes = Readonly<Record<string, DesignNode>>;

/** Before the keys of weights whose node is gone; no node can be called so. They come back when it does. */
const PARKED = '#';

/**
 * Weights lie under their layers' names; when layers are renamed they go along, those inside of blocks too. A renamed
 * node shows by its place among the nodes, which a rename keeps, and by being what it was.
 */
export function followRenames(weights: LazyWeights, before: Nodes, after: Nodes): LazyWeights {
  if (before === after) return weights;
  const [olds, news] = [Object.keys(before), Object.keys(after)];
  const moved = new Map<string, string>();
  for (const [i, from] of olds.entries()) {
    const to = news[i];
    const same =
      olds.length === news.length && to !== undefined && to !== from && !before[to] && !after[from];
    if (same && isSame(before[from]!, after[to]!)) moved.set(from, to);
    else if (!after[from]) moved.set(from, PARKED + from);
  }
  const reached = new Set(moved.values());
  for (const to of news) if (!before[to] && !reached.has(to)) moved.set(PARKED + to, to);
  if (moved.size === 0) return weights;
  return Object.fromEntries(
    Object.entries(weights).map(([key, own]) => {
      const slash = key.indexOf('/');
      const node = slash < 0 ? key : key.slice(0, slash);
      return [(moved.get(node) ?? node) + key.slice(node.length), own];
    }),
  );
}

/** Weights of layers that are now under another id, themselves or a block that they are in. */
export function moveWeights<T>(weights: Readonly<Record<string, T>>, moves: Moves): Record<string, T> {
  const moved = (key: string): string => {
    for (let end = key.length; end > 0; end = key.lastIndexOf('/', end - 1)) {
      const to = moves.get(key.slice(0, end));
      if (to !== undefined) return to + key.slice(end);
    }
    return key;
  };
  return Object.fromEntries(Object.entries(weights).map(([key, own]) => [moved(key), own]));
}

/** Undoing gives equal nodes, not the very same ones. */
function isSame(a: DesignNode, b: DesignNode): boolean {
  return a === b || (a.kind === b.kind && JSON.stringify(a.params) === JSON.stringify(b.params));
}
