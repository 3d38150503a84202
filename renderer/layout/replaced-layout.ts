import type { Design, NodeId, Point, Wire } from '../../shared/graph/design.ts';
import type { Arrange } from '../state/app.ts';
import type { FlowDirection } from '../state/view-state.ts';
import { around, boxesOf, freedBy } from './boxes.ts';
import { type Box, makeRoom } from './make-room.ts';

/** Nodes that took the place of others. */
interface Replacement {
  /** Those that are fed from outside come first. */
  readonly gone: readonly NodeId[];
  readonly come: readonly NodeId[];
}

/**
 * Where everything stands after some nodes were replaced by others: the new ones where the old ones were, laid out among
 * themselves, the rest where it was but for what has to make room. Where hardly anything stayed, or what came cannot be
 * told apart, all is laid out anew.
 */
export async function layoutAfterReplacing(
  arrange: Arrange,
  before: Design,
  after: Design,
  direction: FlowDirection,
): Promise<Readonly<Record<NodeId, Point>>> {
  const replacements = replacementsOf(before, after);
  if (!replacements) return arrange(after, direction);
  const places = new Map(boxesOf(before, Object.keys(before.nodes), direction));
  for (const { gone, come } of replacements) {
    const left = gone.flatMap((id) => places.get(id) ?? []);
    for (const id of gone) places.delete(id);
    const old = freedBy(left, places.values());
    if (!old) return arrange(after, direction);
    const inside = await boxesAlone(arrange, after, come, direction);
    const { x, y, width, height } = around(inside.values())!;
    const moved = makeRoom(places, old, { x: old.x, y: old.y, width, height }, direction);
    for (const [id, at] of Object.entries(moved)) places.set(id, { ...places.get(id)!, ...at });
    for (const [id, box] of inside) places.set(id, { ...box, x: old.x + box.x - x, y: old.y + box.y - y });
  }
  return Object.fromEntries([...places].map(([id, { x, y }]) => [id, { x, y }]));
}

/** Some nodes laid out as if there were no others. */
async function boxesAlone(
  arrange: Arrange,
  design: Design,
  ids: readonly NodeId[],
  direction: FlowDirection,
): Promise<ReadonlyMap<NodeId, Box>> {
  const among = new Set(ids);
  const part: Design = {
    ...design,
    nodes: Object.fromEntries(ids.map((id) => [id, design.nodes[id]!])),
    wires: Object.fromEntries(
      Object.entries(design.wires).filter(([, { from, to }]) => among.has(from.node) && among.has(to.node)),
    ),
  };
  const layout = await arrange(part, direction);
  return boxesOf({ ...design, layout }, ids, direction);
}

/** Which nodes came for which; undefined where most are others now, or a new one stands where nothing was. */
function replacementsOf(before: Design, after: Design): readonly Replacement[] | undefined {
  const ids = Object.keys(before.nodes);
  const gone = ids.filter((id) => !after.nodes[id]);
  const come = Object.keys(after.nodes).filter((id) => !before.nodes[id]);
  if (gone.length === 0 || come.length === 0 || gone.length > ids.length / 2) return undefined;
  const places = groups(gone, Object.values(before.wires));
  const found: Replacement[] = [];
  for (const { members, neighbours } of groups(come, Object.values(after.wires))) {
    const there = places.filter((place) => [...place.neighbours].some((id) => neighbours.has(id)));
    const taken = there.filter((place) => places.splice(places.indexOf(place), 1).length > 0);
    if (taken.length === 0) return undefined;
    const goners = new Set(taken.flatMap((place) => place.members));
    found.push({ gone: entriesFirst(goners, Object.values(before.wires)), come: members });
  }
  return places.length > 0 ? undefined : found;
}

function entriesFirst(ids: ReadonlySet<NodeId>, wires: readonly Wire[]): NodeId[] {
  const fed = wires.filter(({ from, to }) => ids.has(to.node) && !ids.has(from.node));
  return [...new Set([...fed.map(({ to }) => to.node), ...ids])];
}

interface Connected {
  readonly members: readonly NodeId[];
  /** The nodes outside that they are wired to. */
  readonly neighbours: ReadonlySet<NodeId>;
}

/** Some nodes by what hangs together among them. */
function groups(ids: readonly NodeId[], wires: readonly Wire[]): Connected[] {
  const beside = new Map<NodeId, NodeId[]>(ids.map((id) => [id, []]));
  for (const { from, to } of wires) {
    beside.get(from.node)?.push(to.node);
    beside.get(to.node)?.push(from.node);
  }
  const seen = new Set<NodeId>();
  return ids.flatMap((start) => {
    if (seen.has(start)) return [];
    const members: NodeId[] = [];
    const neighbours = new Set<NodeId>();
    const open = [start];
    for (let id = open.pop(); id !== undefined; id = open.pop()) {
      if (seen.has(id)) continue;
      const next = beside.get(id);
      if (!next) {
        neighbours.add(id);
        continue;
      }
      seen.add(id);
      members.push(id);
      for (const each of next) open.push(each);
    }
    return [{ members, neighbours }];
  });
}
