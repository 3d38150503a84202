import { useT } from '../../i18n/i18n.ts';
import { useApp } from '../../store/app.ts';
import { useRun } from './run-store.ts';

/** Which weights the run takes: those that came with the document, or seeded ones. */
export function WeightsLine() {
  const t = useT();
  const own = useApp((state) => state.weights);
  const seeded = useRun((state) => state.seeded);
  const seed = useRun((state) => state.seed);
  const set = useRun((state) => state.set);
  return (
    <div className="run-weights">
      <span>{t('Weights')}</span>
      {own ? (
        <select
          value={seeded ? 'seeded' : 'own'}
          aria-label={t('Weights')}
          onChange={(event) => set({ seeded: event.target.value === 'seeded' })}
        >
          <option value="own">{t('of the file')}</option>
          <option value="seeded">{t('seeded')}</option>
        </select>
      ) : null}
      {own && !seeded ? null : (
        <label className="seed">
          {t('seeded')}
          <input
            type="number"
            min={0}
            max={2 ** 31}
            value={seed}
            aria-label={t('Seed')}
            onChange={(event) => set({ seed: Math.max(0, Math.trunc(Number(event.target.value)) || 0) })}
          />
        </label>
      )}
    </div>
  );
}
