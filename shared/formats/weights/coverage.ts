import { type FlatNetwork, weightHolders } from '../../analysis/flatten.ts';
import { sameDims } from '../../base/dims.ts';
import type { LazyWeights } from './store.ts';

/** A weight that is not there. */
export interface Lacking {
  readonly node: string;
  readonly weight: string;
}

/** Which of a network's weights are there, of the right shape, and which are not. */
export function coverage(
  network: FlatNetwork,
  weights: LazyWeights,
): { readonly there: number; readonly lacking: readonly Lacking[] } {
  const lacking: Lacking[] = [];
  let there = 0;
  for (const {
    id,
    step: { weights: specs },
  } of weightHolders(network)) {
    for (const { name, dims } of specs) {
      const given = Object.hasOwn(weights, id) ? weights[id]![name] : undefined;
      if (given && sameDims(given.dims, dims)) there++;
      else lacking.push({ node: id, weight: name });
    }
  }
  return { there, lacking };
}
