import type { Analysis, NodeFacts, ReceptiveField } from '../analysis/facts.ts';
import type { Dims } from '../base/dims.ts';
import { largestOf } from '../base/extremes.ts';
import type { NodeId } from '../graph/design.ts';

/** What lies between two reductions of the map: the layers that first make it smaller, and those that keep it so. */
export interface Stage {
  /** `stage1` for the first that holds anything but inputs. */
  readonly name: string;
  readonly nodes: readonly NodeId[];
}

/** Positions of a map; a vector has one. */
function positions(dims: Dims | undefined): number | undefined {
  if (dims === undefined) return undefined;
  return dims.length === 4 ? dims[2]! * dims[3]! : 1;
}

/**
 * Whether a layer makes a sequence of channels shorter: windows over it lie apart, or it sees all of it at once. Of tokens, which
 * are written down with their channels last, nothing is a window.
 */
function shortens(
  { outputs = {}, inputs, reach }: NodeFacts,
  before: readonly (ReceptiveField | undefined)[],
): boolean {
  const [out] = Object.values(outputs);
  if (!reach || inputs.length === 0 || !inputs.every((dims) => dims?.length === 3)) return false;
  const entering = largestOf(
    before.map((each) => each?.step[1] ?? 1),
    1,
  );
  return out?.length === 3 ? reach.step[1] < Infinity && reach.step[1] > entering : reach.step[1] > entering;
}

/** The stages of a design, from its input on. Nodes whose shape is unknown are in none. */
export function stagesOf({ facts, order }: Analysis, sources: SourcesOf): readonly Stage[] {
  const places = new Map<NodeId, number>();
  const stages = new Map<number, NodeId[]>();
  for (const id of order) {
    const known = facts.get(id)!;
    const outputs = Object.values(known.outputs ?? {});
    const here = positions(outputs[0]);
    if (here === undefined) continue;
    const before = largestOf(
      sources(id).map((source) => places.get(source) ?? 0),
      0,
    );
    const entering = largestOf(
      known.inputs.map((dims) => positions(dims) ?? 0),
      0,
    );
    const seen = sources(id).map((source) => facts.get(source)?.reach);
    const place = here < entering || shortens(known, seen) ? before + 1 : before;
    places.set(id, place);
    const list = stages.get(place);
    if (list) list.push(id);
    else stages.set(place, [id]);
  }
  const isWork = (nodes: readonly NodeId[]): boolean =>
    nodes.some((id) => facts.get(id)!.node.kind !== 'input');
  return [...stages]
    .sort(([a], [b]) => a - b)
    .filter(([, nodes]) => isWork(nodes))
    .map(([, nodes], i) => ({ name: `stage${i + 1}`, nodes }));
}

/** The nodes that feed a node. */
type SourcesOf = (id: NodeId) => readonly NodeId[];
