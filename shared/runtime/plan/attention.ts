import type { AttentionOp } from './graph.ts';
import type { AttentionCut, ScratchNeed } from './steps.ts';
import { roundUp, type Target } from './target.ts';

/** Queries whose scores are made at once: the scores of a few hundred keys stay in the second cache. */
const BLOCK = 48;
/** Units of work for every thread, where there are so many. */
const UNITS_PER_THREAD = 4;
/** Multiply-adds of one unit of work at most, so that a cancelled run stops within milliseconds. */
const UNIT_MACS = 200e6;

type Attention = Pick<AttentionOp, 'heads' | 'queries' | 'keys' | 'features' | 'valueFeatures' | 'places'>;

/** A unit is all queries of a head, since each begins by packing the keys and values, or parts of them where heads are few. */
export function cutAttention(
  { heads, queries, keys, features, valueFeatures, places }: Attention,
  target: Target,
): AttentionCut {
  const panels = (count: number): number => Math.ceil(count / target.panelChannels) * target.panelChannels;
  const perHead = Math.max(
    target.threads === 1 ? 1 : (UNITS_PER_THREAD * target.threads) / (heads * places.query.stacks.length),
    (queries * keys * (features + valueFeatures)) / UNIT_MACS,
  );
  const perUnit = Math.min(queries, roundUp(Math.ceil(queries / Math.ceil(perHead)), target));
  const blocks = Math.ceil(perUnit / BLOCK);
  return {
    paddedKeys: panels(keys),
    paddedFeatures: panels(valueFeatures),
    perUnit,
    perBlock: Math.min(perUnit, roundUp(Math.ceil(perUnit / blocks), target)),
  };
}

/** Packed keys and values; queries, scores, results and sums of a block, as the kernel lays them one after the other. */
export function attentionScratch(
  { features }: Pick<AttentionOp, 'features'>,
  { paddedKeys, paddedFeatures, perBlock }: AttentionCut,
): ScratchNeed {
  const packed = paddedKeys * (features + paddedFeatures);
  const block = perBlock * (features + paddedKeys + paddedFeatures + 1);
  return { perThread: (packed + block) * 4, shared: 0 };
}
