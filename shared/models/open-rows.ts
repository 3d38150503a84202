import { analyze } from '../analysis/analyze.ts';
import type { Dims } from '../base/dims.ts';
import { messages, type Problem } from '../base/problem.ts';
import { type FloatTensor, Tensor } from '../base/tensor.ts';
import type { Design, DesignNode, NodeId } from '../graph/design.ts';
import { isLayerKind, layerOf, traitsOf } from '../layers/index.ts';

export const say = messages('models/open-rows', {
  'rows-mixed': [
    '"{{node}}" computes with all rows of "{{teller}}", of which only a run tells how many there are.',
    'Cut the model before it: what comes out until there has as many rows as there are.',
  ],
});

/** Rows of which only a run tells how many there are: the layer that tells it, and the axis along which they lie. */
export interface OpenRows {
  readonly teller: NodeId;
  readonly axis: number;
}

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

const tellsRows = (node: DesignNode): boolean => traitsOf(node).rowsAtMost === true;

/** Along which axis of a layer's output the rows lie; undefined where it is none, or is not known to be one. */
function followed(
  node: DesignNode,
  given: readonly (OpenRows | undefined)[],
  inputs: readonly Dims[],
  out: Dims,
): OpenRows | undefined {
  const found = given.map((each, i) => each && axisAfter(node, i, each.axis, inputs, out));
  const at = given.findIndex((each) => each !== undefined);
  const [axis, { teller }] = [found[at], given[at]!];
  const agree = given.every((each, i) => !each || (each.teller === teller && found[i] === axis));
  return axis === undefined || !agree ? undefined : { teller, axis };
}

/** Groups of layers that compute element by element, along the axes of their parameters apart. */
const apart: ReadonlySet<string> = new Set(['activation', 'math', 'merge']);

function axisAfter(
  { kind, params }: DesignNode,
  at: number,
  axis: number,
  inputs: readonly Dims[],
  out: Dims,
): number | undefined {
  const dims = inputs[at]!;
  const from = (given: unknown, rank = dims.length) => ((given as number) + rank) % rank;
  const axes = (rank: number) =>
    ((params.axes as readonly number[] | undefined) ?? []).map((a) => from(a, rank));
  const without = (gone: readonly number[]) =>
    gone.length === 0 || gone.includes(axis) ? undefined : axis - gone.filter((a) => a < axis).length;
  switch (kind) {
    case 'output':
      return axis;
    case 'transpose':
      return (params.perm as readonly number[]).indexOf(axis);
    case 'squeeze':
      return without(axes(dims.length));
    case 'unsqueeze':
      return axes(out.length)
        .sort((a, b) => a - b)
        .reduce((place, a) => (a <= place ? place + 1 : place), axis);
    case 'slice':
      return axes(dims.length).includes(axis) ? undefined : axis;
    case 'split':
    case 'concat':
      return from(params.axis) === axis ? undefined : axis;
    case 'gather':
      if (from(params.axis) === axis) return undefined;
      return params.dropAxis === true && from(params.axis) < axis ? axis - 1 : axis;
    case 'take': {
      const [x, positions] = inputs as readonly [Dims, Dims];
      const picked = from(params.axis, x.length);
      if (at === 1) return picked + axis;
      return picked === axis ? undefined : axis < picked ? axis : axis + positions.length - 1;
    }
    case 'gatherNd':
      return at === 1 && axis < dims.length - 1 ? axis : undefined;
    case 'reshape':
    case 'flatten':
      // What lies before the rows and they themselves stay as they are.
      return dims.slice(0, axis + 1).every((extent, i) => extent === out[i]) ? axis : undefined;
    default: {
      const alongIt =
        (params.axes !== undefined && (axes(dims.length).length === 0 || axes(dims.length).includes(axis))) ||
        (params.axis !== undefined && from(params.axis) === axis);
      const isApart = isLayerKind(kind) && apart.has(layerOf(kind).group) && kind !== 'dynamicQuantize';
      // Shapes are matched from their ends; what takes an axis away does not match.
      const place = out.length - dims.length + axis;
      return isApart && !alongIt && out.length >= dims.length && out[place] === dims[axis]
        ? place
        : undefined;
    }
  }
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
