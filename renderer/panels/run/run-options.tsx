import { Play, Square } from 'lucide-react';
import type { PreprocessingName } from '../../../shared/runtime/image.ts';
import type { Backend } from '../../../shared/runtime/session.ts';
import { useT } from '../../i18n/i18n.ts';
import { designOf, useApp } from '../../store/app.ts';
import { useRun } from './run-store.ts';
import { WeightsLine } from './weights-line.tsx';

const backends: readonly (readonly [Backend, string])[] = [
  ['auto', 'Fastest'],
  ['cpu', 'CPU, threaded'],
  ['reference', 'Reference'],
];

/** What can be chosen before a run, and the button that starts or stops it. */
export function RunOptions() {
  const t = useT();
  const recipe = useRun((state) => state.recipe);
  const backend = useRun((state) => state.backend);
  const running = useRun((state) => state.status.kind === 'running');
  const set = useRun((state) => state.set);
  const stop = useRun((state) => state.stop);
  const runnable = useApp((state) =>
    Object.values(designOf(state).nodes).some(({ kind }) => kind === 'input'),
  );
  return (
    <div className="run-options">
      <label>
        <span>{t('Preprocessing')}</span>
        <select value={recipe} onChange={(event) => set({ recipe: event.target.value as PreprocessingName })}>
          <option value="imagenet">ImageNet (torchvision)</option>
          <option value="caffe">ImageNet (Caffe, BGR)</option>
          <option value="unit">0 … 1</option>
          <option value="raw">0 … 255</option>
        </select>
      </label>
      <label>
        <span>{t('Backend')}</span>
        <select value={backend} onChange={(event) => set({ backend: event.target.value as Backend })}>
          {backends.map(([value, title]) => (
            <option key={value} value={value}>
              {t(title)}
            </option>
          ))}
        </select>
      </label>
      <WeightsLine />
      {running ? (
        <button type="button" className="button" onClick={stop}>
          <Square size={14} /> {t('Cancel')}
        </button>
      ) : (
        <button type="submit" className="button is-primary" disabled={!runnable}>
          <Play size={14} /> {t('Run')}
        </button>
      )}
    </div>
  );
}
