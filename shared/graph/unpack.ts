import { expandOnce } from '../blocks/expansion.ts';
import { type BlockKind, blockOf, isNodeKind } from '../blocks/index.ts';
import { type DesignNode, inputPortNames, type NodeId, type PortRef, wireId } from './design.ts';
import { addNode, type Edit, newNode, removeNodes } from './edits.ts';
import { foldMoves, innerPort, inverse, type Moves, packingOf } from './packing.ts';

const COLUMN_PIXELS = 210;

/**
 * Replaces a block by the nodes it stands for, named `block.inner`, at its place in the order; its wires are kept. What
 * the user decided about the block (bypass, silenced rules) holds for each of them.
 */
export function unpackBlock(id: NodeId): Edit {
  return (draft) => {
    const packing = packingOf(draft, id);
    if (!packing) return;
    const { node, members } = packing;
    const fragment = expandOnce(blockOf(node.kind as BlockKind), node.params);
    const wires = Object.values(draft.wires).map(({ from, to }) => ({ from: { ...from }, to: { ...to } }));
    const sourceOf = (source: string): PortRef | undefined =>
      source.startsWith('@')
        ? wires.find(({ to }) => to.node === id && to.port === source.slice(1))?.from
        : innerPort(packing, source);
    const origin = draft.layout[id];
    const order = Object.keys(draft.nodes).flatMap((other) =>
      other === id ? [...members.values()] : [other],
    );
    removeNodes([id])(draft);
    for (const [i, inner] of fragment.nodes.entries()) {
      const member = members.get(inner.id);
      if (member === undefined || !isNodeKind(inner.kind)) continue;
      const at = origin && { x: origin.x + i * COLUMN_PIXELS, y: origin.y };
      addNode(member, { ...newNode(inner.kind, inner.params), ...decided(node) }, at)(draft);
      const ports = inputPortNames(inner.kind, inner.from.length);
      for (const [slot, source] of inner.from.entries()) {
        const from = sourceOf(source);
        const port = ports[slot];
        if (!from || port === undefined) continue;
        const wire = { from: { ...from }, to: { node: member, port } };
        draft.wires[wireId(wire)] = wire;
      }
    }
    draft.nodes = Object.fromEntries(order.map((other) => [other, draft.nodes[other]!]));
    for (const { from, to } of wires) {
      if (from.node !== id) continue;
      const source = sourceOf(fragment.outputs[from.port] ?? '');
      if (source) draft.wires[wireId({ from: source, to })] = { from: { ...source }, to };
    }
  };
}

function decided({ bypass, suppress }: DesignNode): Pick<DesignNode, 'bypass' | 'suppress'> {
  return { ...(bypass === undefined ? {} : { bypass }), ...(suppress === undefined ? {} : { suppress }) };
}

/** Where a block's weights go when it is unpacked. */
export function unpackMoves(design: Parameters<typeof packingOf>[0], id: NodeId): Moves | undefined {
  const packing = packingOf(design, id);
  return packing && inverse(foldMoves([packing]));
}
