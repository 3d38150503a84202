import { lazy, Suspense } from 'react';
import { useT } from '../../i18n/i18n.ts';
import { documentOf } from '../../state/app-state.ts';
import { useSteering } from '../../state/steering.ts';
import { useApp } from '../../state/use-app.ts';
import { AnswerTable } from './answer-table.tsx';
import { sameNetwork } from './fit-actions.ts';
import type { FitView } from './fit-bar.tsx';
import { WhyNone } from './why-none.tsx';

const AnswerPlot = lazy(() =>
  import('./answer-plot.tsx').then(({ AnswerPlot: Plot }) => ({ default: Plot })),
);

/** What was found, or why nothing was. */
export function Answers({ view }: { readonly view: FitView }) {
  const t = useT();
  const found = useSteering((state) => state.found);
  const progress = useSteering((state) => state.progress);
  const task = useSteering((state) => state.task);
  const document = useApp(documentOf);
  const outcome = found?.outcome;
  // Trying one answer after another is no reason to look again.
  const isOlder =
    found !== undefined &&
    !sameNetwork(found.design, document) &&
    !(outcome?.kind === 'found' && outcome.answers.some(({ design }) => sameNetwork(design, document)));
  if (outcome?.kind === 'refused' || outcome?.kind === 'none')
    return (
      <section className="fit-answers" aria-label={t('Answers')}>
        <WhyNone outcome={outcome} />
      </section>
    );
  const points = outcome?.answers ?? (task ? progress?.leading : undefined) ?? [];
  return (
    <section className="fit-answers" aria-label={t('Answers')}>
      {isOlder ? <p className="fit-older">{t('The design was changed since: look again.')}</p> : null}
      {points.length === 0 ? (
        <p className="empty">
          {task ? t('Nothing yet …') : t('What is found stands here, the nearest first.')}
        </p>
      ) : view === 'table' || !found || isOlder ? (
        <AnswerTable points={points} found={found} isOlder={isOlder} />
      ) : (
        <Suspense fallback={null}>
          <AnswerPlot found={found} />
        </Suspense>
      )}
    </section>
  );
}
