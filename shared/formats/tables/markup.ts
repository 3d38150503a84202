import { markdownParagraph, markdownText, texText, xmlText } from '../../base/markup.ts';
import { oneLine } from '../../base/text.ts';
import type { TextTable } from './present.ts';

/** A pipe table as GitHub has it, its caption above. */
export function toMarkdown({ caption, columns, rows, totals }: TextTable): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const bold = (text: string) => (text === '' ? '' : `**${markdownText(text)}**`);
  return `${[
    markdownParagraph(caption),
    '',
    line(columns.map(({ title }) => title)),
    line(columns.map(({ align }) => (align === 'right' ? '---:' : '---'))),
    ...rows.map((cells) => line(cells.map(markdownText))),
    ...(totals === undefined ? [] : [line(totals.map(bold))]),
  ].join('\n')}\n`;
}

/**
 * A `table` float in booktabs style; needs `\usepackage{booktabs}`. Names in other scripts stay as they are, for the document
 * around it knows its fonts.
 */
export function toLatex({ caption, columns, rows, totals }: TextTable): string {
  const escaped = (text: string) => texText(text, (letter) => letter);
  const line = (cells: readonly string[]) => `    ${cells.map(escaped).join(' & ')} \\\\`;
  return `${[
    '\\begin{table}',
    '  \\centering',
    `  \\caption{${escaped(caption)}}`,
    `  \\begin{tabular}{${columns.map(({ align }) => align[0]).join('')}}`,
    '    \\toprule',
    line(columns.map(({ title }) => title)),
    '    \\midrule',
    ...rows.map(line),
    ...(totals === undefined ? [] : ['    \\midrule', line(totals)]),
    '    \\bottomrule',
    '  \\end{tabular}',
    '\\end{table}',
  ].join('\n')}\n`;
}

/** A `table` element with header, body and footer; brings no style but the alignment of figures. */
export function toHtml({ caption, columns, rows, totals }: TextTable): string {
  const escaped = (text: string) => xmlText(oneLine(text));
  const line = (tag: 'td' | 'th', cells: readonly string[]) =>
    `<tr>${cells.map((cell, i) => `<${tag}${columns[i]!.align === 'right' ? ' style="text-align: right"' : ''}>${escaped(cell)}</${tag}>`).join('')}</tr>`;
  return `${[
    '<table>',
    `  <caption>${escaped(caption)}</caption>`,
    `  <thead>${line(
      'th',
      columns.map(({ title }) => title),
    )}</thead>`,
    '  <tbody>',
    ...rows.map((cells) => `    ${line('td', cells)}`),
    '  </tbody>',
    ...(totals === undefined ? [] : [`  <tfoot>${line('td', totals)}</tfoot>`]),
    '</table>',
  ].join('\n')}\n`;
}

/** Columns lined up with spaces, for terminals. Characters outside the basic plane count as one place. */
/** Ideographs and full-width forms take two columns of a terminal (UAX #11). */
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/gu;

/** How many columns of a terminal a text takes. */
export const columnsOf = (text: string): number => [...text].length + (text.match(wide)?.length ?? 0);

export function toPlain({ caption, columns, rows, totals }: TextTable): string {
  const head = columns.map(({ title }) => title);
  const last = totals === undefined ? [] : [totals];
  const lengths = [head, ...rows, ...last].map((cells) => cells.map(columnsOf));
  const widths = columns.map((_, i) => lengths.reduce((widest, cells) => Math.max(widest, cells[i]!), 0));
  const pad = (text: string, i: number) => {
    const room = ' '.repeat(widths[i]! - columnsOf(text));
    return columns[i]!.align === 'right' ? room + text : text + room;
  };
  const line = (cells: readonly string[]) => cells.map(pad).join('  ').trimEnd();
  const rule = widths.map((width) => '─'.repeat(width)).join('──');
  const foot = totals === undefined ? [] : [rule, line(totals)];
  return `${[oneLine(caption), '', line(head), rule, ...rows.map(line), ...foot].join('\n')}\n`;
}
