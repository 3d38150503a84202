import { useMemo } from 'react';
import { analyze } from '../../../shared/analysis/analyze.ts';
import type { Design } from '../../../shared/graph/design.ts';
import type { Point } from '../../../shared/steer/answers.ts';
import { largestBatch } from '../../../shared/steer/batch.ts';
import {
  amountOf,
  countedSteerQuantities,
  type Measures,
  quantitiesOf,
  type SteerQuantity,
} from '../../../shared/steer/quantities.ts';
import { amountFormat, exactAmount, quantityTitles } from '../../cards/steer-format.ts';
import { t as translate, useT } from '../../i18n/i18n.ts';
import { exact, percent } from '../../parts/format.ts';
import { type Found, roomBytes, useSteering } from '../../state/steering.ts';
import { useTheApp } from '../../state/use-app.ts';
import { pointAt, takeAnswer } from './fit-actions.ts';
import { useLimits } from './use-limits.ts';

const always: readonly SteerQuantity[] = ['macs', 'params', 'memory'];

/** `stage3.width 256 → 192, …` */
export const turnedText = ({ turned }: Pick<Point, 'turned'>): string =>
  turned.length === 0
    ? translate('nothing: it keeps the limits as it is')
    : turned.map(({ knob, before, after }) => `${knob} ${before} → ${after}`).join(', ');

interface Props {
  readonly points: readonly Point[];
  /** Undefined while it is still being looked for. */
  readonly found: Found | undefined;
  readonly isOlder: boolean;
}

/** The answers, the nearest first, each with what it turns and how far its totals are from the original's. */
export function AnswerTable({ points, found, isOlder }: Props) {
  const app = useTheApp();
  const t = useT();
  const limits = useLimits();
  const pointed = useSteering((state) => state.pointed);
  const bytes = useSteering(roomBytes);
  const first = points[0]?.measures;
  const shown = (first ? quantitiesOf(first) : countedSteerQuantities).filter(
    (each) => always.includes(each) || limits.some(({ quantity }) => quantity === each),
  );
  const outcome = found?.outcome.kind === 'found' ? found.outcome : undefined;
  return (
    <table
      className="table fit-table"
      data-testid="fit-answers"
      onPointerLeave={() => pointAt(app, undefined)}
    >
      <thead>
        <tr>
          <th />
          <th />
          <th>{t('What is turned')}</th>
          {shown.map((quantity) => (
            <th key={quantity} className="number">
              {t(quantityTitles[quantity])}
            </th>
          ))}
          {bytes === undefined ? null : <th className="number">{t('Largest batch')}</th>}
        </tr>
      </thead>
      <tbody>
        {found && outcome ? (
          <NowRow design={found.design} original={outcome.original} shown={shown} bytes={bytes} />
        ) : null}
        {points.map((point, place) => {
          const design = isOlder ? undefined : outcome?.answers[place]?.design;
          return (
            <tr
              key={turnedText(point)}
              className={design !== undefined && design === pointed ? 'is-pointed' : ''}
              data-answer={place + 1}
              onPointerEnter={() => pointAt(app, design)}
            >
              <td>{place + 1}</td>
              <td>
                <button
                  type="button"
                  className="button is-small"
                  disabled={!design}
                  onFocus={() => pointAt(app, design)}
                  onBlur={() => pointAt(app, undefined)}
                  onClick={() => {
                    if (design)
                      void takeAnswer(app, design, t('Fit: {{turned}}', { turned: turnedText(point) }));
                  }}
                >
                  {t('Apply')}
                </button>
              </td>
              <td className="fit-turned" title={turnedText(point).replaceAll(', ', '\n')}>
                {turnedText(point)}
              </td>
              {shown.map((quantity) => (
                <Amount key={quantity} quantity={quantity} point={point} original={outcome?.original} />
              ))}
              {bytes === undefined ? null : <Batch design={design} bytes={bytes} />}
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

interface NowProps {
  readonly design: Design;
  readonly original: Measures;
  readonly shown: readonly SteerQuantity[];
  readonly bytes: number | undefined;
}

function NowRow({ design, original, shown, bytes }: NowProps) {
  const t = useT();
  return (
    <tr className="is-now">
      <td colSpan={3}>{t('now')}</td>
      {shown.map((quantity) => (
        <td key={quantity} className="number" title={exactAmount(quantity)(amountOf(original, quantity))}>
          {amountFormat(quantity)(amountOf(original, quantity))}
        </td>
      ))}
      {bytes === undefined ? null : <Batch design={design} bytes={bytes} />}
    </tr>
  );
}

interface BatchProps {
  /** Undefined where it is not made yet. */
  readonly design: Design | undefined;
  readonly bytes: number;
}

/** The largest batch that can be trained in so many bytes, and told beside it the largest that can be run. */
function Batch({ design, bytes }: BatchProps) {
  const t = useT();
  const analysis = useMemo(() => design && analyze(design), [design]);
  if (!analysis) return <td className="number">…</td>;
  const running = exact(largestBatch(analysis, bytes, 'running'));
  return (
    <td className="number" title={t('To run: {{running}}', { running })}>
      {exact(largestBatch(analysis, bytes, 'training'))}
    </td>
  );
}

function Amount({
  quantity,
  point,
  original,
}: {
  readonly quantity: SteerQuantity;
  readonly point: Point;
  readonly original: Measures | undefined;
}) {
  const amount = amountOf(point.measures, quantity);
  const before = original && amountOf(original, quantity);
  return (
    <td className="number" title={exactAmount(quantity)(amount)}>
      {amountFormat(quantity)(amount)}
      {before === undefined || before === 0 ? null : (
        <small className={amount === before ? 'is-same' : ''}> {percent(amount / before - 1)}</small>
      )}
    </td>
  );
}
