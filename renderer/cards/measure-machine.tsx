import { useT } from '../i18n/i18n.ts';
import { useTimeModel } from '../state/run/time-model.ts';
import { ProblemCard } from './problem-cards.tsx';

/** The button that measures this machine, how far that is, and what went wrong. */
export function MeasureMachine() {
  const t = useT();
  const { status, measure, stop } = useTimeModel((state) => state);
  switch (status.kind) {
    case 'running':
      return (
        <div className="progress">
          <progress value={status.fraction} max={1} aria-label={t('Progress')} />
          <p className="muted">
            {t('Measuring this machine')}{' '}
            <button type="button" className="link" onClick={stop}>
              {t('Cancel')}
            </button>
          </p>
        </div>
      );
    case 'failed':
      return <ProblemCard problem={status.problem} />;
    case 'idle':
      return (
        <div className="empty-panel">
          <p>
            {t(
              'Measured once, this machine tells how long a design will take before it runs, and which of its layers memory bounds.',
            )}
          </p>
          <button type="button" className="button" onClick={measure}>
            {t('Measure this machine (some 20 s)')}
          </button>
        </div>
      );
  }
}
