import { type ReactNode, useEffect, useMemo, useState } from 'react';
import { useT } from '../i18n/i18n.ts';
import { useTimeModel } from '../state/run/time-model.ts';
import { useTheApp } from '../state/use-app.ts';
import { useZooFigures, wantZooFigures } from '../state/zoo-figures.ts';
import { AxesChoice, untimed, usualAxes } from './quantity-choices.tsx';
import { type Dot, Scatter, type ScatterProps } from './scatter.tsx';

/** A dot that may stand for something of whoever draws it. */
export interface DotOf<T> extends Dot {
  readonly of?: T;
}

interface DesignScatterProps<T> extends Pick<ScatterProps<DotOf<T>>, 'dots' | 'onPoint' | 'onChoose'> {
  /** Whether the published networks are shown before anybody asks. */
  readonly withZooAtFirst: boolean;
  /** Whether it is known how long they would take on this machine. */
  readonly isTimed: boolean;
  readonly children?: ReactNode;
}

/** Designs by any two of their totals, among the published networks where those are wanted. */
export function DesignScatter<T>({
  dots,
  withZooAtFirst,
  isTimed,
  onPoint,
  onChoose,
  children,
}: DesignScatterProps<T>) {
  const app = useTheApp();
  const t = useT();
  const [axes, setAxes] = useState(usualAxes);
  const [withZoo, setWithZoo] = useState(withZooAtFirst);
  const zoo = useZooFigures();
  const machine = useTimeModel((state) => state.known);
  // biome-ignore lint/correctness/useExhaustiveDependencies: on another machine they take other times.
  useEffect(() => {
    if (withZoo) void wantZooFigures(app);
  }, [app, withZoo, machine]);
  const shown = isTimed ? axes : untimed(axes);
  // The faintest first: they cover nothing.
  const all = useMemo(
    (): readonly DotOf<T>[] => [
      ...(withZoo ? zoo : []).map(({ id, title, measures }) => ({
        key: `zoo ${id}`,
        kind: 'zoo' as const,
        title,
        measures,
      })),
      ...dots,
    ],
    [dots, zoo, withZoo],
  );
  return (
    <div className="fit-plot">
      <div className="fit-plot-bar">
        <AxesChoice axes={shown} onAxes={setAxes} isTimed={isTimed} />
        <label className="inline">
          <input type="checkbox" checked={withZoo} onChange={(event) => setWithZoo(event.target.checked)} />
          <span>{t('Published networks')}</span>
        </label>
      </div>
      <Scatter dots={all} {...shown} onPoint={onPoint} onChoose={onChoose} />
      {children}
    </div>
  );
}
