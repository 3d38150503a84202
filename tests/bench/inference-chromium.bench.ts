import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { buildKernels } from '../../build/kernels.mjs';
import { serve } from '../../build/serve.mjs';
import { ensurePeers, peersFolder } from '../peers/install.ts';
import { type Models, writeModels } from './models.ts';
import { PageEngine } from './page-engine.ts';
import { Processors, pinned } from './processors.ts';
import {
  machineName,
  type Options,
  processorsNote,
  type Row,
  ratioCell,
  readOptions,
  reportRow,
  sectionOf,
  takeTurns,
  timeCell,
} from './turns.ts';

const own = 'netwright';
const judge = 'onnxruntime-web';
const tfjs = 'tfjs-wasm';
const engines = [judge, own, tfjs];
/** The peers start workers from blobs, which the app's own policy has no need of. */
const peerPolicy = "script-src 'self' blob: 'unsafe-eval'; worker-src 'self' blob:";

interface Places {
  /** Addresses of the pages. */
  readonly own: string;
  readonly peer: string;
  readonly processors: Processors;
  readonly models: Models;
}

interface Measured {
  readonly row: Row;
  /** Threads that each engine says it has. */
  readonly threads: Readonly<Record<string, number>>;
  readonly version: string;
}

/** What tells the rows of the table apart. */
export const keyColumns: readonly string[] = ['network', 'threads'];

/**
 * `npm run bench -- inference-chromium [--networks=a,b] [--threads=1,2] [--rounds=7] [--v8-flags="…"] [--json] [--keep]`:
 * as `inference`, over the same networks, but in Chromium: each engine in a browser of its own, cross-origin isolated, in turns.
 * Writes the section of docs/benchmarks.md that it returns; with `--keep` also of some rows, beside the others. What is
 * measured with wide vectors (`--v8-flags=--wasm-revectorize`) has a section of its own.
 */
export async function bench(args: readonly string[]): Promise<string> {
  const options = readOptions(args);
  ensurePeers();
  const folder = await mkdtemp(join(tmpdir(), 'netwright-bench-'));
  const close: (() => Promise<void>)[] = [];
  try {
    const kernels = await layOut(folder);
    const processors = await Processors.watch(folder, kernels);
    close.push(async () => processors.stop());
    const app = await serve(folder);
    close.push(app.close);
    const peers = await serve(folder, 0, () => peerPolicy);
    close.push(peers.close);
    const all: Measured[] = [];
    for (const network of options.networks) {
      const models = await writeModels(network, join(folder, 'model'));
      for (const threads of options.threads) {
        const places = { own: app.url, peer: peers.url, processors, models };
        all.push(await measure(network, threads, places, options));
        reportRow(all.at(-1)!.row);
      }
    }
    return options.json
      ? JSON.stringify({ date: new Date().toISOString(), machine: machineName(), rows: all }, null, 2)
      : table(all, options);
  } finally {
    for (const end of close) await end();
    await rm(folder, { recursive: true, force: true });
  }
}

/** A page that can be any of the engines, with what each of them loads. Returns where the kernels are. */
async function layOut(folder: string): Promise<string> {
  const { outDir } = await buildKernels();
  const modules = join(peersFolder, 'node_modules');
  await mkdir(join(folder, 'model'));
  await symlink(outDir, join(folder, 'cpu'));
  await symlink(join(modules, 'onnxruntime-web/dist'), join(folder, 'ort'));
  await symlink(join(modules, '@tensorflow/tfjs-backend-wasm/dist'), join(folder, 'tfjs'));
  await build({
    entryPoints: [join(process.cwd(), 'tests/bench/cpu-page.ts')],
    bundle: true,
    format: 'iife',
    target: 'es2023',
    outfile: join(folder, 'page.js'),
    logLevel: 'error',
  });
  const script = (path: string): string => `<script src="${path}"></script>`;
  const page = (scripts: string): string => `<!doctype html><title>CPU</title>${scripts}`;
  await writeFile(join(folder, 'own.html'), page(script('/page.js')));
  await writeFile(join(folder, 'peer.html'), page(script('/ort/ort.wasm.min.js') + script('/page.js')));
  await writeFile(join(folder, 'favicon.ico'), '');
  return outDir;
}

async function measure(
  network: string,
  threads: number,
  places: Places,
  { rounds, flags }: Options,
): Promise<Measured> {
  const { own: ownUrl, peer, processors, models } = places;
  const used = await processors.choose(threads);
  const started: PageEngine[] = [];
  try {
    for (const engine of engines) {
      if (engine === tfjs && !models.isForTfjs) continue;
      const url = engine === own ? `${ownUrl}own.html` : `${peer}peer.html`;
      const start = () => PageEngine.start({ engine, network, threads }, url, flags);
      started.push(await pinned(threads === 1 ? used[0] : undefined, start));
    }
    const turns = { dims: models.dims, rounds, judge, processors, used };
    return {
      row: { network, threads, ...(await takeTurns(started, turns)) },
      threads: Object.fromEntries(started.map((engine) => [engine.name, engine.threads])),
      version: started[0]!.version,
    };
  } finally {
    for (const engine of started) await engine.stop();
  }
}

function table(all: readonly Measured[], { flags }: Options): string {
  const lines = [
    sectionOf('Inference on the CPU, in Chromium', flags),
    '',
    `Whole networks, batch 1, fp32, milliseconds (median, best in brackets), each engine in a headless, cross-origin ` +
      `isolated Chromium of its own, in turns. ${machineName()}; Chromium ${all[0]?.version ?? ''}, V8 flags: ` +
      `${flags.join(' ') || 'none'}; onnxruntime-web 1.30.0 (wasm), tfjs 4.22.0 (wasm); ` +
      `${new Date().toISOString().slice(0, 10)}. Error: largest difference of a score from onnxruntime-web's, relative to ` +
      `the scores' root mean square. "on 1": the threads that tfjs says it has, whatever it is asked for. ${processorsNote}`,
    '',
    '| network | threads | Netwright | onnxruntime-web | tfjs-wasm | to onnxruntime-web | to tfjs-wasm | error | session | processors |',
    '|---|---|---|---|---|---|---|---|---|---|',
  ];
  for (const { row, threads } of all) {
    const ours = row.measurements.find(({ engine }) => engine === own)!;
    const said = threads[tfjs];
    const fewer = said === undefined || said === row.threads ? '' : ` on ${said}`;
    lines.push(
      `| ${row.network} | ${row.threads} | ${timeCell(row, own)} | ${timeCell(row, judge)} | ${timeCell(row, tfjs)}${fewer} | ` +
        `${ratioCell(row, own, judge)} | ${ratioCell(row, own, tfjs)} | ${ours.relativeError.toExponential(1)} | ` +
        `${((ours.createMilliseconds ?? 0) / 1000).toFixed(2)} s | ${row.slowest.toFixed(2)} |`,
    );
  }
  return `${lines.join('\n')}\n`;
}
