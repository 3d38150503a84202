import { produce } from 'immer';
import { hasInside } from '../../shared/blocks/index.ts';
import { moveWeights } from '../../shared/formats/weights/follow.ts';
import type { WeightTensors } from '../../shared/formats/weights/store.ts';
import type { Design } from '../../shared/graph/design.ts';
import { unpackBlock, unpackMoves } from '../../shared/graph/unpack.ts';
import { networkOf, randomInput, randomNetwork, randomWeights } from '../formats/random-network.ts';
import { groupedAtRandom, ownBlocks } from './grouped.ts';

export interface Weighted {
  readonly design: Design;
  readonly weights: WeightTensors;
}

/** The same network without any block, and its weights where they lie then. */
export function plainTwin({ design, weights }: Weighted): Weighted {
  const block = Object.keys(design.nodes).find((id) => hasInside(design.nodes[id]!.kind));
  const moves = block === undefined ? undefined : unpackMoves(design, block);
  if (block === undefined || !moves) return { design, weights };
  return plainTwin({ design: produce(design, unpackBlock(block)), weights: moveWeights(weights, moves) });
}

/** Designs with blocks of their own, by name. */
export const blockDesigns: Readonly<Record<string, () => Design>> = {
  'nested, repeated and bypassed': ownBlocks,
  ...Object.fromEntries(
    Array.from({ length: 2 }, (_, seed) => [
      `random ${seed}`,
      () => groupedAtRandom(randomNetwork(seed), `machine ${seed}`),
    ]),
  ),
};

/** One of them with weights and an input, the same wherever it is asked for. */
export function blockCase(name: string): Weighted & { readonly input: ReturnType<typeof randomInput> } {
  const design = blockDesigns[name]!();
  const network = networkOf(design);
  return {
    design,
    weights: randomWeights(network, name),
    input: randomInput(network.steps[network.inputs[0]!]!.outputDims[0]!, name),
  };
}
