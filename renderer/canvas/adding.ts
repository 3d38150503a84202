import { definitionOf } from '../../shared/blocks/index.ts';
import type { Design, NodeId, Point, PortRef } from '../../shared/graph/design.ts';
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
import { reachable } from '../../shared/graph/topology.ts';
import { t } from '../i18n/i18n.ts';
import { app, designOf } from '../store/app.ts';
import { type Addable, nodeOf } from './addable.ts';
import { NODE_HEIGHT, NODE_WIDTH } from './geometry.ts';
import { viewport } from './viewport.ts';

const GAP = 80;

/** Where a new node comes from and goes. */
export interface Placing {
  readonly at: Point;
  /** An output that feeds it. */
  readonly from?: PortRef;
  /** A wire that it is put on. */
  readonly wire?: string;
}

/** Adds a node with its centre at a point, on a wire or after a port where told, and selects it. */
export function addNew(added: Addable, { at, from, wire }: Placing): NodeId {
  const state = app.getState();
  const design = designOf(state);
  const id = freshId(design.nodes, added.kind, added.block);
  const wished = { x: Math.round(at.x - NODE_WIDTH / 2), y: Math.round(at.y - NODE_HEIGHT / 2) };
  const corner = wire === undefined ? freePlace(design, wished) : wished;
  const edits: Edit[] = [addNode(id, nodeOf(added), corner)];
  const onWire = wire === undefined ? undefined : design.wires[wire];
  if (wire !== undefined && onWire) {
    edits.push(insertOnWire(wire, id), makeRoom(onWire.to.node));
  } else if (from) {
    edits.push((draft) => {
      const port = freeInput(draft, id);
      if (port !== undefined) connect(from, { node: id, port })(draft);
    });
  }
  state.edit(t('Add {{name}}', { name: id }), inOrder(...edits));
  state.select([id]);
  viewport.reveal(id);
  return id;
}

/** The wished place, or the next one down and to the right of it where no node stands. */
function freePlace({ layout }: Design, wished: Point): Point {
  const places = Object.values(layout);
  let { x, y } = wished;
  const covered = (): boolean =>
    places.some((at) => Math.abs(at.x - x) < NODE_WIDTH - 20 && Math.abs(at.y - y) < NODE_HEIGHT - 10);
  for (let tries = 0; tries < 100 && covered(); tries++) {
    x += 20;
    y += NODE_HEIGHT + 10;
  }
  return { x, y };
}

/** Moves a node and all that it feeds along, so that a new node fits before it. */
function makeRoom(first: NodeId): Edit {
  const { analysis, direction } = app.getState();
  const moved = [first, ...reachable(analysis.topology, [first], 'after')];
  return (draft) => {
    const step = direction === 'right' ? { x: NODE_WIDTH + GAP, y: 0 } : { x: 0, y: NODE_HEIGHT + GAP };
    const positions: Record<NodeId, Point> = {};
    for (const id of moved) {
      const { x, y } = draft.layout[id] ?? { x: 0, y: 0 };
      positions[id] = { x: x + step.x, y: y + step.y };
    }
    moveNodes(positions)(draft);
  };
}

/** Adds a node after the selected one, wired to it, or in the middle of the view. */
export function addAfterSelection(added: Addable, middle: Point): NodeId {
  const state = app.getState();
  const design = designOf(state);
  const [selected, ...more] = state.selection;
  const node = selected === undefined || more.length > 0 ? undefined : design.nodes[selected];
  const output = node && definitionOf(node.kind).outputs(node.params)[0];
  const at = selected === undefined ? undefined : design.layout[selected];
  if (!node || !output || !at || selected === undefined) return addNew(added, { at: middle });
  const from = { node: selected, port: output.name };
  const after = Object.entries(design.wires).filter(([, wire]) => wire.from.node === selected);
  const centre = {
    x: at.x + NODE_WIDTH / 2 + (state.direction === 'right' ? NODE_WIDTH + GAP : 0),
    y: at.y + NODE_HEIGHT / 2 + (state.direction === 'down' ? NODE_HEIGHT + GAP : 0),
  };
  const only = after.length === 1 ? after[0]?.[0] : undefined;
  return addNew(added, only === undefined ? { at: centre, from } : { at: centre, wire: only });
}
