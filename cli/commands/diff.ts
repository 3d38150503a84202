import type { Command } from 'commander';
import { analyze } from '../../shared/analysis/analyze.ts';
import { compare, type Side } from '../../shared/analysis/compare.ts';
import type { Analysis } from '../../shared/analysis/facts.ts';
import { drawDifference } from '../../shared/formats/pictures/difference.ts';
import { toSvg } from '../../shared/formats/pictures/svg.ts';
import { differenceTable } from '../../shared/formats/tables/difference-table.ts';
import { toMarkdown } from '../../shared/formats/tables/markup.ts';
import { printed, speech } from '../i18n/language.ts';
import { fileHelp, openDesign } from '../open-design.ts';
import { formatOption } from '../options.ts';
import { type BatchOptions, batchOption, type ShapeOptions, shapeOption, shapesOf } from '../shapes.ts';
import { printJson, type Terminal } from '../terminal.ts';

interface DiffOptions extends ShapeOptions, BatchOptions {
  readonly format: 'text' | 'markdown' | 'json' | 'svg';
}

export function addDiff(program: Command, terminal: Terminal): void {
  program
    .command('diff')
    .description('the layers added, removed and changed from one design to another, and what that costs')
    .argument('<before>', fileHelp)
    .argument('<after>', 'the other design, likewise')
    .addOption(shapeOption())
    .addOption(batchOption())
    .addOption(formatOption(['text', 'markdown', 'json', 'svg']))
    .addHelpText(
      'after',
      '\nExamples:\n  $ netwright diff zoo:alexnet zoo:zfnet\n  $ git show HEAD:design.json | netwright diff - design.json',
    )
    .action(async (before: string, after: string, { format, batch, ...given }: DiffOptions) => {
      const shapes = shapesOf(given);
      const [a, b] = [
        await openDesign(before, { terminal, shapes, batch }),
        await openDesign(after, { terminal, shapes, batch }),
      ];
      const comparison = compare(analyze(a), analyze(b));
      const { rows, before: was, after: is } = comparison;
      const changed = rows.filter(({ change }) => change !== 'same');
      if (format === 'json') {
        return printJson(terminal, {
          before: { name: a.name, totals: totalsOf(was) },
          after: { name: b.name, totals: totalsOf(is) },
          layers: changed.map(({ change, before: left, after: right, params, difference }) => ({
            change,
            before: sideOf(left),
            after: sideOf(right),
            params,
            difference,
          })),
        });
      }
      // What was made of a design has its name.
      const title = a.name === b.name ? `${a.name}: ${before} → ${after}` : `${a.name} → ${b.name}`;
      if (format === 'svg') return terminal.out(toSvg(drawDifference(title, comparison)));
      terminal.out(
        format === 'markdown'
          ? toMarkdown(differenceTable(title, comparison))
          : printed(differenceTable(title, comparison, speech)),
      );
    });
}

function totalsOf({ params, macs, outputBytes, peakBytes }: Analysis['totals']): object {
  return { params, macs, outputBytes, peakBytes };
}

function sideOf(side: Side | undefined): object | null {
  if (side === undefined) return null;
  return { id: side.id, layer: side.kind, output: side.output ?? null, ...(side.figures ?? {}) };
}
