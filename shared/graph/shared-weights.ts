import type { Draft } from 'immer';
import type { DesignNode, NodeId } from './design.ts';

/** Before nodes go: the first of those that are left and use the weights of one has them from then on. */
export function handOn(nodes: Draft<Record<NodeId, DesignNode>>, gone: ReadonlySet<NodeId>): void {
  const heirs = new Map<NodeId, NodeId>();
  for (const [id, node] of Object.entries(nodes)) {
    if (node.weights === undefined || gone.has(id) || !gone.has(node.weights)) continue;
    const heir = heirs.get(node.weights);
    if (heir !== undefined) node.weights = heir;
    else {
      heirs.set(node.weights, id);
      delete node.weights;
    }
  }
}

/** The same nodes with the names that they use for each other mapped; a link to one that has no new name is cut. */
export function relinked(node: DesignNode, nameOf: (id: NodeId) => NodeId | undefined): DesignNode {
  if (node.weights === undefined) return node;
  const { weights, ...rest } = node;
  const name = nameOf(weights);
  return name === undefined ? rest : { ...rest, weights: name };
}
