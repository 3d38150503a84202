import type { Draft } from 'immer';
import type { DesignNode, NodeId } from './design.ts';

type Nodes = Readonly<Record<NodeId, DesignNode>>;

/** The node whose weights a node uses: its own, or the one that it names. */
export function ownerOf(nodes: Nodes, id: NodeId): NodeId {
  return nodes[id]?.weights ?? id;
}

/** The nodes that use the weights of this one, in the order of the design. */
export function sharersOf(nodes: Nodes, owner: NodeId): readonly NodeId[] {
  return Object.keys(nodes).filter((id) => nodes[id]!.weights === owner);
}

/** All that use the same weights as this node, the one that has them first; nothing where it uses them alone. */
export function twinsOf(nodes: Nodes, id: NodeId): readonly NodeId[] {
  const owner = ownerOf(nodes, id);
  const sharers = sharersOf(nodes, owner);
  return sharers.length === 0 ? [] : [owner, ...sharers];
}

/** Before nodes go: the first of those that are left and use the weights of one has them from then on. */
export function handOn(nodes: Draft<Record<NodeId, DesignNode>>, gone: ReadonlySet<NodeId>): void {
  const heirs = new Map<NodeId, NodeId>();
  for (const [id, node] of Object.entries(nodes)) {
    if (node.weights === undefined || gone.has(id) || !gone.has(node.weights)) continue;
    const heir = heirs.get(node.weights);
    // What was added by the same edit is frozen already, so that nodes are replaced.
    if (heir === undefined) heirs.set(node.weights, id);
    nodes[id] = withWeights(node, heir);
  }
}

/** A node with the weights of another, or with its own. */
export function withWeights<N extends { readonly weights?: NodeId }>(node: N, owner: NodeId | undefined): N {
  const { weights: _, ...own } = node;
  return (owner === undefined ? own : { ...own, weights: owner }) as N;
}

/** The same nodes with the names that they use for each other mapped; a link to one that has no new name is cut. */
export function relinked(node: DesignNode, nameOf: (id: NodeId) => NodeId | undefined): DesignNode {
  if (node.weights === undefined) return node;
  const { weights, ...rest } = node;
  const name = nameOf(weights);
  return name === undefined ? rest : { ...rest, weights: name };
}
