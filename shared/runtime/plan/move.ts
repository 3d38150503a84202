import type { MapView, Piece } from './graph.ts';
import type { PlanTensor } from './tensors.ts';

/** Indices of a move along one axis of the map that is written: factors, the outer first, as strides in row-major order. */
export interface MoveAxis {
  readonly factors: readonly MoveFactor[];
  /** Where the first index reads and writes. */
  readonly start: number;
  readonly offset: number;
}

interface MoveFactor {
  readonly extent: number;
  readonly from: number;
  readonly to: number;
}

const keys = ['images', 'channels', 'pixels'] as const;

/**
 * Elements that go from one map to another, as a product of three axes: where index (n, c, p) reads and writes is what
 * its axes say, added up.
 */
export type Move = { readonly [Key in (typeof keys)[number]]: MoveAxis };

/** Channels that lie together. */
const BLOCK = 8;
/** Indices along one axis at most. */
const MOST = 1 << 20;

type Places = Pick<PlanTensor, 'view' | 'halo'>;

export function countOf({ factors }: MoveAxis): number {
  return factors.reduce((count, { extent }) => count * extent, 1);
}

/** What every index along an axis adds to where is read and written, in elements of row-major order. */
export function* indicesOf({ factors, start, offset }: MoveAxis): Generator<readonly [number, number]> {
  const count = factors.reduce((total, { extent }) => total * extent, 1);
  for (let i = 0; i < count; i++) {
    let rest = i;
    let [read, written] = [start, offset];
    for (let at = factors.length - 1; at >= 0; at--) {
      const { extent, from, to } = factors[at]!;
      const index = rest % extent;
      rest = (rest - index) / extent;
      read += index * from;
      written += index * to;
    }
    yield [read, written];
  }
}

/**
 * Strided copies between row-major tensors as a move between their maps. Undefined where an address is not a sum of
 * what the three axes say, because indices along two of them carry into each other.
 */
export function moveOf(piece: Piece, from: Places, to: Places): Move | undefined {
  if (piece.from.some((stride) => stride < 0)) return undefined;
  const axes = { images: [], channels: [], pixels: [] } as Record<keyof Move, MoveFactor[]>;
  for (const [i, extent] of piece.extents.entries()) {
    if (extent === 1) continue;
    const parts = cutAt({ extent, from: piece.from[i]!, to: piece.to[i]! }, to.view);
    if (!parts) return undefined;
    for (const part of parts) axes[alongOf(part.to, to.view)].push(part);
  }
  // Where reading begins goes to the axis that moves along the same axis of the map.
  const begin = { images: 0, channels: 0, pixels: 0 };
  const { start = 0, offset } = piece;
  const reading = split(start, from.view);
  for (const along of keys) {
    const reads = (key: keyof Move): boolean =>
      axes[key].some((factor) => factor.from > 0 && alongOf(factor.from, from.view) === along);
    begin[keys.find(reads) ?? along] += reading[along];
  }
  const writing = split(offset, to.view);
  const axis = (key: keyof Move): MoveAxis => ({
    factors: axes[key],
    start: begin[key],
    offset: writing[key],
  });
  const move = { images: axis('images'), channels: axis('channels'), pixels: axis('pixels') };
  if (keys.some((key) => countOf(move[key]) > MOST)) return undefined;
  return addsUp(move, from, 0) && addsUp(move, to, 1) ? move : undefined;
}

function alongOf(stride: number, { channels, height, width }: MapView): keyof Move {
  const area = height * width;
  return stride >= area * channels ? 'images' : stride >= area ? 'channels' : 'pixels';
}

/** What an index into a map comes to along each of its axes. */
function split(index: number, { channels, height, width }: MapView): Record<keyof Move, number> {
  const area = height * width;
  const inImage = index % (area * channels);
  const pixels = inImage % area;
  return { images: index - inImage, channels: inImage - pixels, pixels };
}

/** A factor in parts, none of which writes beyond a map of one channel, or beyond an image, into the next. */
function cutAt(factor: MoveFactor, { channels, height, width }: MapView): MoveFactor[] | undefined {
  let rest = factor;
  const inner: MoveFactor[] = [];
  for (const limit of [height * width, height * width * channels]) {
    if (rest.to >= limit || (rest.extent - 1) * rest.to < limit) continue;
    const extent = limit / rest.to;
    if (!Number.isInteger(extent) || rest.extent % extent !== 0) return undefined;
    inner.unshift({ ...rest, extent });
    rest = { extent: rest.extent / extent, from: rest.from * extent, to: limit };
  }
  return [rest, ...inner];
}

/** Whether no two axes carry into each other: into a further image, channel, row, or block of channels. */
function addsUp(move: Move, { view, halo }: Places, side: 0 | 1): boolean {
  const { batch, channels, height, width } = view;
  const area = height * width;
  const isGapless = height === 1 || halo.left + halo.right === 0;
  let [image, channel, lane, pixel, column] = [0, 0, 0, 0, 0];
  for (const key of keys) {
    const most = { image: 0, channel: 0, lane: 0, pixel: 0, column: 0 };
    for (const index of indicesOf(move[key])) {
      const parts = split(index[side], view);
      const at = parts.channels / area;
      most.image = Math.max(most.image, parts.images / (area * channels));
      most.channel = Math.max(most.channel, at);
      most.lane = Math.max(most.lane, at % BLOCK);
      most.pixel = Math.max(most.pixel, parts.pixels);
      most.column = Math.max(most.column, parts.pixels % width);
    }
    image += most.image;
    channel += most.channel;
    lane += most.lane;
    pixel += most.pixel;
    column += most.column;
  }
  return image < batch && channel < channels && lane < BLOCK && pixel < area && (isGapless || column < width);
}
