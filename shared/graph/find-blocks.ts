import { smallestOf } from '../base/extremes.ts';
import { definitionOf } from '../blocks/index.ts';
import type { ParamValues } from '../schema/params.ts';
import { blockNameOf } from './definitions.ts';
import type { Design, DesignNode, NodeId, Suppression } from './design.ts';
import { newNode } from './edits.ts';
import { foldedName, unpackedName } from './fold-names.ts';
import { type Embedding, embeddings, type Patience } from './match.ts';
import type { Packing } from './packing.ts';
import { type Structure, structuresFor } from './structures.ts';
import { type Topology, topologyOf } from './topology.ts';

type Graph = Pick<Design, 'nodes' | 'wires' | 'blocks'>;

/** A block that could stand for nodes of the design, and what feeds its input ports. */
export interface FoundBlock extends Packing {
  readonly feeds: Embedding['feeds'];
}

/** A place where a block would stand. */
interface Candidate extends Embedding {
  readonly structure: Structure;
  readonly params: ParamValues;
  readonly anchor: NodeId;
  /** The block's name where the members are called as unpacking it calls them. */
  readonly unpacked: NodeId | undefined;
}

interface FindOptions {
  readonly topology?: Topology;
  /** Only those that hold one of these nodes. */
  readonly touching?: Iterable<NodeId>;
  /** The block whose inside the graph is. */
  readonly within?: string | undefined;
}

/** Nodes that are tried in all; all of ResNet-152's blocks take a twentieth. */
const PATIENCE = 100_000;

/**
 * The blocks whose structure a design's nodes have, those that come with the program and the design's own: same layers, same
 * wires, and parameters that one block gives them all. None shares a node with another. What came from unpacking a block is
 * found as that block; larger structures go before smaller ones.
 */
export function findBlocks(
  graph: Graph,
  { topology = topologyOf(graph), touching, within }: FindOptions = {},
): readonly FoundBlock[] {
  const candidates = candidatesIn(graph, topology, structuresFor(graph.blocks, within));
  const chosen = withoutOverlap(candidates);
  const settled = settle(chosen, candidates);
  const packings = named(settled, graph);
  if (touching === undefined) return packings;
  const wanted = new Set(touching);
  return packings.filter(({ members }) => [...members.values()].some((id) => wanted.has(id)));
}

function candidatesIn(
  graph: Graph,
  topology: Topology,
  structures: readonly Structure[],
): readonly Candidate[] {
  const found: Candidate[] = [];
  const patience: Patience = { left: PATIENCE };
  const linked = linkedNodes(graph.nodes);
  for (const structure of structures) {
    const end = Object.values(structure.fragment.outputs)[0]?.split(':')[0];
    const kind = structure.fragment.nodes.find(({ id }) => id === end)?.kind;
    for (const anchor of topology.order) {
      if (graph.nodes[anchor]!.kind !== kind) continue;
      for (const embedding of embeddings(graph, topology, structure, anchor, patience)) {
        const nodes = [...embedding.members].map(([inner, id]) => [inner, graph.nodes[id]!] as const);
        if (nodes.some(([, node]) => linked.has(node))) continue;
        if (structure.kind !== 'userBlock' && !alike(nodes)) continue;
        // Inside a block, weights are what is learned.
        if (nodes.some(([, { parameters }]) => parameters !== undefined)) continue;
        const params = structure.solve(new Map(nodes.map(([inner, node]) => [inner, node.params])));
        if (!params) continue;
        found.push({ ...embedding, structure, params, anchor, unpacked: unpackedName(embedding.members) });
        break;
      }
    }
  }
  return found;
}

/** Nodes that share weights: in a block they would lose them, since it has weights of its own. */
function linkedNodes(nodes: Graph['nodes']): ReadonlySet<DesignNode> {
  const sharing = Object.values(nodes).filter(({ weights }) => weights !== undefined);
  return new Set([...sharing, ...sharing.flatMap(({ weights }) => nodes[weights!] ?? [])]);
}

/** All bypassed or none: a block can be bypassed only as a whole. */
function alike(nodes: readonly (readonly [string, DesignNode])[]): boolean {
  return new Set(nodes.map(([, { bypass }]) => bypass === true)).size === 1;
}

function withoutOverlap(candidates: readonly Candidate[]): readonly Candidate[] {
  const taken = new Set<NodeId>();
  const apart = (own: boolean) =>
    candidates.filter(({ members, unpacked }) => {
      const ids = [...members.values()];
      if ((unpacked !== undefined) !== own || ids.some((id) => taken.has(id))) return false;
      for (const id of ids) taken.add(id);
      return true;
    });
  return [...apart(true), ...apart(false)];
}

/**
 * Where several choices give the same structure (without a stride it does not matter which convolution has it), the one
 * that most other blocks of the design must have.
 */
function settle(chosen: readonly Candidate[], candidates: readonly Candidate[]): readonly Candidate[] {
  const key = ({ structure, anchor, members }: Candidate) => `${structure.kind} ${anchor} ${members.size}`;
  const readings = new Map<string, Candidate[]>();
  for (const each of candidates) readings.set(key(each), [...(readings.get(key(each)) ?? []), each]);
  const votes = new Map<string, number>();
  for (const each of chosen) {
    if (readings.get(key(each))!.length > 1) continue;
    for (const part of Object.entries(each.structure.choices))
      votes.set(`${each.structure.kind} ${part}`, (votes.get(`${each.structure.kind} ${part}`) ?? 0) + 1);
  }
  const weight = (each: Candidate): number =>
    Object.entries(each.structure.choices).reduce(
      (sum, part) => sum + (votes.get(`${each.structure.kind} ${part}`) ?? 0),
      0,
    );
  return chosen.map((each) =>
    readings.get(key(each))!.reduce((best, other) => (weight(other) > weight(best) ? other : best), each),
  );
}

function named(chosen: readonly Candidate[], { nodes }: Graph): readonly FoundBlock[] {
  const place = new Map(Object.keys(nodes).map((id, i) => [id, i]));
  const first = ({ members }: Candidate) => smallestOf([...members.values()].map((id) => place.get(id)!));
  const sorted = [...chosen].sort((a, b) => first(a) - first(b));
  const folded = new Set(sorted.flatMap(({ members }) => [...members.values()]));
  const taken: Record<NodeId, unknown> = {};
  for (const id of Object.keys(nodes)) if (!folded.has(id)) taken[id] = true;
  return sorted.map(({ structure, params, members, feeds, unpacked }) => {
    const { kind, fragment } = structure;
    const id = foldedName({ kind, params }, members, unpacked, { nodes, taken });
    taken[id] = true;
    const inside = [...members.values()].map((each) => nodes[each]!);
    return { id, node: blockNode(kind, params, inside), fragment, members, feeds };
  });
}

/** What was decided about all of them; a block of the user's own has decisions of its own inside. */
function blockNode(kind: Structure['kind'], params: ParamValues, members: readonly DesignNode[]): DesignNode {
  const silenced = new Map<string, Suppression>();
  for (const each of members.flatMap(({ suppress }) => suppress ?? []))
    if (!silenced.has(each.rule)) silenced.set(each.rule, each);
  return {
    ...newNode(kind, params),
    ...(kind !== 'userBlock' && members[0]!.bypass === true ? { bypass: true } : {}),
    ...(silenced.size > 0 ? { suppress: [...silenced.values()] } : {}),
  };
}

/** How many blocks of each kind there are, the user's own by name, in the order of the design. */
export function countKinds(
  packings: readonly Packing[],
): readonly (readonly [title: string, count: number])[] {
  const counts = new Map<string, number>();
  for (const { node } of packings) {
    const title = blockNameOf(node) ?? definitionOf(node.kind).title;
    counts.set(title, (counts.get(title) ?? 0) + 1);
  }
  return [...counts];
}
