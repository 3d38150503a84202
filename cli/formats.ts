import { analyze } from '../shared/analysis/analyze.ts';
import { writeSpec } from '../shared/formats/spec/write.ts';
import { costTable } from '../shared/formats/tables/cost-table.ts';
import { costsToCsv } from '../shared/formats/tables/csv.ts';
import { toHtml, toLatex, toMarkdown } from '../shared/formats/tables/markup.ts';
import { presentCosts, type TextTable } from '../shared/formats/tables/present.ts';
import type { Design } from '../shared/graph/design.ts';
import { CommandFailure } from './failure.ts';

/** A kind of file that designs can be written as. */
export interface WritableFormat {
  /** How the file's name ends; the longest that fits counts. */
  readonly extension: string;
  readonly title: string;
  write(design: Design): string | Uint8Array | Promise<string | Uint8Array>;
}

const table =
  (toText: (table: TextTable) => string) =>
  (design: Design): string =>
    toText(presentCosts(costTable(design, analyze(design), { convention: 'mac' })));

/** Every format that `convert` writes. Adding one is a line here. */
export const writableFormats: readonly WritableFormat[] = [
  { extension: '.json', title: 'spec', write: writeSpec },
  {
    extension: '.csv',
    title: 'cost table for spreadsheets',
    write: (design) => costsToCsv(costTable(design, analyze(design), { convention: 'mac' })),
  },
  { extension: '.md', title: 'cost table in Markdown', write: table(toMarkdown) },
  { extension: '.tex', title: 'cost table in LaTeX', write: table(toLatex) },
  { extension: '.html', title: 'cost table in HTML', write: table(toHtml) },
];

/** The format that a file's name asks for, out of those at hand. */
export function formatFor<F extends { readonly extension: string }>(file: string, formats: readonly F[]): F {
  const fitting = formats
    .filter(({ extension }) => file.toLowerCase().endsWith(extension))
    .sort((a, b) => b.extension.length - a.extension.length);
  const [found] = fitting;
  if (found !== undefined) return found;
  throw new CommandFailure(
    `${file}: its name says no format that can be written. Use one of ${formats.map(({ extension }) => extension).join(' ')}.`,
  );
}
