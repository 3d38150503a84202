import { NumberInput } from '../../fields/number-input.tsx';
import { useT } from '../../i18n/i18n.ts';
import { useRun } from '../../state/run/run-store.ts';
import { type Noise, noiseKinds } from '../../state/run/sources.ts';

const noiseTitles: Readonly<Record<Noise['kind'], string>> = {
  normal: 'normal, deviation 1',
  uniform: 'uniform, −1 to 1',
};

/** Random input, the same for the same seed: for measuring, and for networks that take no picture. */
export function NoiseZone() {
  const t = useT();
  const noise = useRun((state) => state.noise);
  const set = useRun((state) => state.set);
  return (
    <div className="noise-zone">
      <label>
        <span>{t('Distribution')}</span>
        <select
          value={noise.kind}
          onChange={(event) => set({ noise: { ...noise, kind: event.target.value as Noise['kind'] } })}
        >
          {noiseKinds.map((kind) => (
            <option key={kind} value={kind}>
              {t(noiseTitles[kind])}
            </option>
          ))}
        </select>
      </label>
      <div className="labelled">
        <span>{t('Seed of the noise')}</span>
        <NumberInput
          label={t('Seed of the noise')}
          min={0}
          max={2 ** 31}
          whole
          value={noise.seed}
          onChange={(seed) => set({ noise: { ...noise, seed } })}
        />
      </div>
      <p className="hint">{t('Fed as it is, without preprocessing. Good for measuring time.')}</p>
    </div>
  );
}
