/**
 * The extent of a tensor along each axis, batch included: `[N, C, H, W]` for feature maps, `[N, F]` for vectors.
 * An axis may be 0 long (an empty tensor), never negative.
 */
export type Dims = readonly number[];

/** Product of all extents; 1 for a scalar. */
export function elementCount(dims: Dims): number {
  let count = 1;
  for (const extent of dims) count *= extent;
  return count;
}

export function sameDims(a: Dims, b: Dims): boolean {
  return a.length === b.length && a.every((extent, axis) => extent === b[axis]);
}

/** `64×56×56`: one sample of a batch, as papers write it. A tensor of rank 1 or 0 has no batch axis to drop. */
export function formatSample(dims: Dims): string {
  return formatDims(dims.length > 1 ? dims.slice(1) : dims);
}

/** `1×64×56×56`: every axis. */
export function formatDims(dims: Dims): string {
  return dims.length === 0 ? 'scalar' : dims.join('×');
}
