import type { MapStatistics } from '../../../shared/runtime/maps/statistics.ts';
import { useT } from '../../i18n/i18n.ts';
import { valueText } from '../../state/run/number.ts';

const HEIGHT = 56;

/** How often which values occur; heights grow with the logarithm, or the zeros of a ReLU would hide the rest. */
export function Histogram({ statistics }: { readonly statistics: MapStatistics }) {
  const t = useT();
  const { histogram, min, max } = statistics;
  const most = Math.log1p(Math.max(1, ...histogram));
  return (
    <figure className="histogram">
      <svg
        viewBox={`0 0 ${histogram.length} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={t('Histogram of the values')}
      >
        {histogram.map((count, bin) => {
          const height = (HEIGHT * Math.log1p(count)) / most;
          return (
            <rect
              // biome-ignore lint/suspicious/noArrayIndexKey: a bin is its place.
              key={bin}
              x={bin}
              y={HEIGHT - height}
              width={0.86}
              height={height}
            />
          );
        })}
      </svg>
      <figcaption>
        <span>{valueText(min)}</span>
        <span>{t('count, logarithmic')}</span>
        <span>{valueText(max)}</span>
      </figcaption>
    </figure>
  );
}
