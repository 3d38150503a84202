import { type Dims, elementCount } from '../../../base/dims.ts';

export function fromFront(axis: number, rank: number): number {
  return axis < 0 ? axis + rank : axis;
}

/** ONNX Reshape: 0 keeps (unless zeros are allowed), −1 takes the rest; undefined when it cannot be. */
export function reshapedDims(from: Dims, target: readonly number[], allowZero: boolean): Dims | undefined {
  const kept = target.map((extent, axis) => (extent === 0 && !allowZero ? (from[axis] ?? -2) : extent));
  const open = kept.indexOf(-1);
  const rest = elementCount(kept.filter((extent) => extent !== -1));
  const dims = open < 0 ? kept : kept.with(open, rest === 0 ? 0 : elementCount(from) / rest);
  const whole = dims.every((extent) => Number.isInteger(extent) && extent >= 0);
  return whole && elementCount(dims) === elementCount(from) ? dims : undefined;
}

export function squeezedDims(dims: Dims, axes: readonly number[] | undefined): Dims {
  const gone = axes?.map((axis) => fromFront(axis, dims.length));
  return dims.filter((extent, axis) => (gone ? !gone.includes(axis) : extent !== 1));
}

export function unsqueezedDims(dims: Dims, axes: readonly number[]): Dims {
  const rank = dims.length + axes.length;
  const added = axes.map((axis) => fromFront(axis, rank));
  const rest = [...dims];
  return Array.from({ length: rank }, (_, axis) => (added.includes(axis) ? 1 : (rest.shift() ?? 1)));
}
