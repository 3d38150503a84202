import { produce } from 'immer';
import type { Design } from '../../graph/design.ts';
import { type FoundBlock, findBlocks } from '../../graph/find-blocks.ts';
import { foldBlocks } from '../../graph/fold.ts';
import { foldMoves } from '../../graph/packing.ts';
import { moveWeights } from './follow.ts';

export interface FoldedDesign<W> {
  readonly design: Design;
  readonly weights: Readonly<Record<string, W>>;
  /** What was folded; none where the design holds no structure of a block, and is given back as it was. */
  readonly found: readonly FoundBlock[];
}

/** The same network with every structure of a block as that block, and the weights where its layers now are. */
export function foldDesign<W>(design: Design, weights: Readonly<Record<string, W>>): FoldedDesign<W> {
  const found = findBlocks(design);
  if (found.length === 0) return { design, weights, found };
  return {
    design: produce(design, foldBlocks(found)),
    weights: moveWeights(weights, foldMoves(found)),
    found,
  };
}
