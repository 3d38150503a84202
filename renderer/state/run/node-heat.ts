import { useMemo } from 'react';
import { largestOf } from '../../../shared/base/extremes.ts';
import type { NodeId } from '../../../shared/graph/design.ts';
import { useApp } from '../use-app.ts';
import { usePredicted } from './predicted.ts';

/** How hot nodes are, in pictures beside the canvas. */
export interface NodeHeat {
  /** Of the node that takes longest. */
  readonly longestMilliseconds: number;
  /** A node's time as a share of the longest. What was fused has one time, and all of its nodes show it. */
  readonly shareOf: (node: NodeId) => number;
}

/**
 * By the last run or what another tool measured, else as predicted: what the strips on the canvas show. Undefined while these
 * show something else, where no time is known, and inside of a block, whose nodes have names of their own.
 */
export function useNodeHeat(): NodeHeat | undefined {
  const isShown = useApp(({ heat, base }) => heat === 'time' && base === 0);
  const run = useApp(({ runTimes }) => runTimes);
  const predicted = usePredicted(({ times }) => times);
  return useMemo(() => {
    const times = isShown ? (run ?? predicted) : undefined;
    if (!times) return undefined;
    const longest = largestOf(
      [...times.byNode.values()].map(({ milliseconds }) => milliseconds),
      0,
    );
    if (longest === 0) return undefined;
    const shareOf = (node: NodeId): number => (times.byNode.get(node)?.milliseconds ?? 0) / longest;
    return { longestMilliseconds: longest, shareOf };
  }, [isShown, run, predicted]);
}
