import { type Dims, sameDims } from '../base/dims.ts';
import type { FloatTensor } from '../base/tensor.ts';
import { readStrided, stridesOf } from './strided.ts';

/**
 * The shape two tensors take together, as in NumPy and ONNX: axes are matched from the last, and an axis of length 1
 * stretches. Undefined when they do not fit.
 */
export function broadcastDims(a: Dims, b: Dims): Dims | undefined {
  const rank = Math.max(a.length, b.length);
  const dims: number[] = [];
  for (let axis = 0; axis < rank; axis++) {
    const p = a[axis - rank + a.length] ?? 1;
    const q = b[axis - rank + b.length] ?? 1;
    if (p !== q && p !== 1 && q !== 1) return undefined;
    dims.push(p === 1 ? q : p);
  }
  return dims;
}

/** The tensor repeated to `dims`; the tensor itself when it has that shape already. */
export function stretch(x: FloatTensor, dims: Dims): FloatTensor {
  if (sameDims(x.dims, dims)) return x;
  const missing = dims.length - x.dims.length;
  const own = stridesOf(x.dims);
  const strides = dims.map((_, axis) => {
    const from = axis - missing;
    return from < 0 || x.dims[from] === 1 ? 0 : own[from]!;
  });
  return readStrided(x.data, dims, strides);
}
