import { type Dims, elementCount, sameDims } from '../../base/dims.ts';
import { Tensor } from '../../base/tensor.ts';
import type { LazyWeight } from './store.ts';

/** A tensor with other axes, of as many elements in the same order. */
export function reshaped(tensor: LazyWeight, dims: Dims): LazyWeight {
  if (sameDims(tensor.dims, dims)) return tensor;
  const { load, part } = tensor;
  return {
    dims,
    load: async () => {
      const { type, data } = await load();
      return new Tensor(type, data, dims);
    },
    ...(part && { part }),
  };
}

/** How the elements of a tensor are read: as these extents, by axes in another order, which then have other extents. */
export interface Turn {
  readonly dims: Dims;
  readonly order: readonly number[];
  readonly as?: Dims;
}

/** A tensor whose axes are turned when it is read. */
export function inOrder(tensor: LazyWeight, { dims, order, as }: Turn): LazyWeight {
  const turned = order.map((axis) => dims[axis]!);
  const load = async () => {
    const { data } = await tensor.load();
    return new Tensor('float32', permuted(data, dims, order), as ?? turned);
  };
  return { dims: as ?? turned, load };
}

function permuted(data: Float32Array, dims: Dims, order: readonly number[]): Float32Array {
  const strides = dims.map((_, axis) => elementCount(dims.slice(axis + 1)));
  const turned = order.map((axis) => dims[axis]!);
  const steps = order.map((axis) => strides[axis]!);
  const out = new Float32Array(data.length);
  const place = turned.map(() => 0);
  let from = 0;
  for (let to = 0; to < out.length; to++) {
    out[to] = data[from]!;
    for (let axis = turned.length - 1; axis >= 0; axis--) {
      from += steps[axis]!;
      if (++place[axis]! < turned[axis]!) break;
      from -= steps[axis]! * turned[axis]!;
      place[axis] = 0;
    }
  }
  return out;
}
