import { expandOnce } from '../blocks/expansion.ts';
import { blockOf, definitionOf, isBlockKind, isNodeKind } from '../blocks/index.ts';
import type { Design, DesignNode, NodeId, PortRef } from './design.ts';
import { freshId } from './edits.ts';

/** A block and the nodes that it stands for: either may be the one that is in the design. */
export interface Packing {
  readonly id: NodeId;
  readonly node: DesignNode;
  /** By their names inside the block. */
  readonly members: ReadonlyMap<string, NodeId>;
}

/** Flat layer ids, as weights are kept by: where what lay under one lies now. */
export type Moves = ReadonlyMap<string, string>;

/** What unpacking a block of the design makes of it; undefined where there is no block. */
export function packingOf({ nodes }: Pick<Design, 'nodes'>, id: NodeId): Packing | undefined {
  const node = nodes[id];
  if (!node || !isBlockKind(node.kind)) return undefined;
  const taken: Record<NodeId, unknown> = { ...nodes };
  const members = new Map<string, NodeId>();
  for (const { id: inner, kind } of expandOnce(blockOf(node.kind), node.params).nodes) {
    if (!isNodeKind(kind)) continue;
    const member = freshId(taken, kind, `${id}.${inner}`);
    taken[member] = true;
    members.set(inner, member);
  }
  return { id, node, members };
}

/** Where weights go when the members are folded into their block; unpacking goes the other way. */
export function foldMoves(packings: readonly Packing[]): Moves {
  return new Map(
    packings.flatMap(({ id, members }) =>
      [...members].map(([inner, member]) => [member, `${id}/${inner}`] as const),
    ),
  );
}

export function inverse(moves: Moves): Moves {
  return new Map([...moves].map(([from, to]) => [to, from]));
}

/** One after the other. */
export function chained(first: Moves | undefined, second: Moves | undefined): Moves | undefined {
  if (!first || !second) return first ?? second;
  const reached = new Set(first.values());
  return new Map([
    ...[...first].map(([from, to]) => [from, second.get(to) ?? to] as const),
    ...[...second].filter(([from]) => !reached.has(from)),
  ]);
}

/** `conv1`, or `split:out1` for other than the first output, as a fragment writes what feeds a node. */
export function innerPort(packing: Pick<Packing, 'node' | 'members'>, source: string): PortRef | undefined {
  const [inner, port] = source.split(':') as [string, string?];
  const member = packing.members.get(inner);
  if (member === undefined || !isBlockKind(packing.node.kind)) return undefined;
  const { nodes } = expandOnce(blockOf(packing.node.kind), packing.node.params);
  const { kind, params } = nodes.find(({ id }) => id === inner)!;
  const first = isNodeKind(kind) ? definitionOf(kind).outputs(params)[0]?.name : undefined;
  return { node: member, port: port ?? first ?? 'out' };
}
