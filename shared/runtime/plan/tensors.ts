import type { Dims } from '../../base/dims.ts';
import { type MapView, mapView } from './graph.ts';

/** The lanes of a block of channels: two 128-bit vectors. */
export const LANES = 8;
/** Bytes of one pixel of one block. */
export const PIXEL_BYTES = LANES * 4;

export type TensorId = number;

/**
 * How a tensor lies in memory. `blocked`: [batch][channel block][row][column][8]; `interleaved`:
 * [batch][row][column][channel], which the first layer of an image network reads; `dense`: row-major, as callers hold it.
 */
export type Layout = 'blocked' | 'interleaved' | 'dense';

/** Zeros kept around each map, in pixels, so that convolutions need no checks at the edge. */
export interface Halo {
  readonly top: number;
  readonly left: number;
  readonly bottom: number;
  readonly right: number;
}

export const noHalo: Halo = { top: 0, left: 0, bottom: 0, right: 0 };

export function unionHalo(a: Halo, b: Halo): Halo {
  return {
    top: Math.max(a.top, b.top),
    left: Math.max(a.left, b.left),
    bottom: Math.max(a.bottom, b.bottom),
    right: Math.max(a.right, b.right),
  };
}

/** A tensor of a plan. A slice shares the memory of a larger one: the pieces of a concatenation, or an in-place result. */
export interface PlanTensor {
  readonly id: TensorId;
  readonly dims: Dims;
  readonly view: MapView;
  readonly layout: Layout;
  /** Of the memory it lies in; shared by all slices of one storage. */
  readonly halo: Halo;
  readonly storage: number;
  /** First block of channels inside the storage. */
  readonly blockOffset: number;
}

/** A piece of the arena, alive from the step that first writes it to the step that last reads it. */
export interface Storage {
  readonly bytes: number;
  readonly first: number;
  readonly last: number;
  /** In the arena. */
  readonly offset: number;
}

/** Strides in bytes of a storage that holds `channels` channels. */
export interface Strides {
  readonly row: number;
  readonly block: number;
  readonly image: number;
  /** From the start of the storage to its first pixel inside the halo. */
  readonly inner: number;
  readonly total: number;
}

export function blocksOf(channels: number): number {
  return Math.ceil(channels / LANES);
}

export function stridesOf(layout: Layout, view: MapView, halo: Halo): Strides {
  if (layout === 'dense') {
    const image = view.channels * view.height * view.width * 4;
    return { row: view.width * 4, block: 0, image, inner: 0, total: image * view.batch };
  }
  const columns = halo.left + view.width + halo.right;
  const rows = halo.top + view.height + halo.bottom;
  if (layout === 'interleaved') {
    const pixel = view.channels * 4;
    // A row has room for what vector loads reach over its end: less than eight values, zeros like the halo.
    const row = Math.ceil((columns * pixel + PIXEL_BYTES) / 16) * 16;
    const image = rows * row;
    return {
      row,
      block: 0,
      image,
      inner: halo.top * row + halo.left * pixel,
      total: image * view.batch,
    };
  }
  const row = columns * PIXEL_BYTES;
  const block = awayFromPages(rows * row, blocksOf(view.channels));
  const image = block * blocksOf(view.channels);
  return {
    row,
    block,
    image,
    inner: halo.top * row + halo.left * PIXEL_BYTES,
    total: image * view.batch,
  };
}

/** Blocks a multiple of 4 KiB apart would all fall into the same sets of the first-level cache. */
function awayFromPages(bytes: number, blocks: number): number {
  const rest = bytes % 4096;
  const near = rest < 128 || rest > 4096 - 128;
  return near && blocks > 8 && bytes >= 4096 ? bytes + 256 : bytes;
}

/** Whether the pixels of an image's block follow each other without gaps. */
export function isContiguous(tensor: PlanTensor): boolean {
  return (
    tensor.layout === 'blocked' &&
    (tensor.view.height === 1 || (tensor.halo.left === 0 && tensor.halo.right === 0))
  );
}

export function tensorOf(
  id: TensorId,
  dims: Dims,
  layout: Layout,
  halo: Halo,
  storage: number,
  blockOffset: number,
): PlanTensor {
  return { id, dims, view: mapView(dims), layout, halo, storage, blockOffset };
}
