import type { Command } from 'commander';
import { analyze } from '../../shared/analysis/analyze.ts';
import { type FlatNetwork, flatten } from '../../shared/analysis/flatten.ts';
import type { Target as Board } from '../../shared/analysis/targets.ts';
import { drawRoofline } from '../../shared/formats/pictures/roofline.ts';
import { toSvg } from '../../shared/formats/pictures/svg.ts';
import { grouped } from '../../shared/formats/tables/present.ts';
import { createCpuBackend } from '../../shared/runtime/cpu/backend.ts';
import type { Target } from '../../shared/runtime/plan/target.ts';
import { timedRuns } from '../../shared/runtime/time/calibrate.ts';
import type { Calibration, Ceilings, MeasuredMachine } from '../../shared/runtime/time/calibration.ts';
import { type PredictedStep, predict } from '../../shared/runtime/time/predict.ts';
import {
  leastMilliseconds,
  type RooflinePoint,
  ridgeOf,
  rooflinePoints,
} from '../../shared/runtime/time/roofline.ts';
import { nodeHost } from '../backends.ts';
import { calibrationFor, machineAsMeasured, machineText, shortTime } from '../calibrations.ts';
import { CommandFailure, failWith } from '../failure.ts';
import { printed, t, tell } from '../i18n/language.ts';
import { fileHelp, openDesign } from '../open-design.ts';
import { formatOption, wholeNumber } from '../options.ts';
import { type ShapeOptions, shapeOption, shapesOf } from '../shapes.ts';
import { targetsNamed } from '../targets.ts';
import { printJson, type Terminal } from '../terminal.ts';

interface RooflineOptions extends ShapeOptions {
  readonly threads?: number;
  readonly run?: boolean;
  readonly target?: string;
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
    .option(
      '--target <name>',
      'the least that it takes on a device that netwright.config.json names with its peak rates, instead of times here',
    )
    .addOption(formatOption(['table', 'svg', 'json']))
    .addHelpText(
      'after',
      '\nThe machine is measured once by: netwright calibrate.\n\nExamples:\n  $ netwright roofline zoo:mobilenet-v2\n  $ netwright roofline zoo:resnet50 --run --format svg > roofline.svg\n  $ netwright roofline design.json --target our-board',
    )
    .action(async (file: string, { threads, run, format, target: device, ...given }: RooflineOptions) => {
      const design = await openDesign(file, { terminal, shapes: shapesOf(given) });
      const network = flatten(analyze(design));
      if (!network.ok) throw failWith(file, network.problems);
      const host = nodeHost();
      const { machine, target } = await machineAsMeasured(host, threads);
      if (device !== undefined) {
        if (run === true)
          throw new CommandFailure(tell`${file}: --run is of this machine; leave it or --target out.`);
        if (format === 'svg')
          throw new CommandFailure(
            tell`${file}: the least times have no picture. Use --format table or json.`,
          );
        return printLeast(terminal, format, await leastOn(file, design.name, network.value, target, device));
      }
      const calibration = await calibrationFor(machine);
      const prediction = predict(network.value, target, calibration.model);
      if (!prediction.ok) throw failWith(file, prediction.problems);
      const { steps, unknown } = prediction.value;
      if (run === true && unknown.length > 0)
        throw new CommandFailure(
          tell`${file}: ${unknown[0]} runs as it is written, and has no time of its own. Leave --run out.`,
        );
      const alive = setInterval(() => {}, 1000);
      const times = run ? await timedRuns(createCpuBackend(host), network.value, target.threads) : undefined;
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

interface Least {
  readonly name: string;
  readonly device: string;
  readonly ceilings: Ceilings;
  readonly steps: readonly (Pick<PredictedStep, 'nodes' | 'algorithm' | 'macs' | 'bytes'> & {
    readonly leastMilliseconds: number;
    readonly bound: 'memory' | 'arithmetic';
  })[];
  readonly milliseconds: number;
}

/** No step is faster than a device's rates allow, and none runs while another does. */
async function leastOn(
  file: string,
  name: string,
  network: FlatNetwork,
  target: Target,
  device: string,
): Promise<Least> {
  const [{ gigaflops, gigabytesPerSecond }] = (await targetsNamed(file, [device])) as readonly [Board];
  if (gigaflops === undefined || gigabytesPerSecond === undefined)
    throw new CommandFailure(
      tell`${device}: its peak rates are not known. Give it "gigaflops" and "gigabytesPerSecond" under "targets" in netwright.config.json.`,
    );
  const ceilings = { gigaflops, gigabytesPerSecond };
  const planned = predict(network, target, {});
  if (!planned.ok) throw failWith(file, planned.problems);
  const steps = planned.value.steps.map(({ nodes, algorithm, macs, bytes }) => ({
    nodes,
    algorithm,
    macs,
    bytes,
    leastMilliseconds: leastMilliseconds({ macs, bytes }, ceilings),
    bound:
      bytes > 0 && (2 * macs) / bytes >= ridgeOf(ceilings) ? ('arithmetic' as const) : ('memory' as const),
  }));
  const milliseconds = steps.reduce((sum, step) => sum + step.leastMilliseconds, 0);
  return { name, device, ceilings, steps, milliseconds };
}

function printLeast(
  terminal: Terminal,
  format: 'table' | 'json',
  { name, device, ceilings, steps, milliseconds }: Least,
): void {
  if (format === 'json') {
    printJson(terminal, { name, device, ...ceilings, times: 'least', milliseconds, steps });
    return;
  }
  terminal.out(
    printed({
      caption: tell`${name} on ${device}: at least ${shortTime(milliseconds)} at ${ceilings.gigaflops} GFLOP/s and ${ceilings.gigabytesPerSecond} GB/s, each step by what bounds it, planned as this engine would.`,
      columns: [
        { title: 'Layers', align: 'left' },
        { title: 'Multiply-adds', align: 'right' },
        { title: 'Bytes', align: 'right' },
        { title: 'ms, at least', align: 'right' },
        { title: 'Bound by', align: 'left' },
      ],
      rows: steps.map(({ nodes, macs, bytes, leastMilliseconds: least, bound }) => [
        nodes.join(' + '),
        grouped(macs),
        grouped(bytes),
        least.toFixed(3),
        bound,
      ]),
    }),
  );
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
            title: tell`${name} on ${machineText(machine)}`,
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
    caption: `${ceilingsText(name, machine, ceilings)} ${isRun ? t('Times are measured.') : t('Times are predicted.')}`,
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

function ceilingsText(name: string, machine: MeasuredMachine, ceilings: Ceilings): string {
  const { gigaflops, gigabytesPerSecond } = ceilings;
  return tell`${name} on ${machineText(machine)}: ${gigaflops.toFixed(0)} GFLOP/s at most, ${gigabytesPerSecond.toFixed(1)} GB/s from memory; memory is the bound below ${ridgeOf(ceilings).toFixed(1)} FLOPs per byte.`;
}

/** The slowest layers that memory bounds, and why fewer multiply-adds would not help them. */
const NAMED = 5;

function reasons({ points, total, calibration: { ceilings } }: Report): readonly string[] {
  const bound = points
    .filter((point) => point.bound === 'memory')
    .sort((a, b) => b.milliseconds - a.milliseconds);
  if (bound.length === 0) return ['', t('No layer with multiply-adds is bound by memory here.')];
  const time = bound.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
  return [
    '',
    tell`${bound.length} of ${points.length} steps are bound by memory, ${shortTime(time)} of ${shortTime(total)}:`,
    ...bound
      .slice(0, NAMED)
      .map(
        ({ nodes, macs, bytes, intensity, memoryMilliseconds }) =>
          tell`  ${nodes[0]!}: 2 · ${grouped(macs)} FLOPs for ${grouped(bytes)} bytes are ${intensity.toFixed(1)} a byte. Its bytes take ${shortTime(memoryMilliseconds)} at ${ceilings.gigabytesPerSecond.toFixed(1)} GB/s whatever is computed: half of the multiply-adds would save nothing, a smaller or narrower map would.`,
      ),
  ];
}
