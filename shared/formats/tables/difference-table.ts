import type { Comparison, LayerChange, Side } from '../../analysis/compare.ts';
import type { Totals } from '../../analysis/facts.ts';
import { inEnglish, type Speech } from '../../base/speech.ts';
import { csvOf } from './csv.ts';
import { grouped, type TextTable } from './present.ts';

const signs = { added: '+', removed: '−', changed: '~', same: ' ' } as const;

/** The layers that differ from one design to another, and what that costs. */
export function differenceTable(
  title: string,
  { rows, before, after }: Comparison,
  { t, tell }: Speech = inEnglish,
): TextTable {
  const changed = rows.filter(({ change }) => change !== 'same');
  return {
    caption: tell`${title}. ${changed.length} of ${rows.length} layers differ; one multiply-add is one operation.`,
    columns: [
      { title: '', align: 'left' },
      { title: 'Layer', align: 'left' },
      { title: 'Parameters', align: 'right' },
      { title: 'Multiply-adds', align: 'right' },
      { title: 'Output bytes', align: 'right' },
      { title: 'What', align: 'left' },
    ],
    rows: changed.map((row) => [
      signs[row.change],
      nameOf(row, ' → '),
      signed(row.difference.params),
      signed(row.difference.macs),
      signed(row.difference.outputBytes),
      describe(row.after ?? row.before, row.params),
    ]),
    totals: [
      '',
      t('Total'),
      signed(after.params - before.params),
      signed(after.macs - before.macs),
      signed(after.outputBytes - before.outputBytes),
      tell`${change(before.params, after.params)} parameters, ${change(before.macs, after.macs)} multiply-adds`,
    ],
  };
}

/** The same for spreadsheets: plain integers, every layer. */
export function differenceCsv({ rows }: Comparison): string {
  return csvOf([
    ['change', 'before', 'after', 'kind', 'params', 'macs', 'output_bytes', 'what'],
    ...rows.map(({ change: kind, before, after, params, difference }) => [
      kind,
      before?.id,
      after?.id,
      (after ?? before)?.kind,
      difference.params,
      difference.macs,
      difference.outputBytes,
      params
        .map(({ name, before: was, after: is }) => `${name} ${JSON.stringify(was)} → ${JSON.stringify(is)}`)
        .join('; '),
    ]),
  ]);
}

/** A design among those that are compared. */
export interface NamedTotals {
  readonly name: string;
  readonly totals: Totals;
}

const columns = [
  ['Parameters', 'params', ({ params }: Totals) => params],
  ['Multiply-adds', 'macs', ({ macs }: Totals) => macs],
  ['All activations, bytes', 'output_bytes', ({ outputBytes }: Totals) => outputBytes],
  ['Peak, bytes', 'peak_bytes', ({ peakBytes }: Totals) => peakBytes],
  ['Layers', 'layers', ({ layers }: Totals) => layers],
  ['Depth', 'depth', ({ depth }: Totals) => depth],
] as const;

/** Any number of designs by their totals, each but the first with how far it is from the first. */
export function totalsTable(designs: readonly NamedTotals[]): TextTable {
  const [first] = designs;
  return {
    caption: designs.map(({ name }) => name).join(', '),
    columns: [
      { title: 'Design', align: 'left' },
      ...columns.map(([title]) => ({ title, align: 'right' as const })),
    ],
    rows: designs.map(({ name, totals }) => [
      name,
      ...columns.map(([, , of]) => {
        const amount = grouped(of(totals));
        return totals === first?.totals ? amount : `${amount} (${change(of(first!.totals), of(totals))})`;
      }),
    ]),
  };
}

export function totalsCsv(designs: readonly NamedTotals[]): string {
  return csvOf([
    ['design', ...columns.map(([, name]) => name)],
    ...designs.map(({ name, totals }) => [name, ...columns.map(([, , of]) => of(totals))]),
  ]);
}

function nameOf({ before, after }: LayerChange, arrow: string): string {
  return before !== undefined && after !== undefined && before.id !== after.id
    ? `${before.id}${arrow}${after.id}`
    : (after ?? before)!.id;
}

function describe(side: Side | undefined, params: LayerChange['params']): string {
  const values = params.map(
    ({ name, before, after }) => `${name} ${JSON.stringify(before)} → ${JSON.stringify(after)}`,
  );
  return [side?.kind ?? '', ...values].join(' ');
}

function signed(difference: number): string {
  return difference === 0 ? '' : `${difference > 0 ? '+' : '−'}${grouped(Math.abs(difference))}`;
}

function change(before: number, after: number): string {
  if (before === 0) return 'new';
  const percent = 100 * (after / before - 1);
  return `${percent >= 0 ? '+' : '−'}${Math.abs(percent).toFixed(2)} %`;
}
