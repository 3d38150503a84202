import Flatbush from 'flatbush';
import type { NodeId, Point } from '../../../shared/graph/design.ts';
import type { Box } from '../../layout/make-room.ts';
import type { LayerFlowNode } from './flow-node.ts';

/** A wire as straight pieces from end to end. */
export interface WireWay {
  readonly id: string;
  readonly points: readonly Point[];
}

/** What stands where: nodes and wires of any number, found by place. */
export class Spatial {
  readonly nodes: readonly LayerFlowNode[];
  readonly ways: readonly WireWay[];
  /** Around all nodes; undefined where there are none. */
  readonly bounds: Box | undefined;
  readonly #nodeTree: Flatbush | undefined;
  readonly #pieceTree: Flatbush | undefined;
  /** By piece: the way that it belongs to, and the point that it starts at. */
  readonly #wayOf: Uint32Array;
  readonly #startOf: Uint32Array;
  readonly #byId: ReadonlyMap<NodeId, LayerFlowNode>;

  /** What stands where it stood `before` need not be put in order again. */
  constructor(nodes: readonly LayerFlowNode[], ways: readonly WireWay[], before?: Spatial) {
    this.nodes = nodes;
    this.ways = ways;
    this.#byId = new Map(nodes.map((node) => [node.id, node]));
    if (before && sameItems(before.nodes, nodes, sameBox)) {
      this.#nodeTree = before.#nodeTree;
      this.bounds = before.bounds;
    } else if (nodes.length > 0) {
      const tree = new Flatbush(nodes.length);
      for (const { position, width = 0, height = 0 } of nodes)
        tree.add(position.x, position.y, position.x + width, position.y + height);
      tree.finish();
      this.#nodeTree = tree;
      this.bounds = {
        x: tree.minX,
        y: tree.minY,
        width: tree.maxX - tree.minX,
        height: tree.maxY - tree.minY,
      };
    }
    if (before && sameItems(before.ways, ways, (a, b) => a === b)) {
      this.#wayOf = before.#wayOf;
      this.#startOf = before.#startOf;
      this.#pieceTree = before.#pieceTree;
      return;
    }
    const pieces = ways.reduce((sum, { points }) => sum + points.length - 1, 0);
    this.#wayOf = new Uint32Array(pieces);
    this.#startOf = new Uint32Array(pieces);
    if (pieces === 0) return;
    const tree = new Flatbush(pieces);
    for (const [way, { points }] of ways.entries())
      for (let i = 1; i < points.length; i++) {
        const [a, b] = [points[i - 1]!, points[i]!];
        const piece = tree.add(
          Math.min(a.x, b.x),
          Math.min(a.y, b.y),
          Math.max(a.x, b.x),
          Math.max(a.y, b.y),
        );
        this.#wayOf[piece] = way;
        this.#startOf[piece] = i - 1;
      }
    tree.finish();
    this.#pieceTree = tree;
  }

  /** Whether a picture of it would be the same, where nothing else is lit in it. */
  looksLike(other: Spatial): boolean {
    return (
      this === other ||
      (this.#nodeTree === other.#nodeTree &&
        this.#pieceTree === other.#pieceTree &&
        sameItems(this.nodes, other.nodes, sameLook))
    );
  }

  node(id: NodeId): LayerFlowNode | undefined {
    return this.#byId.get(id);
  }

  /** Places in `nodes` of those that touch a box. */
  nodesIn({ x, y, width, height }: Box): readonly number[] {
    return this.#nodeTree?.search(x, y, x + width, y + height) ?? [];
  }

  /** Places in `ways` of those of which a piece touches a box. */
  waysIn({ x, y, width, height }: Box): ReadonlySet<number> {
    const pieces = this.#pieceTree?.search(x, y, x + width, y + height) ?? [];
    return new Set(pieces.map((piece) => this.#wayOf[piece]!));
  }

  /** The uppermost node at a point. */
  nodeAt({ x, y }: Point): NodeId | undefined {
    let found = -1;
    for (const node of this.nodesIn({ x, y, width: 0, height: 0 })) found = Math.max(found, node);
    return this.nodes[found]?.id;
  }

  /** The wire that comes nearest to a point, and at least so near. */
  wayAt({ x, y }: Point, within: number): string | undefined {
    let found: string | undefined;
    let least = within;
    const near = this.#pieceTree?.search(x - within, y - within, x + within, y + within) ?? [];
    for (const piece of near) {
      const { id, points } = this.ways[this.#wayOf[piece]!]!;
      const start = this.#startOf[piece]!;
      const distance = fromPiece({ x, y }, points[start]!, points[start + 1]!);
      if (distance > least) continue;
      least = distance;
      found = id;
    }
    return found;
  }
}

function sameItems<Item>(
  a: readonly Item[],
  b: readonly Item[],
  same: (one: Item, other: Item) => boolean,
): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i] && !same(a[i]!, b[i]!)) return false;
  return true;
}

const sameBox = (a: LayerFlowNode, b: LayerFlowNode): boolean =>
  a.position.x === b.position.x &&
  a.position.y === b.position.y &&
  a.width === b.width &&
  a.height === b.height;

/** All that a picture shows of a node besides its place. */
const sameLook = (a: LayerFlowNode, b: LayerFlowNode): boolean =>
  a.id === b.id &&
  a.selected === b.selected &&
  a.data.node.kind === b.data.node.kind &&
  a.data.broken === b.data.broken;

/** How far a point is from a straight piece. */
function fromPiece(point: Point, a: Point, b: Point): number {
  const [dx, dy] = [b.x - a.x, b.y - a.y];
  const length = dx * dx + dy * dy;
  const along = length === 0 ? 0 : ((point.x - a.x) * dx + (point.y - a.y) * dy) / length;
  const at = Math.min(1, Math.max(0, along));
  return Math.hypot(point.x - a.x - at * dx, point.y - a.y - at * dy);
}
