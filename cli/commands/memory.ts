import { type Command, InvalidArgumentError, Option } from 'commander';
import { analyze } from '../../shared/analysis/analyze.ts';
import { flatten } from '../../shared/analysis/flatten.ts';
import { leavesOf } from '../../shared/analysis/leaves.ts';
import {
  countMemory,
  type MemoryConvention,
  type MemoryCount,
  memoryConventionNames,
  memoryConventions,
  type PaperConvention,
  paperConventions,
} from '../../shared/analysis/memory.ts';
import { type OrderedLeaves, orderLeaves } from '../../shared/analysis/order.ts';
import { type PatchPlans, planPatches } from '../../shared/analysis/patches.ts';
import { fitsIn, type TargetFit } from '../../shared/analysis/targets.ts';
import { memoryOf, peakUnder } from '../../shared/budget/memory.ts';
import { grouped, type TextTable } from '../../shared/formats/tables/present.ts';
import { CommandFailure, failWith } from '../failure.ts';
import { printed, t, tell } from '../i18n/language.ts';
import { fileHelp, openDesign } from '../open-design.ts';
import { formatOption } from '../options.ts';
import { type BatchOptions, batchOption, type ShapeOptions, shapeOption, shapesOf } from '../shapes.ts';
import { changeText, largestBatches, largestBatchOption } from '../steer-options.ts';
import { fitsOption, targetsNamed } from '../targets.ts';
import { printJson, type Terminal } from '../terminal.ts';

interface MemoryOptions extends ShapeOptions, BatchOptions {
  readonly format: 'table' | 'json';
  readonly engine: boolean;
  readonly fits?: readonly string[];
  readonly patches?: true | PaperConvention;
  readonly largestBatch?: number;
}

export function addMemory(program: Command, terminal: Terminal): void {
  program
    .command('memory')
    .description('the peak of activation memory under several conventions, and what is alive there')
    .argument('<file>', fileHelp)
    .addOption(shapeOption())
    .addOption(batchOption())
    .option('--no-engine', 'leave out the arena of the engine, which has to be planned')
    .addOption(fitsOption('whether it fits, by type of number'))
    .addOption(
      new Option(
        '--patches [convention]',
        'what it saves to compute the first layers patch by patch, and what the overlaps cost',
      ).argParser(conventionNamed),
    )
    .addOption(largestBatchOption('the largest batch that can be trained, and run'))
    .addOption(formatOption(['table', 'json']))
    .addHelpText(
      'after',
      `\nOf the batch, in the design's type of activations; the engine computes in float32.\n\nConventions:\n${memoryConventionNames.map((name) => `  ${name}: ${memoryConventions[name].doc}`).join('\n')}\n\nExamples:\n  $ netwright memory zoo:resnet50\n  $ netwright memory design.json --no-engine --format json\n  $ netwright memory zoo:mobilenet-v2 --fits 256KiB,1MiB --fits stm32h743\n  $ netwright memory zoo:mobilenet_v2 --patches depthwiseInPlace\n  $ netwright memory zoo:resnet50 --largest-batch 16GiB`,
    )
    .action(async (file: string, options: MemoryOptions) => {
      const { format, engine, batch, fits = [], patches, largestBatch, ...given } = options;
      const design = await openDesign(file, { shapes: shapesOf(given), batch });
      const analysis = analyze(design);
      const network = flatten(analysis);
      if (!network.ok) throw failWith(file, network.problems);
      const leaves = leavesOf(analysis.topology, analysis.facts);
      const engineCount = engine ? memoryOf(analysis, 'engineArena') : undefined;
      if (engine && !engineCount)
        throw new CommandFailure(
          tell`${file}: this engine cannot plan it: netwright plan tells why, --no-engine leaves its arena out.`,
        );
      const counts = [
        ...paperConventions.map((name) => countMemory(leaves, design, name)),
        ...(engineCount ? [engineCount] : []),
      ];
      // A batch is told beside one of its samples.
      const ofOne =
        design.batch === 1
          ? undefined
          : (convention: MemoryConvention): number =>
              peakUnder(analysis, convention, { numbers: design.numbers, batch: 1 })!;
      const order = orderLeaves(leaves, design);
      const inPlace = orderLeaves(leaves, design, 'inPlace');
      const patching: PaperConvention | undefined = patches === true ? 'plain' : patches;
      const patched = patching && planPatches(leaves, design, patching);
      const fitting = fitsIn(leaves, design, analysis.totals, await targetsNamed(file, fits));
      const batches = largestBatch === undefined ? undefined : largestBatches(design, largestBatch);
      if (format === 'json')
        return printJson(terminal, {
          name: design.name,
          conventions: counts.map(({ convention, peakBytes, at, alive }) => ({
            convention,
            peakBytes,
            ...(ofOne ? { sampleBytes: ofOne(convention) } : {}),
            at: at ?? null,
            alive,
          })),
          bestOrder: orderJson(order),
          bestOrderInPlace: orderJson(inPlace),
          ...(patched ? { patches: { convention: patching, ...patched } } : {}),
          engineArenaBytes: engineCount?.peakBytes ?? null,
          fits: fitting,
          ...(batches ? { largestBatch: { bytes: largestBatch, ...batches } } : {}),
          batch: design.batch,
        });
      terminal.out(
        printed({
          caption:
            design.batch === 1
              ? tell`${design.name}: peak memory of activations, one sample in ${design.numbers.activations}.`
              : tell`${design.name}: peak memory of activations, a batch of ${design.batch} in ${design.numbers.activations}.`,
          columns: [
            { title: 'Convention', align: 'left' },
            { title: 'Peak bytes', align: 'right' },
            ...(ofOne ? [{ title: 'One sample', align: 'right' as const }] : []),
            { title: 'While', align: 'left' },
            { title: 'Alive there', align: 'left' },
          ],
          rows: [
            ...counts.map((count) => [
              memoryConventions[count.convention].title,
              grouped(count.peakBytes),
              ...(ofOne ? [grouped(ofOne(count.convention))] : []),
              count.at ?? '',
              aliveText(count),
            ]),
            [bestOrderTitle, grouped(order.peakBytes), ...(ofOne ? [''] : []), '', orderText(order)],
            [bestInPlaceTitle, grouped(inPlace.peakBytes), ...(ofOne ? [''] : []), '', orderText(inPlace)],
          ],
        }),
      );
      if (patched) terminal.out(`\n${printed(patchTable(patched, patching))}`);
      if (fitting.length > 0) terminal.out(`\n${printed(fitTable(fitting))}`);
      if (batches)
        terminal.out(
          `\n${tell`Largest batch in ${grouped(largestBatch!)} bytes, weights among them: ${grouped(batches.training)} for a training step, ${grouped(batches.running)} for a run.`}\n`,
        );
    });
}

function fitTable(fitting: readonly TargetFit[]): TextTable {
  return {
    caption: tell`Peak by ${t(memoryConventions.greedyArena.title)}; weights with running statistics.`,
    columns: [
      { title: 'Target', align: 'left' },
      { title: 'Numbers', align: 'left' },
      { title: 'Peak bytes', align: 'right' },
      { title: 'of', align: 'right' },
      { title: 'Weight bytes', align: 'right' },
      { title: 'of', align: 'right' },
      { title: 'Fits', align: 'left' },
    ],
    rows: fitting.map(({ target, numbers, peakBytes, weightBytes, lacks }) => [
      target.name,
      numbers,
      grouped(peakBytes),
      roomText(target.memoryBytes),
      grouped(weightBytes),
      roomText(target.storageBytes),
      lacks.length === 0 ? 'yes' : `no: ${lacks.join(' and ')}`,
    ]),
  };
}

function conventionNamed(text: string): PaperConvention {
  const name = paperConventions.find((each) => each === text);
  if (!name) throw new InvalidArgumentError(tell`"${text}" is none of ${paperConventions.join(', ')}.`);
  return name;
}

const orderJson = ({ peakBytes, savedBytes, proven, leaves }: OrderedLeaves) => ({
  peakBytes,
  savedBytes,
  proven,
  layers: leaves.map(({ facts }) => facts.id),
});

function patchTable({ whole, plans }: PatchPlans, convention: PaperConvention): TextTable {
  return {
    caption: tell`First layers patch by patch; ${t(memoryConventions[convention].title)}.`,
    columns: [
      { title: 'Patches', align: 'left' },
      { title: 'Up to', align: 'left' },
      { title: 'Each sees', align: 'right' },
      { title: 'Peak bytes', align: 'right' },
      { title: '', align: 'right' },
      { title: 'Multiply-adds', align: 'right' },
      { title: '', align: 'right' },
    ],
    rows: [
      ['none', '', '', grouped(whole.peakBytes), '', grouped(whole.macs), ''],
      ...plans.map(({ perSide, upTo, seen, peakBytes, macs }) => [
        `${perSide}×${perSide}`,
        upTo,
        seen.join('×'),
        grouped(peakBytes),
        changeText(whole.peakBytes, peakBytes),
        grouped(macs),
        changeText(whole.macs, macs),
      ]),
    ],
  };
}

/** Nothing where a target does not say. */
const roomText = (bytes: number | undefined): string => (bytes === undefined ? '–' : grouped(bytes));

const bestOrderTitle = 'Best order, nothing in place';
const bestInPlaceTitle = 'Best order, activations and sums in place';

function orderText({ savedBytes, proven }: OrderedLeaves): string {
  if (savedBytes === 0)
    return proven ? t('as it stands, proven') : t('as it stands, the best found: too much to search');
  const saved = grouped(savedBytes);
  return proven ? tell`saves ${saved}, proven` : tell`saves ${saved}, the best found: too much to search`;
}

/** More tensors than these make no line. */
const MOST_TENSORS = 4;

function aliveText({ alive }: MemoryCount): string {
  const named = [...alive]
    .sort((a, b) => b.bytes - a.bytes)
    .map(({ layers, bytes }) => `${layers[0] ?? t('room for its algorithms')} ${grouped(bytes)}`);
  const rest = named.length - MOST_TENSORS;
  return `${named.slice(0, MOST_TENSORS).join(', ')}${rest > 0 ? tell`, ${rest} more` : ''}`;
}
