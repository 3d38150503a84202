import * as Plot from '@observablehq/plot';
import { useEffect, useMemo, useRef } from 'react';
import type { Analysis } from '../../../shared/analysis/facts.ts';
import { type CountedQuantity, quantityTable } from '../../../shared/graph/quantities.ts';
import { formatOf } from '../../cards/quantity-format.ts';
import { useRoom } from '../../cards/room.ts';
import { PLOT_CLASS, showPlot } from '../../cards/show-plot.ts';
import { useT } from '../../i18n/i18n.ts';
import { useApp } from '../../state/use-app.ts';
import type { AnalysedDesign } from './use-compared-designs.ts';

const LEGEND_PIXELS = 40;

interface Along {
  readonly design: string;
  readonly id: string;
  /** Of the way from the first node to the last, in per cent. */
  readonly depth: number;
  readonly sum: number;
}

/** What each node of a design adds, in order. */
function along({ name, analysis }: AnalysedDesign, quantity: CountedQuantity): readonly Along[] {
  const { order, facts } = analysis;
  let sum = 0;
  return order.map((id, place) => {
    sum += amountOf(facts.get(id)?.cost, quantity);
    return { design: name, id, depth: (100 * place) / Math.max(1, order.length - 1), sum };
  });
}

type Cost = NonNullable<ReturnType<Analysis['facts']['get']>>['cost'];

function amountOf(cost: Cost, quantity: CountedQuantity): number {
  if (!cost) return 0;
  switch (quantity) {
    case 'macs':
      return cost.macs.value;
    case 'params':
      return cost.params.value;
    case 'memory':
      return cost.outputElements * 4;
  }
}

/** How a total grows along the depth of each design: where each spends what it costs. */
export function DepthPlot({ designs }: { readonly designs: readonly AnalysedDesign[] }) {
  const t = useT();
  const heat = useApp((state) => state.heat);
  const quantity: CountedQuantity = heat === 'time' ? 'macs' : heat;
  const [frame, { widthPixels, heightPixels }] = useRoom();
  const place = useRef<HTMLDivElement>(null);
  const rows = useMemo(() => designs.flatMap((design) => along(design, quantity)), [designs, quantity]);
  useEffect(() => {
    const names = designs.map(({ name }) => name);
    const format = formatOf(quantity);
    const plot = Plot.plot({
      className: PLOT_CLASS,
      width: Math.max(240, widthPixels),
      // The legend stands above what is drawn.
      height: Math.max(100, heightPixels - LEGEND_PIXELS),
      marginLeft: 62,
      marginBottom: 34,
      marginTop: 22,
      style: { background: 'transparent', color: 'var(--muted)', fontFamily: 'inherit', fontSize: '11px' },
      x: { label: t('Depth, per cent of the nodes'), grid: true, ticks: 6 },
      y: {
        label: t('{{quantity}} so far', { quantity: t(quantityTable[quantity].title) }),
        tickFormat: format,
        grid: true,
        ticks: 4,
      },
      color: { domain: names, scheme: 'Observable10', legend: true },
      marks: [
        Plot.line(rows, { x: 'depth', y: 'sum', stroke: 'design', strokeWidth: 2, curve: 'step-after' }),
        Plot.tip(
          rows,
          Plot.pointer({
            x: 'depth',
            y: 'sum',
            fill: 'var(--raised)',
            stroke: 'var(--line-strong)',
            title: ({ design, id, sum }: Along) => `${design}\n${id}\n${format(sum)}`,
          }),
        ),
      ],
    });
    if (place.current) showPlot(place.current, plot);
  }, [rows, designs, quantity, widthPixels, heightPixels, t]);
  return (
    <div ref={frame} className="scatter" data-testid="along-depth">
      <div ref={place} className="scatter-plot" />
    </div>
  );
}
