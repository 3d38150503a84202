import type { Command } from 'commander';
import { analyze } from '../../shared/analysis/analyze.ts';
import { grouped } from '../../shared/formats/tables/present.ts';
import { zoo } from '../../shared/zoo/index.ts';
import { printed, t } from '../i18n/language.ts';
import { formatOption } from '../options.ts';
import { printJson, type Terminal } from '../terminal.ts';

export function addZoo(program: Command, terminal: Terminal): void {
  program
    .command('zoo')
    .description('list the published networks, with parameters and multiply-adds')
    .addOption(formatOption(['table', 'json']))
    .addHelpText('after', '\nExamples:\n  $ netwright zoo\n  $ netwright summary zoo:vgg16')
    .action(({ format }: { readonly format: 'table' | 'json' }) => {
      const networks = zoo.map((entry) => {
        const { params, macs } = analyze(entry.build()).totals;
        const { id, title, year, summary } = entry;
        return { name: id, title, year, params, macs, summary };
      });
      if (format === 'json') return printJson(terminal, { networks });
      terminal.out(
        printed({
          caption: t('Published networks; use as zoo:NAME. One multiply-add is one operation.'),
          columns: [
            { title: 'Name', align: 'left' },
            { title: 'Year', align: 'right' },
            { title: 'Parameters', align: 'right' },
            { title: 'Multiply-adds', align: 'right' },
            { title: 'Network', align: 'left' },
          ],
          rows: networks.map(({ name, title, year, params, macs }) => [
            name,
            String(year),
            grouped(params),
            grouped(macs),
            title,
          ]),
        }),
      );
    });
}
