import { useEffect, useMemo, useState } from 'react';
import type { Analysis } from '../../../shared/analysis/facts.ts';
import { type Measures, measuresOf } from '../../../shared/steer/quantities.ts';
import { AxesChoice, untimed, usualAxes } from '../../cards/quantity-choices.tsx';
import { type Dot, Scatter } from '../../cards/scatter.tsx';
import { useT } from '../../i18n/i18n.ts';
import type { App } from '../../state/app.ts';
import { millisecondsOf } from '../../state/run/predicted.ts';
import { useTimeModel } from '../../state/run/time-model.ts';
import { useTheApp } from '../../state/use-app.ts';
import { useZooFigures, wantZooFigures } from '../../state/zoo-figures.ts';
import type { AnalysedDesign } from './use-compared-designs.ts';

const nothing = (): void => {};

/** Designs by any two of their totals, among the published networks where those are wanted. */
export function DesignPlot({ designs }: { readonly designs: readonly AnalysedDesign[] }) {
  const app = useTheApp();
  const t = useT();
  const [axes, setAxes] = useState(usualAxes);
  const [withZoo, setWithZoo] = useState(true);
  const zoo = useZooFigures();
  const machine = useTimeModel((state) => state.known);
  // biome-ignore lint/correctness/useExhaustiveDependencies: on another machine they take other times.
  useEffect(() => {
    if (withZoo) void wantZooFigures(app);
  }, [app, withZoo, machine]);
  const shown = machine ? axes : untimed(axes);
  const dots = useMemo(
    (): readonly Dot[] => [
      ...(withZoo ? zoo : []).map(({ id, title, measures }) => ({
        key: `zoo ${id}`,
        kind: 'zoo' as const,
        title,
        measures,
      })),
      ...designs
        .map(({ name, analysis }, place) => ({
          key: `design ${name}`,
          kind: place === 0 ? ('now' as const) : ('answer' as const),
          title: name,
          label: name,
          measures: machine ? timed(app, analysis) : measuresOf(analysis),
        }))
        .reverse(),
    ],
    [app, machine, designs, zoo, withZoo],
  );
  return (
    <div className="fit-plot">
      <div className="fit-plot-bar">
        <AxesChoice axes={shown} onAxes={setAxes} isTimed={machine !== undefined} />
        <label className="inline">
          <input type="checkbox" checked={withZoo} onChange={(event) => setWithZoo(event.target.checked)} />
          <span>{t('Published networks')}</span>
        </label>
      </div>
      <Scatter dots={dots} {...shown} onPoint={nothing} onChoose={nothing} />
    </div>
  );
}

/** What a design counts, and how long it would take on this machine where that is known. */
function timed(app: App, analysis: Analysis): Measures {
  const milliseconds = millisecondsOf(app, analysis);
  return { ...measuresOf(analysis), ...(milliseconds === undefined ? {} : { milliseconds }) };
}
