import { analyze } from '../analysis/analyze.ts';
import type { Analysis, ReceptiveField } from '../analysis/facts.ts';
import { type Leaf, leafBehind, leavesOf } from '../analysis/leaves.ts';
import {
  elementsOf as elementsOfLeaf,
  type MemoryStep,
  overwritablePorts,
  partOfMemory,
} from '../analysis/memory.ts';
import { pixel } from '../analysis/reach.ts';
import type { DesignTimer } from '../analysis/timer.ts';
import type { Dims } from '../base/dims.ts';
import { definitionOf } from '../blocks/index.ts';
import { scratchBytesOf } from '../budget/memory.ts';
import {
  type BlockDefinitions,
  type Design,
  type DesignNode,
  emptyDesign,
  type NodeId,
  type Wire,
  wireId,
} from '../graph/design.ts';
import { newNode } from '../graph/edits.ts';
import type { PaperSharing } from '../graph/quantities.ts';

/** Of what a piece's time is found: the machine, and what a whole run passes over. */
export interface PieceTiming {
  readonly timer: DesignTimer;
  readonly runBytes: number;
}

/** What is worked out of a piece where somebody asks. */
export interface Asked {
  readonly timing?: PieceTiming;
  /** With them, none or more, the layers as their memory is counted. */
  readonly peaks?: readonly PaperSharing[];
  /** Whether what the engine's algorithms work in is wanted. */
  readonly scratch?: boolean;
}

/** A piece of a design by itself: its nodes in order, what is wired inside, and what feeds it. */
export interface Piece {
  readonly nodes: readonly (readonly [NodeId, DesignNode])[];
  readonly inner: readonly Wire[];
  /** By distinct source: the ports that it feeds, and what it gives. */
  readonly feeds: readonly {
    readonly to: readonly Wire['to'][];
    readonly dims: Dims;
    readonly held: boolean;
  }[];
  /** The node that others read. */
  readonly last: NodeId;
  readonly isRead: boolean;
  readonly blocks: BlockDefinitions;
  /** How many times as wide as in the design the blocks of the user's own are, by name. */
  readonly factors: ReadonlyMap<string, number>;
}

/** What a piece counts, and what it does to what passes through. */
export interface Summary {
  readonly macs: number;
  readonly otherOps: number;
  readonly params: number;
  readonly statistics: number;
  readonly outputElements: number;
  readonly depth: number;
  readonly reach: ReceptiveField | undefined;
  /** By output port of the last node. */
  readonly outputs: readonly Dims[];
  /** Elements of the layers that those come from. */
  readonly readElements: number;
  /** Most elements alive inside, without those inputs that are held for others anyway; and with every input let go. */
  readonly peakHeld: number;
  readonly peakFree: number;
  /** 0 where nobody asked. */
  readonly milliseconds: number;
  /** Bytes that the engine's algorithms work in; 0 where nobody asked. */
  readonly scratchBytes: number;
  /** Where peaks were asked for in which something shares its place. */
  readonly memory?: PieceMemory;
}

/** The layers of a piece as their memory is counted: by their places in it, and what feeds it as `~i`, the i-th feed. */
export interface PieceMemory {
  readonly steps: readonly (Omit<MemoryStep, 'bytes'> & { readonly elements: number })[];
  /** By output port of the last node: what it comes from. */
  readonly outputs: readonly number[];
}

/** Summaries of a design's pieces, by what they are made of. */
type Known = Map<string, Summary | undefined>;

const knownOf = new WeakMap<object, Known>();

/**
 * Analyses a piece by itself. Undefined where it has a problem. Pieces that differ in nothing but the names of their nodes are
 * analysed once: `within` is what they have in common, the analysis of their design and, where they are timed, what that takes.
 */
export function summaryOf(piece: Piece, asked: Asked, within: object): Summary | undefined {
  let known = knownOf.get(within);
  if (!known) {
    known = new Map();
    knownOf.set(within, known);
  }
  const key = `${asked.timing === undefined ? '' : 'timed '}${asked.scratch === true ? 'scratch ' : ''}${asked.peaks?.join() ?? 'none'} ${madeOf(piece)}`;
  const before = known.get(key);
  if (before !== undefined || known.has(key)) return before;
  const summary = summarise(piece, asked);
  known.set(key, summary);
  return summary;
}

/** All of a piece that what it counts hangs on. */
function madeOf({ nodes, inner, feeds, last, isRead, factors }: Piece): string {
  const place = new Map(nodes.map(([id], i) => [id, i]));
  const end = ({ node, port }: Wire['to']): string => `${place.get(node)}:${port}`;
  return JSON.stringify([
    nodes.map(([, node]) => node),
    inner.map(({ from, to }) => [end(from), end(to)]),
    feeds.map(({ to, dims, held }) => [to.map(end), dims, held]),
    place.get(last),
    isRead,
    [...factors],
  ]);
}

function summarise(piece: Piece, { timing, peaks, scratch = false }: Asked): Summary | undefined {
  const nodes: Record<NodeId, DesignNode> = {};
  const wires: Record<string, Wire> = {};
  const put = (wire: Wire): void => {
    wires[wireId(wire)] = wire;
  };
  for (const [i, { to, dims }] of piece.feeds.entries()) {
    const [first, ...rest] = dims;
    nodes[`@${i}`] = newNode('input', first === 1 ? { shape: rest } : { shape: dims, batched: false });
    for (const end of to) put({ from: { node: `@${i}`, port: 'out' }, to: end });
  }
  for (const [id, node] of piece.nodes) nodes[id] = node;
  for (const wire of piece.inner) put(wire);
  const design = { ...emptyDesign, nodes, wires, blocks: piece.blocks };
  const analysis = analyze(design);
  if (analysis.problems.length > 0 || analysis.totals.unknown > 0) return undefined;
  const { totals, topology, facts } = analysis;
  const last = facts.get(piece.last)!;
  const ports = definitionOf(last.node.kind).outputs(last.node.params);
  const leaves = leavesOf(topology, facts);
  const inputs = leaves.filter(({ facts: own }) => own.id.startsWith('@'));
  const outputElements = totals.outputElements - elementsOf(inputs);
  const read = piece.isRead ? readLeaves(leaves, piece, ports.length) : [];
  const held = new Set(piece.feeds.flatMap(({ held: isHeld }, i) => (isHeld ? [`@${i}`] : [])));
  const { macs, otherOps, params, statistics, depth } = totals;
  return {
    macs,
    otherOps,
    params,
    statistics,
    outputElements,
    depth,
    reach: last.reach === pixel ? pixel : last.reach,
    outputs: ports.map(({ name }) => last.outputs![name]!),
    readElements: elementsOf(read),
    peakHeld: peakOf(leaves, held, read),
    peakFree: held.size === 0 ? peakOf(leaves, held, read) : peakOf(leaves, new Set(), read),
    milliseconds: timing === undefined ? 0 : timed(givingOut(design, piece.last, ports), timing),
    scratchBytes: scratch ? scratchBytesOf(analyze(givingOut(design, piece.last, ports))) : 0,
    ...(peaks ? { memory: memoryOf(piece, analysis, leaves, peaks) } : {}),
  };
}

function memoryOf(
  piece: Piece,
  { topology, facts }: Pick<Analysis, 'topology' | 'facts'>,
  leaves: readonly Leaf[],
  peaks: readonly PaperSharing[],
): PieceMemory {
  const places: number[] = [];
  const own: Leaf[] = [];
  for (const leaf of leaves) {
    const feed = feedOf(leaf);
    places.push(feed === undefined ? own.length : ~feed);
    if (feed === undefined) own.push(leaf);
  }
  const last = facts.get(piece.last)!;
  const ports = definitionOf(last.node.kind).outputs(last.node.params);
  return {
    steps: own.map((leaf) => {
      const { inputs } = leaf;
      const from = (chosen: readonly number[]): readonly number[] =>
        chosen.flatMap((port) => (inputs[port] ? [places[inputs[port].step]!] : []));
      return {
        elements: elementsOfLeaf(leaf),
        sources: from(inputs.map((_, port) => port)),
        over: Object.fromEntries(peaks.map((name) => [name, from(overwritablePorts(leaf, name))])),
        ...partOfMemory(leaf),
      };
    }),
    outputs: ports.map(({ name }) => {
      const source = leafBehind(topology, facts, { node: piece.last, port: name });
      return places[source!.step]!;
    }),
  };
}

/** Which of what feeds the piece a leaf stands for. */
function feedOf({ facts: { id } }: Leaf): number | undefined {
  return id.startsWith('@') ? Number(id.slice(1)) : undefined;
}

const timed = (design: Design, { timer, runBytes }: PieceTiming): number =>
  timer.piece(analyze(design), runBytes) ?? 0;

/** A piece that gives out what its last node does. */
function givingOut(design: Design, last: NodeId, ports: readonly { readonly name: string }[]): Design {
  const nodes: Record<NodeId, DesignNode> = { ...design.nodes };
  const wires: Record<string, Wire> = { ...design.wires };
  for (const { name } of ports) {
    const wire: Wire = { from: { node: last, port: name }, to: { node: `@${name}`, port: 'in' } };
    nodes[wire.to.node] = newNode('output');
    wires[wireId(wire)] = wire;
  }
  return { ...design, nodes, wires };
}

function elementsOf(leaves: readonly Leaf[]): number {
  return leaves.reduce((sum, leaf) => sum + elementsOfLeaf(leaf), 0);
}

/** The layers from which the outputs of the last node come. */
function readLeaves(leaves: readonly Leaf[], { last }: Piece, ports: number): readonly Leaf[] {
  if (ports === 0) return [];
  const own = leaves.filter(({ facts: { id } }) => id === last || id.startsWith(`${last}/`));
  const used = new Set(leaves.flatMap(({ inputs }) => inputs.map((source) => source?.step)));
  const ends = own.filter((leaf) => !used.has(leaves.indexOf(leaf)));
  return ends.length > 0 ? ends : own.slice(-1);
}

/** The most elements alive at once: each layer's with its inputs, and what later ones need. Held inputs count nothing. */
function peakOf(leaves: readonly Leaf[], held: ReadonlySet<string>, read: readonly Leaf[]): number {
  const lastUse = leaves.map((_, step) => step);
  for (const [step, { inputs }] of leaves.entries())
    for (const source of inputs) if (source) lastUse[source.step] = Math.max(lastUse[source.step]!, step);
  for (const leaf of read) lastUse[leaves.indexOf(leaf)] = leaves.length;
  let live = 0;
  let peak = 0;
  const elements = leaves.map((leaf) => (held.has(leaf.facts.id) ? 0 : elementsOf([leaf])));
  const dying = new Float64Array(leaves.length + 1);
  for (const [step, count] of elements.entries()) dying[lastUse[step]!]! += count;
  for (const [step, count] of elements.entries()) {
    live += count;
    if (!leaves[step]!.facts.id.startsWith('@')) peak = Math.max(peak, live);
    live -= dying[step]!;
  }
  return peak;
}
