import { blockOf, definitionOf, isBlockKind, isNodeKind } from '../blocks/index.ts';
import { inputPortNames, type NodeId, type PortRef, wireId } from './design.ts';
import { addNode, type Edit, newNode, removeNodes } from './edits.ts';

const COLUMN_PIXELS = 210;

/** Replaces a block by the nodes it stands for, named `block.inner`, at its place in the order; its wires are kept. */
export function unpackBlock(id: NodeId): Edit {
  return (draft) => {
    const node = draft.nodes[id];
    if (!node || !isBlockKind(node.kind)) return;
    const block = blockOf(node.kind);
    const fragment = block.expand(node.params);
    const wires = Object.values(draft.wires).map(({ from, to }) => ({ from: { ...from }, to: { ...to } }));
    const feeding = (port: string): PortRef | undefined =>
      wires.find(({ to }) => to.node === id && to.port === port)?.from;
    const innerId = (inner: string): NodeId => `${id}.${inner}`;
    const sourceOf = (source: string): PortRef | undefined => {
      if (source.startsWith('@')) return feeding(source.slice(1));
      const [inner, port] = source.split(':') as [string, string?];
      const kind = fragment.nodes.find((candidate) => candidate.id === inner)?.kind ?? '';
      const first = isNodeKind(kind) ? definitionOf(kind).outputs({})[0]?.name : undefined;
      return { node: innerId(inner), port: port ?? first ?? 'out' };
    };
    const origin = draft.layout[id];
    const order = Object.keys(draft.nodes).flatMap((other) =>
      other === id ? fragment.nodes.map((inner) => innerId(inner.id)) : [other],
    );
    removeNodes([id])(draft);
    for (const [i, inner] of fragment.nodes.entries()) {
      if (!isNodeKind(inner.kind)) continue;
      const at = origin && { x: origin.x + i * COLUMN_PIXELS, y: origin.y };
      addNode(innerId(inner.id), newNode(inner.kind, inner.params), at)(draft);
      const ports = inputPortNames(inner.kind, inner.from.length);
      for (const [slot, source] of inner.from.entries()) {
        const from = sourceOf(source);
        const port = ports[slot];
        if (!from || port === undefined) continue;
        const wire = { from, to: { node: innerId(inner.id), port } };
        draft.wires[wireId(wire)] = wire;
      }
    }
    draft.nodes = Object.fromEntries(order.map((other) => [other, draft.nodes[other]!]));
    for (const { from, to } of wires) {
      if (from.node !== id) continue;
      const source = sourceOf(fragment.outputs[from.port] ?? '');
      if (source) draft.wires[wireId({ from: source, to })] = { from: source, to };
    }
  };
}
