// biome-ignore-all lint/a11y/useSemanticElements: rows are drawn as far as they are in view, which a table element does not allow.
// biome-ignore-all lint/a11y/useFocusableInteractive: cells are read, rows are focused.
import { useVirtualizer } from '@tanstack/react-virtual';
import { type CSSProperties, useMemo, useRef, useState } from 'react';
import { conventionInfo } from '../../../shared/analysis/conventions.ts';
import { definitionOf, type NodeKind } from '../../../shared/blocks/index.ts';
import { MAX_BATCH } from '../../../shared/formats/spec/format.ts';
import { type CostRow, type CostTable, costTable } from '../../../shared/formats/tables/cost-table.ts';
import { setBatch } from '../../../shared/graph/edits.ts';
import { headlineOf } from '../../cards/headline.ts';
import { LayerIcon } from '../../cards/layer-icon.tsx';
import { CommandButton } from '../../commands/command-button.tsx';
import { CountField } from '../../fields/count-field.tsx';
import { named, useT } from '../../i18n/i18n.ts';
import { familyStyle } from '../../parts/family-style.ts';
import { exact, lettersIn, shortBytes } from '../../parts/format.ts';
import { designOf } from '../../state/app-state.ts';
import { nodeName } from '../../state/names.ts';
import { useApp, useTheApp } from '../../state/use-app.ts';
import { useSettled } from '../../state/use-settled.ts';

type Column = 'order' | 'id' | 'params' | 'operations' | 'outputBytes';
const ROW_PIXELS = 26;

function sorted(rows: readonly CostRow[], column: Column, down: boolean): readonly CostRow[] {
  if (column === 'order') return rows;
  const sign = down ? -1 : 1;
  return [...rows].sort((a, b) =>
    column === 'id'
      ? sign * a.id.localeCompare(b.id, 'en', { numeric: true })
      : sign * ((a[column] ?? -1) - (b[column] ?? -1)),
  );
}

/** No size in bytes takes more letters than this one. */
const LONGEST_SIZE = '88.8 MiB';

/** The longest text of each column of figures; of what is summed up, that is its total. */
function figureColumns({ rows, totals, unknown }: CostTable): readonly string[] {
  const least = unknown > 0 ? '≥ ' : '';
  let output = '';
  for (const row of rows) {
    const text = row.output?.join('×') ?? '';
    if (text.length > output.length) output = text;
  }
  return [output, least + LONGEST_SIZE, least + exact(totals.params), least + exact(totals.operations)];
}

/** As much room as the longest of some texts takes, in widths of a digit; totals are bold. */
function roomFor(texts: readonly string[]): string {
  return `${(1.08 * Math.max(...texts.map(lettersIn)) + 0.5).toFixed(1)}ch`;
}

/** A layer in as few words as say what it is. */
const layerText = ({ node }: CostRow, name = nodeName(node)): string => {
  const headline = headlineOf(node);
  return headline === '' ? name : `${name} · ${headline}`;
};

/** The texts of all rows; what a kind is called is looked up once. */
function layerTexts(rows: readonly CostRow[]): readonly string[] {
  const names = new Map<NodeKind, string>();
  return rows.map((row) => {
    const { kind } = row;
    // Blocks of one's own are of one kind, each with a name of its own.
    if (kind === 'userBlock') return layerText(row);
    const name = names.get(kind) ?? nodeName(row.node);
    names.set(kind, name);
    return layerText(row, name);
  });
}

/** In widths of a digit: names and layers take no more room than the longest of them, and of a very long one not all. */
const MOST_TEXT = 34;
/** So much of them there is room for at least; names, which tell layers apart, come first: see `.cost-table`. */
const LEAST_TEXT = { names: 'var(--least-name)', layers: '40px' } as const;

const textColumns = (rows: readonly CostRow[]): readonly [names: string, layers: string] => [
  textColumn(
    rows.map(({ id }) => id),
    LEAST_TEXT.names,
  ),
  textColumn(layerTexts(rows), LEAST_TEXT.layers),
];

function textColumn(texts: readonly string[], least: string): string {
  let widest = '';
  for (const text of texts) if (text.length > widest.length && text.length <= MOST_TEXT) widest = text;
  const all = `calc(${roomFor([widest])} + 26px)`;
  return `minmax(min(${least}, ${all}), ${all})`;
}

/** How wide columns are, to the style sheet, which leaves some out where there is no room for all. */
function columnsStyle(
  [names, layers]: readonly string[],
  [output, memory, ...sums]: readonly string[],
): CSSProperties {
  const widths = { '--names': names, '--layers': layers, '--output': output, '--memory': memory };
  return { ...widths, '--sums': sums.join(' ') } as CSSProperties;
}

/** What every layer costs, in numbers: sortable, with shares, and saved as CSV. */
export function CostsPanel() {
  const t = useT();
  const app = useTheApp();
  const design = useApp(designOf);
  const now = useApp((state) => state.analysis);
  const latest = useMemo(() => ({ design, analysis: now }), [design, now]);
  const shown = useSettled(latest, now.facts.size);
  const convention = useApp((state) => state.convention);
  const [openBlocks, setOpenBlocks] = useState(false);
  const [[column, down], setSort] = useState<readonly [Column, boolean]>(['order', false]);
  const table = useMemo(
    () => costTable(shown.design, shown.analysis, { convention, openBlocks }),
    [shown, convention, openBlocks],
  );
  const rows = useMemo(() => sorted(table.rows, column, down), [table, column, down]);
  const { totals } = table;
  const operationsTitle = t(conventionInfo[convention].title);
  const unknown = table.unknown > 0 ? t('{{count}} unknown, not counted', { count: table.unknown }) : '';
  const least = table.unknown > 0 ? '≥ ' : '';
  const figures = useMemo(() => figureColumns(table), [table]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what layers are called is another text in another language.
  const texts = useMemo(() => textColumns(table.rows), [table, t]);
  const titles = [t('Output'), t('Memory'), t('Parameters'), operationsTitle];
  const rooms = figures.map((widest, i) => roomFor([titles[i]!, widest]));
  const head = (name: Column, title: string, kind = 'number') => (
    <span
      role="columnheader"
      className={kind}
      aria-sort={column === name ? (down ? 'descending' : 'ascending') : 'none'}
    >
      <button
        type="button"
        onClick={() => setSort(column === name ? (down ? [name, false] : ['order', false]) : [name, true])}
      >
        {title}
        {column === name ? (down ? ' ↓' : ' ↑') : ''}
      </button>
    </span>
  );
  return (
    <div className="costs-panel">
      <div className="panel-bar">
        <label className="inline">
          <input
            type="checkbox"
            checked={openBlocks}
            onChange={(event) => setOpenBlocks(event.target.checked)}
          />
          <span>{t('Layers inside blocks')}</span>
        </label>
        <CountField
          title={t('Batch')}
          doc={t('Samples that peak memory is told for; all else is counted for one')}
          value={design.batch}
          min={1}
          max={MAX_BATCH}
          onChange={(batch) => app.getState().editDocument(t('Change batch'), setBatch(batch))}
        />
        <span className="inline" data-testid="peak-memory">
          {t('Peak memory')}: {table.unknown > 0 ? '≥ ' : ''}
          {shortBytes(now.totals.peakBytes)}
        </span>
        <span className="muted">{named(conventionInfo[convention].doc)}</span>
        <span className="spacer" />
        <CommandButton id="export-table-csv" />
      </div>
      <div
        className="cost-table"
        role="table"
        aria-label={t('Costs')}
        data-testid="costs"
        style={columnsStyle(texts, rooms)}
      >
        <div className="cost-row is-head" role="row">
          {head('id', t('Name'), '')}
          <span role="columnheader" className="cost-layer">
            {t('Layer')}
          </span>
          <span role="columnheader" className="number cost-output">
            {t('Output')}
          </span>
          {head('outputBytes', t('Memory'), 'number cost-memory')}
          {head('params', t('Parameters'))}
          {head('operations', operationsTitle)}
          <span role="columnheader">{t('Share')}</span>
        </div>
        <Rows rows={rows} total={totals.operations} />
        <div className="cost-row is-total" role="row">
          <span role="rowheader" title={unknown}>
            {t('Total')}
          </span>
          <span role="cell" className="cost-layer">
            {unknown}
          </span>
          <span role="cell" className="cost-output" />
          <span role="cell" className="number cost-memory">
            {least}
            {shortBytes(totals.outputBytes)}
          </span>
          <span role="cell" className="number">
            {least}
            {exact(totals.params)}
          </span>
          <span role="cell" className="number" data-testid="total-operations">
            {least}
            {exact(totals.operations)}
          </span>
          <span role="cell" />
        </div>
      </div>
    </div>
  );
}

function Rows({ rows, total }: { readonly rows: readonly CostRow[]; readonly total: number }) {
  const scroller = useRef<HTMLDivElement>(null);
  const selection = useApp((state) => state.selection);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PIXELS,
    overscan: 8,
  });
  return (
    <div ref={scroller} className="cost-rows">
      <div style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, start, key }) => {
          const row = rows[index]!;
          return (
            <Row
              key={key}
              row={row}
              total={total}
              top={start}
              selected={selection.includes(row.id.split('/')[0] ?? '')}
            />
          );
        })}
      </div>
    </div>
  );
}

interface RowProps {
  readonly row: CostRow;
  readonly total: number;
  readonly top: number;
  readonly selected: boolean;
}

function Row({ row, total, top, selected }: RowProps) {
  const app = useTheApp();
  useT();
  const { id, kind, output, params, operations, outputBytes } = row;
  const layer = layerText(row);
  const share = operations === undefined || total === 0 ? 0 : operations / total;
  const go = (): void => {
    const [node] = id.split('/');
    if (node === undefined) return;
    app.getState().select([node]);
    app.viewport.reveal(node);
  };
  return (
    <div
      className={`cost-row${selected ? ' is-selected' : ''}`}
      role="row"
      tabIndex={0}
      data-row={id}
      style={{ transform: `translateY(${top}px)`, ...familyStyle(definitionOf(kind).group) }}
      onClick={go}
      onKeyDown={(event) => {
        if (event.key === 'Enter') go();
      }}
    >
      <span role="rowheader" title={`${id}: ${layer}`}>
        <LayerIcon kind={kind} size={15} /> {id}
      </span>
      <span role="cell" className="cost-layer" title={layer}>
        {layer}
      </span>
      <span role="cell" className="number cost-output">
        {output ? output.join('×') : '?'}
      </span>
      <span role="cell" className="number cost-memory">
        {outputBytes === undefined ? '?' : shortBytes(outputBytes)}
      </span>
      <span role="cell" className="number">
        {params === undefined ? '?' : params === 0 ? '—' : exact(params)}
      </span>
      <span role="cell" className="number">
        {operations === undefined ? '?' : operations === 0 ? '—' : exact(operations)}
      </span>
      <span role="cell" className="bar-cell">
        <span style={{ transform: `scaleX(${share})` }} />
        <em>{share >= 0.0005 ? `${(100 * share).toFixed(1)} %` : ''}</em>
      </span>
    </div>
  );
}
