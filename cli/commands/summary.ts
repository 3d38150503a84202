import { type Command, InvalidArgumentError, Option } from 'commander';
import { analyze } from '../../shared/analysis/analyze.ts';
import type { Convention } from '../../shared/analysis/conventions.ts';
import type { Analysis } from '../../shared/analysis/facts.ts';
import { flatten } from '../../shared/analysis/flatten.ts';
import { type CountingToolName, countingToolNames, countingTools } from '../../shared/analysis/tools.ts';
import { unreachable } from '../../shared/base/unreachable.ts';
import { type CostRow, type CostTable, costTable } from '../../shared/formats/tables/cost-table.ts';
import { costsToCsv } from '../../shared/formats/tables/csv.ts';
import { toMarkdown } from '../../shared/formats/tables/markup.ts';
import { presentCosts, type RowTimes } from '../../shared/formats/tables/present.ts';
import type { MeasuredMachine } from '../../shared/runtime/time/calibration.ts';
import { type Prediction, predict } from '../../shared/runtime/time/predict.ts';
import { nodeHost } from '../backends.ts';
import { calibrationFor, estimateText, machineAsMeasured, machineText } from '../calibrations.ts';
import { CommandFailure, exitCodes, failWith, problemLine } from '../failure.ts';
import { printed, speech, tell } from '../i18n/language.ts';
import { type LikeReport, likeReport, likeTable } from '../like-report.ts';
import { fileHelp, foldHelp, openDesign } from '../open-design.ts';
import { conventionOption, formatOption } from '../options.ts';
import {
  type BatchOptions,
  batchOption,
  inputOption,
  type ShapeOptions,
  shapeOption,
  shapesOf,
} from '../shapes.ts';
import { timeThreadsOption } from '../steer-options.ts';
import { printJson, type Terminal } from '../terminal.ts';

interface SummaryOptions extends ShapeOptions, BatchOptions {
  readonly convention: Convention;
  readonly format: 'table' | 'json' | 'csv' | 'markdown';
  readonly open?: boolean;
  readonly fold?: boolean;
  readonly like?: readonly CountingToolName[];
  readonly time?: boolean;
  readonly threads?: number;
}

export function addSummary(program: Command, terminal: Terminal): void {
  program
    .command('summary')
    .description('what every layer outputs and costs, and the totals')
    .argument('<file>', fileHelp)
    .addOption(shapeOption())
    .addOption(inputOption())
    .addOption(batchOption())
    .addOption(conventionOption())
    .addOption(likeOption())
    .addOption(formatOption(['table', 'json', 'csv', 'markdown']))
    .option('--open', 'list the layers inside blocks instead of the blocks')
    .option('--fold', foldHelp)
    .option(
      '--time',
      'how long each takes on this machine, as predicted once netwright calibrate has measured it',
    )
    .addOption(timeThreadsOption())
    .addHelpText(
      'after',
      '\nExit code 1 when the design has problems; they are told on standard error.\n\nExamples:\n  $ netwright summary zoo:alexnet\n  $ netwright summary design.json --shape 3,320,320 --format csv > costs.csv\n  $ netwright summary zoo:resnet50 --open --convention flops2\n  $ netwright summary zoo:resnet50 --like torchvision,thop\n  $ netwright summary zoo:mobilenet_v2 --time --threads 1',
    )
    .action(
      async (
        file: string,
        { batch, convention, format, open, fold, like, time, threads, ...given }: SummaryOptions,
      ) => {
        const shapes = shapesOf(given);
        const design = await openDesign(file, { terminal, fold: fold === true, shapes, batch });
        const analysis = analyze(design);
        if (like) printLike(terminal, likeReport(design.name, analysis, like), format);
        else {
          const table = costTable(design, analysis, { convention, openBlocks: open === true });
          const timed = time
            ? await timesOf(file, design.batch, analysis, threads, open === true)
            : undefined;
          if (format === 'json')
            printJson(terminal, {
              ...summaryJson(table, timed?.rows),
              ...(timed
                ? {
                    predicted: {
                      machine: timed.machine,
                      ...timed.estimate.total,
                      unknown: timed.estimate.unknown,
                    },
                  }
                : {}),
            });
          else terminal.out(writers[format](table, timed?.rows));
          // What a table is of, no cell of it can say.
          if (timed && format !== 'json')
            terminal.err(`${estimateText(timed.estimate)}, ${machineText(timed.machine)}.\n`);
        }
        for (const problem of analysis.problems) terminal.err(`${problemLine(file, problem)}\n`);
        if (analysis.problems.length > 0) process.exitCode = exitCodes.findings;
      },
    );
}

interface Timed {
  readonly rows: RowTimes;
  readonly estimate: Prediction;
  readonly machine: MeasuredMachine;
}

/** A step's time stands at the first of the layers that it runs, so that the rows add up to all but what brings the input in. */
async function timesOf(
  file: string,
  batch: number,
  analysis: Analysis,
  threads: number | undefined,
  openBlocks: boolean,
): Promise<Timed> {
  const { machine, target } = await machineAsMeasured(nodeHost(), threads);
  const { model } = await calibrationFor(machine);
  const network = flatten(analysis);
  if (!network.ok) throw failWith(file, network.problems);
  const found = predict(network.value, target, model, batch);
  if (!found.ok) throw failWith(file, found.problems);
  const byRow = new Map<string, number | undefined>();
  for (const { nodes, estimate } of found.value.steps) {
    const row = openBlocks ? nodes[0]! : nodes[0]!.split('/')[0]!;
    const before = byRow.has(row) ? byRow.get(row) : 0;
    byRow.set(
      row,
      estimate === undefined || before === undefined ? undefined : before + estimate.milliseconds,
    );
  }
  return { rows: { byRow, total: found.value.total.milliseconds }, estimate: found.value, machine };
}

function likeOption(): Option {
  const names = countingToolNames.join(', ');
  const docs = countingToolNames.map((name) => `${name}: ${countingTools[name].doc}`).join(' ');
  return new Option(
    '--like <tool>',
    `operations or parameters as another tool counts them, or as two do, layer by layer. ${docs}`,
  ).argParser((text): readonly CountingToolName[] => {
    const tools = text.split(',').map((name) => {
      const tool = countingToolNames.find((each) => each === name.trim());
      if (!tool) throw new InvalidArgumentError(tell`"${name}" is none of ${names}.`);
      return tool;
    });
    const [first, second] = tools.map((tool) => countingTools[tool].counted);
    if (second !== undefined && first !== second)
      throw new InvalidArgumentError(
        tell`${tools[0]} counts ${first} and ${tools[1]} ${second}: they cannot be set side by side.`,
      );
    if (tools.length > 2) throw new InvalidArgumentError(tell`Two tools at most can be set side by side.`);
    return tools;
  });
}

function printLike(terminal: Terminal, report: LikeReport, format: SummaryOptions['format']): void {
  switch (format) {
    case 'table':
      terminal.out(printed(likeTable(report, speech)));
      break;
    case 'markdown':
      terminal.out(toMarkdown(likeTable(report)));
      break;
    case 'json':
      printJson(terminal, report);
      break;
    case 'csv':
      throw new CommandFailure(tell`--like has no CSV. Use --format json, table or markdown.`);
    default:
      unreachable(format);
  }
}

const writers = {
  table: (table: CostTable, times?: RowTimes) =>
    printed(presentCosts(table, { reach: true, speech, ...(times ? { times } : {}) })),
  csv: costsToCsv,
  markdown: (table: CostTable, times?: RowTimes) =>
    toMarkdown(presentCosts(table, { reach: true, ...(times ? { times } : {}) })),
} as const;

/** Unknown figures are null. `macs` counts under the stated convention. */
function summaryJson(
  { name, convention, inputs, rows, totals, numbers, batch }: CostTable,
  times: RowTimes | undefined,
): object {
  const known = (count: number | undefined) => count ?? null;
  return {
    name,
    convention,
    input: inputs.length === 1 ? inputs[0] : inputs,
    layers: rows.map((row) => ({
      id: row.id,
      layer: row.kind,
      output: row.output ?? null,
      params: known(row.params),
      macs: known(row.operations),
      outputElements: known(row.outputElements),
      outputBytes: known(row.outputBytes),
      receptiveField: fieldJson(row.field),
      macsPerByte: known(row.intensity),
      ...(times ? { predictedMilliseconds: known(times.byRow.get(row.id)) } : {}),
    })),
    totals: {
      params: totals.params,
      macs: totals.operations,
      outputBytes: totals.outputBytes,
      weightBytes: totals.weightBytes,
      peakBytes: totals.peakBytes,
    },
    numbers,
    batch,
  };
}

/** Null where it is unknown, `all` along an axis where everything is seen. */
function fieldJson(field: CostRow['field']): readonly (number | 'all')[] | null {
  return field === undefined ? null : field.map((pixels) => (Number.isFinite(pixels) ? pixels : 'all'));
}
