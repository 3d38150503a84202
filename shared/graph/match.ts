import { definitionOf } from '../blocks/index.ts';
import type { Design, NodeId, PortRef } from './design.ts';
import type { Structure } from './structures.ts';
import type { Topology } from './topology.ts';

/** A structure laid upon a design: which node stands where, and what feeds the whole. */
export interface Embedding {
  readonly members: ReadonlyMap<string, NodeId>;
  /** By input port of the block. */
  readonly feeds: ReadonlyMap<string, PortRef>;
}

type Graph = Pick<Design, 'nodes'>;

/** How many more nodes may be tried: structures that come from files can be made such that trying never ends. */
export interface Patience {
  left: number;
}

/**
 * Every way to lay a structure upon the design such that its output is the node `anchor`: kinds and wires agree, and
 * nothing outside reads what is inside, its output apart. Parameters are left to be compared, but for what the structure
 * does not accept.
 */
export function* embeddings(
  { nodes }: Graph,
  topology: Topology,
  structure: Structure,
  anchor: NodeId,
  patience: Patience,
): Generator<Embedding> {
  const { fragment } = structure;
  const inner = new Map(fragment.nodes.map((node) => [node.id, node]));
  const [output, ...more] = Object.values(fragment.outputs);
  if (output === undefined || more.length > 0) return;

  function* place(source: string, ref: PortRef, soFar: Embedding): Generator<Embedding> {
    if (source.startsWith('@')) {
      const port = source.slice(1);
      const feed = soFar.feeds.get(port);
      if (!feed) yield { ...soFar, feeds: new Map([...soFar.feeds, [port, ref]]) };
      else if (feed.node === ref.node && feed.port === ref.port) yield soFar;
      return;
    }
    const [id, port] = source.split(':') as [string, string?];
    const wanted = inner.get(id)!;
    const node = nodes[ref.node]!;
    if (node.kind !== wanted.kind || patience.left-- <= 0) return;
    const first = definitionOf(node.kind).outputs(node.params)[0]?.name;
    if (ref.port !== (port ?? first)) return;
    const placed = soFar.members.get(id);
    if (placed !== undefined) {
      if (placed === ref.node) yield soFar;
      return;
    }
    const wiring = topology.wirings.get(ref.node)!;
    if (wiring.problems.length > 0 || wiring.ports.length !== wanted.from.length) return;
    if ([...soFar.members.values()].includes(ref.node) || !structure.accepts(id, node)) return;
    const sources = wiring.ports.map(({ wire }) => wire!.from);
    const here = { ...soFar, members: new Map([...soFar.members, [id, ref.node]]) };
    const any =
      definitionOf(node.kind).inputs[0]?.anyOrder === true && wanted.from.length <= MOST_IN_ANY_ORDER;
    for (const from of ordersOf(any, wanted.from)) yield* placeAll(from, sources, 0, here);
  }

  function* placeAll(
    from: readonly string[],
    sources: readonly PortRef[],
    at: number,
    soFar: Embedding,
  ): Generator<Embedding> {
    if (at === from.length) {
      yield soFar;
      return;
    }
    for (const next of place(from[at]!, sources[at]!, soFar)) yield* placeAll(from, sources, at + 1, next);
  }

  const kind = nodes[anchor]!.kind;
  const port = definitionOf(kind).outputs(nodes[anchor]!.params)[0]?.name ?? 'out';
  const nothing: Embedding = { members: new Map(), feeds: new Map() };
  for (const found of place(output, { node: anchor, port }, nothing)) {
    if (found.members.size === inner.size && isClosed(found, topology, structure.kind, anchor)) yield found;
  }
}

function isClosed(
  { members, feeds }: Embedding,
  topology: Topology,
  kind: Structure['kind'],
  anchor: NodeId,
): boolean {
  const inside = new Set(members.values());
  return (
    definitionOf(kind).inputs.every(({ name, atLeast }) => atLeast !== undefined || feeds.has(name)) &&
    [...feeds.values()].every(({ node }) => !inside.has(node)) &&
    [...inside].every((id) => id === anchor || topology.outOf.get(id)!.every(({ to }) => inside.has(to.node)))
  );
}

/** With more inputs than this, as many orders as there are are too many to try. */
const MOST_IN_ANY_ORDER = 5;

/** The orders in which a node's inputs may be read: all of them where it does not matter. */
function ordersOf(any: boolean, from: readonly string[]): readonly (readonly string[])[] {
  if (!any || from.length < 2) return [from];
  return from.flatMap((first, i) => ordersOf(any, from.toSpliced(i, 1)).map((rest) => [first, ...rest]));
}
