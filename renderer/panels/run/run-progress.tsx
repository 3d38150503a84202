import type { RunProgress as Progress } from '../../../shared/runtime/machine.ts';
import { useT } from '../../i18n/i18n.ts';

/** How far a run is, and how long it will take. */
export function RunProgress({
  progress,
  since,
}: {
  readonly progress: Progress | undefined;
  readonly since: number;
}) {
  const t = useT();
  const fraction = progress?.fraction ?? 0;
  const elapsed = (performance.now() - since) / 1000;
  const left = fraction > 0.02 ? (elapsed / fraction) * (1 - fraction) : undefined;
  return (
    <div className="progress">
      <progress value={fraction} max={1} aria-label={t('Progress')} />
      <p className="muted">
        {progress?.node ? progress.node : t('Making weights ready …')}
        {left !== undefined ? ` · ${t('{{seconds}} s left', { seconds: Math.ceil(left) })}` : ''}
      </p>
    </div>
  );
}
