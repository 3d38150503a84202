import { innerNode, repeatOf } from '../blocks/expansion.ts';
import { definitionOf } from '../blocks/index.ts';
import { blockNameOf } from './definitions.ts';
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

/**
 * The same network with every block of the user's own opened; blocks that come with the program stay. What cannot be opened,
 * and what is bypassed, stays as well. `topology` is the design's.
 */
export function withBlocksOpened(design: Design, topology: Topology): OpenedDesign {
  const opening = new Opening(design);
  for (const id of [...topology.order, ...topology.cyclic]) opening.addOuter(id, topology);
  return opening.finish(topology);
}

class Opening {
  readonly #design: Design;
  readonly #nodes: Record<NodeId, DesignNode> = {};
  readonly #wires: Wire[] = [];
  readonly #owners = new Map<NodeId, NodeId>();
  readonly #outlets = new Map<NodeId, Outlet>();

  constructor(design: Design) {
    this.#design = design;
  }

  addOuter(id: NodeId, topology: Topology): void {
    const feeds = new Map((topology.into.get(id) ?? []).map(({ from, to }) => [to.port, from]));
    const feedOf = (port: string): PortRef | undefined => {
      const from = feeds.get(port);
      return from && this.#outlets.get(from.node)?.(from.port);
    };
    this.#outlets.set(id, this.#open(id, this.#design.nodes[id]!, feedOf, id));
  }

  /** Wires into layers outside of blocks are as they were, wrong ones too, but for where they come from. */
  finish(topology: Topology): OpenedDesign {
    for (const wires of topology.into.values())
      for (const { from, to } of wires) {
        if (!Object.hasOwn(this.#nodes, to.node)) continue;
        const source = this.#outlets.get(from.node)?.(from.port);
        if (source) this.#wires.push({ from: source, to });
      }
    return {
      design: {
        ...this.#design,
        nodes: this.#nodes,
        wires: Object.fromEntries(this.#wires.map((wire) => [wireId(wire), wire])),
      },
      ownerOf: this.#owners,
    };
  }

  #open(path: NodeId, node: DesignNode, feedOf: Outlet, owner: NodeId): Outlet {
    const fragment =
      node.kind === 'userBlock' && node.bypass !== true ? fragmentOf(node, this.#design.blocks) : undefined;
    if (!fragment) {
      this.#nodes[path] = node;
      if (path !== owner) this.#owners.set(path, owner);
      return (port) => ({ node: path, port });
    }
    const outlets = new Map<string, Outlet>();
    const resolve = (source: string): PortRef | undefined => {
      if (source.startsWith('@')) return feedOf(source.slice(1));
      const [inner, port] = source.split(':') as [string, string?];
      const { kind, params } = innerNode(fragment, inner);
      return outlets.get(inner)?.(port ?? definitionOf(kind).outputs(params)[0]?.name ?? 'out');
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
      outlets.set(id, this.#open(innerPath, inner, innerFeed, owner));
      if (!Object.hasOwn(this.#nodes, innerPath)) continue;
      for (const port of feeds.keys()) {
        const source = innerFeed(port);
        if (source) this.#wires.push({ from: source, to: { node: innerPath, port } });
      }
    }
    return (port) => resolve(fragment.outputs[port] ?? '@');
  }
}
