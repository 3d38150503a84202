import { type Dims, elementCount } from '../../../base/dims.ts';
import type { NodeView } from '../node-view.ts';
import { type Constant, SMALL_ELEMENTS } from '../values.ts';

/** Constants that contradict each other, or a result too large to keep at hand. */
export class Unfoldable extends Error {}

/** As many elements as one constant may have that is worked out: the attention masks of shifted windows have 153,664. */
const LARGEST_FOLDED = 2 ** 18;

/** Refuses to work out more than that, or more than the model has a right to in all. */
export function budget(node: NodeView, dims: Dims): number {
  const count = elementCount(dims);
  if (count <= SMALL_ELEMENTS) return SMALL_ELEMENTS;
  if (!(count <= LARGEST_FOLDED) || !node.build.mayFold(count)) throw new Unfoldable();
  return count;
}

/** The element at the given coordinates, broadcast from the last axis. */
export function pick({ dims, values }: Constant, coords: readonly number[]): number {
  let at = 0;
  const missing = coords.length - dims.length;
  for (const [axis, extent] of dims.entries())
    at = at * extent + (extent === 1 ? 0 : coords[axis + missing]!);
  const value = values![at];
  if (value === undefined) throw new Unfoldable();
  return value;
}

/** One element for every position of a tensor, row-major. */
export function gathered(
  dims: Dims,
  element: (coords: readonly number[]) => number,
  most = SMALL_ELEMENTS,
): number[] {
  const values: number[] = [];
  const coords = dims.map(() => 0);
  const count = elementCount(dims);
  if (!(count <= most) || !dims.every((extent) => Number.isInteger(extent) && extent >= 0))
    throw new Unfoldable();
  for (let i = 0; i < count; i++) {
    values.push(element(coords));
    for (let axis = dims.length - 1; axis >= 0; axis--) {
      coords[axis]! += 1;
      if (coords[axis]! < dims[axis]!) break;
      coords[axis] = 0;
    }
  }
  return values;
}

export function stridesOf(dims: Dims): readonly number[] {
  return dims.map((_, axis) => elementCount(dims.slice(axis + 1)));
}
