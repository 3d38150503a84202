import type { Command } from 'commander';
import { createCpuBackend } from '../../shared/runtime/cpu/backend.ts';
import { RunCancelled, RunError } from '../../shared/runtime/run-error.ts';
import { calibrate } from '../../shared/runtime/time/calibrate.ts';
import { type Calibration, wasHeldUp, writeCalibration } from '../../shared/runtime/time/calibration.ts';
import { lawNames } from '../../shared/runtime/time/work.ts';
import { nodeHost } from '../backends.ts';
import { keepCalibration, thisMachine, threadsText } from '../calibrations.ts';
import { CommandInterrupted, failWith } from '../failure.ts';
import { printed, t, tell } from '../i18n/language.ts';
import { formatOption, wholeNumber } from '../options.ts';
import { startProgress } from '../progress.ts';
import { printJson, type Terminal } from '../terminal.ts';

interface CalibrateOptions {
  readonly threads?: number;
  readonly format: 'text' | 'json';
}

export function addCalibrate(program: Command, terminal: Terminal): void {
  program
    .command('calibrate')
    .description('measure this machine, so that plan, fit and roofline know how long networks take on it')
    .option('--threads <n>', 'all cores when left out', wholeNumber(1, 64))
    .addOption(formatOption(['text', 'json']))
    .addHelpText(
      'after',
      '\nTakes some 20 seconds, 30 at most; best while nothing else runs. Kept for this processor, so many threads and this\nversion, in the folder that the system has for such (NETWRIGHT_CACHE names another).\n\nExamples:\n  $ netwright calibrate\n  $ netwright calibrate --threads 1 && netwright plan zoo:resnet50 --threads 1',
    )
    .action(async ({ threads, format }: CalibrateOptions) => {
      const calibration = await measured(terminal, threads);
      const file = await keepCalibration(calibration);
      if (format === 'json') return printJson(terminal, writeCalibration(calibration));
      terminal.out(printed(tableOf(calibration)));
      terminal.out(`\n${tell`Kept in ${file}`}\n`);
      if (wasHeldUp(calibration))
        terminal.err(
          `${t('Others were at work on this machine: steps that are alike took very different times, and what is predicted from them is worth little. Measure again while nothing else runs.')}\n`,
        );
    });
}

async function measured(terminal: Terminal, threads: number | undefined): Promise<Calibration> {
  const host = nodeHost();
  const stop = new AbortController();
  const interrupt = () => stop.abort();
  process.once('SIGINT', interrupt);
  const bar = startProgress(terminal);
  // Threads do not keep the process alive by themselves.
  const alive = setInterval(() => {}, 1000);
  try {
    const here = await thisMachine(host, threads);
    return await calibrate(createCpuBackend(host), { ...here, signal: stop.signal, onProgress: bar.update });
  } catch (error) {
    if (error instanceof RunError) throw failWith('calibrate', [error.problem]);
    if (error instanceof RunCancelled)
      throw new CommandInterrupted(tell`calibrate: was cancelled; nothing is kept.`);
    throw error;
  } finally {
    clearInterval(alive);
    bar.stop();
    process.off('SIGINT', interrupt);
  }
}

function tableOf({ machine, model, ceilings, seconds }: Calibration) {
  const { processor, threads, kernels } = machine;
  return {
    caption: tell`${processor}, ${threadsText(threads)}, kernels "${kernels}", measured in ${seconds.toFixed(0)} s: ${ceilings.gigaflops.toFixed(0)} GFLOP/s in the caches, ${ceilings.gigabytesPerSecond.toFixed(1)} GB/s from memory.`,
    columns: [
      { title: 'Steps of a kind', align: 'left' as const },
      { title: 'Measured', align: 'right' as const },
      { title: 'Single steps differ by', align: 'right' as const },
    ],
    rows: lawNames.flatMap((law) => {
      const costs = model[law];
      return costs ? [[law, String(costs.steps), `${(100 * costs.spread).toFixed(0)} %`]] : [];
    }),
  };
}
