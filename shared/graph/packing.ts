import type { Fragment } from '../blocks/define.ts';
import { innerNode, repeatOf } from '../blocks/expansion.ts';
import { definitionOf } from '../blocks/index.ts';
import { blockNameOf, refusalToOpen } from './definitions.ts';
import { type Design, type DesignNode, isNodeId, type NodeId, type PortRef } from './design.ts';
import { freshId } from './edits.ts';
import { fragmentOf } from './inside.ts';
import type { Passed } from './next-name.ts';

/** A block and the nodes that it stands for: either may be the one that is in the design. */
export interface Packing {
  readonly id: NodeId;
  readonly node: DesignNode;
  /** How the members are wired, by their names inside the block. */
  readonly fragment: Fragment;
  /** By their names inside the block. */
  readonly members: ReadonlyMap<string, NodeId>;
}

/** Flat layer ids, as weights are kept by: where what lay under one lies now. */
export type Moves = ReadonlyMap<string, string>;

/**
 * What unpacking a block of the design makes of it; undefined where there is no block, or one that cannot be opened.
 * Nodes of a block of the user's own have their names back, where those are free.
 */
export function packingOf(
  { nodes, blocks }: Pick<Design, 'nodes' | 'blocks'>,
  id: NodeId,
): Packing | undefined {
  const node = nodes[id];
  const fragment = node && fragmentOf(node, blocks);
  if (!fragment) return undefined;
  const taken: Record<NodeId, unknown> = { ...nodes };
  const members = new Map<string, NodeId>();
  const passed: Passed = new Map();
  for (const { id: inner } of fragment.nodes) {
    const free = node.kind === 'userBlock' && isNodeId(inner) && !Object.hasOwn(taken, inner);
    const member = free ? inner : freshId(taken, innerNode(fragment, inner).kind, `${id}.${inner}`, passed);
    taken[member] = true;
    members.set(inner, member);
  }
  return { id, node, fragment, members };
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
export function innerPort(
  { members, fragment }: Pick<Packing, 'members' | 'fragment'>,
  source: string,
): PortRef | undefined {
  const [inner, port] = source.split(':') as [string, string?];
  const member = members.get(inner);
  if (member === undefined) return undefined;
  const { kind, params } = innerNode(fragment, inner);
  const first = definitionOf(kind).outputs(params)[0]?.name;
  return { node: member, port: port ?? first ?? 'out' };
}

/** The paths under which the layers of a block of the user's own lie in the flattened network: one for each copy of it. */
export function pathsOfBlock(
  { nodes, blocks }: Pick<Design, 'nodes' | 'blocks'>,
  name: string,
): readonly string[] {
  const found: string[] = [];
  const walk = (inside: Design['nodes'], prefix: string): void => {
    for (const [id, node] of Object.entries(inside)) {
      const own = blockNameOf(node);
      if (own === undefined || refusalToOpen(node, blocks)) continue;
      const times = repeatOf(node.params);
      for (let copy = 0; copy < times; copy++) {
        const path = `${prefix}${id}${times > 1 ? `/${copy}` : ''}`;
        if (own === name) found.push(path);
        else walk(blocks[own]!.nodes, `${path}/`);
      }
    }
  };
  walk(nodes, '');
  return found;
}

/** What moves within a block, as it moves in the whole design: in every copy of the block. */
export function movesInside(
  design: Pick<Design, 'nodes' | 'blocks'>,
  name: string,
  moves: Moves | undefined,
): Moves | undefined {
  if (!moves) return undefined;
  const paths = pathsOfBlock(design, name);
  return new Map(
    paths.flatMap((path) => [...moves].map(([from, to]) => [`${path}/${from}`, `${path}/${to}`] as const)),
  );
}
