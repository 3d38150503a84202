import { elementCount } from '../../base/dims.ts';
import type { AttentionSizes } from '../../layers/attention.ts';
import type { TokenPlaces, ValueId } from './graph.ts';
import type { GraphBuilder, Site } from './graph-builder.ts';
import { type Factor, oneFactor, type Reading } from './reading.ts';
import { LANES } from './tensors.ts';

/**
 * Attention in one step, of queries, keys and values where they lie: read as [stack, heads, tokens, features], features
 * being whole blocks of channels and tokens pixels. Its results lie as the queries do. Undefined where something lies
 * otherwise.
 */
export function blockedAttention(
  [q, k, v]: readonly [Reading, Reading, Reading],
  { heads, keyHeads, queries, keys, features, valueFeatures, factor }: AttentionSizes,
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
  const y: ValueId = graph.emit(
    site,
    {
      kind: 'attention',
      inputs: [q.value, k.value, v.value],
      heads,
      keyHeads,
      queries,
      keys,
      features,
      valueFeatures,
      factor,
      places: { query, key, value, result },
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
