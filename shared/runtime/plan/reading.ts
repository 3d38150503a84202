import { type Dims, sameDims } from '../../base/dims.ts';
import type { MapView, ValueId } from './graph.ts';

/** Part of an axis: `extent` indices, `stride` elements of the value apart. An axis is the product of its factors. */
export interface Factor {
  readonly extent: number;
  readonly stride: number;
}

/**
 * A layer's tensor as it is to be found in a value that was computed in another order, or is a part of it: element
 * (i, j, …) is element `start` + what the factors of its axes add up to, in the value's row-major order. Transposing,
 * reshaping, slicing and repeating make another reading of the same value, and move nothing.
 */
export interface Reading {
  readonly value: ValueId;
  readonly dims: Dims;
  /** By axis, the outer factor first; none of extent 1, none that could be one with its neighbour. */
  readonly axes: readonly (readonly Factor[])[];
  readonly start: number;
  /** The layer that asked for it to be read so. */
  readonly node?: string;
}

/** Elements between neighbours on each axis of a row-major tensor. */
export function rowMajor(dims: Dims): number[] {
  const strides = new Array<number>(dims.length).fill(1);
  for (let axis = dims.length - 2; axis >= 0; axis--) strides[axis] = strides[axis + 1]! * dims[axis + 1]!;
  return strides;
}

function simplified(factors: readonly Factor[]): Factor[] {
  const result: Factor[] = [];
  for (const factor of factors) {
    const outer = result.at(-1);
    if (factor.extent === 1) continue;
    if (outer && outer.stride === factor.extent * factor.stride)
      result[result.length - 1] = { extent: outer.extent * factor.extent, stride: factor.stride };
    else result.push(factor);
  }
  return result;
}

/** A value as it is. */
export function whole(value: ValueId, dims: Dims): Reading {
  const strides = rowMajor(dims);
  return {
    value,
    dims,
    axes: dims.map((extent, axis) => simplified([{ extent, stride: strides[axis]! }])),
    start: 0,
  };
}

/** Axis `order[i]` at place i. */
export function permuted(reading: Reading, order: readonly number[]): Reading {
  return {
    ...reading,
    dims: order.map((axis) => reading.dims[axis]!),
    axes: order.map((axis) => reading.axes[axis]!),
  };
}

/** Other extents for the same elements in the same order; undefined where an axis would end inside a factor. */
export function reshaped(reading: Reading, dims: Dims): Reading | undefined {
  if (sameDims(reading.dims, dims)) return reading;
  const left = reading.axes.flat();
  const axes: Factor[][] = [];
  for (const extent of dims) {
    const factors: Factor[] = [];
    for (let need = extent; need > 1; ) {
      const next = left.shift();
      if (!next) return undefined;
      if (need % next.extent === 0) {
        factors.push(next);
        need /= next.extent;
      } else if (next.extent % need === 0) {
        const inner = next.extent / need;
        factors.push({ extent: need, stride: next.stride * inner });
        left.unshift({ extent: inner, stride: next.stride });
        need = 1;
      } else return undefined;
    }
    axes.push(simplified(factors));
  }
  return left.length > 0 ? undefined : { ...reading, dims, axes };
}

/** Axes of length 1, and those that are missing in front, repeated as NumPy does. */
export function stretched(reading: Reading, dims: Dims): Reading {
  const missing = dims.length - reading.dims.length;
  return {
    ...reading,
    dims,
    axes: dims.map((extent, axis) => {
      const own = axis < missing ? 1 : reading.dims[axis - missing]!;
      return own === extent ? (reading.axes[axis - missing] ?? []) : simplified([{ extent, stride: 0 }]);
    }),
  };
}

/** Of an axis, `length` indices from `start` on, each `step` after the one before. */
export interface Cut {
  readonly start: number;
  readonly step: number;
  readonly length: number;
}

/** Parts of all axes; undefined where a part begins or ends inside a factor. */
export function cut(reading: Reading, cuts: readonly Cut[]): Reading | undefined {
  let { start } = reading;
  const axes: (readonly Factor[])[] = [];
  for (const [axis, factors] of reading.axes.entries()) {
    const part = cutAxis(factors, reading.dims[axis]!, cuts[axis]!);
    if (!part) return undefined;
    start += part.start;
    axes.push(part.factors);
  }
  return { ...reading, dims: cuts.map(({ length }) => length), axes, start };
}

function cutAxis(
  factors: readonly Factor[],
  extent: number,
  { start, step, length }: Cut,
): { readonly start: number; readonly factors: readonly Factor[] } | undefined {
  if (start === 0 && step === 1 && length === extent) return { start: 0, factors };
  const [outer, ...inner] = factors;
  if (!outer) return { start: 0, factors: [] };
  const block = inner.reduce((total, factor) => total * factor.extent, 1);
  if (block === 1)
    return {
      start: start * outer.stride,
      factors: simplified([{ extent: length, stride: outer.stride * step }]),
    };
  if (length === 1) {
    const rest = cutAxis(inner, block, { start: start % block, step: 1, length: 1 });
    return rest && { start: Math.floor(start / block) * outer.stride + rest.start, factors: [] };
  }
  if (step !== 1 || start % block !== 0 || length % block !== 0) return undefined;
  return {
    start: (start / block) * outer.stride,
    factors: simplified([{ extent: length / block, stride: outer.stride }, ...inner]),
  };
}

/** Whether the elements are all `count` of the value, each once, in whatever order. */
export function covers({ axes, start }: Reading, count: number): boolean {
  let next = 1;
  for (const { extent, stride } of axes.flat().sort((a, b) => a.stride - b.stride)) {
    if (stride !== next) return false;
    next *= extent;
  }
  return start === 0 && next === count;
}

/** Whether the elements are all those of the value, in its own order. */
export function isWhole({ axes, start }: Reading, count: number): boolean {
  const [factor, ...others] = simplified(axes.flat());
  if (start !== 0 || others.length > 0) return false;
  return factor ? factor.stride === 1 && factor.extent === count : count === 1;
}

/** The axis of a map that a factor runs along. */
export type MapAxis = 'images' | 'channels' | 'pixels';

/** A factor that runs along one axis of its value's map, and the axis of the reading that it belongs to. */
export interface PlacedFactor extends Factor {
  readonly axis: number;
  readonly along: MapAxis;
}

/**
 * All factors, cut where they run from one axis of the map into the next; undefined where a cut is not even, or elements
 * are repeated or go backwards.
 */
export function placedFactors({ axes }: Reading, view: MapView): PlacedFactor[] | undefined {
  if (axes.flat().some(({ stride }) => stride <= 0)) return undefined;
  const area = view.height * view.width;
  const image = area * view.channels;
  const result: PlacedFactor[] = [];
  for (const [axis, factors] of axes.entries()) {
    for (const factor of factors) {
      const cutAt = (rest: Factor, limit: number): Factor | undefined => {
        if (rest.extent * rest.stride <= limit || rest.stride >= limit) return undefined;
        return { extent: limit / rest.stride, stride: rest.stride };
      };
      const parts: Factor[] = [];
      let rest: Factor = factor;
      for (const limit of [area, image]) {
        const inner = cutAt(rest, limit);
        if (!inner) continue;
        if (!Number.isInteger(inner.extent) || rest.extent % inner.extent !== 0) return undefined;
        parts.unshift(inner);
        rest = { extent: rest.extent / inner.extent, stride: limit };
      }
      for (const part of [rest, ...parts]) {
        const along = part.stride >= image ? 'images' : part.stride >= area ? 'channels' : 'pixels';
        result.push({ ...part, axis, along });
      }
    }
  }
  return result;
}

/**
 * What lies beside each element of a reading that covers its value, in the order of that value: `other` has the same
 * extents. Undefined where their factors do not fit into each other, or into `dims`, the value's extents.
 */
export function beside(host: Reading, other: Reading, dims: Dims): Reading | undefined {
  const pairs: { readonly extent: number; readonly host: number; readonly other: number }[] = [];
  for (const [axis, own] of host.axes.entries()) {
    const left = [...own];
    const right = [...other.axes[axis]!];
    for (let a = left.shift(), b = right.shift(); a || b; ) {
      if (!a || !b) return undefined;
      const extent = Math.min(a.extent, b.extent);
      if (a.extent % extent !== 0 || b.extent % extent !== 0) return undefined;
      const [restA, restB]: number[] = [a.extent / extent, b.extent / extent];
      pairs.push({ extent, host: a.stride * restA!, other: b.stride * restB! });
      a = restA === 1 ? left.shift() : { extent: restA!, stride: a.stride };
      b = restB === 1 ? right.shift() : { extent: restB!, stride: b.stride };
    }
  }
  pairs.sort((a, b) => b.host - a.host);
  const inOrder: Reading = {
    ...other,
    dims: pairs.map(({ extent }) => extent),
    axes: pairs.map(({ extent, other: stride }) => [{ extent, stride }]),
  };
  return reshaped(inOrder, dims);
}

/** A name for what is read: the same for the same elements under the same extents. */
export function readingKey({ value, dims, axes, start }: Reading): string {
  return JSON.stringify([
    value,
    dims,
    start,
    axes.map((factors) => factors.map((f) => [f.extent, f.stride])),
  ]);
}

export function factorsEqual(a: readonly Factor[], b: readonly Factor[]): boolean {
  return (
    a.length === b.length &&
    a.every(({ extent, stride }, i) => extent === b[i]!.extent && stride === b[i]!.stride)
  );
}

/** One factor, as readings hold it: none where there is but one index. */
export function oneFactor(extent: number, stride: number): readonly Factor[] {
  return simplified([{ extent, stride }]);
}

/** The reading of a value that holds all factors in `order`, the outermost first. */
export function relaid(
  value: ValueId,
  dims: Dims,
  factors: readonly PlacedFactor[],
  order: readonly number[],
): Reading {
  const inOrder = rowMajor(order.map((at) => factors[at]!.extent));
  const strides = factors.map((_, at) => inOrder[order.indexOf(at)]!);
  const axes = dims.map((_, axis) =>
    simplified(
      factors.flatMap(({ extent, axis: own }, at) =>
        own === axis ? [{ extent, stride: strides[at]! }] : [],
      ),
    ),
  );
  return { value, dims, axes, start: 0 };
}
