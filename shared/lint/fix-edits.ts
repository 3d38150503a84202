import type { Draft } from 'immer';
import type { NodeKind } from '../blocks/index.ts';
import { definitionOf } from '../blocks/index.ts';
import type { Design, NodeId, PortRef } from '../graph/design.ts';
import { addNode, connect, freshId, insertOnWire, newNode } from '../graph/edits.ts';
import type { ParamValues } from '../schema/params.ts';

/** Adds a node with the given parameters over the defaults and returns its id: `wanted`, or `wanted2`, … */
export function place(
  draft: Draft<Design>,
  wanted: string,
  kind: NodeKind,
  params: ParamValues = {},
): NodeId {
  const id = freshId(draft.nodes, kind, wanted);
  addNode(id, newNode(kind, params))(draft);
  return id;
}

/** Puts `id` behind `after`: all that took the first output of `after` takes that of `id`. */
export function insertAfter(draft: Draft<Design>, after: NodeId, id: NodeId): void {
  const from = { node: after, port: firstOutput(draft, after) };
  for (const [key, wire] of Object.entries(draft.wires)) {
    if (wire.from.node !== after || wire.from.port !== from.port) continue;
    const to = { ...wire.to };
    delete draft.wires[key];
    connect({ node: id, port: firstOutput(draft, id) }, to)(draft);
    if (draft.layout[id] === undefined) putBetween(draft, id, after, to.node);
  }
  connect(from, { node: id, port: 'in' })(draft);
}

/** Puts `id` on the wire into a port. */
export function insertBefore(draft: Draft<Design>, to: PortRef, id: NodeId): void {
  const [key, wire] =
    Object.entries(draft.wires).find(([, { to: end }]) => end.node === to.node && end.port === to.port) ?? [];
  if (key === undefined || wire === undefined) return;
  putBetween(draft, id, wire.from.node, to.node);
  insertOnWire(key, id)(draft);
}

/** Where two nodes have places, half way between them; else the automatic layout finds one. */
function putBetween(draft: Draft<Design>, id: NodeId, from: NodeId, to: NodeId): void {
  const [a, b] = [draft.layout[from], draft.layout[to]];
  if (a !== undefined && b !== undefined) draft.layout[id] = { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
}

function firstOutput(draft: Draft<Design>, id: NodeId): string {
  const node = draft.nodes[id]!;
  return definitionOf(node.kind).outputs(node.params as ParamValues)[0]!.name;
}
