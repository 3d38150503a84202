import { watch } from 'node:fs';
import { resolve as absolute, basename, dirname } from 'node:path';
import type { Command } from 'commander';
import { analyze } from '../../shared/analysis/analyze.ts';
import type { DesignTimer } from '../../shared/analysis/timer.ts';
import { checkBudget } from '../../shared/budget/budget.ts';
import { costTable } from '../../shared/formats/tables/cost-table.ts';
import { presentCosts } from '../../shared/formats/tables/present.ts';
import { quantityTable } from '../../shared/graph/quantities.ts';
import { lint } from '../../shared/lint/run.ts';
import { timerIfMeasured } from '../calibrations.ts';
import { CommandFailure, problemLine } from '../failure.ts';
import { printed, said, speech, t, tell } from '../i18n/language.ts';
import { fileHelp, openDesign } from '../open-design.ts';
import { fileOfTarget, isPythonTarget } from '../python.ts';
import { type ShapeOptions, shapeOption, shapesOf } from '../shapes.ts';
import type { Terminal } from '../terminal.ts';

/** Editors write a file in several steps. */
const SETTLE_MS = 150;
const MOST_FINDINGS = 20;

interface WatchOptions extends ShapeOptions {
  readonly once?: boolean;
}

export function addWatch(program: Command, terminal: Terminal): void {
  program
    .command('watch')
    .description('costs, findings and budget of a design, again whenever its file is saved')
    .argument('<file>', `${fileHelp}; of Python also every file beside it`)
    .addOption(shapeOption())
    .option('--once', 'tell it once and end')
    .addHelpText(
      'after',
      '\nEnds with Ctrl+C.\n\nExamples:\n  $ netwright watch model.py:Net --shape 3,320,320\n  $ netwright watch design.json',
    )
    .action(async (file: string, { once, ...given }: WatchOptions) => {
      const timer = (await timerIfMeasured())?.timer;
      const tellAnew = () => tellDesign(file, given, timer, terminal);
      await tellAnew();
      if (once !== true) await forEverySave(fileOfTarget(file), tellAnew);
    });
}

async function tellDesign(
  file: string,
  given: ShapeOptions,
  timer: DesignTimer | undefined,
  terminal: Terminal,
): Promise<void> {
  if (terminal.showsProgress) terminal.out('\u001b[2J\u001b[H');
  try {
    const design = await openDesign(file, { terminal, shapes: shapesOf(given) });
    const analysis = analyze(design);
    const table = costTable(design, analysis, { convention: 'mac', openBlocks: false });
    terminal.out(printed(presentCosts(table, { reach: false, speech })));
    for (const problem of analysis.problems) terminal.out(`${problemLine(file, problem)}\n`);
    const { findings } = lint(design, analysis, timer);
    for (const { severity, rule, node, message, says } of findings.slice(0, MOST_FINDINGS))
      terminal.out(
        `${t(severity)} ${rule}${node === undefined ? '' : ` (${node})`}: ${says ? said(says) : message}\n`,
      );
    if (findings.length > MOST_FINDINGS)
      terminal.out(`${tell`${findings.length - MOST_FINDINGS} more findings.`}\n`);
    for (const { quantity, within } of Object.values(checkBudget(design, analysis).gauges))
      if (within !== undefined)
        terminal.out(`${t(quantityTable[quantity].title)}: ${within ? t('within') : t('OVER BUDGET')}\n`);
  } catch (error) {
    // What is half written is no reason to stop watching.
    if (!(error instanceof CommandFailure)) throw error;
    for (const line of error.lines) terminal.err(`netwright: ${line}\n`);
  }
}

/** Calls back after every save, one call at a time. Ends when it is told to, and never by itself. */
export function forEverySave(
  file: string,
  tellAnew: () => Promise<void>,
  signal?: AbortSignal,
): Promise<void> {
  const path = absolute(file);
  const concerns = (name: string | null): boolean =>
    name === basename(path) || (isPythonTarget(file) && (name ?? '').endsWith('.py'));
  return new Promise((resolve, reject) => {
    let timer: NodeJS.Timeout | undefined;
    let [running, again] = [false, false];
    const run = async () => {
      if (running) {
        again = true;
        return;
      }
      running = true;
      try {
        await tellAnew();
      } catch (error) {
        reject(error);
      }
      running = false;
      if (again) {
        again = false;
        void run();
      }
    };
    try {
      const watcher = watch(dirname(path), (_event, name) => {
        if (!concerns(name)) return;
        clearTimeout(timer);
        timer = setTimeout(() => void run(), SETTLE_MS);
      });
      signal?.addEventListener('abort', () => {
        clearTimeout(timer);
        watcher.close();
        resolve();
      });
    } catch {
      reject(new CommandFailure(tell`${file}: its folder cannot be watched.`));
    }
  });
}
