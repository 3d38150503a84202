import type { Piece } from './graph.ts';

/** The elements that a piece reads, one after the other. */
export function elementsOf(data: Float32Array, { extents, from, start = 0 }: Piece): Float32Array {
  let places = [start];
  for (const [axis, extent] of extents.entries()) {
    const steps = Array.from({ length: extent }, (_, index) => index * from[axis]!);
    places = places.flatMap((place) => steps.map((step) => place + step));
  }
  return Float32Array.from(places, (place) => data[place]!);
}
