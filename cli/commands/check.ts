import type { Command } from 'commander';
import { analyze } from '../../shared/analysis/analyze.ts';
import { checkBudget, type Gauge } from '../../shared/analysis/budget.ts';
import { writeLimit } from '../../shared/formats/spec/quantity.ts';
import { grouped } from '../../shared/formats/tables/present.ts';
import type { Budget, Design } from '../../shared/graph/design.ts';
import { baselineOf } from '../../shared/graph/edits.ts';
import { type Quantity, quantities, quantityTable, shareText } from '../../shared/graph/quantities.ts';
import { CommandFailure, exitCodes, problemLine } from '../failure.ts';
import { fileHelp, openDesign } from '../open-design.ts';
import { formatOption, type GivenLimit, limitOption } from '../options.ts';
import { type ShapeOptions, shapeOption, shapesOf } from '../shapes.ts';
import { printJson, type Terminal } from '../terminal.ts';

interface CheckOptions extends Partial<Record<Quantity, GivenLimit>>, ShapeOptions {
  readonly baseline?: string;
  readonly format: 'text' | 'json';
}

export function addCheck(program: Command, terminal: Terminal): void {
  program
    .command('check')
    .description('whether a design keeps its budget')
    .argument('<file>', fileHelp)
    .option('--baseline <file>', 'the design that shares such as +5% are of, instead of the pinned one')
    .addOption(shapeOption())
    .addOption(limitOption('macs', 'multiply-adds'))
    .addOption(limitOption('params', 'parameters'))
    .addOption(limitOption('memory', 'peak memory of activations'))
    .addOption(formatOption(['text', 'json']))
    .addHelpText(
      'after',
      '\nLimits that are not given are those of the spec. The share +5% allows at most 5 % more than the baseline, ±5% as much more or less.\nExit code 1 when a limit is broken, or when problems of the design leave its cost unknown.\n\nExamples:\n  $ netwright check design.json\n  $ netwright check design.json --macs 15.5G --memory 64MiB\n  $ netwright check design.json --baseline zoo:vgg16 --macs +5%',
    )
    .action(async (file: string, options: CheckOptions) => {
      const opened = await openDesign(file, { shapes: shapesOf(options) });
      const design: Design = { ...opened, budget: await budgetOf(file, opened.budget, options) };
      const analysis = analyze(design);
      const { gauges, within } = checkBudget(design, analysis);
      const fits = within && analysis.problems.length === 0;
      if (options.format === 'json')
        printJson(terminal, {
          name: design.name,
          within: fits,
          quantities: quantities.map((each) => jsonOf(gauges[each])),
        });
      else
        printText(
          terminal,
          file,
          quantities.map((each) => gauges[each]),
        );
      for (const each of quantities) {
        const remark = options[each]?.remark;
        if (remark !== undefined) terminal.err(`${remark}\n`);
      }
      for (const problem of analysis.problems) terminal.err(`${problemLine(file, problem)}\n`);
      if (!fits) process.exitCode = exitCodes.findings;
    });
}

/** The design's own budget, with what the command line says over it. */
async function budgetOf(file: string, own: Budget, options: CheckOptions): Promise<Budget> {
  const given = quantities.flatMap((each) => {
    const limit = options[each]?.limit ?? own.limits[each];
    return limit === undefined ? [] : [[each, limit] as const];
  });
  if (given.length === 0)
    throw new CommandFailure(`${file}: has no budget. Give one with --macs, --params or --memory.`);
  const pinned = options.baseline === undefined ? own.baseline : await openDesign(options.baseline);
  const relative = given.find(([, { kind }]) => kind !== 'absolute');
  if (relative !== undefined && pinned === undefined)
    throw new CommandFailure(
      `${file}: a share (${relative[0]}) needs a design to be a share of. Give it with --baseline.`,
    );
  return {
    limits: Object.fromEntries(given),
    ...(pinned === undefined ? {} : { baseline: baselineOf(pinned) }),
  };
}

function jsonOf({ quantity, actual, limit, min, max, baseline, change, within }: Gauge): object {
  return {
    quantity,
    actual,
    limit: limit === undefined ? null : writeLimit(limit),
    min: min ?? null,
    max: max ?? null,
    baseline: baseline ?? null,
    change: change ?? null,
    within: within ?? null,
  };
}

function printText({ out, colours }: Terminal, file: string, gauges: readonly Gauge[]): void {
  for (const { quantity, actual, limit, min, max, baseline, change, within } of gauges) {
    const verdict =
      within === undefined
        ? colours.dim('no limit')
        : within
          ? colours.green('within')
          : colours.red('OVER BUDGET');
    const under = within === false && actual < (min ?? 0);
    const bounds =
      max === undefined
        ? ''
        : min === undefined
          ? `at most ${grouped(max)}`
          : `${grouped(Math.ceil(min))} to ${grouped(Math.floor(max))}`;
    const share =
      limit === undefined || limit.kind === 'absolute' || baseline === undefined
        ? ''
        : ` (${shareText(limit)} of ${grouped(baseline)})`;
    const difference =
      change === undefined
        ? ''
        : `${change < 0 ? '' : '+'}${(100 * change).toFixed(2)} % against the baseline`;
    const parts = [`${bounds}${share}`, difference].filter((part) => part !== '').join('; ');
    out(
      `${file}: ${quantityTable[quantity].title}: ${grouped(actual)}: ${under ? colours.red('UNDER BUDGET') : verdict}${parts === '' ? '' : ` (${parts})`}\n`,
    );
  }
}
