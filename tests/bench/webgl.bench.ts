import { join } from 'node:path';
import { ensurePeers, peersFolder } from '../peers/install.ts';
import { openPage } from '../runtime/webgl/browser.ts';
import type { BenchPage, EngineName } from './webgl-page.ts';
import { peer, type Row, table } from './webgl-table.ts';

declare const benchPage: BenchPage;

/** Those of the comparison on the CPU that the zoo has, and two transformers. Groups of channels, which ResNeXt and others have, tfjs has not. */
const networks = [
  'alexnet',
  'vgg16',
  'googlenet',
  'resnet18',
  'resnet50',
  'mobilenet_v2',
  'efficientnet_b0',
  'mobilenet_v3_small',
  'mnasnet0_5',
  'densenet121',
  'inception_v3',
  'convnext_tiny',
  'resnext50_32x4d',
  'shufflenet_v2_x1_0',
  'regnet_y_400mf',
  'vit_ti_16',
  'swin_t',
];
const engines: readonly EngineName[] = ['netwright', 'tfjs-webgl', 'onnxruntime-webgl'];

/** What tells the rows of the table apart. */
export const keyColumns: readonly string[] = ['network'];

/**
 * `npm run bench -- webgl [--networks=a,b] [--engines=netwright,tfjs-webgl] [--rounds=5] [--json] [--keep]`: whole
 * networks, batch 1, on this engine and on its peers in one Chromium, in turns, upload and read-back included.
 * Writes the section of docs/benchmarks.md that it returns; with `--keep` also of some networks, beside the others' rows.
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
    const opened = await page.evaluate(([id, names]) => benchPage.open(id, names), [
      network,
      wanted,
    ] as const);
    const { figures, first } = opened;
    const failures = { ...opened.failures };
    const times = new Map<string, number[]>();
    const scores = new Map<string, readonly number[]>();
    for (let round = 0; round <= rounds; round++) {
      for (const result of await page.evaluate(() => benchPage.round())) {
        if ('failure' in result) {
          failures[result.name] = result.failure;
          continue;
        }
        scores.set(result.name, result.scores);
        // The first round finds caches cold.
        if (round > 0) times.set(result.name, [...(times.get(result.name) ?? []), result.milliseconds]);
      }
    }
    const judge = scores.get(peer);
    const sorted = [...times].map(([name, list]) => [name, list.toSorted((a, b) => a - b)] as const);
    return {
      network,
      figures,
      failures,
      first,
      medians: Object.fromEntries(sorted.map(([name, list]) => [name, list[list.length >> 1]!])),
      best: Object.fromEntries(sorted.map(([name, list]) => [name, list[0]!])),
      // Where the peer cannot run the network nobody has judged it.
      errors: Object.fromEntries(
        judge === undefined ? [] : [...scores].map(([name, list]) => [name, relativeError(list, judge)]),
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
