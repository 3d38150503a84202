import { useT } from '../i18n/i18n.ts';
import { useTimeModel } from '../state/run/time-model.ts';
import { ProblemCard } from './problem-cards.tsx';
import { Offer, UnderWay } from './under-way.tsx';

/** The button that measures this machine, how far that is, and what went wrong. */
export function MeasureMachine() {
  const t = useT();
  const { status, isHeldUp, measure, stop } = useTimeModel((state) => state);
  switch (status.kind) {
    case 'running':
      return (
        <UnderWay fraction={status.fraction} onCancel={stop}>
          {t('Measuring this machine')}
        </UnderWay>
      );
    case 'failed':
      return <ProblemCard problem={status.problem} />;
    case 'idle':
      return (
        <Offer
          what={
            isHeldUp
              ? t(
                  'Others were at work on this machine while it was measured, so that nothing can be told of it. Measure again while nothing else runs.',
                )
              : t(
                  'Measured once, this machine tells how long a design will take before it runs, and which of its layers memory bounds.',
                )
          }
          action={t('Measure this machine (some 20 s)')}
          onAct={measure}
        />
      );
  }
}
