import type { Analysis } from '../../analysis/facts.ts';
import type { FlatNetwork } from '../../analysis/flatten.ts';
import { leavesOf } from '../../analysis/leaves.ts';
import { liveBytes } from '../../analysis/totals.ts';
import { bytesOf } from '../../graph/number-types.ts';
import { outlineOfLayers, type Say } from './outline.ts';
import type { ProfileEntry } from './profile-rows.ts';

/** What every layer costs along depth, blocks opened. `network` is the flattened design of `analysis`. */
export function profileEntries(
  name: string,
  analysis: Analysis,
  network: FlatNetwork,
  say?: Say,
): readonly ProfileEntry[] {
  const { numbers, batch } = analysis.totals;
  const live = liveBytes(leavesOf(analysis.topology, analysis.facts), numbers, batch);
  const { nodes } = outlineOfLayers(name, network, say);
  return network.steps
    .map(({ cost }, i) => ({
      node: nodes[i]!,
      macs: cost.macs.value,
      params: cost.params.value,
      outputBytes: cost.outputElements * bytesOf(numbers.activations),
      liveBytes: live[i]!,
    }))
    .filter(({ node }) => node.kind !== 'output');
}
