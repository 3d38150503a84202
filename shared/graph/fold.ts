import type { Draft } from 'immer';
import { smallestOf } from '../base/extremes.ts';
import type { Design, DesignNode, NodeId, Point, PortRef, Wire } from './design.ts';
import { wireId } from './design.ts';
import type { Edit } from './edits.ts';
import type { FoundBlock } from './find-blocks.ts';
import { innerPort } from './packing.ts';

/**
 * Replaces the members of each packing by its block, at the place of the first in the order and of the leftmost and
 * topmost on the canvas: what unpacking does, the other way. The packings are those that were found in this design.
 */
export function foldBlocks(packings: readonly FoundBlock[]): Edit {
  return (draft) => {
    if (packings.length === 0) return;
    const around = new Map<NodeId, FoundBlock>();
    for (const packing of packings) for (const id of packing.members.values()) around.set(id, packing);
    const wires = rewired(draft, packings, around);
    draft.nodes = refilled(draft.nodes, around, ({ node }) => node as Draft<DesignNode>);
    draft.layout = refilled(draft.layout, around, ({ members }) => corner(draft.layout, members.values()));
    draft.wires = Object.fromEntries(wires.map((wire) => [wireId(wire), wire]));
  };
}

/** Each block at the place of its first member; members that have nothing in the record give their block nothing. */
function refilled<T>(
  record: Readonly<Record<NodeId, T>>,
  around: ReadonlyMap<NodeId, FoundBlock>,
  of: (packing: FoundBlock) => T,
): Record<NodeId, T> {
  const done = new Set<FoundBlock>();
  return Object.fromEntries(
    Object.entries(record).flatMap(([id, value]): (readonly [NodeId, T])[] => {
      const packing = around.get(id);
      if (!packing) return [[id, value]];
      if (done.has(packing)) return [];
      done.add(packing);
      return [[packing.id, of(packing)]];
    }),
  );
}

function corner(layout: Readonly<Record<NodeId, Point>>, ids: Iterable<NodeId>): Point {
  const points = [...ids].flatMap((id) => layout[id] ?? []);
  return { x: smallestOf(points.map(({ x }) => x)), y: smallestOf(points.map(({ y }) => y)) };
}

/** The wires between what is left: those inside are gone, and several from one source into a block become one. */
function rewired(
  { wires }: Pick<Design, 'wires'>,
  packings: readonly FoundBlock[],
  around: ReadonlyMap<NodeId, FoundBlock>,
): readonly Wire[] {
  const ports = new Map(packings.map((packing) => [packing, portsOf(packing)]));
  const same = (a: PortRef | undefined, b: PortRef) => a?.node === b.node && a.port === b.port;
  return Object.values(wires).flatMap((wire): readonly Wire[] => {
    const [source, target] = [around.get(wire.from.node), around.get(wire.to.node)];
    if (source && source === target) return [];
    const leaving = source && ports.get(source)!.outputs.find(([, ref]) => same(ref, wire.from));
    if (source && !leaving) return [];
    const from = leaving ? { node: source!.id, port: leaving[0] } : { ...wire.from };
    if (!target) return [{ from, to: { ...wire.to } }];
    const entering = ports.get(target)!.inputs.filter(([, ref]) => same(ref, wire.from));
    return entering.map(([port]) => ({ from, to: { node: target.id, port } }));
  });
}

type Ports = readonly (readonly [port: string, ref: PortRef | undefined])[];

function portsOf(found: FoundBlock): { readonly inputs: Ports; readonly outputs: Ports } {
  return {
    inputs: [...found.feeds],
    outputs: Object.entries(found.fragment.outputs).map(
      ([port, source]) => [port, innerPort(found, source)] as const,
    ),
  };
}
