import { cpus } from 'node:os';
import type { EngineName, PlanFigures } from './webgl-page.ts';

/** The engine that the others are compared with. */
export const peer = 'tfjs-webgl';

/** One network, measured. */
export interface Row {
  readonly network: string;
  readonly figures: PlanFigures | undefined;
  /** Why an engine cannot run it, in its own words. */
  readonly failures: Readonly<Record<string, string>>;
  /** Milliseconds to the first scores. */
  readonly first: Readonly<Record<string, number>>;
  readonly medians: Readonly<Record<string, number>>;
  readonly best: Readonly<Record<string, number>>;
  /** Of each engine's scores from tfjs's, relative to their root mean square. */
  readonly errors: Readonly<Record<string, number>>;
}

const headings = [
  'network',
  'Netwright',
  'tfjs',
  'onnxruntime',
  'to tfjs',
  'error',
  'onnxruntime error',
  'first: Netwright',
  'first: tfjs',
  'passes',
  'programs',
  'reads per multiply-add',
];

/** The section of docs/benchmarks.md. */
export function table(rows: readonly Row[]): string {
  const lines = [
    '## Inference on WebGL',
    '',
    `Whole networks, batch 1, milliseconds (median, best in brackets), all engines in one page of headless Chromium on its ` +
      `software rasteriser, in turns, upload and read-back included. ${cpus()[0]?.model.trim() ?? 'unknown processor'}, ` +
      `${cpus().length} threads; tfjs-backend-webgl 4.22.0, onnxruntime-web 1.30.0 (webgl); ${new Date().toISOString().slice(0, 10)}. ` +
      `There is no graphics card here: the ratio, the passes and the texture reads per multiply-add are what carries over. ` +
      `First: from weights in memory to the first scores, shaders compiled. Error: largest difference of a score from tfjs's, ` +
      `relative to the scores' root mean square. –: not measured.`,
    '',
    `| ${headings.join(' | ')} |`,
    `|${headings.map(() => '---').join('|')}|`,
  ];
  for (const row of rows) lines.push(`| ${cellsOf(row).join(' | ')} |`);
  return `${lines.join('\n')}\n`;
}

function cellsOf(row: Row): readonly string[] {
  const { network, figures, first, medians, errors } = row;
  const seconds = (engine: EngineName): string =>
    first[engine] === undefined ? '–' : `${(first[engine] / 1000).toFixed(1)} s`;
  const error = (engine: EngineName): string => errors[engine]?.toExponential(1) ?? '–';
  const both = medians.netwright !== undefined && medians[peer] !== undefined;
  return [
    network,
    timeCell(row, 'netwright'),
    timeCell(row, 'tfjs-webgl'),
    timeCell(row, 'onnxruntime-webgl'),
    both ? (medians.netwright! / medians[peer]!).toFixed(2) : '–',
    error('netwright'),
    error('onnxruntime-webgl'),
    seconds('netwright'),
    seconds('tfjs-webgl'),
    String(figures?.passes ?? '–'),
    String(figures?.programs ?? '–'),
    figures?.readsPerMac.toFixed(3) ?? '–',
  ];
}

/** What an engine needs, or why it needs nothing. */
function timeCell({ medians, best, failures }: Row, engine: EngineName): string {
  const failure = failures[engine];
  if (failure !== undefined) return `fails: ${short(failure)}`;
  return medians[engine] === undefined ? '–' : `${medians[engine].toFixed(0)} (${best[engine]!.toFixed(0)})`;
}

const MOST_CHARACTERS = 120;

/** A message as a cell of a table: one line, no bars. */
function short(message: string): string {
  const line = message.replace(/\s+/g, ' ').replaceAll('|', '/').trim();
  return line.length <= MOST_CHARACTERS ? line : `${line.slice(0, MOST_CHARACTERS).trimEnd()}…`;
}
