import { stat } from 'node:fs/promises';
import type { Command } from 'commander';
import { analyze } from '../../shared/analysis/analyze.ts';
import { batchedDims, type FlatNetwork, flatten } from '../../shared/analysis/flatten.ts';
import type { Target as Board } from '../../shared/analysis/targets.ts';
import { elementCount, formatDims } from '../../shared/base/dims.ts';
import { fail, type Result, succeed } from '../../shared/base/problem.ts';
import { isHeldWhole } from '../../shared/formats/models.ts';
import { columnsOf } from '../../shared/formats/tables/markup.ts';
import { grouped, kibibytes } from '../../shared/formats/tables/present.ts';
import type { WeightType } from '../../shared/graph/number-types.ts';
import { type MemoryStatement, stateMemory } from '../../shared/runtime/cpu/statement.ts';
import type { HostIsland } from '../../shared/runtime/parts/islands.ts';
import { cutAround } from '../../shared/runtime/parts/mixed.ts';
import { makePlan, type Plan } from '../../shared/runtime/plan/plan.ts';
import { slowSteps } from '../../shared/runtime/plan/slow-steps.ts';
import { algorithmName } from '../../shared/runtime/plan/steps.ts';
import type { Target } from '../../shared/runtime/plan/target.ts';
import type { Estimate } from '../../shared/runtime/time/model.ts';
import { type Prediction, predict } from '../../shared/runtime/time/predict.ts';
import { nodeHost } from '../backends.ts';
import { estimateText, knownCalibration, thisMachine, threadsText } from '../calibrations.ts';
import { failWith } from '../failure.ts';
import { printed, t, tell } from '../i18n/language.ts';
import { fileHelp, openDesign } from '../open-design.ts';
import { formatOption, weightTypeOption, wholeNumber } from '../options.ts';
import {
  type BatchOptions,
  batchOption,
  inputOption,
  type ShapeOptions,
  shapeOption,
  shapesOf,
} from '../shapes.ts';
import { fitsOption, targetsNamed } from '../targets.ts';
import { printJson, type Terminal } from '../terminal.ts';
import { chooseWide } from '../wide-vectors.ts';

interface PlanOptions extends ShapeOptions, BatchOptions {
  readonly threads?: number;
  readonly weightType?: WeightType;
  readonly fits?: readonly string[];
  readonly turbo?: boolean;
  readonly format: 'text' | 'json';
}

export function addPlan(program: Command, terminal: Terminal): void {
  program
    .command('plan')
    .description('what the CPU would run, by which algorithm, and how much memory that takes')
    .argument('<file>', fileHelp)
    .addOption(shapeOption())
    .addOption(inputOption())
    .addOption(batchOption())
    .option('--threads <n>', 'all cores when left out', wholeNumber(1, 64))
    .addOption(weightTypeOption())
    .option('--turbo', 'let V8 use wider vectors, where that was measured to pay')
    .addOption(fitsOption('whether all that it takes fits'))
    .addOption(formatOption(['text', 'json']))
    .addHelpText(
      'after',
      '\nExamples:\n  $ netwright plan zoo:resnet50 --threads 2\n  $ netwright plan zoo:mobilenet_v2 --threads 1 --fits 64MiB,32MiB',
    )
    .action(
      async (
        file: string,
        { threads, weightType, format, batch, turbo, fits = [], ...given }: PlanOptions,
      ) => {
        const design = await openDesign(file, { terminal, shapes: shapesOf(given), batch });
        const network = flatten(analyze(design));
        if (!network.ok) throw failWith(file, network.problems);
        const wide = turbo ? await chooseWide() : undefined;
        const { target: plain, machine } = await thisMachine(nodeHost(wide?.uses === true), threads);
        const target = { ...plain, ...(weightType === undefined ? {} : { weightType }) };
        const planned = planParts(network.value, target, design.batch);
        if (!planned.ok) throw failWith(file, planned.problems);
        const { steps } = planned.value;
        const memory = withReading(planned.value.memory, await readingBytes(file, network.value));
        const fitting = (await targetsNamed(file, fits)).map((each) => roomIn(each, memory));
        const calibration = await knownCalibration(machine);
        const times = calibration && predict(network.value, target, calibration.model, design.batch);
        const prediction = times?.ok ? times.value : undefined;
        if (format === 'json')
          printJson(terminal, {
            name: design.name,
            variant: machine.kernels,
            ...(wide ? { wideVectors: wide } : {}),
            target,
            memory,
            steps: prediction
              ? steps.map((step) => ({ ...step, predicted: estimateOf(step, prediction) ?? null }))
              : steps,
            ...(fitting.length > 0 ? { fits: fitting } : {}),
            predicted: prediction ? { ...prediction.total, unknown: prediction.unknown } : null,
          });
        else {
          const title = tell`${design.name}, kernels "${machine.kernels}", ${threadsText(target.threads)}`;
          printText(terminal, title, steps, memory, prediction);
          if (wide) terminal.out(`${wide.why}\n`);
          for (const { target: board, needBytes, roomBytes, fits: isIn } of fitting)
            terminal.out(
              `${inColumn(tell`In ${board.name}`)}${isIn ? t('fits') : t('does not fit')}: ${tell`${kibibytes(needBytes)} of ${roomBytes === undefined ? t('unsaid') : kibibytes(roomBytes)} KiB`}\n`,
            );
        }
      },
    );
}

/** What the engine takes, and what reading takes beside it. */
interface Memory extends MemoryStatement {
  readonly readingBytes: number;
}

/** Of every weight of a file that its library holds: as it leaves the library, and turned. They lie about until they are collected. */
const COPIES = 2;

/**
 * What it takes to read a file that is in memory as a whole, with room for the largest weight in its library's own memory;
 * others are read a part at a time.
 */
async function readingBytes(file: string, { steps }: FlatNetwork): Promise<number> {
  if (!isHeldWhole(file)) return 0;
  const weights = steps.flatMap(({ weights: own }) => own.map(({ dims }) => elementCount(dims) * 4));
  const all = weights.reduce((sum, bytes) => sum + bytes, 0);
  return (await stat(file)).size + COPIES * all + Math.max(0, ...weights);
}

const withReading = (memory: MemoryStatement, reading: number): Memory => ({
  ...memory,
  readingBytes: reading,
  totalBytes: memory.totalBytes + reading,
});

interface Room {
  readonly target: Board;
  readonly needBytes: number;
  readonly roomBytes: number | undefined;
  readonly fits: boolean;
}

/** This engine keeps weights in memory, too: what a target stores elsewhere is no room for it. */
function roomIn(target: Board, { totalBytes }: MemoryStatement): Room {
  const { memoryBytes } = target;
  return {
    target,
    needBytes: totalBytes,
    roomBytes: memoryBytes,
    fits: memoryBytes !== undefined && totalBytes <= memoryBytes,
  };
}

interface PlannedStep {
  readonly nodes: readonly string[];
  readonly algorithm: string;
  readonly output: readonly number[];
  readonly layout: string;
  readonly macs: number;
}

function stepsOf({ steps, tensors }: Plan): readonly PlannedStep[] {
  return steps.map((step) => {
    const { dims, layout } = tensors[step.output]!;
    return { nodes: step.nodes, algorithm: algorithmName(step), output: dims, layout, macs: step.macs };
  });
}

/** Steps of both have the same nodes and algorithm; several may, such as parts of a window. */
function estimateOf(
  { nodes, algorithm }: PlannedStep,
  prediction: Prediction | undefined,
): Estimate | undefined {
  const key = nodes.join();
  return prediction?.steps.find((step) => step.algorithm === algorithm && step.nodes.join() === key)
    ?.estimate;
}

/** The whole network, or what lies between layers that run as they are written, and those layers. */
function planParts(
  network: FlatNetwork,
  target: Target,
  batch: number,
): Result<{ readonly steps: readonly PlannedStep[]; readonly memory: MemoryStatement }> {
  const inputDims = batchedDims(network, batch);
  const slow = slowSteps(network);
  if (slow.length === 0) {
    const plan = makePlan(network, { target, inputDims });
    return plan.ok ? succeed({ steps: stepsOf(plan.value), memory: stateMemory(plan.value) }) : plan;
  }
  const split = cutAround(network, new Set(slow.map(({ id }) => id)), inputDims);
  if (!split.ok) return fail(split.problem);
  const islands = new Set<HostIsland>();
  const steps: PlannedStep[] = [];
  const memories: MemoryStatement[] = [];
  for (const { id, kind, outputDims, cost } of split.value.network.steps) {
    const island = split.value.feeds.get(id);
    if (island && !islands.has(island)) {
      islands.add(island);
      const plan = makePlan(island.network, { target });
      if (!plan.ok) return plan;
      steps.push(...stepsOf(plan.value));
      memories.push(stateMemory(plan.value));
    }
    if (island || kind === 'input' || kind === 'output') continue;
    const macs = cost.macs.value;
    steps.push({ nodes: [id], algorithm: 'reference', output: outputDims[0]!, layout: 'dense', macs });
  }
  return succeed({ steps, memory: together(memories) });
}

/** Parts have memories of their own. */
function together(parts: readonly MemoryStatement[]): MemoryStatement {
  const sum = (bytes: (part: MemoryStatement) => number) =>
    parts.reduce((total, part) => total + bytes(part), 0);
  return {
    weightBytes: sum((part) => part.weightBytes),
    arenaBytes: sum((part) => part.arenaBytes),
    scratchBytes: sum((part) => part.scratchBytes),
    programBytes: sum((part) => part.programBytes),
    stagingBytes: sum((part) => part.stagingBytes),
    kernelBytes: sum((part) => part.kernelBytes),
    threadBytes: sum((part) => part.threadBytes),
    totalBytes: sum((part) => part.totalBytes),
  };
}

/** A label with what follows it below that of the others. */
function inColumn(label: string): string {
  const text = `${label}:`;
  return text + ' '.repeat(Math.max(1, 36 - columnsOf(text)));
}

function printText(
  { out }: Terminal,
  title: string,
  steps: readonly PlannedStep[],
  memory: Memory,
  prediction: Prediction | undefined,
): void {
  out(
    printed({
      caption: title,
      columns: [
        { title: 'Layers', align: 'left' },
        { title: 'Algorithm', align: 'left' },
        { title: 'Output', align: 'right' },
        { title: 'Layout', align: 'left' },
        { title: 'Multiply-adds', align: 'right' },
        ...(prediction ? [{ title: 'ms, predicted', align: 'right' as const }] : []),
      ],
      rows: steps.map((step) => [
        step.nodes.join(' + '),
        step.algorithm,
        formatDims(step.output),
        step.layout,
        grouped(step.macs),
        ...(prediction ? [estimateOf(step, prediction)?.milliseconds.toFixed(3) ?? '?'] : []),
      ]),
    }),
  );
  const parts = [
    ['Weights', memory.weightBytes],
    ['Activations and scratch, one arena', memory.arenaBytes],
    ['of which scratch', memory.scratchBytes],
    ['Program and staging', memory.programBytes + memory.stagingBytes],
    ["The threads' own", memory.threadBytes],
    ...(memory.readingBytes > 0 ? [['The file, which is read whole', memory.readingBytes] as const] : []),
    ['In all', memory.totalBytes],
  ] as const;
  out('\n');
  for (const [what, bytes] of parts) out(`${inColumn(t(what))}${kibibytes(bytes).padStart(14)} KiB\n`);
  out(
    `${inColumn(t('Time'))}${prediction ? estimateText(prediction) : t('not measured here yet: netwright calibrate')}\n`,
  );
}
