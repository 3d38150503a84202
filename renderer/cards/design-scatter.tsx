import { type ReactNode, useEffect, useMemo, useState } from 'react';
import type { Loaded } from '../../shared/budget/memory.ts';
import { amountOf, steerQuantities } from '../../shared/steer/quantities.ts';
import { useT } from '../i18n/i18n.ts';
import { useTimeModel } from '../state/run/time-model.ts';
import { useTheApp } from '../state/use-app.ts';
import { useZooFigures, wantZooFigures } from '../state/zoo-figures.ts';
import { AxesChoice, axesAmong, usualAxes } from './quantity-choices.tsx';
import { type Dot, Scatter, type ScatterProps } from './scatter.tsx';

/** A dot that may stand for something of whoever draws it. */
export interface DotOf<T> extends Dot {
  readonly of?: T;
}

interface DesignScatterProps<T> extends Pick<ScatterProps<DotOf<T>>, 'dots' | 'onPoint' | 'onChoose'> {
  /** What peaks are of. */
  readonly loaded: Loaded;
  /** Whether the published networks are shown before anybody asks. */
  readonly withZooAtFirst: boolean;
  readonly children?: ReactNode;
}

/** Designs by any two of their totals, among the published networks where those are wanted. */
export function DesignScatter<T>({
  dots,
  loaded,
  withZooAtFirst,
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
    if (withZoo) void wantZooFigures(app, loaded);
  }, [app, withZoo, machine, loaded]);
  const known = useMemo(
    () =>
      steerQuantities.filter((quantity) =>
        dots.some(({ measures }) => !Number.isNaN(amountOf(measures, quantity))),
      ),
    [dots],
  );
  const shown = axesAmong(axes, known);
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
        <AxesChoice axes={shown} onAxes={setAxes} known={known} />
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
