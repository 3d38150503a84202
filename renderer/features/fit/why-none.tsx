import { LockOpen } from 'lucide-react';
import { MeasureMachine } from '../../cards/measure-machine.tsx';
import { amountFormat, quantityTitles } from '../../cards/steer-format.ts';
import { useT } from '../../i18n/i18n.ts';
import { useSaid } from '../../i18n/said.ts';
import { chooseKnob, knobsShown, useSteering } from '../../state/steering.ts';
import { useTheApp } from '../../state/use-app.ts';
import type { FitOutcome } from '../../workers/steer-job.ts';
import { turnedText } from './answer-table.tsx';
import { findAnswers, pointAt, takeAnswer } from './fit-actions.ts';

/** Why there is no answer: the limit that binds, the nearest miss, and which lock to open. */
export function WhyNone({ outcome }: { readonly outcome: Exclude<FitOutcome, { readonly kind: 'found' }> }) {
  const app = useTheApp();
  const t = useT();
  const say = useSaid();
  const knobs = useSteering(knobsShown);
  if (outcome.kind === 'refused')
    return (
      <div className="fit-none" data-testid="fit-none">
        {outcome.problems.slice(0, 3).map(({ code, message, told }) => (
          <p key={message}>
            {say(told.message)} {code === 'no-timer' ? null : <span className="muted">{say(told.hint)}</span>}
          </p>
        ))}
        {outcome.problems.some(({ code }) => code === 'no-timer') ? <MeasureMachine /> : null}
      </div>
    );
  const { broken, nearest, unlock, isProven } = outcome;
  const helpful = (knobs ?? []).filter(({ id }) => unlock?.includes(id));
  return (
    <div className="fit-none" data-testid="fit-none">
      <p>
        <strong>
          {t(isProven ? 'No variant keeps the limits.' : 'No variant was found that keeps the limits.')}
        </strong>
      </p>
      {broken.map(({ quantity, actual, min, max }) => {
        const format = amountFormat(quantity);
        const values = { quantity: t(quantityTitles[quantity]), actual: format(actual) };
        return (
          <p key={quantity}>
            {actual > max
              ? t('What binds: {{quantity}} at most {{limit}}; the nearest has {{actual}}.', {
                  ...values,
                  limit: format(quantity === 'time' ? max : Math.floor(max)),
                })
              : t('What binds: {{quantity}} at least {{limit}}; the nearest has {{actual}}.', {
                  ...values,
                  limit: format(quantity === 'time' ? min : Math.ceil(min)),
                })}
          </p>
        );
      })}
      {nearest ? (
        <p onPointerEnter={() => pointAt(app, nearest.design)} onPointerLeave={() => pointAt(app, undefined)}>
          {t('The nearest: {{turned}}', {
            turned: nearest.turned.length === 0 ? t('as it stands') : turnedText(nearest),
          })}{' '}
          <button
            type="button"
            className="button is-small"
            onClick={() =>
              void takeAnswer(app, nearest.design, t('Fit: {{turned}}', { turned: turnedText(nearest) }))
            }
          >
            {t('Apply')}
          </button>
        </p>
      ) : null}
      {unlock === undefined ? null : helpful.length === 0 ? (
        <p className="muted">{t('No knob that is locked would help by itself.')}</p>
      ) : (
        <p>
          {t('Would help, each by itself:')}{' '}
          {helpful.map((knob) => (
            <button
              key={knob.id}
              type="button"
              className="button is-small"
              onClick={() => {
                chooseKnob(app, knob, { locked: false });
                void findAnswers(app);
              }}
            >
              <LockOpen size={12} /> {knob.id}
            </button>
          ))}
        </p>
      )}
    </div>
  );
}
