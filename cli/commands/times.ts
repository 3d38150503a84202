import type { Command } from 'commander';
import { analyze } from '../../shared/analysis/analyze.ts';
import { type FlatNetwork, flatten } from '../../shared/analysis/flatten.ts';
import { type MatchedMeasurement, matchMeasurement } from '../../shared/formats/measurements/match.ts';
import { type Measurement, measuringTools, readMeasurement } from '../../shared/formats/measurements/read.ts';
import { measuredTogether } from '../../shared/formats/measurements/together.ts';
import { failWith } from '../failure.ts';
import { readText } from '../files.ts';
import { printed, t, tell } from '../i18n/language.ts';
import { fileHelp, openDesign } from '../open-design.ts';
import { formatOption } from '../options.ts';
import { type ShapeOptions, shapeOption, shapesOf } from '../shapes.ts';
import { changeText } from '../steer-options.ts';
import { printJson, type Terminal } from '../terminal.ts';

interface TimesOptions extends ShapeOptions {
  readonly format: 'table' | 'json';
}

const MAX_BYTES = 64 * 2 ** 20;

export function addTimes(program: Command, terminal: Terminal): void {
  const tools = Object.values(measuringTools)
    .map(({ title, how }) => `  ${title}: ${how}`)
    .join('\n');
  program
    .command('times')
    .description('times that another tool measured, by the layers of a design; two are compared')
    .argument('<file>', fileHelp)
    .argument('<measured>', 'the file that the tool wrote')
    .argument('[other]', 'another one, to be compared with the first')
    .addOption(shapeOption())
    .addOption(formatOption(['table', 'json']))
    .addHelpText(
      'after',
      `\nLayers that the tool fused have one time together. Sums are those of the tool.\n\nRead are:\n${tools}\n\nExamples:\n  $ netwright times model.onnx onnxruntime_profile.json\n  $ netwright times model.onnx before.json after.json`,
    )
    .action(async (file: string, measured: string, other: string | undefined, options: TimesOptions) => {
      const design = await openDesign(file, { terminal, shapes: shapesOf(options) });
      const network = flatten(analyze(design));
      if (!network.ok) throw failWith(file, network.problems);
      const first = await read(network.value, measured);
      const second = other === undefined ? undefined : await read(network.value, other);
      if (options.format === 'json')
        return printJson(terminal, { name: design.name, first, ...(second ? { second } : {}) });
      terminal.out(printed(second ? comparison(design.name, first, second) : table(design.name, first)));
      for (const each of second ? [first, second] : [first])
        for (const line of remarks(each)) terminal.out(`${line}\n`);
    });
}

interface Read extends MatchedMeasurement {
  readonly file: string;
  readonly tool: Measurement['tool'];
  /** Milliseconds of all rows. */
  readonly total: number;
}

async function read(network: FlatNetwork, file: string): Promise<Read> {
  const measurement = readMeasurement(await readText(file, MAX_BYTES));
  if (!measurement.ok) throw failWith(file, measurement.problems);
  const { tool, rows } = measurement.value;
  const total = rows.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
  return { file, tool, total, ...matchMeasurement(network, measurement.value) };
}

const share = (part: number, whole: number): string =>
  whole === 0 ? '' : `${((100 * part) / whole).toFixed(1)} %`;

function table(name: string, { tool, matched, unmatched, total }: Read) {
  return {
    caption: tell`${name}, measured by ${measuringTools[tool].title}: ${total.toFixed(3)} ms in all.`,
    columns: [
      { title: 'Layers', align: 'left' as const },
      { title: measuringTools[tool].title, align: 'left' as const },
      { title: 'ms', align: 'right' as const },
      { title: 'Share', align: 'right' as const },
    ],
    rows: [
      ...matched.map((row) => [
        layersText(row.nodes),
        row.name,
        row.milliseconds.toFixed(3),
        share(row.milliseconds, total),
      ]),
      ...unmatched.map((row) => ['', row.name, row.milliseconds.toFixed(3), share(row.milliseconds, total)]),
      [t('In all'), '', total.toFixed(3), share(total, total)],
    ],
  };
}

/** What a tool fused are a few layers; where rows are missing, one row may be told of very many. */
const MOST_LAYERS = 5;

function layersText(nodes: readonly string[]): string {
  if (nodes.length <= MOST_LAYERS) return nodes.join(' + ');
  return `${nodes.slice(0, MOST_LAYERS - 1).join(' + ')}${tell`, ${nodes.length - MOST_LAYERS + 1} more`}`;
}

function comparison(name: string, first: Read, second: Read) {
  const lines = measuredTogether(first, second);
  const rest = [first, second].map(({ unmatched }) =>
    unmatched.reduce((sum, { milliseconds }) => sum + milliseconds, 0),
  );
  return {
    caption: tell`${name}: ${first.file} beside ${second.file}, milliseconds.`,
    columns: [
      { title: 'Layers', align: 'left' as const },
      { title: first.file, align: 'right' as const },
      { title: second.file, align: 'right' as const },
      { title: 'Difference', align: 'right' as const },
    ],
    rows: [
      ...lines.map(({ nodes, times: [a, b] }) => [
        layersText(nodes),
        a.toFixed(3),
        b.toFixed(3),
        changeText(a, b),
      ]),
      [t('of no layer'), rest[0]!.toFixed(3), rest[1]!.toFixed(3), changeText(rest[0]!, rest[1]!)],
      [t('In all'), first.total.toFixed(3), second.total.toFixed(3), changeText(first.total, second.total)],
    ],
  };
}

function remarks({ file, matched, unmatched, unknown }: Read): readonly string[] {
  const some = (names: readonly string[]): string =>
    `${names.slice(0, 4).join(', ')}${names.length > 4 ? ', …' : ''}`;
  const lines = [
    tell`${file}: ${matched.length} of ${matched.length + unmatched.length} rows are of layers of the design.`,
  ];
  if (unmatched.length > 0) lines.push(tell`  Of no layer: ${some(unmatched.map(({ name }) => name))}.`);
  if (unknown.length > 0) lines.push(tell`  Nothing is told of ${some(unknown)}.`);
  return lines;
}
