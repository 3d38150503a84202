import type { Analysis } from '../analysis/facts.ts';
import { sameDims } from '../base/dims.ts';
import { repeatOf } from '../blocks/expansion.ts';
import type { NodeId } from '../graph/design.ts';
import type { Stage } from './stages.ts';

/** Equal units one after another that keep the shape, so that there may be more or fewer of them. */
export interface Chain {
  /** The nodes of each unit, in order. */
  readonly units: readonly (readonly NodeId[])[];
  /** How many copies of a unit they stand for: those that repeat count as often. */
  readonly copies: number;
  /** Others of the kind before them in the stage, which change the shape: they count to the depth and stay. */
  readonly others: number;
}

const LONGEST_UNIT = 8;

/** The chain of a stage that stands for most of its nodes; undefined where it has none. */
export function chainOf(stage: Stage, analysis: Analysis): Chain | undefined {
  let best: Chain | undefined;
  for (const row of rowsOf(stage, analysis)) {
    for (let period = 1; period <= LONGEST_UNIT; period++) {
      for (let start = 0; start + period <= row.length; start++) {
        const found = chainAt(row, start, period, stage, analysis);
        if (found && worth(found) > (best ? worth(best) : 0)) best = found;
      }
    }
  }
  return best;
}

/** Many units before one, then many nodes; of single units the shortest. */
function worth({ units, copies }: Chain): number {
  const length = units[0]?.length ?? 0;
  return copies > 1 ? units.length * length : 1 / (1 + length);
}

/** Nodes of a stage in a row, each fed by the one before alone and feeding the one after alone. */
function rowsOf({ nodes }: Stage, { topology }: Analysis): readonly (readonly NodeId[])[] {
  const inside = new Set(nodes);
  const rows: NodeId[][] = [];
  const placed = new Map<NodeId, NodeId[]>();
  for (const id of nodes) {
    const into = topology.into.get(id)!;
    const before = into.length === 1 ? into[0]!.from.node : undefined;
    const alone = before !== undefined && inside.has(before) && topology.outOf.get(before)!.length === 1;
    const row = alone ? placed.get(before) : undefined;
    if (row && row.at(-1) === before) row.push(id);
    else rows.push([id]);
    placed.set(id, row?.at(-1) === id ? row : rows.at(-1)!);
  }
  return rows;
}

function chainAt(
  row: readonly NodeId[],
  start: number,
  period: number,
  { nodes }: Stage,
  { facts }: Analysis,
): Chain | undefined {
  const signature = (id: NodeId): string => {
    const { node } = facts.get(id)!;
    const { repeat: _, ...params } = node.params;
    return JSON.stringify([node.kind, params, node.bypass ?? false, node.weights ?? null]);
  };
  const first = row.slice(start, start + period);
  const isWork = first.some((id) => (facts.get(id)!.cost?.macs.value ?? 0) > 0);
  if (!isWork || (facts.get(first[0]!)!.cost?.macs.value ?? 0) === 0) return undefined;
  if (first.some((id) => facts.get(id)!.node.weights !== undefined)) return undefined;
  const inputs = facts.get(first[0]!)!.inputs[0];
  const keeps = (unit: readonly NodeId[]): boolean => {
    const out = Object.values(facts.get(unit.at(-1)!)!.outputs ?? {})[0];
    return inputs !== undefined && out !== undefined && sameDims(inputs, out);
  };
  const signatures = first.map(signature);
  const units: (readonly NodeId[])[] = [];
  for (let at = start; at + period <= row.length; at += period) {
    const unit = row.slice(at, at + period);
    if (!keeps(unit) || unit.some((id, i) => signature(id) !== signatures[i])) break;
    units.push(unit);
  }
  if (units.length === 0) return undefined;
  const { node } = facts.get(first[0]!)!;
  const copies = units.reduce((sum, [id]) => sum + repeatOf(facts.get(id!)!.node.params), 0);
  const own = new Set(units.flat());
  const alike = (ids: readonly NodeId[]): number =>
    ids.filter((id) => facts.get(id)!.node.kind === node.kind).length;
  const others = Math.floor(alike(nodes.filter((id) => !own.has(id))) / alike(first));
  // What repeats within a longer unit does not repeat the unit.
  if (period > 1 && first.some((id) => repeatOf(facts.get(id)!.node.params) > 1)) return undefined;
  return copies > 1 || others > 0 ? { units, copies, others } : undefined;
}
