import { useVirtualizer } from '@tanstack/react-virtual';
import { ArrowDown, ArrowUp, Download } from 'lucide-react';
import { useMemo, useRef, useState } from 'react';
import { conventionInfo } from '../../shared/analysis/conventions.ts';
import { formatSample } from '../../shared/base/dims.ts';
import { definitionOf } from '../../shared/blocks/index.ts';
import { type CostRow, costTable } from '../../shared/formats/tables/cost-table.ts';
import { costsToCsv } from '../../shared/formats/tables/csv.ts';
import { viewport } from '../canvas/viewport.ts';
import { useT } from '../i18n/i18n.ts';
import { exact, short, shortBytes } from '../parts/format.ts';
import { LayerIcon } from '../parts/layer-icon.tsx';
import { familyStyle } from '../parts/theme.ts';
import { app, designOf, useApp } from '../store/app.ts';
import { exportText } from '../store/files.ts';

type Column = 'order' | 'operations' | 'params' | 'outputBytes';
const ROW_PIXELS = 28;

/** What every layer costs, with its share of the whole. */
export function CostsPanel() {
  const t = useT();
  const design = useApp(designOf);
  const analysis = useApp((state) => state.analysis);
  const convention = useApp((state) => state.convention);
  const selection = useApp((state) => state.selection);
  const [sort, setSort] = useState<{ readonly by: Column; readonly down: boolean }>({ by: 'order', down: true });
  const [openBlocks, setOpenBlocks] = useState(false);
  const table = useMemo(
    () => costTable(design, analysis, { convention, openBlocks }),
    [design, analysis, convention, openBlocks],
  );
  const rows = useMemo(() => sorted(table.rows, sort.by, sort.down), [table, sort]);
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PIXELS,
    overscan: 12,
  });
  const chosen = new Set(selection);
  const head = (by: Column, title: string) => (
    <button
      type="button"
      role="columnheader"
      aria-sort={sort.by === by ? (sort.down ? 'descending' : 'ascending') : 'none'}
      onClick={() => setSort({ by, down: sort.by === by ? !sort.down : true })}
    >
      {title}
      {sort.by === by && by !== 'order' ? sort.down ? <ArrowDown size={12} /> : <ArrowUp size={12} /> : null}
    </button>
  );
  const { totals } = table;
  return (
    <div className="costs-panel">
      <div className="panel-tools">
        <span className="muted">{conventionInfo[convention].doc}</span>
        <label className="inline-flag">
          <input type="checkbox" checked={openBlocks} onChange={(event) => setOpenBlocks(event.target.checked)} />
          {t('Layers inside blocks')}
        </label>
        <button type="button" className="button is-small" onClick={() => void exportText('-costs.csv', costsToCsv(table))}>
          <Download size={13} /> CSV
        </button>
      </div>
      <div className="grid-table" role="table" aria-label={t('Costs')} aria-rowcount={rows.length}>
        <div className="grid-row is-head" role="row">
          {head('order', t('Layer'))}
          <span role="columnheader">{t('Output')}</span>
          {head('operations', conventionInfo[convention].unit)}
          {head('params', t('Parameters'))}
          {head('outputBytes', t('Output memory'))}
        </div>
        <div className="grid-body" ref={scroller}>
          <div style={{ height: virtual.getTotalSize(), position: 'relative' }}>
            {virtual.getVirtualItems().map(({ index, start }) => (
              <Row
                key={rows[index]!.id}
                row={rows[index]!}
                top={start}
                totals={totals}
                selected={chosen.has(rows[index]!.id)}
              />
            ))}
          </div>
        </div>
        <div className="grid-row is-total" role="row">
          <span>{table.unknown > 0 ? t('Total, {{count}} unknown', { count: table.unknown }) : t('Total')}</span>
          <span />
          <span className="number" title={exact(totals.operations)}>
            {short(totals.operations)}
          </span>
          <span className="number" title={exact(totals.params)}>
            {short(totals.params)}
          </span>
          <span className="number" title={`${exact(totals.outputBytes)} B`}>
            {shortBytes(totals.outputBytes)}
            <em>
              {' '}
              {t('peak')} {shortBytes(totals.peakBytes)}
            </em>
          </span>
        </div>
      </div>
    </div>
  );
}

function sorted(rows: readonly CostRow[], by: Column, down: boolean): readonly CostRow[] {
  if (by === 'order') return down ? rows : [...rows].reverse();
  const sign = down ? -1 : 1;
  return [...rows].sort((a, b) => sign * ((a[by] ?? -1) - (b[by] ?? -1)));
}

function Row({
  row,
  top,
  totals,
  selected,
}: {
  readonly row: CostRow;
  readonly top: number;
  readonly totals: { readonly params: number; readonly operations: number; readonly outputBytes: number };
  readonly selected: boolean;
}) {
  const node = row.id.split('/')[0] ?? row.id;
  const show = (): void => {
    app.getState().select([node]);
    viewport.show([node]);
  };
  return (
    <button
      type="button"
      role="row"
      className={`grid-row${selected ? ' is-selected' : ''}`}
      style={{ ...familyStyle(definitionOf(row.kind).group), transform: `translateY(${top}px)` }}
      onClick={show}
    >
      <span className="row-name">
        <LayerIcon kind={row.kind} size={15} />
        <b>{row.id}</b>
        <i>{row.layer}</i>
      </span>
      <span className="number">{row.output ? formatSample(row.output) : '?'}</span>
      <Share value={row.operations} total={totals.operations} format={short} />
      <Share value={row.params} total={totals.params} format={short} />
      <Share value={row.outputBytes} total={totals.outputBytes} format={shortBytes} />
    </button>
  );
}

function Share({
  value,
  total,
  format,
}: {
  readonly value: number | undefined;
  readonly total: number;
  readonly format: (value: number) => string;
}) {
  if (value === undefined) return <span className="number">?</span>;
  const share = total === 0 ? 0 : value / total;
  return (
    <span className="number share" title={exact(value)}>
      <span className="share-bar" style={{ transform: `scaleX(${share})` }} />
      <em>{value === 0 ? '–' : format(value)}</em>
      <small>{share >= 0.0005 ? `${(share * 100).toFixed(1)} %` : ''}</small>
    </span>
  );
}
