import type { Outline, OutlineNode } from './outline.ts';

/**
 * The same network with its nodes in the order in which a reader meets them: sources before targets, and of the branches
 * that a node joins, the one at its first port first. The order in which a file lists nodes and wires makes no difference
 * to it, so the same network gives the same picture.
 *
 * A node's edges have to be in the order of its ports.
 */
export function inReadingOrder(outline: Outline): Outline {
  const byId = new Map(outline.nodes.map((node) => [node.id, node]));
  const sources = new Map<string, string[]>(outline.nodes.map(({ id }) => [id, []]));
  const read = new Set<string>();
  for (const { from, to } of outline.edges) {
    sources.get(to)?.push(from);
    read.add(from);
  }
  const byName = outline.nodes.map(({ id }) => id).sort(compare);
  // From the ends backwards; what a cycle holds has no end, and comes last.
  const starts = [...byName.filter((id) => !read.has(id)), ...byName];
  const order = walkBack(starts, sources);
  const nodes = order.map((id): OutlineNode => byId.get(id)!);
  return {
    name: outline.name,
    nodes,
    edges: order.flatMap((to) => sources.get(to)!.map((from) => ({ from, to }))),
  };
}

/** Every node after all that it reads from; without recursion, since networks may be thousands of layers deep. */
function walkBack(
  starts: readonly string[],
  sources: ReadonlyMap<string, readonly string[]>,
): readonly string[] {
  const entered = new Set<string>();
  const order: string[] = [];
  for (const start of starts) {
    const path: { readonly id: string; next: number }[] = [];
    const enter = (id: string): void => {
      if (entered.has(id)) return;
      entered.add(id);
      path.push({ id, next: 0 });
    };
    enter(start);
    for (let at = path.at(-1); at !== undefined; at = path.at(-1)) {
      const source = sources.get(at.id)![at.next++];
      if (source !== undefined) enter(source);
      else {
        order.push(at.id);
        path.pop();
      }
    }
  }
  return order;
}

/** By code points: the same in every language. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
