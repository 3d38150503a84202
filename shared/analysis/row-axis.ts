import type { Dims } from '../base/dims.ts';
import type { DesignNode, NodeId } from '../graph/design.ts';
import { isLayerKind, layerOf, traitsOf } from '../layers/index.ts';

/** Rows of which only a run tells how many there are: the layer that tells it, and the axis along which they lie. */
export interface OpenRows {
  readonly teller: NodeId;
  readonly axis: number;
}

/** Whether only a run tells how many of a layer's rows count. */
export const tellsRows = (node: DesignNode): boolean => traitsOf(node).rowsAtMost === true;

/** Along which axis of a layer's output such rows lie; undefined where it is none, or is not known to be one. */
export function followed(
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
