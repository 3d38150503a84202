import type { FlatNetwork } from '../../../shared/analysis/flatten.ts';
import { coverage } from '../../../shared/formats/weights/coverage.ts';
import { type LazyWeights, loadWeights } from '../../../shared/formats/weights/store.ts';
import type { RunOptions, WeightStore } from '../../../shared/runtime/machine.ts';
import { seededWeights } from '../../../shared/runtime/weights.ts';
import { t } from '../../i18n/i18n.ts';

/** The weights for a run: those of the file, and seeded ones for what it lacks. */
export async function storeFor(
  network: FlatNetwork,
  weights: LazyWeights,
  { seed, signal, onProgress }: Pick<RunOptions, 'signal' | 'onProgress'> & { readonly seed: number },
): Promise<WeightStore> {
  const lacking = new Set(coverage(network, weights).lacking.map(({ node }) => node));
  const known = new Set(network.steps.map(({ id }) => id));
  const complete = Object.fromEntries(
    Object.entries(weights).filter(([id]) => known.has(id) && !lacking.has(id)),
  );
  const loaded = await loadWeights(complete, {
    ...(signal ? { signal } : {}),
    onProgress({ doneBytes, totalBytes, node }) {
      const said = { done: doneBytes, total: totalBytes, fraction: doneBytes / totalBytes };
      onProgress?.({ ...said, node: t('weights of {{node}}', { node }) });
    },
  });
  if (lacking.size === 0) return loaded;
  const steps = network.steps.filter(({ id }) => lacking.has(id));
  return { ...loaded, ...seededWeights({ ...network, steps }, seed) };
}
