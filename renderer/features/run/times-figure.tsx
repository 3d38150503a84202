import { useT } from '../../i18n/i18n.ts';
import { milliseconds } from '../../parts/format.ts';
import type { Outcome } from '../../state/run/outcome.ts';

/** How long a run takes: one time, or the median of many with their spread drawn. */
export function TimesFigure({ outcome: { times, warmUps } }: { readonly outcome: Outcome }) {
  const t = useT();
  const { count, least, quarter, median, threeQuarters, most } = times;
  return (
    <>
      <div data-testid="time">
        <dt>{count === 1 ? t('Time') : t('Median of {{count}} runs', { count })}</dt>
        <dd>{milliseconds(median)}</dd>
      </div>
      {count > 1 ? (
        <div data-testid="spread">
          <dt title={t('From the first to the third quarter of the runs; least and most in brackets')}>
            {t('Spread')}
          </dt>
          <dd title={times.values.map((value) => value.toFixed(2)).join(', ')}>
            {quarter.toFixed(2)} – {threeQuarters.toFixed(2)} ms{' '}
            <span className="muted">
              ({least.toFixed(2)} – {most.toFixed(2)})
            </span>
          </dd>
        </div>
      ) : null}
      {count > 2 ? <SpreadPlot values={times.values} median={median} /> : null}
      {warmUps.length > 0 ? (
        <div data-testid="warm-up">
          <dt>{t('Warm-up')}</dt>
          <dd>{warmUps.slice(0, 4).map(milliseconds).join(', ')}</dd>
        </div>
      ) : null}
    </>
  );
}

/** Each run as a mark between the least and the most, the median as a line. */
function SpreadPlot({ values, median }: { readonly values: readonly number[]; readonly median: number }) {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const place = (value: number): number =>
    most === least ? 50 : 2 + (96 * (value - least)) / (most - least);
  return (
    <svg className="spread-plot" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
      {values.map((value, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: runs have no other name than their place.
        <line key={i} x1={place(value)} x2={place(value)} y1={2.5} y2={7.5} />
      ))}
      <line className="is-median" x1={place(median)} x2={place(median)} y1={0} y2={10} />
    </svg>
  );
}
