import { definitionOf } from '../../shared/blocks/index.ts';
import type { Design, NodeId, Point, PortRef, Wire } from '../../shared/graph/design.ts';
import {
  addNode,
  connect,
  type Edit,
  freeInput,
  freshId,
  inOrder,
  insertOnWire,
  moveNodes,
} from '../../shared/graph/edits.ts';
import { t } from '../i18n/i18n.ts';
import type { App } from '../state/app.ts';
import { designOf } from '../state/app-state.ts';
import { type Addable, nodeOf } from './addable.ts';
import { boxesOf } from './boxes.ts';
import { freeOffset } from './free-place.ts';
import { NODE_HEIGHT, NODE_WIDTH } from './geometry.ts';
import { type Box, gapOf, makeRoom } from './make-room.ts';

const GAP = 80;
/** Pixels that a node dropped on a wire keeps from others, to be left where it was dropped. */
const LEAST_AROUND = 20;

/** Where a new node comes from and goes. */
export interface Placing {
  readonly at: Point;
  /** An output that feeds it. */
  readonly from?: PortRef;
  /** A wire that it is put on. */
  readonly wire?: string;
}

/** Adds a node with its centre at a point, on a wire or after a port where told, and selects it. */
export function addNew(app: App, added: Addable, { at, from, wire }: Placing): NodeId {
  const state = app.getState();
  const design = designOf(state);
  const id = freshId(design.nodes, added.kind, added.block);
  const wished = { x: Math.round(at.x - NODE_WIDTH / 2), y: Math.round(at.y - NODE_HEIGHT / 2) };
  const onWire = wire === undefined ? undefined : design.wires[wire];
  const { corner, moved } = onWire
    ? placeOnWire(app, design, onWire, wished)
    : { corner: freePlace(app, design, wished), moved: {} };
  const source = onWire?.from ?? from;
  const edits: Edit[] = [addNode(id, nodeOf(added, source && channelsAt(app, source)), corner)];
  if (wire !== undefined && onWire) {
    edits.push(insertOnWire(wire, id), moveNodes(moved));
  } else if (from) {
    edits.push((draft) => {
      const port = freeInput(draft, id);
      if (port !== undefined) connect(from, { node: id, port })(draft);
    });
  }
  state.edit(t('Add {{name}}', { name: id }), inOrder(...edits));
  state.select([id]);
  app.viewport.reveal(id);
  return id;
}

/** Puts a node that no wire reaches onto a wire, where it was dropped or in the room that is made for it. */
export function putOnWire(app: App, id: NodeId, wire: string, dropped: Point): void {
  const state = app.getState();
  const design = designOf(state);
  const onto = design.wires[wire];
  if (!onto) return;
  const { [id]: _, ...others } = design.nodes;
  const { corner, moved } = placeOnWire(app, { ...design, nodes: others }, onto, dropped);
  state.edit(
    t('Put {{node}} on a wire', { node: id }),
    inOrder(insertOnWire(wire, id), moveNodes({ ...moved, [id]: corner })),
  );
}

/** How many channels come out of a port; undefined while that is unknown. */
function channelsAt(app: App, { node, port }: PortRef): number | undefined {
  return app.getState().analysis.facts.get(node)?.outputs?.[port]?.[1];
}

/** The wished place, or the nearest one beside it where no node stands. */
function freePlace(app: App, design: Design, wished: Point): Point {
  const others = [...boxesOf(design, Object.keys(design.nodes), app.getState().direction).values()];
  const box = { ...wished, width: NODE_WIDTH, height: NODE_HEIGHT };
  if (isFree(box, others, 0)) return wished;
  const { x, y } = freeOffset([box], others);
  return { x: wished.x + x, y: wished.y + y };
}

/** A new node's corner on a wire, and where others go to make room for it. */
function placeOnWire(app: App, design: Design, { from, to }: Wire, wished: Point): OnWire {
  const { direction } = app.getState();
  const places = boxesOf(design, Object.keys(design.nodes), direction);
  const [source, target] = [places.get(from.node), places.get(to.node)];
  const box = { ...wished, width: NODE_WIDTH, height: NODE_HEIGHT };
  if (!source || !target || isFree(box, places.values(), LEAST_AROUND)) return { corner: wished, moved: {} };
  // Behind its source, in the same row; what is behind that already gives way.
  if (direction === 'right') {
    const end = source.x + source.width;
    const gap = gapOf(target.x > end ? target.x - end : source.width);
    const room = { ...source, x: end, width: gap + NODE_WIDTH };
    return {
      corner: { x: end + gap, y: source.y },
      moved: makeRoom(places, { ...room, width: 0 }, room, direction),
    };
  }
  const end = source.y + source.height;
  const gap = gapOf(target.y > end ? target.y - end : source.height);
  const room = { ...source, y: end, height: gap + NODE_HEIGHT };
  return {
    corner: { x: source.x, y: end + gap },
    moved: makeRoom(places, { ...room, height: 0 }, room, direction),
  };
}

interface OnWire {
  readonly corner: Point;
  readonly moved: Readonly<Record<NodeId, Point>>;
}

/** Whether a box keeps a distance from all others. */
function isFree({ x, y, width, height }: Box, others: Iterable<Box>, distance: number): boolean {
  for (const other of others)
    if (
      other.x < x + width + distance &&
      other.x + other.width + distance > x &&
      other.y < y + height + distance &&
      other.y + other.height + distance > y
    )
      return false;
  return true;
}

/** Adds a node after the selected one, wired to it, or in the middle of the view. */
export function addAfterSelection(app: App, added: Addable, middle: Point): NodeId {
  const state = app.getState();
  const design = designOf(state);
  const [selected, ...more] = state.selection;
  const node = selected === undefined || more.length > 0 ? undefined : design.nodes[selected];
  const output = node && definitionOf(node.kind).outputs(node.params)[0];
  const at = selected === undefined ? undefined : design.layout[selected];
  if (!node || !output || !at || selected === undefined) return addNew(app, added, { at: middle });
  const from = { node: selected, port: output.name };
  const after = Object.entries(design.wires).filter(([, wire]) => wire.from.node === selected);
  const centre = {
    x: at.x + NODE_WIDTH / 2 + (state.direction === 'right' ? NODE_WIDTH + GAP : 0),
    y: at.y + NODE_HEIGHT / 2 + (state.direction === 'down' ? NODE_HEIGHT + GAP : 0),
  };
  const only = after.length === 1 ? after[0]?.[0] : undefined;
  return addNew(app, added, only === undefined ? { at: centre, from } : { at: centre, wire: only });
}
