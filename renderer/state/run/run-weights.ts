import type { FlatNetwork } from '../../../shared/analysis/flatten.ts';
import { coverage } from '../../../shared/formats/weights/coverage.ts';
import { narrowed, narrowingOf } from '../../../shared/formats/weights/narrow.ts';
import { type LazyWeights, loadWeights } from '../../../shared/formats/weights/store.ts';
import type { RunOptions, WeightStore } from '../../../shared/runtime/backend.ts';
import { seededWeights } from '../../../shared/runtime/weights.ts';
import { t } from '../../i18n/i18n.ts';

/** The weights for a run: those of the file, narrowed where the design is narrower by now, and seeded ones for what it lacks. */
export async function storeFor(
  network: FlatNetwork,
  weights: LazyWeights,
  { seed, signal, onProgress }: Pick<RunOptions, 'signal' | 'onProgress'> & { readonly seed: number },
): Promise<WeightStore> {
  const lacking = new Set(coverage(network, weights).lacking.map(({ node }) => node));
  const narrowing = lacking.size > 0 ? narrowingOf(network, weights) : undefined;
  for (const { id } of narrowing?.slicings ?? []) lacking.delete(id);
  const sliced = new Set(narrowing?.slicings.map(({ id }) => id));
  const known = new Set(network.steps.map(({ id }) => id));
  const complete = Object.fromEntries(
    Object.entries(weights).filter(([id]) => known.has(id) && !lacking.has(id) && !sliced.has(id)),
  );
  const loaded = await loadWeights(complete, {
    ...(signal ? { signal } : {}),
    onProgress({ doneBytes, totalBytes, node }) {
      const said = { done: doneBytes, total: totalBytes, fraction: doneBytes / totalBytes };
      onProgress?.({ ...said, node: t('weights of {{node}}', { node }) });
    },
  });
  const fitted = narrowing ? { ...loaded, ...(await narrowed(narrowing, weights)) } : loaded;
  signal?.throwIfAborted();
  if (lacking.size === 0) return fitted;
  const steps = network.steps.filter(({ id }) => lacking.has(id));
  return { ...fitted, ...seededWeights({ ...network, steps }, seed) };
}
