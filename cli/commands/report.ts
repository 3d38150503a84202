import type { Command } from 'commander';
import type { Design } from '../../shared/graph/design.ts';
import { baselineOf } from '../../shared/graph/edits.ts';
import { type ConfigOptions, Configs, configuredBudget, configuredLint } from '../config.ts';
import { type DesignPair, designSet, pairsOf, Scratch } from '../design-sets.ts';
import { CommandFailure, exitCodes } from '../failure.ts';
import { type Linted, lintModel } from '../linting.ts';
import { openDesign, openModel } from '../open-design.ts';
import { configOptions, formatOption } from '../options.ts';
import { type Changed, pullRequestReport } from '../pull-request.ts';
import { type BatchOptions, batchOption } from '../shapes.ts';
import type { Terminal } from '../terminal.ts';

export function addReport(program: Command, terminal: Terminal): void {
  const command = program
    .command('report')
    .description(
      'what a change does to networks: totals, budgets, layers and findings, as a comment for its review',
    )
    .argument('<base>', 'a file, a folder, zoo:NAME, or a revision of git')
    .argument('<head>', 'what it became, likewise')
    .addOption(batchOption())
    .addOption(formatOption(['markdown']));
  for (const option of configOptions()) command.addOption(option);
  command
    .addHelpText(
      'after',
      '\nIt has 65,536 characters at most, as many as a comment may. Exit code 1 when a design cannot be read.\n\nExamples:\n  $ netwright report main HEAD > report.md\n  $ netwright report old.json new.json\n  $ netwright report HEAD designs/student.json',
    )
    .action(async (base: string, head: string, { batch, ...options }: ConfigOptions & BatchOptions) => {
      const scratch = new Scratch();
      const configs = new Configs(options);
      try {
        const [before, after] = [await designSet(base, scratch), await designSet(head, scratch)];
        const changes: Changed[] = [];
        for (const pair of pairsOf(before, after)) {
          const change = await changedOf(pair, configs, batch);
          if (change !== undefined) changes.push(change);
        }
        terminal.out(pullRequestReport(changes));
        if (changes.some(({ unreadable }) => unreadable !== undefined)) process.exitCode = exitCodes.findings;
      } finally {
        await scratch.remove();
      }
    });
}

/** Undefined for what is no design on either side: folders of commits hold other JSON as well. */
async function changedOf(
  { path, base, head }: DesignPair,
  configs: Configs,
  batch: number | undefined,
): Promise<Changed | undefined> {
  const sides: (Linted | undefined)[] = [];
  for (const member of [base, head]) {
    try {
      const file = await member?.file();
      sides.push(file === undefined ? undefined : await lintedAs(path, file, configs, batch));
    } catch (error) {
      if (!(error instanceof CommandFailure)) throw error;
      return { path, base: undefined, head: undefined, unreadable: error.message };
    }
  }
  const [before, after] = sides;
  return before === undefined && after === undefined ? undefined : { path, base: before, head: after };
}

/** Opens `file`, which may lie anywhere, as what it is called in the project. */
async function lintedAs(
  path: string,
  file: string,
  configs: Configs,
  batch: number | undefined,
): Promise<Linted> {
  const model = await openModel(file, { batch });
  await model.close();
  const config = await configs.of(path);
  const { limits, baseline } = configuredBudget(config, path);
  const { budget } = model.design;
  const pinned =
    budget.baseline ??
    (baseline === undefined ? undefined : baselineOf(await openDesign(baseline, { batch })));
  const design: Design = {
    ...model.design,
    budget: {
      limits: { ...limits, ...budget.limits },
      ...(pinned === undefined ? {} : { baseline: pinned }),
    },
  };
  return lintModel(path, { ...model, design }, { settings: (own) => configuredLint(config, path, own) });
}
