import type { Colouring, ValueRange } from '../../../shared/runtime/maps/colours.ts';
import { colourTable } from '../../../shared/runtime/maps/colours.ts';
import type { ChannelStatistics, MapStatistics } from '../../../shared/runtime/maps/statistics.ts';
import { useT } from '../../i18n/i18n.ts';
import { exact } from '../../parts/format.ts';
import { valueText } from '../../state/run/number.ts';
import { Histogram } from './histogram.tsx';

/** A point that is looked at. */
export interface Readout {
  /** What the cell is: `channel 7`. */
  readonly name: string;
  readonly at: { readonly x: number; readonly y: number } | undefined;
  readonly values: readonly number[];
  readonly range: ValueRange;
  readonly channel: ChannelStatistics | undefined;
}

interface Props {
  readonly statistics: MapStatistics;
  readonly readout: Readout | undefined;
  readonly colouring: Colouring | undefined;
  readonly dead: readonly number[];
  readonly onlyDead: boolean;
  readonly onOnlyDead: (only: boolean) => void;
}

/** The numbers beside the pictures: under the cursor, and of the whole layer. */
export function MapSide({ statistics, readout, colouring, dead, onlyDead, onOnlyDead }: Props) {
  const t = useT();
  const { min, max, mean, deviation, zeroShare, notFinite } = statistics;
  const rows: readonly (readonly [string, string, string])[] = [
    ['range', t('Range'), `${valueText(min)} … ${valueText(max)}`],
    ['mean', t('Mean'), valueText(mean)],
    ['deviation', t('Standard deviation'), valueText(deviation)],
    ['zeros', t('Zeros'), `${(100 * zeroShare).toFixed(1)} %`],
  ];
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what is longer than its room is scrolled by keyboard too.
    <aside className="map-side" aria-label={t('Statistics')} tabIndex={0}>
      <ReadoutBox readout={readout} colouring={colouring} />
      <dl className="figures" data-testid="map-statistics">
        {rows.map(([key, title, text]) => (
          <div key={key}>
            <dt>{title}</dt>
            <dd data-figure={key}>{text}</dd>
          </div>
        ))}
        {notFinite > 0 ? (
          <div className="is-error">
            <dt>{t('Not finite')}</dt>
            <dd data-figure="notFinite">{exact(notFinite)}</dd>
          </div>
        ) : null}
      </dl>
      <Histogram statistics={statistics} />
      {dead.length > 0 ? (
        <label className="dead-channels" data-testid="dead-channels">
          <input type="checkbox" checked={onlyDead} onChange={({ target }) => onOnlyDead(target.checked)} />
          {t('{{count}} of {{all}} channels are dead: the same everywhere. Show only these.', {
            count: dead.length,
            all: statistics.channels.length,
          })}
        </label>
      ) : null}
    </aside>
  );
}

function ReadoutBox({ readout, colouring }: Pick<Props, 'readout' | 'colouring'>) {
  const t = useT();
  if (!readout) return <p className="map-readout muted">{t('Point at a picture to read its values.')}</p>;
  const { name, at, values, range, channel } = readout;
  return (
    <div className="map-readout" data-testid="map-readout">
      <p>
        <strong>{name}</strong>
        {at ? <span className="muted">{` x ${at.x}, y ${at.y}`}</span> : null}
        {at ? <output>{values.map(valueText).join(' · ')}</output> : null}
      </p>
      {channel ? (
        <p className="muted">
          {channel.dead === 'zero'
            ? `${t('All zero.')} `
            : channel.dead
              ? `${t('The same everywhere.')} `
              : ''}
          {t('mean')} {valueText(channel.mean)} · {valueText(channel.min)} … {valueText(channel.max)}
        </p>
      ) : null}
      {colouring ? (
        <div className="colour-scale">
          <span>{valueText(range.low)}</span>
          <i style={{ backgroundImage: gradient(colouring) }} />
          <span>{valueText(range.high)}</span>
        </div>
      ) : null}
    </div>
  );
}

function gradient(colouring: Colouring): string {
  const table = colourTable(colouring);
  const stops = Array.from({ length: 17 }, (_, i) => {
    const step = 3 * Math.round((i * 255) / 16);
    return `rgb(${table[step]} ${table[step + 1]} ${table[step + 2]})`;
  });
  return `linear-gradient(to right, ${stops.join(', ')})`;
}
