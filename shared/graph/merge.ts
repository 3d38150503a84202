import type { Design, DesignNode, NodeId, Wire } from './design.ts';

/** What two people changed in two ways, or one changed and the other took away. */
export interface MergeConflict {
  /** `nodes.conv1.params.channels`. */
  readonly path: string;
  readonly message: string;
}

export interface Merged {
  /** What both agree on, with ours where they do not. */
  readonly design: Design;
  readonly conflicts: readonly MergeConflict[];
}

/**
 * Merges two designs that grew from one: node by node, parameter by parameter and wire by wire. What only one of them
 * changed is taken; what both changed alike is no conflict.
 */
export function mergeDesigns(base: Design, ours: Design, theirs: Design): Merged {
  const conflicts: MergeConflict[] = [];
  const merged = three(base, ours, theirs, [], conflicts) as Design;
  const wires = soundWires(merged, ours, conflicts);
  const layout = Object.fromEntries(
    Object.entries(merged.layout).filter(([id]) => Object.hasOwn(merged.nodes, id)),
  );
  return { design: { ...merged, wires, layout }, conflicts };
}

/** Places are no work that could be lost: of two, ours is as good. */
const ofOurs = new Set(['layout', 'canvas']);

function three(
  base: unknown,
  ours: unknown,
  theirs: unknown,
  path: readonly string[],
  conflicts: MergeConflict[],
): unknown {
  if (same(ours, theirs) || same(base, theirs)) return ours;
  if (same(base, ours)) return theirs;
  const whole = kindOf(ours) !== kindOf(theirs);
  if (isRecord(ours) && isRecord(theirs) && !whole) {
    const origin = isRecord(base) ? base : {};
    // In our order, with what only they have behind.
    const keys = new Set([...Object.keys(ours), ...Object.keys(theirs)]);
    const entries = [...keys].map((key) => {
      const [o, a, b] = [own(origin, key), own(ours, key), own(theirs, key)];
      return [key, three(o, a, b, [...path, key], conflicts)] as const;
    });
    return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
  }
  if (!ofOurs.has(path[0] ?? '')) conflicts.push(conflictAt(path, ours, theirs));
  // Nothing is lost: what one took away and the other changed stays.
  return ours ?? theirs;
}

function conflictAt(path: readonly string[], ours: unknown, theirs: unknown): MergeConflict {
  const message =
    ours === undefined
      ? 'taken away here, changed there; it is kept as it is there'
      : theirs === undefined
        ? 'changed here, taken away there; it is kept as it is here'
        : `${brief(ours)} here, ${brief(theirs)} there; it is kept as it is here`;
  return { path: path.join('.'), message };
}

/** Wires of nodes that are there, one into each port. */
function soundWires({ nodes, wires }: Design, ours: Design, conflicts: MergeConflict[]): Design['wires'] {
  const taken = new Map<string, Wire>();
  const kept: [string, Wire][] = [];
  const hasEnds = ({ from, to }: Wire): boolean => isNode(nodes, from.node) && isNode(nodes, to.node);
  const oursFirst = Object.entries(wires).sort(
    ([a], [b]) => Number(Object.hasOwn(ours.wires, b)) - Number(Object.hasOwn(ours.wires, a)),
  );
  for (const [id, wire] of oursFirst) {
    const port = `${wire.to.node}:${wire.to.port}`;
    const other = taken.get(port);
    if (!hasEnds(wire))
      conflicts.push({
        path: `wires.${id}`,
        message: 'a node at one of its ends was taken away; the wire is left out',
      });
    else if (other !== undefined)
      conflicts.push({
        path: `wires.${id}`,
        message: `two wires lead into ${port}; the one from ${other.from.node} is kept`,
      });
    else {
      taken.set(port, wire);
      kept.push([id, wire]);
    }
  }
  const names = new Set(kept.map(([id]) => id));
  return Object.fromEntries(Object.entries(wires).filter(([id]) => names.has(id)));
}

function isNode(nodes: Readonly<Record<NodeId, DesignNode>>, id: NodeId): boolean {
  return Object.hasOwn(nodes, id);
}

type Plain = Readonly<Record<string, unknown>>;

function isRecord(value: unknown): value is Plain {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Nodes of two kinds have nothing in common. */
function kindOf(value: unknown): unknown {
  return isRecord(value) ? value.kind : undefined;
}

function own(record: Plain, key: string): unknown {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

function same(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((item, i) => same(item, b[i]));
  if (!isRecord(a) || !isRecord(b)) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && same(a[key], b[key]))
  );
}

function brief(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length <= 60 ? text : `${text.slice(0, 57)}…`;
}
