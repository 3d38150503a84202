import { type Command, Option } from 'commander';
import { drawScatter } from '../../shared/formats/pictures/scatter.ts';
import { toSvg } from '../../shared/formats/pictures/svg.ts';
import { csvOf } from '../../shared/formats/tables/csv.ts';
import type { MeasuredMachine } from '../../shared/runtime/time/calibration.ts';
import {
  amountOf,
  countedSteerQuantities,
  peaksAmong,
  type SteerQuantity,
  steerQuantities,
  steerQuantityTable,
} from '../../shared/steer/quantities.ts';
import type { Vary } from '../../shared/steer/space.ts';
import { paretoRows, type SweepResult, type SweepRow, sweep } from '../../shared/steer/sweep.ts';
import { machineText, timerHere } from '../calibrations.ts';
import { exitCodes, failWith } from '../failure.ts';
import { printed, tell } from '../i18n/language.ts';
import { fileHelp, foldHelp, openDesign } from '../open-design.ts';
import { formatOption } from '../options.ts';
import { interruptible } from '../progress.ts';
import { type BatchOptions, batchOption, type ShapeOptions, shapeOption, shapesOf } from '../shapes.ts';
import { amountText, parseQuantities, timeThreadsOption, varyOption } from '../steer-options.ts';
import type { Terminal } from '../terminal.ts';

type Format = 'table' | 'csv' | 'ndjson' | 'svg';

interface SweepOptions extends ShapeOptions, BatchOptions {
  readonly fold?: boolean;
  readonly vary?: readonly Vary[];
  readonly pareto?: readonly SteerQuantity[];
  readonly also?: readonly SteerQuantity[];
  readonly time?: boolean;
  readonly threads?: number;
  readonly format: Format;
}

/** More lines than this nobody reads on a terminal. */
const MOST_LINES = 200;
const usualAims: readonly SteerQuantity[] = ['macs', 'params'];

export function addSweep(program: Command, terminal: Terminal): void {
  program
    .command('sweep')
    .description('what every variant of a design counts')
    .argument('<file>', fileHelp)
    .addOption(shapeOption())
    .addOption(batchOption())
    .option('--fold', foldHelp)
    .addOption(varyOption().makeOptionMandatory())
    .addOption(
      new Option(
        '--pareto <quantities>',
        'only variants that no other is better than in all of these, such as macs,params; of depth and field, more is better',
      ).argParser(parseQuantities),
    )
    .addOption(
      new Option(
        '--also <quantities>',
        'what is counted besides, such as memory-in-place,memory-arena: peaks of memory by other conventions',
      ).argParser(parseQuantities),
    )
    .option('--time', 'how long each takes on this machine, too, as predicted from its layers')
    .addOption(timeThreadsOption())
    .addOption(formatOption(['table', 'csv', 'ndjson', 'svg']))
    .addHelpText(
      'after',
      '\nExamples:\n  $ netwright sweep zoo:resnet50 --vary stage3.width=64..256:16 --vary input=160..288:32 --format csv > variants.csv\n  $ netwright sweep zoo:resnet50 --vary stage4.depth=2..12:1 --pareto macs,field\n  $ netwright sweep zoo:vgg16 --vary width=0.25..1.5:0.05 --pareto macs,params --format svg > scatter.svg\n  $ netwright sweep zoo:mobilenet_v2 --vary input=96..224:32 --pareto time,field\n  $ netwright sweep zoo:mobilenet_v2 --vary width=0.25..1:0.05 --also memory-in-place,memory-arena',
    )
    .action(async (file: string, options: SweepOptions) => {
      const { vary, pareto, also = [], format, fold, time, threads, batch, ...given } = options;
      const design = await openDesign(file, {
        terminal,
        fold: fold === true,
        shapes: shapesOf(given),
        batch,
      });
      const asked = [...(pareto ?? []), ...also, ...(time === true ? (['time'] as const) : [])];
      const isTimed = asked.includes('time');
      const timed = isTimed ? await timerHere(threads) : undefined;
      const { result, isInterrupted } = await interruptible(terminal, (watch) =>
        sweep(
          design,
          {
            ...(vary ? { vary } : {}),
            ...(timed ? { timer: timed.timer } : {}),
            peaks: peaksAmong(asked),
            loaded: { numbers: design.numbers, batch: design.batch },
          },
          watch,
        ),
      );
      if (result.kind === 'refused') throw failWith(file, result.problems);
      const rows = pareto ? paretoRows(result.rows, pareto) : result.rows;
      write(terminal, design.name, { ...result, rows }, result.rows, {
        pareto,
        asked,
        format,
        machine: timed?.machine,
      });
      if (result.broken > 0) terminal.err(`${leftOut(file, result.broken, amountText(result.space))}\n`);
      if (isInterrupted) process.exitCode = exitCodes.interrupted;
    });
}

function variantsText(name: string, count: number, pareto: readonly SteerQuantity[] | undefined): string {
  const many = amountText(count);
  if (pareto === undefined) return count === 1 ? tell`${name}: 1 variant.` : tell`${name}: ${many} variants.`;
  const aims = pareto.join(', ');
  return count === 1
    ? tell`${name}: 1 variant on the Pareto front of ${aims}.`
    : tell`${name}: ${many} variants on the Pareto front of ${aims}.`;
}

function leftOut(file: string, broken: number, space: string): string {
  return broken === 1
    ? tell`${file}: 1 of ${space} variants has a problem, such as channels that groups do not divide, and is left out.`
    : tell`${file}: ${amountText(broken)} of ${space} variants have a problem, such as channels that groups do not divide, and are left out.`;
}

interface Written {
  readonly pareto: readonly SteerQuantity[] | undefined;
  /** What is told of each besides what is always counted. */
  readonly asked: readonly SteerQuantity[];
  readonly format: Format;
  /** Of which there are times, if there are. */
  readonly machine: MeasuredMachine | undefined;
}

/** With its unit, where the title does not say it. */
function axisTitle(quantity: SteerQuantity): string {
  const { title, unit } = steerQuantityTable[quantity];
  return unit === 'bytes' && !title.startsWith('Bytes') ? `${title} (bytes)` : title;
}

type Swept = Extract<SweepResult, { kind: 'swept' }>;

function write(
  terminal: Terminal,
  name: string,
  { knobs, rows, isWhole, space }: Swept,
  all: readonly SweepRow[],
  { pareto, asked, format, machine }: Written,
): void {
  const columns = steerQuantities.filter(
    (quantity) => countedSteerQuantities.includes(quantity) || asked.includes(quantity),
  );
  const cells = ({ values, measures }: SweepRow): readonly number[] => [
    ...values,
    ...columns.map((quantity) => amountOf(measures, quantity)),
  ];
  switch (format) {
    case 'csv':
      terminal.out(csvOf([[...knobs, ...columns], ...rows.map(cells)]));
      return;
    case 'ndjson':
      for (const row of rows) {
        const entries = [...knobs, ...columns].map((key, i) => [key, cells(row)[i]!] as const);
        terminal.out(`${JSON.stringify(Object.fromEntries(entries))}\n`);
      }
      return;
    case 'svg': {
      const [x = 'macs', y = 'params'] = pareto ?? usualAims;
      const front = new Set(paretoRows(all, [x, y]));
      terminal.out(
        toSvg(
          drawScatter({
            title: `${name}: ${all.length === 1 ? '1 variant' : `${all.length} variants`}`,
            x: axisTitle(x),
            y: axisTitle(y),
            points: all.map((row) => ({
              x: amountOf(row.measures, x),
              y: amountOf(row.measures, y),
              label: row.values.map((value, i) => `${knobs[i]} ${value}`).join(', '),
              isOnFront: front.has(row),
            })),
          }),
        ),
      );
      return;
    }
    case 'table': {
      const shown = [...new Set([...usualAims, 'memory' as const, ...asked])];
      const told = machine ? tell` Milliseconds are predicted for ${machineText(machine)}.` : '';
      const whole = isWhole
        ? ''
        : tell` Stopped before its end: ${amountText(all.length)} of ${amountText(space)}.`;
      const more = rows.length > MOST_LINES ? tell` The first ${MOST_LINES}; --format csv has all.` : '';
      const variants = variantsText(name, rows.length, pareto);
      terminal.out(
        printed({
          caption: `${variants}${whole}${more}${told}`,
          columns: [
            ...knobs.map((knob) => ({ title: knob, align: 'right' as const })),
            ...shown.map((quantity) => ({
              title: steerQuantityTable[quantity].title,
              align: 'right' as const,
            })),
          ],
          rows: rows
            .slice(0, MOST_LINES)
            .map(({ values, measures }) => [
              ...values.map(String),
              ...shown.map((quantity) => amountText(amountOf(measures, quantity), quantity)),
            ]),
        }),
      );
    }
  }
}
