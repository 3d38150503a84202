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
  }
  connect(from, { node: id, port: 'in' })(draft);
}

/** Puts `id` on the wire into a port. */
export function insertBefore(draft: Draft<Design>, to: PortRef, id: NodeId): void {
  const [key] =
    Object.entries(draft.wires).find(([, wire]) => wire.to.node === to.node && wire.to.port === to.port) ??
    [];
  if (key !== undefined) insertOnWire(key, id)(draft);
}

function firstOutput(draft: Draft<Design>, id: NodeId): string {
  const node = draft.nodes[id]!;
  return definitionOf(node.kind).outputs(node.params as ParamValues)[0]!.name;
}
