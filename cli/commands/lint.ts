import type { Command } from 'commander';
import { analyze } from '../../shared/analysis/analyze.ts';
import type { Analysis } from '../../shared/analysis/facts.ts';
import { writeSpec } from '../../shared/formats/spec/write.ts';
import type { Design } from '../../shared/graph/design.ts';
import type { Finding } from '../../shared/lint/define.ts';
import { isPresetName, presetNames } from '../../shared/lint/presets.ts';
import { applySafeFixes, lint } from '../../shared/lint/run.ts';
import { CommandFailure, exitCodes, failWith } from '../failure.ts';
import { writeAtomically } from '../files.ts';
import { fileHelp, openDesign } from '../open-design.ts';
import { formatOption, wholeNumber } from '../options.ts';
import { type ShapeOptions, shapeOption, shapesOf } from '../shapes.ts';
import { printJson, type Terminal } from '../terminal.ts';

interface LintOptions extends ShapeOptions {
  readonly preset?: string;
  readonly fix?: boolean;
  readonly format: 'text' | 'json';
  readonly maxWarnings: number;
}

/** What one file gave. */
interface Linted {
  readonly file: string;
  readonly findings: readonly Finding[];
  readonly suppressed: number;
  readonly fixed: number;
}

export function addLint(program: Command, terminal: Terminal): void {
  program
    .command('lint')
    .description('hold designs against the design rules, and the problems of their shapes')
    .argument('<file...>', fileHelp)
    .option('--preset <name>', `rules to use instead of the design's: ${presetNames.join(', ')}`)
    .option('--fix', 'apply the safe fixes, and save the spec')
    .addOption(shapeOption())
    .addOption(formatOption(['text', 'json']))
    .option('--max-warnings <n>', 'accept so many warnings', wholeNumber(0), 0)
    .addHelpText(
      'after',
      '\nExit code 1 with an error, or with more warnings than accepted; remarks ("info") are never counted.\n\nExamples:\n  $ netwright lint design.json\n  $ netwright lint zoo:alexnet --preset vgg\n  $ netwright lint designs/*.json --fix --max-warnings 3',
    )
    .action(async (files: readonly string[], options: LintOptions) => {
      const { preset, format, maxWarnings } = options;
      if (preset !== undefined && !isPresetName(preset))
        throw new CommandFailure(
          `--preset ${preset}: there is no such preset. Presets: ${presetNames.join(', ')}.`,
        );
      const results: Linted[] = [];
      for (const file of files) results.push(await lintFile(file, options));
      if (format === 'json') printJson(terminal, { findings: results.flatMap(jsonOf) });
      else for (const result of results) printText(terminal, result);
      const count = (severity: Finding['severity']) =>
        results.reduce(
          (sum, { findings }) => sum + findings.filter((each) => each.severity === severity).length,
          0,
        );
      if (count('error') > 0 || count('warning') > maxWarnings) process.exitCode = exitCodes.findings;
    });
}

async function lintFile(file: string, { preset, fix, ...given }: LintOptions): Promise<Linted> {
  const shapes = shapesOf(given);
  if (fix === true && shapes.length > 0)
    throw new CommandFailure(`${file}: --fix saves the design, so it is linted as it is: leave out --shape.`);
  const opened = await openDesign(file, { shapes });
  const original = preset === undefined ? opened : { ...opened, lint: { ...opened.lint, preset } };
  if (fix === true && (file === '-' || file.startsWith('zoo:')))
    throw new CommandFailure(`${file}: --fix saves what it changes, so it needs a file.`);
  const { design, applied } =
    fix === true ? applySafeFixes(original, analyze) : { design: original, applied: [] };
  const analysis = analyze(design);
  const { findings, problems } = lint(design, analysis);
  if (problems.length > 0) throw failWith(file, problems);
  if (applied.length > 0) await writeAtomically(file, writeSpec({ ...design, lint: opened.lint }));
  const open = findings.filter(({ suppressed }) => suppressed === undefined);
  return {
    file,
    findings: [...problemFindings(design, analysis, open), ...open],
    suppressed: findings.length - open.length,
    fixed: applied.length,
  };
}

/** Problems of the design itself, as errors; those that a rule tells better, with a fix, are left to it. */
function problemFindings(
  design: Design,
  analysis: Analysis,
  findings: readonly Finding[],
): readonly Finding[] {
  const told = new Set(findings.filter(({ severity }) => severity === 'error').map(({ node }) => node));
  return analysis.problems
    .filter(({ where }) => where.node === undefined || !told.has(where.node))
    .map(({ code, where, message, hint }) => ({
      rule: code,
      severity: 'error',
      message: `${message} ${hint}`,
      ...(where.node !== undefined && Object.hasOwn(design.nodes, where.node) ? { node: where.node } : {}),
    }));
}

function jsonOf({ file, findings }: Linted): readonly object[] {
  return findings.map(({ rule, severity, node, message, fix }) => ({
    file,
    rule,
    severity,
    node: node ?? null,
    message,
    fix: fix === undefined ? null : { title: fix.title, safety: fix.safety },
  }));
}

function printText({ out, colours }: Terminal, { file, findings, suppressed, fixed }: Linted): void {
  const paint = { error: colours.red, warning: colours.yellow, info: colours.cyan };
  for (const { rule, severity, node, message, fix } of findings) {
    const place = node === undefined ? file : `${file} ${colours.bold(node)}`;
    out(`${place}: ${paint[severity](severity)}: ${message} ${colours.dim(`(${rule})`)}\n`);
    if (fix !== undefined) out(`    ${colours.dim(`${fix.safety} fix:`)} ${fix.title}\n`);
  }
  const notes = [
    count(findings.length, 'finding'),
    ...(fixed > 0 ? [`${fixed} fixed`] : []),
    ...(suppressed > 0 ? [`${suppressed} suppressed`] : []),
  ];
  out(`${file}: ${findings.length === 0 ? colours.green(notes.join(', ')) : notes.join(', ')}\n`);
}

function count(amount: number, unit: string): string {
  return `${amount === 0 ? 'no' : amount} ${unit}${amount === 1 ? '' : 's'}`;
}
