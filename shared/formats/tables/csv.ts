import type { CostTable } from './cost-table.ts';
import type { RowTimes } from './present.ts';

/**
 * A cost table for spreadsheets and programs (RFC 4180): plain integers, bytes, unknown left empty. The title of the
 * operations column is the convention; the last line has the totals.
 */
export function costsToCsv({ rows, totals, convention }: CostTable, times?: RowTimes): string {
  const timed = times ? ['predicted_ms'] : [];
  const header = ['id', 'layer', 'output', 'params', convention, 'output_elements', 'output_bytes', ...timed];
  const lines = rows.map((row) => [
    row.id,
    row.layer,
    row.output?.join('x'),
    row.params,
    row.operations,
    row.outputElements,
    row.outputBytes,
    ...(times ? [times.byRow.get(row.id)] : []),
  ]);
  const elements = rows.reduce((sum, row) => sum + (row.outputElements ?? 0), 0);
  const last = [
    'total',
    '',
    '',
    totals.params,
    totals.operations,
    elements,
    totals.outputBytes,
    ...(times ? [times.total] : []),
  ];
  return csvOf([header, ...lines, last]);
}

/** Lines of cells; what is undefined is left empty. */
export function csvOf(lines: readonly (readonly (string | number | undefined)[])[]): string {
  return lines.map((cells) => `${cells.map(field).join(',')}\r\n`).join('');
}

function field(value: string | number | undefined): string {
  const text = value === undefined ? '' : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
