import { cpus } from 'node:os';
import { join } from 'node:path';
import { ensurePeers, peersFolder } from '../peers/install.ts';
import { openPage } from '../runtime/webgl/browser.ts';
import type { BenchPage, EngineName, PlanFigures } from './webgl-page.ts';

declare const benchPage: BenchPage;

const networks = ['alexnet', 'vgg16', 'googlenet', 'resnet18', 'resnet50'];
const engines: readonly EngineName[] = ['netwright', 'tfjs-webgl', 'onnxruntime-webgl'];
const peer = 'tfjs-webgl';

interface Row {
  readonly network: string;
  readonly figures: PlanFigures | undefined;
  readonly failures: Readonly<Record<string, string>>;
  readonly first: Readonly<Record<string, number>>;
  readonly medians: Readonly<Record<string, number>>;
  readonly best: Readonly<Record<string, number>>;
  /** Of each engine's scores from tfjs's, relative to their root mean square. */
  readonly errors: Readonly<Record<string, number>>;
}

/**
 * `npm run bench -- webgl [--networks=a,b] [--engines=netwright,tfjs-webgl] [--rounds=5] [--json]`: whole networks, batch
 * 1, on this engine and on its peers in one Chromium, in turns, upload and read-back included.
 * Writes the section of docs/benchmarks.md that it returns.
 */
export async function bench(args: readonly string[]): Promise<string> {
  const option = (name: string): string | undefined =>
    args.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3);
  const wanted = option('engines')?.split(',') ?? engines;
  const rounds = Number(option('rounds') ?? 5);
  ensurePeers();
  const rows: Row[] = [];
  for (const network of option('networks')?.split(',') ?? networks) {
    const row = await measure(
      network,
      engines.filter((name) => wanted.includes(name)),
      rounds,
    );
    rows.push(row);
    process.stderr.write(`${JSON.stringify(row)}\n`);
  }
  return args.includes('--json')
    ? JSON.stringify({ date: new Date().toISOString(), rows }, null, 2)
    : table(rows);
}

/** A page of its own per network, so that nobody runs in another's memory. */
async function measure(network: string, wanted: readonly EngineName[], rounds: number): Promise<Row> {
  const { page, close } = await openPage(join(process.cwd(), 'tests/bench/webgl-page.ts'));
  try {
    await page.addScriptTag({
      path: join(peersFolder, 'node_modules/onnxruntime-web/dist/ort.webgl.min.js'),
    });
    const { figures, failures, first } = await page.evaluate(([id, names]) => benchPage.open(id, names), [
      network,
      wanted,
    ] as const);
    const times = new Map<string, number[]>();
    const scores = new Map<string, readonly number[]>();
    for (let round = 0; round <= rounds; round++) {
      for (const result of await page.evaluate(() => benchPage.round())) {
        scores.set(result.name, result.scores);
        // The first round finds caches cold.
        if (round > 0) times.set(result.name, [...(times.get(result.name) ?? []), result.milliseconds]);
      }
    }
    const sorted = [...times].map(([name, list]) => [name, list.toSorted((a, b) => a - b)] as const);
    return {
      network,
      figures,
      failures,
      first,
      medians: Object.fromEntries(sorted.map(([name, list]) => [name, list[list.length >> 1]!])),
      best: Object.fromEntries(sorted.map(([name, list]) => [name, list[0]!])),
      errors: Object.fromEntries(
        [...scores].map(([name, list]) => [name, relativeError(list, scores.get(peer) ?? list)]),
      ),
    };
  } finally {
    await close();
  }
}

function relativeError(actual: readonly number[], expected: readonly number[]): number {
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY;
  let worst = 0;
  let squares = 0;
  for (const [i, value] of expected.entries()) {
    worst = Math.max(worst, Math.abs(actual[i]! - value));
    squares += value * value;
  }
  return worst / Math.sqrt(squares / expected.length);
}

function table(rows: readonly Row[]): string {
  const lines = [
    '## Inference on WebGL',
    '',
    `Whole networks, batch 1, milliseconds (median, best in brackets), all engines in one page of headless Chromium on its ` +
      `software rasteriser, in turns, upload and read-back included. ${cpus()[0]?.model.trim() ?? 'unknown processor'}, ` +
      `${cpus().length} threads; tfjs-backend-webgl 4.22.0, onnxruntime-web 1.30.0 (webgl); ${new Date().toISOString().slice(0, 10)}. ` +
      `There is no graphics card here: the ratio, the passes and the texture reads per multiply-add are what carries over. ` +
      `First: from weights in memory to the first scores, shaders compiled. Error: largest difference of a score from tfjs's, ` +
      `relative to the scores' root mean square.`,
    '',
    '| network | Netwright | tfjs | onnxruntime | to tfjs | error | onnxruntime error | first: Netwright | first: tfjs | passes | programs | reads per multiply-add |',
    '|---|---|---|---|---|---|---|---|---|---|---|---|',
  ];
  for (const { network, figures, failures, first, medians, best, errors } of rows) {
    const cell = (engine: EngineName): string =>
      medians[engine] === undefined
        ? failures[engine]
          ? 'fails'
          : '–'
        : `${medians[engine].toFixed(0)} (${best[engine]!.toFixed(0)})`;
    const seconds = (engine: EngineName): string =>
      first[engine] === undefined ? '–' : `${(first[engine] / 1000).toFixed(1)} s`;
    const error = (engine: EngineName): string => errors[engine]?.toExponential(1) ?? '–';
    const ratio = medians[peer] === undefined ? '–' : (medians.netwright! / medians[peer]).toFixed(2);
    lines.push(
      `| ${network} | ${cell('netwright')} | ${cell('tfjs-webgl')} | ${cell('onnxruntime-webgl')} | ${ratio} | ${error('netwright')} | ` +
        `${error('onnxruntime-webgl')} | ${seconds('netwright')} | ${seconds('tfjs-webgl')} | ${figures?.passes ?? '–'} | ${figures?.programs ?? '–'} | ` +
        `${figures?.readsPerMac.toFixed(3) ?? '–'} |`,
    );
  }
  return `${lines.join('\n')}\n`;
}
