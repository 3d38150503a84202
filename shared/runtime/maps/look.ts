import type { FloatTensor } from '../../base/tensor.ts';
import type { RunOptions } from '../backend.ts';
import type { DesignSession } from '../session.ts';
import { type AtlasOptions, atlasOf, type MapAtlas } from './atlas.ts';
import { type FeatureMap, featureMapOf } from './feature-map.ts';
import { type MapStatistics, statisticsOf } from './statistics.ts';

/** What a node gave, and what can be said of it. */
export interface Look {
  readonly map: FeatureMap;
  readonly statistics: MapStatistics;
}

type Feeds = Readonly<Record<string, FloatTensor>>;
type Watch = Pick<RunOptions, 'signal' | 'onProgress'>;

/** Bytes of tensors that one run keeps for being looked at, besides what it needs itself. */
export const LOOK_BYTES = 64 * 2 ** 20;

/**
 * Runs the network for one node's tensor and reads nothing else back but the network's own outputs. `place` is the
 * picture of the batch. A node that a plan fuses with others is kept apart for this run.
 */
export async function lookAt(
  session: DesignSession,
  feeds: Feeds,
  node: string,
  place = 0,
  watch: Watch = {},
): Promise<Look> {
  const tensors = await tensorsOf(session, feeds, [node], watch);
  const tensor = tensors[node]!;
  // A tensor whose first axis is not the batch has fewer places, or none.
  const map = featureMapOf(tensor, Math.min(place, Math.max(1, tensor.dims[0] ?? 1) - 1));
  return { map, statistics: statisticsOf(map) };
}

/** Pictures of many nodes in as few runs as the bound on bytes allows. */
export async function atlasesOf(
  session: DesignSession,
  feeds: Feeds,
  nodes: readonly string[],
  options: AtlasOptions,
  watch: Watch = {},
): Promise<Readonly<Record<string, MapAtlas>>> {
  const atlases: Record<string, MapAtlas> = {};
  for (const batch of inBatches(nodes, (node) => session.elementsOf(node) * 4)) {
    const tensors = await tensorsOf(session, feeds, batch, watch);
    for (const node of batch) {
      const map = featureMapOf(tensors[node]!);
      atlases[node] = atlasOf(map, statisticsOf(map), options);
    }
  }
  return atlases;
}

/** The tensors of these nodes by id. What is fed needs no run. */
export async function tensorsOf(
  session: DesignSession,
  feeds: Feeds,
  nodes: readonly string[],
  watch: Watch,
): Promise<Feeds> {
  const computed = nodes.filter((node) => !feeds[node]);
  if (computed.length === 0) return feeds;
  const also = computed.filter((node) => !session.outputNames.includes(node));
  const { outputs } = await session.execute(feeds, { ...watch, also });
  return { ...feeds, ...outputs };
}

/** Splits nodes in order so that each part stays under `bound` bytes, or holds a single node. */
export function inBatches(
  nodes: readonly string[],
  bytesOf: (node: string) => number,
  bound = LOOK_BYTES,
): readonly (readonly string[])[] {
  const batches: string[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const node of nodes) {
    const own = bytesOf(node);
    if (bytes + own > bound) {
      batches.push([]);
      bytes = 0;
    }
    batches.at(-1)!.push(node);
    bytes += own;
  }
  return batches;
}
