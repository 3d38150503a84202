import type { Command } from 'commander';
import { analyze } from '../../shared/analysis/analyze.ts';
import { analyzeBaseline } from '../../shared/analysis/baseline.ts';
import type { Analysis } from '../../shared/analysis/facts.ts';
import { memoryConventions } from '../../shared/analysis/memory.ts';
import { checkBudget, type Gauge, timeGauge } from '../../shared/budget/budget.ts';
import { configName } from '../../shared/formats/config-file.ts';
import { type ReportFormatId, reportFormats } from '../../shared/formats/reports/index.ts';
import type { ReportEntry, ReportFile, ReportRule } from '../../shared/formats/reports/report.ts';
import { writeLimit } from '../../shared/formats/spec/quantity.ts';
import type { Budget, Design } from '../../shared/graph/design.ts';
import { baselineOf } from '../../shared/graph/edits.ts';
import {
  countedQuantities,
  type Quantity,
  quantities,
  quantityTable,
  shareText,
} from '../../shared/graph/quantities.ts';
import { activeRules } from '../../shared/lint/settings.ts';
import { measuredHere, timerHere } from '../calibrations.ts';
import { type ConfigOptions, Configs, type ConfiguredBudget, configuredBudget } from '../config.ts';
import { checkExercise } from '../exercise.ts';
import { CommandFailure, exitCodes, Failures, problemLine } from '../failure.ts';
import { fingerprinter } from '../fingerprints.ts';
import { expandFiles } from '../globs.ts';
import { speech, t, tell } from '../i18n/language.ts';
import { refuse, reportOf } from '../linting.ts';
import { fileHelp, openDesign, openModel } from '../open-design.ts';
import { configOptions, type GivenLimit, limitOption, reportOption } from '../options.ts';
import { noPlaces, type Places, placesIn } from '../places.ts';
import { addCacheOptions, type CacheOptions, isFoundFile, ResultCache } from '../result-cache.ts';
import { type BatchOptions, batchOption, type ShapeOptions, shapeOption, shapesOf } from '../shapes.ts';
import { amountText, timeThreadsOption } from '../steer-options.ts';
import { printJson, type Terminal } from '../terminal.ts';
import { watchFiles } from '../watch.ts';

interface CheckOptions
  extends Partial<Record<Quantity, GivenLimit>>,
    ShapeOptions,
    BatchOptions,
    ConfigOptions,
    CacheOptions {
  readonly baseline?: string;
  readonly exercise?: string;
  readonly answers?: string;
  readonly watch?: boolean;
  readonly threads?: number;
  readonly format: ReportFormatId;
}

/** What one file gave, as far as it is printed. */
interface Checked {
  readonly file: string;
  readonly name: string;
  readonly gauges: readonly Gauge[];
  readonly fits: boolean;
  /** What is out of its limits, and what is wrong with the design. */
  readonly found: ReportFile & { readonly rules: readonly ReportRule[] };
  /** What standard error is told. */
  readonly remarks: readonly string[];
}

export function addCheck(program: Command, terminal: Terminal): void {
  const command = program
    .command('check')
    .description('whether designs keep their budgets')
    .argument('<file...>', `${fileHelp}; or a pattern such as 'designs/**/*.json'`)
    .option('--baseline <file>', 'the design that shares such as +5% are of, instead of the pinned one')
    .addOption(shapeOption())
    .addOption(batchOption())
    .addOption(limitOption('macs', 'multiply-adds'))
    .addOption(limitOption('params', 'parameters'))
    .addOption(limitOption('memory', 'peak memory of activations'))
    .addOption(limitOption('time', 'milliseconds of a run, as predicted for this machine'))
    .addOption(timeThreadsOption())
    .addOption(reportOption())
    .option('--exercise <file>', 'judge by an exercise instead of a budget')
    .option('--answers <file>', 'answers to its hidden cells, as JSON: { "conv1.macs": "72,855,552" }')
    .option('--watch', 'go on, and tell again whenever a file changes');
  addCacheOptions(command);
  for (const option of configOptions()) command.addOption(option);
  command
    .addHelpText(
      'after',
      '\nLimits that are not given are those of the spec, then those of the configuration. Times are predicted for this machine, which netwright calibrate measures. The share +5% allows at most 5 % more than the baseline, ±5% as much more or less.\nExit code 1 when a limit is broken, or when problems of the design leave its cost unknown.\n\nExamples:\n  $ netwright check design.json\n  $ netwright check design.json --macs 15.5G --memory 64MiB\n  $ netwright check design.json --baseline zoo:vgg16 --macs +5%\n  $ netwright check design.json --exercise task.exercise.json\n  $ netwright check "designs/**/*.json" --format junit > budgets.xml',
    )
    .action(async (patterns: readonly string[], options: CheckOptions) => {
      const { exercise } = options;
      if (exercise !== undefined)
        return checkExercise(await expandFiles(patterns), { ...options, exercise }, terminal);
      return options.watch === true
        ? watchFiles(
            {
              patterns,
              run: () => run(terminal, patterns, options),
              others: async (files) => [
                ...(await new Configs(options).filesFor(files)),
                ...(options.baseline === undefined ? [] : [options.baseline]),
              ],
            },
            terminal,
          )
        : run(terminal, patterns, options);
    });
}

async function run(terminal: Terminal, patterns: readonly string[], options: CheckOptions): Promise<void> {
  const configs = new Configs(options);
  const cache = await ResultCache.open(options);
  // Times follow from what this machine was measured at, and change when it is measured anew.
  const measured = cache && (await measuredHere(options.threads));
  const results: Checked[] = [];
  const failures = new Failures();
  for (const file of await expandFiles(patterns)) {
    const configured = configuredBudget(await configs.of(file), file);
    const check = () => checkFile(file, options, configured, terminal);
    const baseline = options.baseline ?? configured.baseline;
    // What another file holds is not known from this one.
    const kept = baseline !== undefined && !baseline.startsWith('zoo:') ? undefined : cache;
    const judge = () =>
      kept === undefined
        ? check()
        : kept.of(
            { command: 'check', file, conditions: { given: givenTo(options), configured, measured } },
            isChecked,
            check,
          );
    results.push(...(await failures.gather(judge)));
  }
  failures.refuse(results);
  report(terminal, results, options.format);
  for (const each of quantities) {
    const remark = options[each]?.remark;
    if (remark !== undefined) terminal.err(`${remark}\n`);
  }
  for (const { remarks } of results) for (const remark of remarks) terminal.err(remark);
  if (results.some(({ fits }) => !fits)) process.exitCode = exitCodes.findings;
  failures.tell(terminal.err);
  await cache?.save();
}

/** What the command line says of every file. */
function givenTo(options: CheckOptions): object {
  const { baseline, batch } = options;
  const limits = quantities.map((each) => options[each]?.limit);
  return { baseline, batch, limits, shapes: shapesOf(options) };
}

function isChecked(kept: unknown): kept is Checked {
  return (
    typeof kept === 'object' &&
    kept !== null &&
    'found' in kept &&
    isFoundFile(kept.found) &&
    'gauges' in kept &&
    Array.isArray(kept.gauges) &&
    'remarks' in kept &&
    Array.isArray(kept.remarks) &&
    'fits' in kept &&
    'name' in kept
  );
}

async function checkFile(
  file: string,
  options: CheckOptions,
  configured: ConfiguredBudget,
  terminal: Terminal,
): Promise<Checked> {
  const remarks: string[] = [];
  const opened = await openModel(file, {
    terminal: { ...terminal, err: (text) => remarks.push(text) },
    shapes: shapesOf(options),
    batch: options.batch,
  });
  await opened.close();
  const places = placesOf(opened.text);
  refuse(file, activeRules(opened.design.lint).problems, places);
  const design: Design = {
    ...opened.design,
    budget: await budgetOf(file, opened.design.budget, options, configured),
  };
  const analysis = analyze(design);
  const { gauges: byQuantity, within: isCountWithin } = checkBudget(design, analysis);
  const { memory } = design.budget.limits;
  if (memory && Number.isNaN(byQuantity.memory.actual) && analysis.problems.length === 0)
    throw new CommandFailure(
      tell`${file}: this engine cannot run it, so that its limit on memory cannot be judged as it is counted: netwright plan tells why.`,
    );
  const time =
    design.budget.limits.time && analysis.problems.length === 0
      ? await timeOf(file, design, analysis, options.threads)
      : undefined;
  const gauges = [...countedQuantities.map((each): Gauge => byQuantity[each]), ...(time ? [time] : [])];
  const within = isCountWithin && time?.within !== false;
  return {
    file,
    name: design.name,
    gauges,
    fits: within && analysis.problems.length === 0,
    found: foundIn({ file, analysis, gauges, places }),
    remarks: [...remarks, ...analysis.problems.map((problem) => `${problemLine(file, problem)}\n`)],
  };
}

/** The time that is predicted here, against its limit; a machine that was not measured is no reason to let it pass. */
async function timeOf(
  file: string,
  design: Design,
  analysis: Analysis,
  threads: number | undefined,
): Promise<Gauge> {
  const { timer } = await timerHere(threads);
  const { baseline } = design.budget;
  const whole = timer.whole(analysis);
  const base = baseline && timer.whole(analyzeBaseline(baseline));
  if (!whole || (baseline && !base))
    throw new CommandFailure(
      tell`${file}: how long some of it takes is not known, so that its limit on time cannot be judged: netwright plan tells of what.`,
    );
  return timeGauge(design, whole.milliseconds, base?.milliseconds);
}

const placesOf = (text: string | undefined): Places => (text === undefined ? noPlaces : placesIn(text));

/** As text and JSON with every gauge; as a report with what is out of its limits. */
function report(terminal: Terminal, results: readonly Checked[], format: ReportFormatId): void {
  if (format === 'text') for (const { file, gauges } of results) printText(terminal, file, gauges);
  else if (format === 'json') {
    const all = results.map(({ name, fits, gauges }) => ({
      name,
      within: fits,
      quantities: gauges.map(jsonOf),
    }));
    const [only] = all;
    if (all.length === 1 && only !== undefined) printJson(terminal, only);
    else
      printJson(terminal, {
        within: all.every(({ within }) => within),
        designs: all.map((each, i) => ({ file: results[i]!.file, ...each })),
      });
  } else
    terminal.out(
      reportFormats[format].write(reportOf(results.map(({ found }) => found)), terminal.colours, speech),
    );
}

interface Judged {
  readonly file: string;
  readonly analysis: Analysis;
  readonly gauges: readonly Gauge[];
  readonly places: Places;
}

function foundIn({ file, analysis, gauges, places }: Judged): Checked['found'] {
  const fingerprint = fingerprinter(analysis);
  const over = gauges
    .filter(({ within }) => within === false)
    .map(({ quantity, actual, min, max }): ReportEntry => {
      const rule = `budget-${quantity}`;
      const limit =
        actual < (min ?? 0)
          ? `less than the ${lowestText(quantity, min ?? 0)}`
          : `more than the ${highestText(quantity, max ?? 0)}`;
      return {
        rule,
        severity: 'error',
        message: `${quantityTable[quantity].title}: ${amountText(actual, quantity)}, ${limit} that the budget allows.`,
        place: { file, ...places.at(['budget', quantity]) },
        fingerprint: fingerprint(rule, undefined),
      };
    });
  const problems = analysis.problems.map(
    ({ code, where: { node }, message, hint }): ReportEntry => ({
      rule: code,
      severity: 'error',
      message: `${message} ${hint}`,
      place: { file, ...(node === undefined ? {} : { node }), ...places.node(node) },
      fingerprint: fingerprint(code, node),
    }),
  );
  const rules = quantities.map(
    (quantity): ReportRule => ({
      id: `budget-${quantity}`,
      title: `${quantityTable[quantity].title} within the budget`,
      severity: 'error',
      why: `The design may have so many ${quantityTable[quantity].noun} and no more.`,
    }),
  );
  return { file, entries: [...over, ...problems], fixed: 0, rules };
}

/** The design's own budget, with what the command line says over it and the configuration under it. */
async function budgetOf(
  file: string,
  own: Budget,
  options: CheckOptions,
  configured: ConfiguredBudget,
): Promise<Budget> {
  const given = quantities.flatMap((each) => {
    const limit = options[each]?.limit ?? own.limits[each] ?? configured.limits[each];
    return limit === undefined ? [] : [[each, limit] as const];
  });
  if (given.length === 0)
    throw new CommandFailure(
      tell`${file}: has no budget. Give one with --macs, --params, --memory or --time, or in a ${configName}.`,
    );
  const named = options.baseline ?? (own.baseline === undefined ? configured.baseline : undefined);
  const pinned = named === undefined ? own.baseline : await openDesign(named);
  const relative = given.find(([, { kind }]) => kind !== 'absolute');
  if (relative !== undefined && pinned === undefined)
    throw new CommandFailure(
      tell`${file}: a share (${relative[0]}) needs a design to be a share of. Give it with --baseline.`,
    );
  return {
    limits: Object.fromEntries(given),
    ...(pinned === undefined ? {} : { baseline: baselineOf(pinned) }),
  };
}

/** Of counts, the whole numbers that a limit allows. */
const highestText = (quantity: Quantity, max: number): string =>
  amountText(quantity === 'time' ? max : Math.floor(max), quantity);
const lowestText = (quantity: Quantity, min: number): string =>
  amountText(quantity === 'time' ? min : Math.ceil(min), quantity);

function jsonOf({ quantity, actual, limit, min, max, baseline, change, within }: Gauge): object {
  return {
    quantity,
    actual,
    limit: limit === undefined ? null : writeLimit(limit),
    min: min ?? null,
    max: max ?? null,
    baseline: baseline ?? null,
    change: change ?? null,
    within: within ?? null,
  };
}

function printText({ out, colours }: Terminal, file: string, gauges: readonly Gauge[]): void {
  for (const { quantity, actual, limit, min, max, baseline, change, within } of gauges) {
    const verdict =
      within === undefined
        ? colours.dim(t('no limit'))
        : within
          ? colours.green(t('within'))
          : colours.red(t('OVER BUDGET'));
    const under = within === false && actual < (min ?? 0);
    const bounds =
      max === undefined
        ? ''
        : min === undefined
          ? tell`at most ${highestText(quantity, max)}`
          : tell`${lowestText(quantity, min)} to ${highestText(quantity, max)}`;
    const share =
      limit === undefined || limit.kind === 'absolute' || baseline === undefined
        ? ''
        : ` (${tell`${shareText(limit)} of ${amountText(baseline, quantity)}`})`;
    const difference =
      change === undefined
        ? ''
        : tell`${change < 0 ? '' : '+'}${(100 * change).toFixed(2)} % against the baseline`;
    const how =
      limit?.counted === undefined ? '' : tell`counted with ${t(memoryConventions[limit.counted].title)}`;
    const parts = [`${bounds}${share}`, how, difference].filter((part) => part !== '').join('; ');
    out(
      `${file}: ${t(quantityTable[quantity].title)}: ${amountText(actual, quantity)}: ${under ? colours.red(t('UNDER BUDGET')) : verdict}${parts === '' ? '' : ` (${parts})`}\n`,
    );
  }
}
