import { dirname, join } from 'node:path';
import type { Command } from 'commander';
import { type ReportFormatId, reportFormats } from '../../shared/formats/reports/index.ts';
import { openEntries, type ReportFile } from '../../shared/formats/reports/report.ts';
import type { LintSettings, Severity } from '../../shared/graph/design.ts';
import { isPresetName, presetNames } from '../../shared/lint/presets.ts';
import { Budgets } from '../budgets.ts';
import { timerIfMeasured } from '../calibrations.ts';
import {
  type ConfigOptions,
  Configs,
  conditionsFrom,
  configuredBudget,
  configuredLint,
  type LoadedConfig,
} from '../config.ts';
import { CommandFailure, exitCodes, Failures } from '../failure.ts';
import { writeAtomically } from '../files.ts';
import { expandFiles } from '../globs.ts';
import { said, speech, spokenLanguage, tell } from '../i18n/language.ts';
import { type LintAs, type Linted, lintModel, reportOf } from '../linting.ts';
import { fileHelp, openModel } from '../open-design.ts';
import { configOptions, reportOption, wholeNumber } from '../options.ts';
import { addCacheOptions, type CacheOptions, isFoundFile, ResultCache } from '../result-cache.ts';
import { explainRule, type GivenRule, printedConfig, readGivenRule } from '../rule-book.ts';
import { type ShapeOptions, shapeOption, shapesOf } from '../shapes.ts';
import {
  prune,
  readSuppressions,
  type Suppressions,
  solved,
  suppressAll,
  suppressed,
  suppressionsName,
  writeSuppressions,
} from '../suppressions.ts';
import { printJson, type Terminal } from '../terminal.ts';
import { watchFiles } from '../watch.ts';

interface LintOptions extends ShapeOptions, ConfigOptions, CacheOptions {
  readonly preset?: string;
  readonly rule: readonly GivenRule[];
  readonly fix?: boolean;
  readonly fixDryRun?: boolean;
  readonly format: ReportFormatId;
  readonly maxWarnings?: number;
  readonly printConfig?: boolean;
  readonly explain?: string;
  readonly suppressAll?: boolean;
  readonly pruneSuppressions?: boolean;
  readonly suppressions?: string;
  readonly watch?: boolean;
}

/** What one file gave, as far as it is printed. */
type Told = Pick<Linted, 'file' | 'entries' | 'fixed' | 'rules' | 'applied'>;

export function addLint(program: Command, terminal: Terminal): void {
  const command = program
    .command('lint')
    .description('hold designs against the design rules, and the problems of their shapes')
    .argument('[file...]', `${fileHelp}; or a pattern such as 'designs/**/*.json'`)
    .option('--preset <name>', `rules to use instead of the design's: ${presetNames.join(', ')}`)
    .option(
      '--rule <id>',
      'switch a rule on, or set its severity: ID or ID=error|warning|info|off; may be given several times',
      (text: string, before: readonly GivenRule[]) => [...before, readGivenRule(text)],
      [],
    )
    .option('--fix', 'apply the safe fixes, and save the spec')
    .option('--fix-dry-run', 'tell what --fix would do and what would be left, and save nothing')
    .addOption(shapeOption())
    .addOption(reportOption())
    .option(
      '--max-warnings <n>',
      'accept so many warnings (none, if the configuration says nothing)',
      wholeNumber(0),
    )
    .option('--print-config', 'print the settings that hold for a file, as JSON')
    .option('--explain <rule>', 'print what a rule asks, and why')
    .option('--suppress-all', `silence what is found today, counted per file and rule in ${suppressionsName}`)
    .option('--prune-suppressions', 'take what is solved out of that file')
    .option('--suppressions <file>', 'that file, if it is another')
    .option('--watch', 'go on, and tell again whenever a file changes');
  addCacheOptions(command);
  for (const option of configOptions()) command.addOption(option);
  command
    .addHelpText(
      'after',
      `\nExit code 1 with an error, with more warnings than accepted, or with counts in ${suppressionsName} of what is solved; remarks ("info") are never counted.\n\nExamples:\n  $ netwright lint design.json\n  $ netwright lint zoo:alexnet --preset vgg\n  $ netwright lint designs/*.json --fix --max-warnings 3\n  $ netwright lint "designs/**/*.{json,onnx}" --format sarif > netwright.sarif\n  $ netwright lint --explain vgg-conv-3x3`,
    )
    .action((patterns: readonly string[], options: LintOptions) =>
      options.watch === true ? watched(terminal, patterns, options) : run(terminal, patterns, options),
    );
}

async function run(terminal: Terminal, patterns: readonly string[], options: LintOptions): Promise<void> {
  const { preset } = options;
  if (preset !== undefined && !isPresetName(preset))
    throw new CommandFailure(
      tell`--preset ${preset}: there is no such preset. Presets: ${presetNames.join(', ')}.`,
    );
  const configs = new Configs(options);
  if (options.explain !== undefined) {
    const config = await configs.of(patterns[0] ?? '-');
    return terminal.out(
      explainRule(options.explain, configuredLint(config, patterns[0] ?? '-', noSettings).own ?? []),
    );
  }
  const files = await expandFiles(patterns);
  if (files.length === 0) throw new CommandFailure(tell`lint: name a file, such as design.json.`);
  const results: Told[] = [];
  const cache = await ResultCache.open(options);
  const budgets = new Budgets();
  const measured = await timerIfMeasured();
  const failures = new Failures();
  let accepted = options.maxWarnings;
  for (const file of files) {
    const config = await configs.of(file);
    accepted ??= config?.maxWarnings;
    const settings = (own: LintSettings): LintSettings => given(options, configuredLint(config, file, own));
    if (options.printConfig === true) {
      const model = await openModel(file, { terminal, shapes: shapesOf(options) });
      await model.close();
      printJson(terminal, printedConfig(file, config?.file, settings(model.design.lint)));
      continue;
    }
    results.push(
      ...(await failures.gather(() =>
        lintKept(file, options, { cache, config, budgets, measured }, settings, terminal),
      )),
    );
  }
  failures.refuse(results);
  if (options.printConfig === true) return;
  const counted = await countedIn(await suppressionsFile(options, configs, files), options, results);
  if (options.fixDryRun === true) for (const result of results) tellFixes(terminal, result);
  const told: readonly Told[] = results.map((result) => suppressed(counted, result));
  terminal.out(reportFormats[options.format].write(reportOf(told), terminal.colours, speech));
  const over = solved(counted, results);
  for (const { path, rule, count, left } of over)
    terminal.err(
      `${counted.file}: ${path}: ${rule}: ${count} counted, ${left} left. Take out what is solved: --prune-suppressions\n`,
    );
  if (breaks(told, accepted ?? 0) || over.length > 0) process.exitCode = exitCodes.findings;
  failures.tell(terminal.err);
  // At last: where it cannot be kept, what was found is told all the same.
  await cache?.save();
}

function watched(terminal: Terminal, patterns: readonly string[], options: LintOptions): Promise<void> {
  if (patterns.length === 0) throw new CommandFailure(tell`lint: name a file to watch, such as design.json.`);
  return watchFiles(
    {
      patterns,
      run: () => run(terminal, patterns, options),
      async others(files) {
        const configs = new Configs(options);
        const counted = suppressionsFile(options, configs, files).catch(() => suppressionsName);
        return [...(await configs.filesFor(files)), await counted];
      },
    },
    terminal,
  );
}

const noSettings: LintSettings = { preset: 'recommended', rules: {} };

/** What the command line says over all else. */
function given({ preset, rule }: LintOptions, settings: LintSettings): LintSettings {
  const rules = { ...settings.rules };
  for (const { id, severity } of rule) rules[id] = { ...rules[id], severity };
  return { ...settings, preset: preset ?? settings.preset, rules };
}

/** Beside the configuration, or here. */
async function suppressionsFile(
  { suppressions }: LintOptions,
  configs: Configs,
  files: readonly string[],
): Promise<string> {
  if (suppressions !== undefined) return suppressions;
  const config = await configs.of(files[0] ?? '-');
  return config === undefined ? suppressionsName : join(dirname(config.file), suppressionsName);
}

async function countedIn(
  file: string,
  options: LintOptions,
  results: readonly ReportFile[],
): Promise<Suppressions> {
  const before = await readSuppressions(file);
  const after =
    options.suppressAll === true
      ? suppressAll(before, results)
      : options.pruneSuppressions === true
        ? prune(before, results)
        : before;
  if (after !== before) await writeSuppressions(after);
  return after;
}

function breaks(results: readonly ReportFile[], maxWarnings: number): boolean {
  const count = (wanted: Severity) =>
    results.reduce(
      (sum, file) => sum + openEntries(file).filter(({ severity }) => severity === wanted).length,
      0,
    );
  return count('error') > 0 || count('warning') > maxWarnings;
}

/** With what was told of the file besides: it is told again. */
type Kept = Told & { readonly remarks: readonly string[] };

const isKept = (kept: unknown): kept is Kept => isFoundFile(kept) && 'remarks' in kept && 'applied' in kept;

interface Kit {
  readonly cache: ResultCache | undefined;
  readonly config: LoadedConfig | undefined;
  readonly budgets: Budgets;
  readonly measured: Awaited<ReturnType<typeof timerIfMeasured>>;
}

/** What fixes change is always judged anew. */
async function lintKept(
  file: string,
  options: LintOptions,
  { cache, config, budgets, measured }: Kit,
  settings: (own: LintSettings) => LintSettings,
  terminal: Terminal,
): Promise<Told> {
  const judge = async (to: Terminal): Promise<Linted> =>
    lintFile(
      file,
      options,
      { settings, budget: await budgets.over(config, file), timer: measured?.timer },
      to,
    );
  const configured = configuredBudget(config, file);
  const isAlone = configured.baseline === undefined || configured.baseline.startsWith('zoo:');
  // What another file holds is not known from this one.
  if (cache === undefined || options.fix === true || options.fixDryRun === true || !isAlone)
    return judge(terminal);
  const { preset, rule, format } = options;
  const conditions = {
    parts: conditionsFrom(config, file),
    configured,
    measured: measured && { machine: measured.machine, date: measured.date },
    given: {
      preset,
      rule,
      shapes: shapesOf(options),
      replacements: format === 'sarif',
      language: format === 'text' ? spokenLanguage() : undefined,
    },
  };
  const { remarks, ...told } = await cache.of<Kept>(
    { command: 'lint', file, conditions },
    isKept,
    async () => {
      const said: string[] = [];
      const { entries, fixed, rules, applied } = await judge({
        ...terminal,
        err: (text) => said.push(text),
      });
      return { file, entries, fixed, rules, applied, remarks: said };
    },
  );
  for (const remark of remarks) terminal.err(remark);
  return told;
}

async function lintFile(
  file: string,
  { fix, fixDryRun, format, ...rest }: LintOptions,
  holds: Pick<LintAs, 'settings' | 'budget' | 'timer'>,
  terminal: Terminal,
): Promise<Linted> {
  const shapes = shapesOf(rest);
  const fixes = fix === true || fixDryRun === true;
  if (fixes && shapes.length > 0)
    throw new CommandFailure(
      tell`${file}: --fix saves the design, so it is linted as it is: leave out --shape.`,
    );
  if (fix === true && (file === '-' || file.startsWith('zoo:')))
    throw new CommandFailure(tell`${file}: --fix saves what it changes, so it needs a file.`);
  const model = await openModel(file, { terminal, shapes });
  await model.close();
  const linted = lintModel(file, model, {
    ...holds,
    fix: fixes,
    spoken: format === 'text',
    // With another shape the design is not what its text says.
    replacements: format === 'sarif' && shapes.length === 0,
  });
  if (fix === true && fixDryRun !== true && linted.applied.length > 0) {
    if (linted.text === undefined)
      throw new CommandFailure(
        tell`${file}: --fix saves specs. Make one of it first: netwright convert ${file} design.json`,
      );
    await writeAtomically(file, linted.text);
  }
  return linted;
}

/** On standard error, so that reports stay what they are. */
function tellFixes({ err }: Terminal, { file, applied }: Told): void {
  for (const { node, rule, fix } of applied)
    if (fix)
      err(
        `${tell`${node === undefined ? file : `${file} ${node}`}: would be fixed: ${said(fix.says)} (${rule})`}\n`,
      );
}
