import { useCallback, useMemo, useState } from 'react';
import { analyzeBaseline } from '../../../shared/analysis/baseline.ts';
import type { Loaded } from '../../../shared/budget/memory.ts';
import type { Design } from '../../../shared/graph/design.ts';
import { sharingConventions } from '../../../shared/graph/quantities.ts';
import type { Point } from '../../../shared/steer/answers.ts';
import { measuresOf } from '../../../shared/steer/quantities.ts';
import { DesignScatter, type DotOf } from '../../cards/design-scatter.tsx';
import type { DotKind } from '../../cards/scatter.tsx';
import { useT } from '../../i18n/i18n.ts';
import { budgetOf } from '../../state/judged.ts';
import { type Found, useSteering } from '../../state/steering.ts';
import { useApp, useTheApp } from '../../state/use-app.ts';
import { turnedText } from './answer-table.tsx';
import { pointAt, takeAnswer } from './fit-actions.ts';

/** A point that was tried; its design, where that was made. */
type FitDot = DotOf<{ readonly point: Point; readonly design?: Design }>;

interface Held {
  readonly title: string;
  readonly design: Design;
}

/** What was found among all that there is: any two quantities. A click holds a design, to be looked at and taken. */
export function AnswerPlot({ found }: { readonly found: Found }) {
  const app = useTheApp();
  const t = useT();
  const [held, setHeld] = useState<Held>();
  const { design } = found;
  const loaded = useMemo((): Loaded => ({ numbers: design.numbers, batch: design.batch }), [design]);
  const dots = useDots(found, loaded);
  const point = useCallback(
    (dot: FitDot | undefined) => pointAt(app, dot?.of?.design ?? held?.design),
    [app, held],
  );
  const choose = useCallback(
    async ({ of, title }: FitDot) => {
      const made = of?.design ?? (of && (await app.steer.make(found.design, of.point.turned, found.law)));
      if (!made) return;
      setHeld({ title, design: made });
      pointAt(app, made);
    },
    [app, found],
  );
  return (
    <DesignScatter
      dots={dots}
      loaded={loaded}
      withZooAtFirst={false}
      onPoint={point}
      onChoose={(dot) => void choose(dot)}
    >
      {held ? (
        <div className="fit-held" data-testid="fit-held">
          <span title={held.title}>{held.title}</span>
          <button
            type="button"
            className="button is-small is-primary"
            onClick={() => {
              setHeld(undefined);
              void takeAnswer(app, held.design, t('Fit: {{turned}}', { turned: held.title }));
            }}
          >
            {t('Apply')}
          </button>
          <button
            type="button"
            className="button is-small"
            onClick={() => {
              setHeld(undefined);
              pointAt(app, undefined);
            }}
          >
            {t('Let go')}
          </button>
        </div>
      ) : null}
    </DesignScatter>
  );
}

/** From the faintest to what must not be covered. */
function useDots({ outcome }: Found, loaded: Loaded): readonly FitDot[] {
  const t = useT();
  const sample = useSteering((state) => state.sample);
  const baseline = useApp((state) => budgetOf(state).baseline);
  return useMemo(() => {
    if (outcome.kind !== 'found') return [];
    const dotOf =
      (kind: DotKind) =>
      (point: Point, place: number): FitDot => ({
        key: `${kind} ${place}`,
        kind,
        title: turnedText(point),
        measures: point.measures,
        of: { point },
      });
    return [
      ...sample.map(dotOf('sample')),
      ...outcome.front.map(dotOf('front')),
      ...(baseline
        ? [
            {
              key: 'pinned',
              kind: 'pinned' as const,
              title: t('Baseline {{name}}', { name: baseline.name }),
              label: baseline.name,
              measures: measuresOf(analyzeBaseline(baseline), sharingConventions, loaded),
            },
          ]
        : []),
      { key: 'now', kind: 'now' as const, title: t('now'), label: t('now'), measures: outcome.original },
      ...outcome.answers.map((answer, place) => ({
        ...dotOf('answer')(answer, place),
        label: String(place + 1),
        of: { point: answer, design: answer.design },
      })),
    ];
  }, [outcome, sample, baseline, loaded, t]);
}
