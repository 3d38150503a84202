import { UnderWay } from '../../cards/under-way.tsx';
import { useT } from '../../i18n/i18n.ts';
import type { SeriesProgress } from '../../state/run/outcome.ts';

/** How far a series of runs is, and how long it will take. */
export function RunProgress({
  progress,
  runsDone,
  runsInAll,
  since,
}: SeriesProgress & { readonly since: number }) {
  const t = useT();
  const fraction = (runsDone + (progress?.fraction ?? 0)) / runsInAll;
  const elapsed = (performance.now() - since) / 1000;
  const left = fraction > 0.02 ? (elapsed / fraction) * (1 - fraction) : undefined;
  return (
    <UnderWay fraction={fraction}>
      {runsInAll > 1 ? `${t('Run {{now}} of {{all}}', { now: runsDone + 1, all: runsInAll })} · ` : ''}
      {progress?.node ? progress.node : t('Making weights ready …')}
      {left !== undefined ? ` · ${t('{{seconds}} s left', { seconds: Math.ceil(left) })}` : ''}
    </UnderWay>
  );
}
