import { FolderOpen } from 'lucide-react';
import { useMemo } from 'react';
import { flatten } from '../../../shared/analysis/flatten.ts';
import { coverage } from '../../../shared/formats/weights/coverage.ts';
import { narrowingOf } from '../../../shared/formats/weights/narrow.ts';
import { pickWeights } from '../../documents/weights.ts';
import { NumberInput } from '../../fields/number-input.tsx';
import { useT } from '../../i18n/i18n.ts';
import { useRun } from '../../state/run/run-store.ts';
import { useApp, useTheApp } from '../../state/use-app.ts';

/** Which weights the run takes: those of a file, as far as they fit the design as it is now, or seeded ones. */
export function WeightsLine() {
  const app = useTheApp();
  const t = useT();
  const own = useApp((state) => state.weights);
  const from = useApp((state) => state.weightsFrom);
  const seeded = useRun((state) => state.seeded);
  const seed = useRun((state) => state.seed);
  const set = useRun((state) => state.set);
  const cover = useCoverage();
  const short = cover !== undefined && cover.lacking.length > 0;
  const sliced = cover?.sliced ?? [];
  return (
    <div className="run-weights">
      <span>{t('Weights')}</span>
      {own ? (
        <select
          value={seeded ? 'seeded' : 'own'}
          aria-label={t('Weights')}
          onChange={(event) => set({ seeded: event.target.value === 'seeded' })}
        >
          <option value="own">{from ?? t('of the file')}</option>
          <option value="seeded">{t('seeded')}</option>
        </select>
      ) : null}
      {cover && !seeded ? (
        <span
          className={short ? 'weights-cover is-short' : 'weights-cover'}
          data-testid="weights-cover"
          title={cover.lacking
            .map(
              ({ node, weight }) => `${node} ${weight}${sliced.includes(node) ? ` (${t('narrowed')})` : ''}`,
            )
            .join('\n')}
        >
          {sliced.length > 0
            ? t('{{there}} of {{all}} loaded, {{sliced}} layers narrowed by their norms, the rest seeded', {
                there: cover.there,
                all: cover.there + cover.lacking.length,
                sliced: sliced.length,
              })
            : short
              ? t('{{there}} of {{all}} loaded, layers that lack any are seeded', {
                  there: cover.there,
                  all: cover.there + cover.lacking.length,
                })
              : t('all {{all}} loaded', { all: cover.there })}
        </span>
      ) : null}
      {own && !seeded && !short ? null : (
        <span className="seed">
          {t('seeded')}
          <NumberInput
            label={t('Seed')}
            min={0}
            max={2 ** 31}
            whole
            value={seed}
            onChange={(next) => set({ seed: next })}
          />
        </span>
      )}
      <button type="button" className="link weights-load" onClick={() => void pickWeights(app)}>
        <FolderOpen size={13} aria-hidden="true" /> {t('Load weights …')}
      </button>
    </div>
  );
}

/** What of the design's weights the loaded file has; undefined where none is loaded or shapes are unknown. */
function useCoverage() {
  const weights = useApp((state) => state.weights);
  const analysis = useApp((state) => state.whole.analysis);
  return useMemo(() => {
    const network = weights && flatten(analysis);
    if (!network?.ok) return undefined;
    const cover = coverage(network.value, weights!);
    const narrowing = cover.lacking.length > 0 ? narrowingOf(network.value, weights!) : undefined;
    return { ...cover, sliced: narrowing?.slicings.map(({ id }) => id) ?? [] };
  }, [weights, analysis]);
}
