import { type Dims, elementCount } from '../../../base/dims.ts';
import { type Constant, SMALL_ELEMENTS } from '../values.ts';

/** Constants that contradict each other, or whose result is impossible. */
export class Unfoldable extends Error {}

/** The elements of a constant that are at hand, or were read for a result that is worked out later. */
export function elementsOf({ values }: Constant): ArrayLike<number> {
  if (values === undefined) throw new Unfoldable();
  return values;
}

/** The element at the given coordinates, broadcast from the last axis. */
export function pick(constant: Constant, coords: readonly number[]): number {
  const { dims } = constant;
  let at = 0;
  const missing = coords.length - dims.length;
  for (const [axis, extent] of dims.entries())
    at = at * extent + (extent === 1 ? 0 : coords[axis + missing]!);
  const value = elementsOf(constant)[at];
  if (value === undefined) throw new Unfoldable();
  return value;
}

/** One element for every position of a tensor, row-major. */
export function gathered(dims: Dims, element: (coords: readonly number[]) => number): ArrayLike<number> {
  const count = elementCount(dims);
  const values = count <= SMALL_ELEMENTS ? Array<number>(count) : new Float64Array(count);
  const coords = dims.map(() => 0);
  for (let i = 0; i < count; i++) {
    values[i] = element(coords);
    for (let axis = dims.length - 1; axis >= 0; axis--) {
      coords[axis]! += 1;
      if (coords[axis]! < dims[axis]!) break;
      coords[axis] = 0;
    }
  }
  return values;
}

/** Whether there is one for every block of so many elements along an axis. */
export function isInBlocks(blocks: Dims, dims: Dims, axis: number, size: number): boolean {
  return (
    blocks.length === dims.length &&
    blocks.every((extent, at) => extent === (at === axis ? Math.ceil(dims[at]! / size) : dims[at]))
  );
}

/** What is one for every block, as one for every element. */
export function ofEvery(blocks: Constant, dims: Dims, axis: number, size: number): ArrayLike<number> {
  return gathered(dims, (at) => pick(blocks, at.with(axis, Math.floor(at[axis]! / size))));
}

/** `f` of two tensors, element by element, each stretched to `dims`. */
export function combined(
  dims: Dims,
  a: Constant,
  b: Constant,
  f: (p: number, q: number) => number,
): ArrayLike<number> {
  const [left, right] = [elementsOf(a), elementsOf(b)];
  const count = elementCount(dims);
  const values = count <= SMALL_ELEMENTS ? Array<number>(count) : new Float64Array(count);
  const [steps, others] = [stretchedStrides(a.dims, dims), stretchedStrides(b.dims, dims)];
  const coords = dims.map(() => 0);
  const width = dims.at(-1) ?? 1;
  const [step, other] = [steps.at(-1) ?? 0, others.at(-1) ?? 0];
  let [p, q] = [0, 0];
  for (let i = 0; i < count; i += width) {
    for (let j = 0; j < width; j++) values[i + j] = f(left[p + j * step]!, right[q + j * other]!);
    for (let axis = dims.length - 2; axis >= 0; axis--) {
      coords[axis]! += 1;
      p += steps[axis]!;
      q += others[axis]!;
      if (coords[axis]! < dims[axis]!) break;
      p -= steps[axis]! * dims[axis]!;
      q -= others[axis]! * dims[axis]!;
      coords[axis] = 0;
    }
  }
  return values;
}

/** How far apart neighbours along each axis lie; nothing where a tensor is stretched. */
function stretchedStrides(own: Dims, dims: Dims): readonly number[] {
  const strides = stridesOf(own);
  return dims.map((_, axis) => {
    const at = axis - dims.length + own.length;
    return at < 0 || own[at] === 1 ? 0 : strides[at]!;
  });
}

export function stridesOf(dims: Dims): readonly number[] {
  return dims.map((_, axis) => elementCount(dims.slice(axis + 1)));
}
