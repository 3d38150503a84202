import type { DesignNode } from '../../graph/design.ts';
import type { LazyWeights } from './store.ts';

type Nodes = Readonly<Record<string, DesignNode>>;

/**
 * Weights lie under their layers' names; when layers are renamed they go along, those inside of blocks too. What was
 * renamed shows by the node itself, which is the same under another name.
 */
export function followRenames(weights: LazyWeights, before: Nodes, after: Nodes): LazyWeights {
  if (before === after) return weights;
  const gone = new Map<DesignNode, string>();
  for (const [id, node] of Object.entries(before)) if (after[id] !== node) gone.set(node, id);
  const renamed = new Map<string, string>();
  for (const [id, node] of Object.entries(after)) {
    const from = before[id] === node ? undefined : gone.get(node);
    if (from !== undefined) renamed.set(from, id);
  }
  if (renamed.size === 0) return weights;
  return Object.fromEntries(
    Object.entries(weights).map(([key, own]) => {
      const slash = key.indexOf('/');
      const node = slash < 0 ? key : key.slice(0, slash);
      const to = renamed.get(node);
      return [to === undefined ? key : to + key.slice(node.length), own];
    }),
  );
}
