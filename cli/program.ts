import { Command, Option } from 'commander';
import about from '../package.json' with { type: 'json' };
import { languageNames } from '../shared/languages/names.ts';
import { addCalibrate } from './commands/calibrate.ts';
import { addCheck } from './commands/check.ts';
import { addConvert } from './commands/convert.ts';
import { addDiff } from './commands/diff.ts';
import { addDraw } from './commands/draw.ts';
import { addFit } from './commands/fit.ts';
import { addLint } from './commands/lint.ts';
import { addMemory } from './commands/memory.ts';
import { addMerge } from './commands/merge.ts';
import { addOpen } from './commands/open.ts';
import { addPlan } from './commands/plan.ts';
import { addReport } from './commands/report.ts';
import { addRoofline } from './commands/roofline.ts';
import { addRun } from './commands/run.ts';
import { addSchema } from './commands/schema.ts';
import { addSummary } from './commands/summary.ts';
import { addSweep } from './commands/sweep.ts';
import { addTextconv } from './commands/textconv.ts';
import { addTimes } from './commands/times.ts';
import { addTorch } from './commands/torch.ts';
import { addWatch } from './commands/watch.ts';
import { addZoo } from './commands/zoo.ts';
import { inPieces } from './i18n/language.ts';
import { fileHelp } from './open-design.ts';
import type { Terminal } from './terminal.ts';

/** Every command, in the order of the help. */
const commands = [
  addZoo,
  addSummary,
  addLint,
  addCheck,
  addDiff,
  addReport,
  addTextconv,
  addMerge,
  addFit,
  addSweep,
  addConvert,
  addDraw,
  addRun,
  addPlan,
  addCalibrate,
  addRoofline,
  addTimes,
  addMemory,
  addOpen,
  addTorch,
  addWatch,
  addSchema,
];

/** Read before all else, so that help and mistakes are told in it too. */
const languageOption = (): Option =>
  new Option('--lang <language>', 'the language of help, errors and tables').choices(languageNames);

/** The whole command line. Mistakes in it are thrown as CommanderError; nothing here ends the process. */
export function createProgram(terminal: Terminal): Command {
  const program = new Command('netwright')
    .description('Shapes, costs, budgets, design rules and runs of convolutional networks.')
    .version(about.version, '-V, --version')
    .configureOutput({
      writeOut: (text) => terminal.out(inPieces(text)),
      writeErr: (text) => terminal.err(inPieces(text)),
    })
    // Descriptions are put into words before they are wrapped.
    .configureHelp({ helpWidth: 100, styleTitle: inPieces, styleDescriptionText: inPieces })
    .addOption(languageOption())
    .addHelpText(
      'after',
      `\nFILE is ${fileHelp.replace('zoo:NAME', 'zoo:NAME for a published network')}.\nExit codes: 0 fine, 1 findings or over budget, 2 bad usage or unreadable input.\n\nExamples:\n  $ netwright summary zoo:vgg16\n  $ netwright lint design.json && netwright check design.json --baseline zoo:vgg16 --macs 5%`,
    )
    .exitOverride();
  for (const add of commands) add(program, terminal);
  for (const command of program.commands) command.copyInheritedSettings(program).addOption(languageOption());
  return program;
}
