import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import { analyze } from '../../shared/analysis/analyze.ts';
import { compare } from '../../shared/analysis/compare.ts';
import type { DesignTimer } from '../../shared/analysis/timer.ts';
import { stemOfName } from '../../shared/formats/models.ts';
import { drawDifference } from '../../shared/formats/pictures/difference.ts';
import { toSvg } from '../../shared/formats/pictures/svg.ts';
import { emptyDesign } from '../../shared/graph/design.ts';
import { Budgets } from '../budgets.ts';
import { machineText, timerIfMeasured } from '../calibrations.ts';
import { type ConfigOptions, Configs, configuredLint } from '../config.ts';
import { type DesignPair, designSet, pairsOf, Scratch } from '../design-sets.ts';
import { CommandFailure, exitCodes } from '../failure.ts';
import { writeAtomically } from '../files.ts';
import { type Linted, lintModel } from '../linting.ts';
import { openModel } from '../open-design.ts';
import { configOptions, formatOption } from '../options.ts';
import { type Changed, pullRequestReport } from '../pull-request.ts';
import { type BatchOptions, batchOption } from '../shapes.ts';
import { timeThreadsOption } from '../steer-options.ts';
import type { Terminal } from '../terminal.ts';

interface ReportOptions extends ConfigOptions, BatchOptions {
  readonly pictures?: string;
  readonly threads?: number;
}

export function addReport(program: Command, terminal: Terminal): void {
  const command = program
    .command('report')
    .description(
      'what a change does to networks: totals, budgets, layers and findings, as a comment for its review',
    )
    .argument('<base>', 'a file, a folder, zoo:NAME, or a revision of git')
    .argument('<head>', 'what it became, likewise')
    .addOption(batchOption())
    .addOption(formatOption(['markdown']))
    .addOption(timeThreadsOption())
    .option(
      '--pictures <folder>',
      'also draw each change, as SVG into that folder: comments take no pictures',
    );
  for (const option of configOptions()) command.addOption(option);
  command
    .addHelpText(
      'after',
      '\nIt has 65,536 characters at most, as many as a comment may. It tells times where netwright calibrate measured this machine. Exit code 1 when a design cannot be read.\n\nExamples:\n  $ netwright report main HEAD > report.md\n  $ netwright report old.json new.json\n  $ netwright report HEAD designs/student.json\n  $ netwright report main HEAD --pictures pictures > report.md',
    )
    .action(async (base: string, head: string, { batch, pictures, threads, ...options }: ReportOptions) => {
      const scratch = new Scratch();
      const configs = new Configs(options);
      const budgets = new Budgets(batch === undefined ? {} : { batch });
      const measured = await timerIfMeasured(threads);
      const timer = measured?.timer;
      try {
        const [before, after] = [await designSet(base, scratch), await designSet(head, scratch)];
        const changes: Changed[] = [];
        for (const pair of pairsOf(before, after)) {
          const change = await changedOf(pair, { configs, budgets, batch, timer });
          if (change !== undefined) changes.push(change);
        }
        terminal.out(
          pullRequestReport(
            pictures === undefined ? changes : await drawn(changes, pictures),
            measured && { timer: measured.timer, machine: machineText(measured.machine) },
          ),
        );
        if (changes.some(({ unreadable }) => unreadable !== undefined)) process.exitCode = exitCodes.findings;
      } finally {
        await scratch.remove();
      }
    });
}

interface Given {
  readonly configs: Configs;
  readonly budgets: Budgets;
  readonly batch: number | undefined;
  /** Of this machine, where it was measured. */
  readonly timer: DesignTimer | undefined;
}

/** Draws what became of each design that is still there, and says in which file. */
async function drawn(changes: readonly Changed[], folder: string): Promise<readonly Changed[]> {
  await mkdir(folder, { recursive: true });
  const names = new Set<string>();
  const told: Changed[] = [];
  for (const change of changes) {
    const { path, base, head } = change;
    if (head === undefined) {
      told.push(change);
      continue;
    }
    const picture = freePictureName(path, names);
    const comparison = compare(base?.analysis ?? analyze(emptyDesign), head.analysis);
    await writeAtomically(join(folder, picture), toSvg(drawDifference(path, comparison)));
    told.push({ ...change, picture });
  }
  return told;
}

/** A path as the name of one file, `designs_a.svg`; those of two paths differ. */
function freePictureName(path: string, taken: Set<string>): string {
  const stem = stemOfName(path)
    .replace(/[^\p{L}\p{N}.-]+/gu, '_')
    .slice(-150);
  let name = `${stem}.svg`;
  for (let i = 2; taken.has(name); i++) name = `${stem}_${i}.svg`;
  taken.add(name);
  return name;
}

/** Undefined for what is no design on either side: folders of commits hold other JSON as well. */
async function changedOf({ path, from, base, head }: DesignPair, given: Given): Promise<Changed | undefined> {
  const sides: (Linted | undefined)[] = [];
  for (const member of [base, head]) {
    let file: string | undefined;
    try {
      file = await member?.file();
      sides.push(file === undefined ? undefined : await lintedAs(path, file, given));
    } catch (error) {
      if (!(error instanceof CommandFailure)) throw error;
      // It may have been put anywhere to be read.
      const unreadable = file === undefined ? error.message : error.message.replaceAll(file, path);
      return { path, base: undefined, head: undefined, unreadable };
    }
  }
  const [before, after] = sides;
  if (before === undefined && after === undefined) return undefined;
  return { path, base: before, head: after, ...(from === undefined ? {} : { from }) };
}

/** Opens `file`, which may lie anywhere, as what it is called in the project. */
async function lintedAs(
  path: string,
  file: string,
  { configs, budgets, batch, timer }: Given,
): Promise<Linted> {
  const model = await openModel(file, { batch });
  await model.close();
  const config = await configs.of(path);
  return lintModel(path, model, {
    settings: (own) => configuredLint(config, path, own),
    budget: await budgets.over(config, path),
    timer,
  });
}
