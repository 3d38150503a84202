import { analyze } from '../analysis/analyze.ts';
import { followed, type OpenRows, tellsRows } from '../analysis/row-axis.ts';
import type { Dims } from '../base/dims.ts';
import { messages, type Problem } from '../base/problem.ts';
import { type FloatTensor, Tensor } from '../base/tensor.ts';
import type { Design, NodeId } from '../graph/design.ts';

export const say = messages('models/open-rows', {
  'rows-mixed': [
    '"{{node}}" computes with all rows of "{{teller}}", of which only a run tells how many there are.',
    'Cut the model before it: what comes out until there has as many rows as there are.',
  ],
});

/** Where such rows lie after each layer, and what cannot be computed because rows that are over would be in it. */
export function openRows(design: Design): {
  readonly rows: ReadonlyMap<NodeId, OpenRows>;
  readonly problems: readonly Problem[];
} {
  const rows = new Map<NodeId, OpenRows>();
  const problems: Problem[] = [];
  if (!Object.values(design.nodes).some(tellsRows)) return { rows, problems };
  const { order, facts, topology } = analyze(design);
  for (const id of order) {
    const { node, inputs, outputs } = facts.get(id)!;
    if (tellsRows(node)) rows.set(id, { teller: id, axis: 0 });
    const wires = topology.wirings.get(id)!.ports;
    const given = wires.map(({ wire }) => wire && rows.get(wire.from.node));
    const some = given.find((each) => each !== undefined);
    // An Output gives what it gets.
    const out = node.kind === 'output' ? inputs[0] : Object.values(outputs ?? {})[0];
    if (!some || !out) continue;
    const after = tellsRows(node) ? undefined : followed(node, given, inputs as readonly Dims[], out);
    if (after) rows.set(id, after);
    else problems.push(say.at({ path: id }, 'rows-mixed', { node: id, teller: some.teller }));
  }
  return { rows, problems };
}

/** The first `count` of the rows along an axis. */
export function cutRows({ data, dims }: FloatTensor, axis: number, count: number): FloatTensor {
  const run = dims.slice(axis + 1).reduce((product, extent) => product * extent, 1);
  const [before, extent] = [dims.slice(0, axis).reduce((product, each) => product * each, 1), dims[axis]!];
  const kept = new Float32Array(before * count * run);
  for (let i = 0; i < before; i++)
    kept.set(data.subarray(i * extent * run, (i * extent + count) * run), i * count * run);
  return new Tensor('float32', kept, dims.with(axis, count));
}
