import { type FlatNetwork, weightHolders } from '../../analysis/flatten.ts';
import type { Design } from '../../graph/design.ts';
import { writeSafetensors } from '../weights/safetensors.ts';
import type { WeightTensors } from '../weights/store.ts';
import { savedNames } from './match.ts';

/**
 * Writes a network's weights as safetensors, under the names of the design's PyTorch code: `load_state_dict` takes them
 * as they are. Throws a RangeError when a weight is not there.
 */
export function exportWeights(design: Design, network: FlatNetwork, weights: WeightTensors): Uint8Array {
  const nameOf = savedNames(design, network);
  return writeSafetensors(
    weightHolders(network).flatMap(({ id, step: { weights: specs, made } }) =>
      specs.flatMap(({ name }) => {
        // What the code makes is no part of its state.
        if (made?.includes(name)) return [];
        const tensor = weights[id]?.[name];
        if (!tensor) throw new RangeError(`The weight ${name} of ${id} is not there.`);
        return [[nameOf({ node: id, weight: name }), tensor] as const];
      }),
    ),
  );
}
