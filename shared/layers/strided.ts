import type { Dims } from '../base/dims.ts';
import { elementCount } from '../base/dims.ts';
import { type FloatTensor, Tensor } from '../base/tensor.ts';

/** Elements between neighbours on each axis of a dense row-major tensor. */
export function stridesOf(dims: Dims): number[] {
  const strides: number[] = new Array(dims.length).fill(1);
  for (let axis = dims.length - 2; axis >= 0; axis--) strides[axis] = strides[axis + 1]! * dims[axis + 1]!;
  return strides;
}

/**
 * Reads a tensor of `dims` whose element (i, j, …) is `data[offset + i·strides[0] + j·strides[1] + …]`. Transposing
 * permutes strides, slicing scales and offsets them, broadcasting makes them 0.
 */
export function readStrided(
  data: Float32Array,
  dims: Dims,
  strides: readonly number[],
  offset = 0,
): FloatTensor {
  const y = Tensor.zeros(dims);
  const rank = dims.length;
  const count = elementCount(dims);
  const width = rank === 0 ? 1 : dims[rank - 1]!;
  const step = rank === 0 ? 0 : strides[rank - 1]!;
  const at: number[] = new Array(Math.max(rank - 1, 0)).fill(0);
  let from = offset;
  for (let row = 0; row < count; row += width) {
    for (let j = 0; j < width; j++) y.data[row + j] = data[from + j * step]!;
    for (let axis = rank - 2; axis >= 0; axis--) {
      at[axis]! += 1;
      from += strides[axis]!;
      if (at[axis]! < dims[axis]!) break;
      from -= at[axis]! * strides[axis]!;
      at[axis] = 0;
    }
  }
  return y;
}
