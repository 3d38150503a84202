import { Popover } from 'radix-ui';
import { useState } from 'react';
import { quantityTable } from '../../../shared/graph/quantities.ts';
import { MeasureMachine } from '../../cards/measure-machine.tsx';
import { useT } from '../../i18n/i18n.ts';
import { milliseconds, percent } from '../../parts/format.ts';
import { usePredicted, useTimeGauge, useWondering } from '../../state/run/predicted.ts';
import { useTimeModel } from '../../state/run/time-model.ts';
import { BudgetForm, fullness, note } from './budget-gauge.tsx';

/** What one sample would take on this machine, against its budget; where it was not measured, how to. */
export function TimeGauge() {
  const t = useT();
  const gauge = useTimeGauge();
  const was = useWondering((whatIf) => whatIf?.before.total);
  const would = useWondering((whatIf) => whatIf?.after.total);
  const instead = useTimeGauge(would);
  const moved =
    was !== undefined && would !== undefined && milliseconds(was) !== milliseconds(would)
      ? { was, would }
      : undefined;
  const shown = moved ? instead : gauge;
  const total = usePredicted((state) => state.total);
  const unknown = usePredicted((state) => state.unknown);
  const machine = useTimeModel((state) => state.known?.calibration.machine);
  const [open, setOpen] = useState(false);
  const tone = shown?.within === undefined ? 'is-plain' : shown.within ? 'is-within' : 'is-over';
  const least = unknown.length > 0 ? '≥ ' : '';
  const between = total && `${milliseconds(total.low)} – ${milliseconds(total.high)}`;
  const title = t(quantityTable.time.title);
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger asChild>
        <button
          type="button"
          className={`gauge ${tone}${moved ? ' is-what-if' : ''}`}
          data-testid="gauge-time"
          title={between === undefined ? title : `${title}: ${between}`}
        >
          <span className="gauge-title">{t(quantityTable.time.short)}</span>
          <span className="gauge-value">
            {moved ? <span className="gauge-was">{milliseconds(moved.was)} → </span> : null}
            {shown ? `${least}${milliseconds(shown.actual)}` : machine ? '?' : '—'}
          </span>
          <span className="gauge-note">
            {moved ? `${percent(moved.would / moved.was - 1)} · ` : ''}
            {shown ? note(shown, t) : machine ? t('not known') : t('not measured')}
          </span>
          <span className="gauge-bar">
            <span style={{ transform: `scaleX(${(shown && fullness(shown)) ?? 0})` }} />
          </span>
        </button>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          className="popover budget-popover"
          aria-label={t('Budget of {{quantity}}', { quantity: title })}
          sideOffset={6}
          collisionPadding={8}
        >
          {gauge && machine ? (
            <>
              <BudgetForm gauge={gauge} onEnter={() => setOpen(false)} />
              <p className="hint">
                {t(
                  'One sample on this machine, all {{threads}} of its threads; nine times in ten {{between}}.',
                  {
                    threads: machine.threads,
                    between: between ?? '',
                  },
                )}
              </p>
              {unknown.length > 0 ? (
                <p className="hint">{t('Not known of {{nodes}}.', { nodes: unknown.join(', ') })}</p>
              ) : null}
            </>
          ) : machine ? (
            <p className="hint">{t('The design has a problem to mend first.')}</p>
          ) : (
            <MeasureMachine />
          )}
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
