import type { Command } from 'commander';
import { analyze } from '../../shared/analysis/analyze.ts';
import { flatten } from '../../shared/analysis/flatten.ts';
import { formatDims } from '../../shared/base/dims.ts';
import { toPlain } from '../../shared/formats/tables/markup.ts';
import { grouped, kibibytes } from '../../shared/formats/tables/present.ts';
import { chooseVariant } from '../../shared/runtime/cpu/choose-variant.ts';
import { tileOf } from '../../shared/runtime/cpu/executable.ts';
import { threadsFor } from '../../shared/runtime/cpu/machine.ts';
import { type MemoryStatement, stateMemory } from '../../shared/runtime/cpu/statement.ts';
import { makePlan, type Plan } from '../../shared/runtime/plan/plan.ts';
import { algorithmName } from '../../shared/runtime/plan/steps.ts';
import { failWith } from '../failure.ts';
import { nodeHost } from '../machines.ts';
import { fileHelp, openDesign } from '../open-design.ts';
import { formatOption, wholeNumber } from '../options.ts';
import { inputOption, type ShapeOptions, shapeOption, shapesOf } from '../shapes.ts';
import { printJson, type Terminal } from '../terminal.ts';

interface PlanOptions extends ShapeOptions {
  readonly threads?: number;
  readonly format: 'text' | 'json';
}

export function addPlan(program: Command, terminal: Terminal): void {
  program
    .command('plan')
    .description('what the CPU would run, by which algorithm, and how much memory that takes')
    .argument('<file>', fileHelp)
    .addOption(shapeOption())
    .addOption(inputOption())
    .option('--threads <n>', 'all cores when left out', wholeNumber(1, 64))
    .addOption(formatOption(['text', 'json']))
    .addHelpText('after', '\nExamples:\n  $ netwright plan zoo:resnet50 --threads 2')
    .action(async (file: string, { threads, format, ...given }: PlanOptions) => {
      const design = await openDesign(file, { shapes: shapesOf(given) });
      const network = flatten(analyze(design));
      if (!network.ok) throw failWith(file, network.problems);
      const host = nodeHost();
      const { module } = await chooseVariant(host);
      const target = { threads: threadsFor(host, threads), ...(await tileOf(host, module)) };
      const plan = makePlan(network.value, { target });
      if (!plan.ok) throw failWith(file, plan.problems);
      const memory = stateMemory(plan.value);
      if (format === 'json')
        printJson(terminal, {
          name: design.name,
          variant: module.variant,
          target,
          memory,
          steps: stepsOf(plan.value),
        });
      else
        printText(
          terminal,
          `${design.name}, kernels "${module.variant}", ${target.threads} thread${target.threads === 1 ? '' : 's'}`,
          plan.value,
          memory,
        );
    });
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

function printText({ out }: Terminal, title: string, plan: Plan, memory: MemoryStatement): void {
  out(
    toPlain({
      caption: title,
      columns: [
        { title: 'Layers', align: 'left' },
        { title: 'Algorithm', align: 'left' },
        { title: 'Output', align: 'right' },
        { title: 'Layout', align: 'left' },
        { title: 'Multiply-adds', align: 'right' },
      ],
      rows: stepsOf(plan).map(({ nodes, algorithm, output, layout, macs }) => [
        nodes.join(' + '),
        algorithm,
        formatDims(output),
        layout,
        grouped(macs),
      ]),
    }),
  );
  const parts = [
    ['Weights', memory.weightBytes],
    ['Activations and scratch, one arena', memory.arenaBytes],
    ['of which scratch', memory.scratchBytes],
    ['Program and staging', memory.programBytes + memory.stagingBytes],
    ["The threads' own", memory.threadBytes],
    ['In all', memory.totalBytes],
  ] as const;
  out('\n');
  for (const [what, bytes] of parts) out(`${`${what}:`.padEnd(36)}${kibibytes(bytes).padStart(14)} KiB\n`);
}
