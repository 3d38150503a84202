import { conventionInfo } from '../../analysis/conventions.ts';
import { inEnglish, type Speech } from '../../base/speech.ts';
import { type CostRow, type CostTable, captionOf } from './cost-table.ts';

/** A table as text in cells, before anyone has chosen a syntax. */
export interface TextTable {
  readonly caption: string;
  readonly columns: readonly { readonly title: string; readonly align: 'left' | 'right' }[];
  readonly rows: readonly (readonly string[])[];
  /** The last line, set apart. */
  readonly totals?: readonly string[];
}

/**
 * A cost table for people: figures grouped by threes, memory in KiB, unknown as a question mark. With `reach`, what an
 * output sees of the input, and multiply-adds for each byte moved; with `times`, what each is predicted to take: nothing
 * for what runs within the step of a layer before it.
 */
export function presentCosts(
  table: CostTable,
  { reach = false, times, speech = inEnglish }: PresentOptions = {},
): TextTable {
  const { rows, totals, convention } = table;
  return {
    caption: captionOf(table, speech),
    columns: [
      { title: 'Name', align: 'left' },
      { title: 'Layer', align: 'left' },
      { title: 'Output', align: 'right' },
      { title: 'Memory (KiB)', align: 'right' },
      { title: 'Parameters', align: 'right' },
      { title: conventionInfo[convention].title, align: 'right' },
      { title: 'Share', align: 'right' },
      ...(reach
        ? [
            { title: 'Sees', align: 'right' as const },
            { title: 'MACs/byte', align: 'right' as const },
          ]
        : []),
      ...(times ? [{ title: 'ms, predicted', align: 'right' as const }] : []),
    ],
    rows: rows.map((row) => [
      row.id,
      row.layer,
      row.output === undefined ? '?' : row.output.join('×'),
      kibibytes(row.outputBytes),
      grouped(row.params),
      grouped(row.operations),
      shareOf(row.operations, totals.operations),
      ...(reach ? [fieldText(row.field), row.intensity?.toFixed(1) ?? '?'] : []),
      ...(times ? [timeText(times.byRow.get(row.id))] : []),
    ]),
    totals: [
      speech.t('Total'),
      speech.tell`peak memory ${kibibytes(totals.peakBytes)} KiB`,
      '',
      kibibytes(totals.outputBytes),
      grouped(totals.params),
      grouped(totals.operations),
      '',
      ...(reach ? ['', ''] : []),
      ...(times ? [times.total.toFixed(3)] : []),
    ],
  };
}

export interface PresentOptions {
  readonly reach?: boolean;
  readonly times?: RowTimes;
  /** The language of the caption and of the last line. */
  readonly speech?: Speech;
}

/** Predicted milliseconds: of rows, and of all of them. */
export interface RowTimes {
  /** Undefined for a row of which it is not known; rows that are left out run within others. */
  readonly byRow: ReadonlyMap<string, number | undefined>;
  readonly total: number;
}

const timeText = (milliseconds: number | undefined): string => milliseconds?.toFixed(3) ?? '';

/** `11×11`, `all` where everything is seen. */
function fieldText(field: CostRow['field']): string {
  if (field === undefined) return '?';
  return field.every(Number.isFinite) ? field.join('×') : 'all';
}

/** `1,234,567`; the same in every locale. */
export function grouped(count: number | undefined): string {
  return count === undefined ? '?' : String(count).replace(/\B(?=(\d{3})+(?!\d))/g, ',');
}

/** With one decimal, as the lecture's table has it: 802,816 bytes are 784.0 KiB. */
export function kibibytes(bytes: number | undefined): string {
  if (bytes === undefined) return '?';
  const [whole, tenth] = (bytes / 1024).toFixed(1).split('.');
  return `${grouped(Number(whole))}.${tenth}`;
}

function shareOf(part: number | undefined, whole: number): string {
  return part === undefined || whole === 0 || part === 0 ? '' : `${((100 * part) / whole).toFixed(1)} %`;
}
