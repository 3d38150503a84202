import type { Analysis } from '../analysis/facts.ts';
import { leavesOf } from '../analysis/leaves.ts';
import { elementsOfBatch, liveBytes } from '../analysis/totals.ts';
import { bytesOf } from '../graph/number-types.ts';

/**
 * What a batch is for: a training step keeps every activation and its gradient, and weights with gradients and momenta; a run
 * only what is still read, nothing in place.
 */
export type BatchUse = 'training' | 'running';

/** Every use of a batch. */
export const batchUses: readonly BatchUse[] = ['training', 'running'];

/** Bytes at one moment, by the samples of a batch. */
interface Line {
  readonly fixed: number;
  readonly each: number;
}

function linesOf({ topology, facts, totals }: Analysis, use: BatchUse): readonly Line[] {
  const { numbers, params, statistics } = totals;
  const leaves = leavesOf(topology, facts);
  const weightBytes = bytesOf(numbers.weights);
  switch (use) {
    case 'training': {
      const bytes = (batch: number): number =>
        2 * elementsOfBatch(leaves, batch) * bytesOf(numbers.activations);
      return [lineThrough(bytes(1), bytes(2), (3 * params + statistics) * weightBytes)];
    }
    case 'running': {
      const two = liveBytes(leaves, numbers, 2);
      return Array.from(liveBytes(leaves, numbers, 1), (one, step) =>
        lineThrough(one, two[step]!, (params + statistics) * weightBytes),
      );
    }
  }
}

const lineThrough = (one: number, two: number, besides: number): Line => ({
  fixed: 2 * one - two + besides,
  each: two - one,
});

/** Bytes that a batch of a design takes, weights among them, in its types of numbers. */
export function batchBytes(analysis: Analysis, batch: number, use: BatchUse): number {
  return linesOf(analysis, use).reduce((most, { fixed, each }) => Math.max(most, fixed + batch * each), 0);
}

/** The largest batch that fits in so many bytes: 0 where not even one sample does, Infinity where none has a batch. */
export function largestBatch(analysis: Analysis, bytes: number, use: BatchUse): number {
  return linesOf(analysis, use).reduce((most, { fixed, each }) => {
    if (!(fixed + each <= bytes)) return 0;
    return each === 0 ? most : Math.min(most, Math.floor((bytes - fixed) / each));
  }, Infinity);
}
