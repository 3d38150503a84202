import { type BlockKind, blockOf } from '../blocks/index.ts';
import { allPatterns, type Pattern, solvePattern } from '../blocks/pattern.ts';
import type { ParamValues } from '../schema/params.ts';
import type { Design, DesignNode, NodeId, Suppression } from './design.ts';
import { newNode } from './edits.ts';
import { foldedName, unpackedName } from './fold-names.ts';
import { type Embedding, embeddings } from './match.ts';
import type { Packing } from './packing.ts';
import { type Topology, topologyOf } from './topology.ts';

type Graph = Pick<Design, 'nodes' | 'wires'>;

/** A block that could stand for nodes of the design, and what feeds its input ports. */
export interface FoundBlock extends Packing {
  readonly feeds: Embedding['feeds'];
}

/** A place where a block would stand. */
interface Candidate extends Embedding {
  readonly pattern: Pattern;
  readonly params: ParamValues;
  readonly anchor: NodeId;
  /** The block's name where the members are called as unpacking it calls them. */
  readonly unpacked: NodeId | undefined;
}

/**
 * The blocks whose structure a design's nodes have: same layers, same wires, and parameters that one block gives them
 * all. None shares a node with another. What came from unpacking a block is found as that block; larger structures go
 * before smaller ones.
 *
 * With `touching`, only those that hold one of these nodes.
 */
export function findBlocks(
  graph: Graph,
  { topology = topologyOf(graph), touching }: { topology?: Topology; touching?: Iterable<NodeId> } = {},
): readonly FoundBlock[] {
  const candidates = candidatesIn(graph, topology);
  const chosen = withoutOverlap(candidates);
  const settled = settle(chosen, candidates);
  const packings = named(settled, graph);
  if (touching === undefined) return packings;
  const wanted = new Set(touching);
  return packings.filter(({ members }) => [...members.values()].some((id) => wanted.has(id)));
}

function candidatesIn(graph: Graph, topology: Topology): readonly Candidate[] {
  const found: Candidate[] = [];
  for (const pattern of allPatterns()) {
    const end = Object.values(pattern.fragment.outputs)[0]?.split(':')[0];
    const kind = pattern.fragment.nodes.find(({ id }) => id === end)?.kind;
    for (const anchor of topology.order) {
      if (graph.nodes[anchor]!.kind !== kind) continue;
      for (const embedding of embeddings(graph, topology, pattern, anchor)) {
        const nodes = [...embedding.members].map(([inner, id]) => [inner, graph.nodes[id]!] as const);
        if (!alike(nodes)) continue;
        const params = solvePattern(pattern, new Map(nodes.map(([inner, node]) => [inner, node.params])));
        if (!params) continue;
        found.push({ ...embedding, pattern, params, anchor, unpacked: unpackedName(embedding.members) });
        break;
      }
    }
  }
  return found;
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
  const key = ({ pattern, anchor, members }: Candidate) => `${pattern.kind} ${anchor} ${members.size}`;
  const readings = new Map<string, Candidate[]>();
  for (const each of candidates) readings.set(key(each), [...(readings.get(key(each)) ?? []), each]);
  const votes = new Map<string, number>();
  for (const each of chosen) {
    if (readings.get(key(each))!.length > 1) continue;
    for (const part of Object.entries(each.pattern.choices))
      votes.set(`${each.pattern.kind} ${part}`, (votes.get(`${each.pattern.kind} ${part}`) ?? 0) + 1);
  }
  const weight = (each: Candidate): number =>
    Object.entries(each.pattern.choices).reduce(
      (sum, part) => sum + (votes.get(`${each.pattern.kind} ${part}`) ?? 0),
      0,
    );
  return chosen.map((each) =>
    readings.get(key(each))!.reduce((best, other) => (weight(other) > weight(best) ? other : best), each),
  );
}

function named(chosen: readonly Candidate[], { nodes }: Graph): readonly FoundBlock[] {
  const place = new Map(Object.keys(nodes).map((id, i) => [id, i]));
  const first = ({ members }: Candidate) => Math.min(...[...members.values()].map((id) => place.get(id)!));
  const sorted = [...chosen].sort((a, b) => first(a) - first(b));
  const folded = new Set(sorted.flatMap(({ members }) => [...members.values()]));
  const taken: Record<NodeId, unknown> = {};
  for (const id of Object.keys(nodes)) if (!folded.has(id)) taken[id] = true;
  return sorted.map(({ pattern, params, members, feeds, unpacked }) => {
    const id = foldedName(pattern.kind, members, unpacked, { nodes, taken });
    taken[id] = true;
    const node = blockNode(
      pattern.kind,
      params,
      [...members.values()].map((each) => nodes[each]!),
    );
    return { id, node, fragment: pattern.fragment, members, feeds };
  });
}

function blockNode(kind: BlockKind, params: ParamValues, members: readonly DesignNode[]): DesignNode {
  const silenced = new Map<string, Suppression>();
  for (const each of members.flatMap(({ suppress }) => suppress ?? []))
    if (!silenced.has(each.rule)) silenced.set(each.rule, each);
  return {
    ...newNode(kind, params),
    ...(members[0]!.bypass === true ? { bypass: true } : {}),
    ...(silenced.size > 0 ? { suppress: [...silenced.values()] } : {}),
  };
}

/** How many blocks of each kind there are, in the order of the palette. */
export function countKinds(
  packings: readonly Packing[],
): readonly (readonly [title: string, count: number])[] {
  const counts = new Map<BlockKind, number>();
  for (const { node } of packings) {
    const kind = node.kind as BlockKind;
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return [...counts].map(([kind, count]) => [blockOf(kind).title, count]);
}
