import { repeatOf } from '../../blocks/expansion.ts';
import { hasInside } from '../../blocks/index.ts';
import { blockNameOf } from '../../graph/definitions.ts';
import type { BlockDefinitions, DesignNode } from '../../graph/design.ts';
import type { Moves } from '../../graph/packing.ts';
import type { LazyWeights } from './store.ts';

type Nodes = Readonly<Record<string, DesignNode>>;

/** As much of a design as weights are told by. */
interface Graph {
  readonly nodes: Nodes;
  readonly blocks: BlockDefinitions;
}

/** Before the keys of weights whose node is gone; no node can be called so. They come back when it does. */
const PARKED = '#';

/**
 * Weights lie under their layers' names; when layers are renamed they go along, those inside of blocks too, and when a block
 * comes to repeat they are its first copy's. A renamed node shows by its place among the nodes, which a rename keeps, and
 * by being what it was.
 */
export function followRenames(weights: LazyWeights, before: Graph, after: Graph): LazyWeights {
  if (before.nodes === after.nodes && before.blocks === after.blocks) return weights;
  const renames = new Map<Nodes, ReadonlyMap<string, string>>();
  const renamed = (from: Nodes, to: Nodes): ReadonlyMap<string, string> => {
    const known = renames.get(from) ?? renamesBetween(from, to);
    renames.set(from, known);
    return known;
  };
  const follow = (path: readonly string[], from: Nodes, to: Nodes): readonly string[] => {
    const [head, ...rest] = path as readonly [string, ...string[]];
    const moved = from === to ? head : (renamed(from, to).get(head) ?? head);
    const [was, is] = [from[head], to[moved]];
    if (rest.length === 0 || !was || !is || !hasInside(was.kind) || was.kind !== is.kind)
      return [moved, ...rest];
    const isCopy = /^\d/.test(rest[0]!);
    // With one copy, what lies under a number is kept from when there were more.
    if (isCopy && repeatOf(was.params) === 1) return [moved, ...rest];
    const [copy, inner] = isCopy ? [rest[0]!, rest.slice(1)] : ['0', rest];
    const [old, now] = [before.blocks[blockNameOf(was) ?? ''], after.blocks[blockNameOf(is) ?? '']];
    const followed = old && now && inner.length > 0 ? follow(inner, old.nodes, now.nodes) : inner;
    return repeatOf(is.params) > 1 || copy !== '0' ? [moved, copy, ...followed] : [moved, ...followed];
  };
  const entries = Object.entries(weights);
  const keys = entries.map(([key]) => follow(key.split('/'), before.nodes, after.nodes).join('/'));
  const followed = entries.every(([key], i) => key === keys[i])
    ? weights
    : Object.fromEntries(entries.map(([, own], i) => [keys[i]!, own]));
  return withUnlinked(followed, before.nodes, after.nodes);
}

/** Which names of before are which now; those of nodes that are gone or back are parked or taken up again. */
function renamesBetween(before: Nodes, after: Nodes): ReadonlyMap<string, string> {
  const [olds, news] = [Object.keys(before), Object.keys(after)];
  const moved = new Map<string, string>();
  for (const [i, from] of olds.entries()) {
    const to = news[i];
    const same =
      olds.length === news.length && to !== undefined && to !== from && !before[to] && !after[from];
    if (same && isSame(before[from]!, after[to]!)) moved.set(from, to);
    else if (holds(before, from) && !holds(after, from))
      moved.set(from, heirOf(from, before, after) ?? PARKED + from);
  }
  const reached = new Set(moved.values());
  for (const to of news)
    if (holds(after, to) && !holds(before, to) && !reached.has(to)) moved.set(PARKED + to, to);
  return moved;
}

/** Whether a node is there and has weights of its own. */
function holds(nodes: Nodes, id: string): boolean {
  const node = nodes[id];
  return node !== undefined && node.weights === undefined;
}

/** The node that has now what another one had: one that shared its weights, or the one that is back. */
function heirOf(from: string, before: Nodes, after: Nodes): string | undefined {
  const now = after[from]?.weights;
  if (now !== undefined) return holds(before, now) ? undefined : now;
  return Object.keys(after).find((id) => before[id]?.weights === from && holds(after, id));
}

/** A node that shared the weights of another, and has its own now, begins with the same. */
function withUnlinked(weights: LazyWeights, before: Nodes, after: Nodes): LazyWeights {
  const copies = Object.keys(after).flatMap((id) => {
    const owner = before[id]?.weights;
    if (owner === undefined || !holds(after, id) || !holds(after, owner)) return [];
    const own = (key: string, head: string): boolean => key === head || key.startsWith(`${head}/`);
    if (Object.keys(weights).some((key) => own(key, id))) return [];
    return Object.entries(weights).flatMap(([key, held]) =>
      own(key, owner) ? [[id + key.slice(owner.length), held] as const] : [],
    );
  });
  return copies.length === 0 ? weights : { ...weights, ...Object.fromEntries(copies) };
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
