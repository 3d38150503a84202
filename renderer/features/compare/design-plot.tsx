import { useEffect, useMemo, useState } from 'react';
import { measuresOf } from '../../../shared/steer/quantities.ts';
import { AxesChoice, usualAxes } from '../../cards/quantity-choices.tsx';
import { type Dot, Scatter } from '../../cards/scatter.tsx';
import { useT } from '../../i18n/i18n.ts';
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
  useEffect(() => {
    if (withZoo) void wantZooFigures(app);
  }, [app, withZoo]);
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
          measures: measuresOf(analysis),
        }))
        .reverse(),
    ],
    [designs, zoo, withZoo],
  );
  return (
    <div className="fit-plot">
      <div className="fit-plot-bar">
        <AxesChoice axes={axes} onAxes={setAxes} />
        <label className="inline">
          <input type="checkbox" checked={withZoo} onChange={(event) => setWithZoo(event.target.checked)} />
          <span>{t('Published networks')}</span>
        </label>
      </div>
      <Scatter dots={dots} {...axes} onPoint={nothing} onChoose={nothing} />
    </div>
  );
}
