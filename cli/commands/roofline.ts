import type { Command } from 'commander';
import { analyze } from '../../shared/analysis/analyze.ts';
import { flatten } from '../../shared/analysis/flatten.ts';
import { drawRoofline } from '../../shared/formats/pictures/roofline.ts';
import { toSvg } from '../../shared/formats/pictures/svg.ts';
import { grouped } from '../../shared/formats/tables/present.ts';
import { createCpuMachine } from '../../shared/runtime/cpu/machine.ts';
import { timedRuns } from '../../shared/runtime/time/calibrate.ts';
import type { Calibration } from '../../shared/runtime/time/calibration.ts';
import { predict } from '../../shared/runtime/time/predict.ts';
import { type RooflinePoint, ridgeOf, rooflinePoints } from '../../shared/runtime/time/roofline.ts';
import { calibrationFor, shortTime, thisMachine } from '../calibrations.ts';
import { CommandFailure, failWith } from '../failure.ts';
import { printed } from '../i18n/language.ts';
import { nodeHost } from '../machines.ts';
import { fileHelp, openDesign } from '../open-design.ts';
import { formatOption, wholeNumber } from '../options.ts';
import { type ShapeOptions, shapeOption, shapesOf } from '../shapes.ts';
import { printJson, type Terminal } from '../terminal.ts';

interface RooflineOptions extends ShapeOptions {
  readonly threads?: number;
  readonly run?: boolean;
  readonly format: 'table' | 'svg' | 'json';
}

export function addRoofline(program: Command, terminal: Terminal): void {
  program
    .command('roofline')
    .description('which layers arithmetic bounds and which memory, under the two ceilings of this machine')
    .argument('<file>', fileHelp)
    .addOption(shapeOption())
    .option('--threads <n>', 'all cores when left out', wholeNumber(1, 64))
    .option('--run', 'times of runs, with weights that are made up, instead of predicted ones')
    .addOption(formatOption(['table', 'svg', 'json']))
    .addHelpText(
      'after',
      '\nThe machine is measured once by: netwright calibrate.\n\nExamples:\n  $ netwright roofline zoo:mobilenet-v2\n  $ netwright roofline zoo:resnet50 --run --format svg > roofline.svg',
    )
    .action(async (file: string, { threads, run, format, ...given }: RooflineOptions) => {
      const design = await openDesign(file, { terminal, shapes: shapesOf(given) });
      const network = flatten(analyze(design));
      if (!network.ok) throw failWith(file, network.problems);
      const host = nodeHost();
      const { machine, target } = await thisMachine(host, threads);
      const calibration = await calibrationFor(machine);
      const prediction = predict(network.value, target, calibration.model);
      if (!prediction.ok) throw failWith(file, prediction.problems);
      const { steps, unknown } = prediction.value;
      if (run === true && unknown.length > 0)
        throw new CommandFailure(
          `${file}: ${unknown[0]} runs as it is written, and has no time of its own. Leave --run out.`,
        );
      const alive = setInterval(() => {}, 1000);
      const times = run ? await timedRuns(createCpuMachine(host), network.value, target.threads) : undefined;
      clearInterval(alive);
      const timed = steps.flatMap((step, i) => {
        const milliseconds = times ? times[i] : step.estimate?.milliseconds;
        return milliseconds === undefined ? [] : [{ ...step, milliseconds }];
      });
      const points = rooflinePoints(timed, calibration.ceilings);
      const total = timed.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
      print(terminal, format, { name: design.name, calibration, points, total, isRun: run === true });
    });
}

interface Report {
  readonly name: string;
  readonly calibration: Calibration;
  readonly points: readonly RooflinePoint[];
  /** Milliseconds of all steps, those without multiply-adds among them. */
  readonly total: number;
  readonly isRun: boolean;
}

function print(terminal: Terminal, format: RooflineOptions['format'], report: Report): void {
  const { name, calibration, points, total, isRun } = report;
  const { ceilings, machine } = calibration;
  switch (format) {
    case 'json':
      printJson(terminal, {
        name,
        machine,
        ...ceilings,
        ridge: ridgeOf(ceilings),
        times: isRun ? 'measured' : 'predicted',
        milliseconds: total,
        points,
      });
      return;
    case 'svg':
      terminal.out(
        toSvg(
          drawRoofline({
            title: `${name} on ${machine.processor}, ${machine.threads} thread${machine.threads === 1 ? '' : 's'}`,
            ...ceilings,
            dots: points.map(({ nodes, bound, ...point }) => ({
              ...point,
              id: nodes[0] ?? '',
              isMemoryBound: bound === 'memory',
            })),
          }),
        ),
      );
      return;
    case 'table':
      terminal.out(printed(tableOf(report)));
      for (const line of reasons(report)) terminal.out(`${line}\n`);
  }
}

function tableOf({ name, calibration: { ceilings, machine }, points, isRun }: Report) {
  return {
    caption:
      `${name} on ${machine.processor}, ${machine.threads} thread${machine.threads === 1 ? '' : 's'}: ` +
      `${ceilings.gigaflops.toFixed(0)} GFLOP/s at most, ${ceilings.gigabytesPerSecond.toFixed(1)} GB/s from memory; ` +
      `memory is the bound below ${ridgeOf(ceilings).toFixed(1)} FLOPs per byte. Times are ${isRun ? 'measured' : 'predicted'}.`,
    columns: [
      { title: 'Layers', align: 'left' as const },
      { title: 'Algorithm', align: 'left' as const },
      { title: 'FLOPs per byte', align: 'right' as const },
      { title: 'GFLOP/s', align: 'right' as const },
      { title: 'of its roof', align: 'right' as const },
      { title: 'ms', align: 'right' as const },
      { title: 'Bound by', align: 'left' as const },
    ],
    rows: points.map((point) => [
      point.nodes.join(' + '),
      point.algorithm,
      point.intensity.toFixed(1),
      point.gigaflops.toFixed(1),
      `${(100 * point.reached).toFixed(0)} %`,
      point.milliseconds.toFixed(3),
      point.bound,
    ]),
  };
}

/** The slowest layers that memory bounds, and why fewer multiply-adds would not help them. */
const NAMED = 5;

function reasons({ points, total, calibration: { ceilings } }: Report): readonly string[] {
  const bound = points
    .filter((point) => point.bound === 'memory')
    .sort((a, b) => b.milliseconds - a.milliseconds);
  if (bound.length === 0) return ['', 'No layer with multiply-adds is bound by memory here.'];
  const time = bound.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
  return [
    '',
    `${bound.length} of ${points.length} steps are bound by memory, ${shortTime(time)} of ${shortTime(total)}:`,
    ...bound
      .slice(0, NAMED)
      .map(
        ({ nodes, macs, bytes, intensity, memoryMilliseconds }) =>
          `  ${nodes[0]}: 2 · ${grouped(macs)} FLOPs for ${grouped(bytes)} bytes are ${intensity.toFixed(1)} a byte. ` +
          `Its bytes take ${shortTime(memoryMilliseconds)} at ${ceilings.gigabytesPerSecond.toFixed(1)} GB/s whatever is computed: ` +
          `half of the multiply-adds would save nothing, a smaller or narrower map would.`,
      ),
  ];
}
