import { type Dims, elementCount } from '../../base/dims.ts';
import type { AttentionSizes } from '../../layers/attention.ts';
import type { TokenPlaces, ValueId } from './graph.ts';
import type { GraphBuilder, Site } from './graph-builder.ts';
import { type Factor, oneFactor, type Reading, reshaped, rowMajor, stretched } from './reading.ts';
import { LANES } from './tensors.ts';

/**
 * Attention in one step, of queries, keys and values where they lie: read as [stack, heads, tokens, features], features
 * being whole blocks of channels and tokens pixels; masks are read as [stack, heads, queries, keys]. Its results lie as the
 * queries do. Undefined where something lies otherwise.
 */
export function blockedAttention(
  [q, k, v]: readonly [Reading, Reading, Reading],
  {
    heads,
    keyHeads,
    queries,
    keys,
    features,
    valueFeatures,
    factor,
  }: Omit<AttentionSizes, 'stack' | 'split'>,
  masks: readonly Reading[],
  site: Site,
  graph: GraphBuilder,
): Reading | undefined {
  const [query, key, value] = [q, k, v].map((reading) => placesOf(reading, graph)) as [
    TokenPlaces | undefined,
    TokenPlaces | undefined,
    TokenPlaces | undefined,
  ];
  if (!query || !key || !value) return undefined;
  const from = graph.view(q.value);
  const area = from.height * from.width;
  if (!coversPixels(query, from.batch, from.channels * area, area)) return undefined;
  const channels = heads * valueFeatures;
  /** The same image and pixel of the results' map. */
  const placed = (offset: number): number =>
    Math.floor(offset / (from.channels * area)) * channels * area + (offset % area);
  const result: TokenPlaces = {
    stacks: query.stacks.map(placed),
    tokens: query.tokens.map(placed),
    headChannels: valueFeatures,
  };
  const added = masks.map((mask) => bringMask(mask, site, graph));
  const y: ValueId = graph.emit(
    site,
    {
      kind: 'attention',
      inputs: [q.value, k.value, v.value, ...added.map(({ value }) => value)],
      heads,
      keyHeads,
      queries,
      keys,
      features,
      valueFeatures,
      factor,
      places: { query, key, value, result },
      masks: added.map(({ images }) => images),
    },
    [from.batch, channels, from.height, from.width],
  );
  const along = (factors: readonly Factor[]) =>
    factors.map(({ extent, stride }) => ({ extent, stride: placed(stride) }));
  return {
    value: y,
    dims: [...q.dims.slice(0, 3), valueFeatures],
    axes: [
      along(q.axes[0]!),
      oneFactor(heads, valueFeatures * area),
      along(q.axes[2]!),
      oneFactor(valueFeatures, area),
    ],
    start: 0,
  };
}

/**
 * A mask that is stretched to `scores` ([…, heads, queries, keys]) as [stack, heads, queries, keys]; undefined where its
 * elements do not fall into these.
 */
export function cutMask(
  mask: Reading,
  scores: Dims,
  [stack, heads]: readonly [number, number],
): Reading | undefined {
  return reshaped(stretched(mask, scores), [stack, heads, ...scores.slice(-2)]);
}

/** What is added to scores: a map whose channels are keys and whose pixels are queries. */
interface Mask {
  readonly value: ValueId;
  /** The image for each head of each stack. */
  readonly images: readonly number[];
}

/** An image for each of the heads and stacks that differ. */
function bringMask(mask: Reading, site: Site, graph: GraphBuilder): Mask {
  const [, , queries, keys] = mask.dims as readonly [number, number, number, number];
  const [stacks, heads, rows, columns] = mask.axes as readonly (readonly Factor[])[];
  const outer = [...stacks!, ...heads!];
  const apart = outer.filter(({ stride }) => stride !== 0);
  const extents = apart.map(({ extent }) => extent);
  const dims = [elementCount(extents), keys, 1, queries];
  const value = graph.read(site, { ...mask, dims, axes: [apart, columns!, [], rows!] }, dims);
  const strides = rowMajor(extents);
  let next = 0;
  const placed = outer.map(({ extent, stride }) => ({ extent, stride: stride === 0 ? 0 : strides[next++]! }));
  return { value, images: offsetsOf(placed) };
}

/** How many heads the first axis of a reading ends in: indices that lie along channels. */
export function headsOf({ value, axes }: Reading, graph: GraphBuilder): number {
  const { channels, height, width } = graph.view(value);
  const area = height * width;
  const inner = axes[0]?.at(-1);
  if (!inner || inner.stride < area || inner.stride >= area * channels) return 1;
  const most = (area * channels) / inner.stride;
  if (inner.extent <= most) return inner.extent;
  return Number.isInteger(most) && inner.extent % most === 0 ? most : 1;
}

/** Where stacks and tokens begin, in elements of row-major order; undefined where features are no blocks of channels. */
function placesOf({ value, dims, axes, start }: Reading, graph: GraphBuilder): TokenPlaces | undefined {
  const { batch, channels, height, width } = graph.view(value);
  const area = height * width;
  const [, heads, , features] = dims as readonly [number, number, number, number];
  const [stackAxis, headAxis, tokenAxis, featureAxis] = axes as readonly (readonly Factor[])[];
  const isBlocks = (stride: number): boolean => stride > 0 && stride % (area * LANES) === 0;
  const [feature, ...more] = featureAxis!;
  if (!feature || more.length > 0 || feature.stride !== area || features % LANES !== 0) return undefined;
  const [head, ...others] = headAxis!;
  if (others.length > 0 || (head && !isBlocks(head.stride))) return undefined;
  const headChannels = head ? head.stride / area : features;
  const firstChannel = Math.floor((start % (area * channels)) / area);
  if (firstChannel % LANES !== 0) return undefined;
  if (firstChannel + (heads - 1) * headChannels + features > channels) return undefined;
  const stacks = offsetsOf(stackAxis!).map((offset) => offset + start);
  const tokens = offsetsOf(tokenAxis!);
  /** Whether stacks and tokens are images and pixels, which do not carry into each other. */
  const most = (offsets: readonly number[], part: (offset: number) => number): number =>
    offsets.reduce((largest, offset) => Math.max(largest, part(offset)), 0);
  const pixel = (offset: number): number => offset % area;
  const image = (offset: number): number => Math.floor(offset / (area * channels));
  const channel = (offset: number): number => Math.floor((offset % (area * channels)) / area);
  if (stacks.some((offset) => channel(offset) !== firstChannel)) return undefined;
  if (tokens.some((offset) => offset < 0 || channel(offset) !== 0)) return undefined;
  if (most(stacks, pixel) + most(tokens, pixel) >= area) return undefined;
  if (most(stacks, image) + most(tokens, image) >= batch) return undefined;
  return { stacks, tokens, headChannels };
}

/** All sums of what an axis' factors add, in the order of its indices. */
function offsetsOf(factors: readonly Factor[]): number[] {
  return factors.reduce<number[]>(
    (offsets, { extent, stride }) =>
      offsets.flatMap((offset) => Array.from({ length: extent }, (_, i) => offset + i * stride)),
    [0],
  );
}

/** Whether all pixels of all images are a token, each of one stack; of images so many elements apart. */
function coversPixels({ stacks, tokens }: TokenPlaces, batch: number, image: number, area: number): boolean {
  if (stacks.length * tokens.length !== batch * area) return false;
  const found = new Set<number>();
  for (const stack of stacks) {
    for (const token of tokens)
      found.add((Math.floor(stack / image) + Math.floor(token / image)) * area + ((stack + token) % area));
  }
  return found.size === elementCount([batch, area]);
}
