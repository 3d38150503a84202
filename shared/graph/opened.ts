import { innerNode, repeatOf } from '../blocks/expansion.ts';
import { definitionOf } from '../blocks/index.ts';
import { blockNameOf, definitionsFor, sameDefinitions } from './definitions.ts';
import {
  type Design,
  type DesignNode,
  inputPortNames,
  type NodeId,
  type PortRef,
  type Wire,
  wireId,
} from './design.ts';
import { fragmentOf } from './inside.ts';
import type { Topology } from './topology.ts';

/** A design without blocks of the user's own: their nodes stand in it as `block/inner`. */
export interface OpenedDesign {
  readonly design: Design;
  /** For a node that came out of a block: the node of the design that it was in. */
  readonly ownerOf: ReadonlyMap<NodeId, NodeId>;
}

/** The blocks to open one after another to come to a node of the opened design, and the node's name there. */
export function placeInside(
  { nodes, blocks }: Pick<Design, 'nodes' | 'blocks'>,
  path: NodeId,
): { readonly trail: readonly NodeId[]; readonly id: NodeId } | undefined {
  const trail: NodeId[] = [];
  let here = nodes;
  const parts = path.split('/');
  for (let part = parts.shift(); part !== undefined; part = parts.shift()) {
    const node = here[part];
    if (!node) return undefined;
    const name = blockNameOf(node);
    // What stands inside a block that comes with the program is shown as that block.
    if (name === undefined || parts.length === 0) return { trail, id: part };
    trail.push(part);
    here = blocks[name]?.nodes ?? {};
    if (repeatOf(node.params) > 1) parts.shift();
  }
  return undefined;
}

/** What a node gives at a port, as far as it is known: a port of the opened design. */
type Outlet = (port: string) => PortRef | undefined;

/** What one node of the design becomes: itself, or what it stands for. */
interface Piece {
  readonly node: DesignNode;
  /** What it is made of, and what fed it when it was opened: while they stay, so does the piece. */
  readonly definitions: ReturnType<typeof definitionsFor>;
  readonly feeds: ReadonlyMap<string, PortRef | undefined>;
  readonly nodes: readonly (readonly [NodeId, DesignNode])[];
  /** Those inside; those outside are put together from the outlets. */
  readonly wires: readonly Wire[];
  readonly outlet: Outlet;
}

export interface Opener {
  /**
   * The same network with every block of the user's own opened; blocks that come with the program stay. What cannot be opened,
   * and what is bypassed, stays as well. `topology` is the design's. What did not change since the last update is the
   * same object as then: nodes, wires, and the records that hold them.
   */
  update(design: Design, topology: Topology): OpenedDesign;
}

export function createOpener(): Opener {
  let topology: Topology | undefined;
  let pieces = new Map<NodeId, Piece>();
  /** The nodes of the topology, and their pieces in the same order. */
  let [ids, inOrder]: [readonly NodeId[], Piece[]] = [[], []];
  let last: OpenedDesign | undefined;
  return {
    update(design, now) {
      const isSame = topology === now;
      // Along the same wires a piece takes the place of the one before it.
      const next = isSame ? pieces : new Map<NodeId, Piece>();
      const changed: Record<NodeId, DesignNode> = {};
      // Whether there are other nodes or wires.
      let graphChanged = !isSame || !last;
      if (!isSame) [ids, inOrder] = [[...now.order, ...now.cyclic], []];
      for (let place = 0; place < ids.length; place++) {
        const id = ids[place]!;
        const settled = inOrder[place];
        if (settled && isLayer(settled) && settled.node === design.nodes[id]) continue;
        const before = pieces.get(id);
        const piece = pieceOf(id, design, now, next, before);
        next.set(id, piece);
        inOrder[place] = piece;
        if (piece === before) continue;
        changed[id] = piece.node;
        graphChanged ||= !before || isOpened(before, id) || isOpened(piece, id);
      }
      [topology, pieces] = [now, next];
      if (!last || graphChanged) last = assembled(design, next, now);
      else {
        const { nodes, wires } = last.design;
        const isKept = Object.keys(changed).length === 0;
        last = { ...last, design: { ...design, nodes: isKept ? nodes : { ...nodes, ...changed }, wires } };
      }
      return last;
    },
  };
}

const isLayer = ({ node }: Piece): boolean => node.kind !== 'userBlock';

const isOpened = ({ nodes }: Piece, id: NodeId): boolean => nodes.length !== 1 || nodes[0]![0] !== id;

function pieceOf(
  id: NodeId,
  design: Design,
  topology: Topology,
  pieces: ReadonlyMap<NodeId, Piece>,
  before: Piece | undefined,
): Piece {
  const node = design.nodes[id]!;
  if (node.kind !== 'userBlock') {
    if (before?.node === node) return before;
    const outlet: Outlet = (port) => ({ node: id, port });
    return { node, definitions: [], feeds: unfed, nodes: [[id, node]], wires: [], outlet };
  }
  const definitions = definitionsFor(node, design.blocks);
  // What is wired counts, not the numbers of the ports: gaps between them are closed.
  const { ports } = topology.wirings.get(id)!;
  const names = inputPortNames(node.kind, ports.length);
  const feeds = new Map(
    ports.flatMap(({ wire }, i) =>
      wire ? [[names[i]!, pieces.get(wire.from.node)?.outlet(wire.from.port)] as const] : [],
    ),
  );
  if (
    before?.node === node &&
    sameDefinitions(before.definitions, definitions) &&
    sameFeeds(before.feeds, feeds)
  )
    return before;
  const opening = new Opening(design.blocks);
  const outlet = opening.open(id, node.weights ?? id, node, (port) => feeds.get(port));
  return { node, definitions, feeds, nodes: opening.nodes, wires: opening.wires, outlet };
}

const unfed: Piece['feeds'] = new Map();

function sameFeeds(before: Piece['feeds'], now: Piece['feeds']): boolean {
  if (before.size !== now.size) return false;
  for (const [port, ref] of now) {
    const known = before.get(port);
    if (known?.node !== ref?.node || known?.port !== ref?.port) return false;
  }
  return true;
}

/** Wires into layers outside of blocks are as they were, wrong ones too, but for where they come from. */
function assembled(design: Design, pieces: ReadonlyMap<NodeId, Piece>, topology: Topology): OpenedDesign {
  const nodes: Record<NodeId, DesignNode> = {};
  const wires: Record<string, Wire> = {};
  const ownerOf = new Map<NodeId, NodeId>();
  for (const [id, piece] of pieces) {
    for (const [path, node] of piece.nodes) {
      nodes[path] = node;
      if (path !== id) ownerOf.set(path, id);
    }
    for (const wire of piece.wires) wires[wireId(wire)] = wire;
  }
  for (const into of topology.into.values())
    for (const wire of into) {
      const { from, to } = wire;
      if (!Object.hasOwn(nodes, to.node)) continue;
      const source = pieces.get(from.node)?.outlet(from.port);
      if (!source) continue;
      const same = source.node === from.node && source.port === from.port;
      const opened = same ? wire : { from: source, to };
      wires[wireId(opened)] = opened;
    }
  return { design: { ...design, nodes, wires }, ownerOf };
}

function withOwner(node: DesignNode, owner: NodeId | undefined): DesignNode {
  if (node.weights === owner) return node;
  const { weights: _, ...own } = node;
  return owner === undefined ? own : { ...own, weights: owner };
}

class Opening {
  readonly #blocks: Design['blocks'];
  readonly nodes: (readonly [NodeId, DesignNode])[] = [];
  readonly wires: Wire[] = [];

  constructor(blocks: Design['blocks']) {
    this.#blocks = blocks;
  }

  /** `owner` is the path under which the node's weights lie, its own or its twin's. */
  open(path: NodeId, owner: NodeId, node: DesignNode, feedOf: Outlet): Outlet {
    const fragment =
      node.kind === 'userBlock' && node.bypass !== true ? fragmentOf(node, this.#blocks) : undefined;
    if (!fragment) {
      this.nodes.push([path, withOwner(node, owner === path ? undefined : owner)]);
      return (port) => ({ node: path, port });
    }
    const outlets = new Map<string, Outlet>();
    const resolve = (source: string): PortRef | undefined => {
      if (source.startsWith('@')) return feedOf(source.slice(1));
      const [inner, port] = source.split(':') as [string, string?];
      const { kind, params } = innerNode(fragment, inner);
      return outlets.get(inner)?.(port ?? definitionOf(kind).outputs(params)[0]!.name);
    };
    for (const { id, from } of fragment.nodes) {
      const inner = innerNode(fragment, id);
      const innerPath = `${path}/${id}`;
      const ports = inputPortNames(inner.kind, from.length);
      const feeds = new Map(from.map((source, i) => [ports[i]!, source]));
      const innerFeed: Outlet = (port) => {
        const source = feeds.get(port);
        return source === undefined || source === '' ? undefined : resolve(source);
      };
      const opened = this.nodes.length;
      outlets.set(id, this.open(innerPath, `${owner}/${inner.weights ?? id}`, inner, innerFeed));
      // What was opened further has its wires already.
      if (this.nodes[opened]?.[0] !== innerPath) continue;
      for (const port of feeds.keys()) {
        const source = innerFeed(port);
        if (source) this.wires.push({ from: source, to: { node: innerPath, port } });
      }
    }
    return (port) => resolve(fragment.outputs[port] ?? '@');
  }
}
