import { lazy, Suspense, useState } from 'react';
import { useT } from '../../i18n/i18n.ts';
import { CompareBar, type CompareView } from './compare-bar.tsx';
import { LayerTable } from './layer-table.tsx';
import { TotalsTable } from './totals-table.tsx';
import { useComparedDesigns } from './use-compared-designs.ts';

const DesignPlot = lazy(() =>
  import('./design-plot.tsx').then(({ DesignPlot: Plot }) => ({ default: Plot })),
);
const DepthPlot = lazy(() => import('./depth-plot.tsx').then(({ DepthPlot: Plot }) => ({ default: Plot })));

/** The design beside others: layer by layer against one of them, by totals, in a plot and along depth against all. */
export function ComparePanel() {
  const t = useT();
  const [view, setView] = useState<CompareView>('layers');
  const designs = useComparedDesigns();
  const { chosen } = designs;
  return (
    <div className="compare" data-testid="compare">
      <CompareBar designs={designs} view={view} onView={setView} />
      {!chosen ? (
        <p className="empty">
          {t('Pin the design as baseline, then change it: what differs is listed here.')}
        </p>
      ) : view === 'layers' ? (
        <LayerTable comparison={designs.comparison!} />
      ) : view === 'totals' ? (
        <TotalsTable designs={designs.all} />
      ) : (
        <Suspense fallback={null}>
          {view === 'plot' ? <DesignPlot designs={designs.all} /> : <DepthPlot designs={designs.all} />}
        </Suspense>
      )}
    </div>
  );
}
