import type { Command } from 'commander';
import { type ReportFormatId, reportFormats } from '../../shared/formats/reports/index.ts';
import { openEntries } from '../../shared/formats/reports/report.ts';
import type { LintSettings, Severity } from '../../shared/graph/design.ts';
import { isPresetName, presetNames } from '../../shared/lint/presets.ts';
import { CommandFailure, exitCodes } from '../failure.ts';
import { writeAtomically } from '../files.ts';
import { expandFiles } from '../globs.ts';
import { type Linted, lintModel, reportOf } from '../linting.ts';
import { fileHelp, openModel } from '../open-design.ts';
import { reportOption, wholeNumber } from '../options.ts';
import { type ShapeOptions, shapeOption, shapesOf } from '../shapes.ts';
import type { Terminal } from '../terminal.ts';

interface LintOptions extends ShapeOptions {
  readonly preset?: string;
  readonly fix?: boolean;
  readonly fixDryRun?: boolean;
  readonly format: ReportFormatId;
  readonly maxWarnings: number;
}

export function addLint(program: Command, terminal: Terminal): void {
  program
    .command('lint')
    .description('hold designs against the design rules, and the problems of their shapes')
    .argument('<file...>', `${fileHelp}; or a pattern such as 'designs/**/*.json'`)
    .option('--preset <name>', `rules to use instead of the design's: ${presetNames.join(', ')}`)
    .option('--fix', 'apply the safe fixes, and save the spec')
    .option('--fix-dry-run', 'tell what --fix would do and what would be left, and save nothing')
    .addOption(shapeOption())
    .addOption(reportOption())
    .option('--max-warnings <n>', 'accept so many warnings', wholeNumber(0), 0)
    .addHelpText(
      'after',
      '\nExit code 1 with an error, or with more warnings than accepted; remarks ("info") are never counted.\n\nExamples:\n  $ netwright lint design.json\n  $ netwright lint zoo:alexnet --preset vgg\n  $ netwright lint designs/*.json --fix --max-warnings 3\n  $ netwright lint "designs/**/*.{json,onnx}" --format sarif > netwright.sarif',
    )
    .action(async (patterns: readonly string[], options: LintOptions) => {
      const { preset, format, maxWarnings } = options;
      if (preset !== undefined && !isPresetName(preset))
        throw new CommandFailure(
          `--preset ${preset}: there is no such preset. Presets: ${presetNames.join(', ')}.`,
        );
      const results: Linted[] = [];
      for (const file of await expandFiles(patterns)) results.push(await lintFile(file, options));
      if (options.fixDryRun === true) for (const result of results) tellFixes(terminal, result);
      terminal.out(reportFormats[format].write(reportOf(results), terminal.colours));
      if (breaks(results, maxWarnings)) process.exitCode = exitCodes.findings;
    });
}

function breaks(results: readonly Linted[], maxWarnings: number): boolean {
  const count = (wanted: Severity) =>
    results.reduce(
      (sum, file) => sum + openEntries(file).filter(({ severity }) => severity === wanted).length,
      0,
    );
  return count('error') > 0 || count('warning') > maxWarnings;
}

async function lintFile(
  file: string,
  { preset, fix, fixDryRun, format, ...given }: LintOptions,
): Promise<Linted> {
  const shapes = shapesOf(given);
  const fixes = fix === true || fixDryRun === true;
  if (fixes && shapes.length > 0)
    throw new CommandFailure(`${file}: --fix saves the design, so it is linted as it is: leave out --shape.`);
  if (fix === true && (file === '-' || file.startsWith('zoo:')))
    throw new CommandFailure(`${file}: --fix saves what it changes, so it needs a file.`);
  const model = await openModel(file, { shapes });
  await model.close();
  const settings = (own: LintSettings): LintSettings => (preset === undefined ? own : { ...own, preset });
  const linted = lintModel(file, model, {
    settings,
    fix: fixes,
    // With another shape the design is not what its text says.
    replacements: format === 'sarif' && shapes.length === 0,
  });
  if (fix === true && fixDryRun !== true && linted.applied.length > 0) {
    if (linted.text === undefined)
      throw new CommandFailure(
        `${file}: --fix saves specs. Make one of it first: netwright convert ${file} design.json`,
      );
    await writeAtomically(file, linted.text);
  }
  return linted;
}

/** On standard error, so that reports stay what they are. */
function tellFixes({ err }: Terminal, { file, applied }: Linted): void {
  for (const { node, rule, fix } of applied)
    err(`${file}${node === undefined ? '' : ` ${node}`}: would be fixed: ${fix?.title} (${rule})\n`);
}
