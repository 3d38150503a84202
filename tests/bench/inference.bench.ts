import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { buildKernels } from '../../build/kernels.mjs';
import { toSvg } from '../../shared/formats/pictures/svg.ts';
import { relaxedSimdFlags } from '../../shared/runtime/cpu/worker/node-host.ts';
import { EngineProcess } from '../peers/engine-process.ts';
import { ensurePeers, peersFolder } from '../peers/install.ts';
import { type Models, writeModels } from './models.ts';
import { Processors, pinned } from './processors.ts';
import { drawRatios } from './ratio-chart.ts';
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

const judge = 'onnxruntime-node';
const own = 'netwright';
const picture = 'inference.svg';
const image = `![Times relative to onnxruntime-web](images/${picture})`;
const title = 'Inference on the CPU';

/** What tells the rows of the table apart. */
export const keyColumns: readonly string[] = ['network', 'threads'];

/** The picture of the whole table, which the section shows. */
export function draw(section: string): { readonly file: string; readonly svg: string } | undefined {
  if (!section.includes(image)) return undefined;
  const ratios = section.split('\n').flatMap((line) => {
    const [, network = '', threads = '', , , , , ratio = ''] = line.split('|').map((cell) => cell.trim());
    const read = /^\d+\.\d+/.exec(ratio);
    return read
      ? [{ network: network.replace('torchvision:', ''), threads: Number(threads), ratio: Number(read[0]) }]
      : [];
  });
  return {
    file: picture,
    svg: toSvg(drawRatios('Time of a run, relative to onnxruntime-web', 'onnxruntime-web', ratios)),
  };
}

/**
 * `npm run bench -- inference [--networks=a,b] [--threads=1,2] [--rounds=7] [--v8-flags="…"] [--json] [--keep]`: whole
 * networks (of the zoo, or `torchvision:NAME`), batch 1, fp32, on this engine and its peers: each in a process of its own, all with the same flags, in turns.
 * Writes the section of docs/benchmarks.md that it returns; with `--keep` also of some rows, beside the others. What is
 * measured with wide vectors (`--v8-flags=--experimental-wasm-revectorize` from Node 24 on) has a section of its own.
 */
export async function bench(args: readonly string[]): Promise<string> {
  const asked = readOptions(args);
  // What our engine asks of V8 by itself is given to all.
  const options = { ...asked, flags: [...relaxedSimdFlags(), ...asked.flags] };
  ensurePeers();
  const { outDir: kernels } = await buildKernels();
  const folder = await mkdtemp(join(tmpdir(), 'netwright-bench-'));
  const processors = await Processors.watch(folder, kernels);
  try {
    const ownEngine = await bundleOwnEngine(folder);
    const rows: Row[] = [];
    for (const network of options.networks) {
      const models = await writeModels(network, folder);
      for (const threads of options.threads) {
        const places = { folder, kernels, ownEngine, processors, models };
        const row = await measure(network, threads, places, options);
        rows.push(row);
        reportRow(row);
      }
    }
    return options.json
      ? JSON.stringify({ date: new Date().toISOString(), machine: machineName(), rows }, null, 2)
      : table(rows, options);
  } finally {
    processors.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function bundleOwnEngine(folder: string): Promise<string> {
  const outfile = join(folder, 'own-engine.mjs');
  await build({
    entryPoints: [join(process.cwd(), 'tests/bench/own-engine.ts')],
    bundle: true,
    mainFields: ['module', 'main'],
    platform: 'node',
    format: 'esm',
    outfile,
    logLevel: 'error',
  });
  return outfile;
}

interface Places {
  readonly folder: string;
  readonly kernels: string;
  readonly ownEngine: string;
  readonly processors: Processors;
  readonly models: Models;
}

async function measure(network: string, threads: number, places: Places, options: Options): Promise<Row> {
  const { folder, kernels, ownEngine, processors, models } = places;
  const used = await processors.choose(threads);
  const peer = join(peersFolder, 'peer.mjs');
  const onnx = join(folder, 'model.onnx');
  const start = (name: string, script: string, args: readonly string[]) =>
    pinned(threads === 1 ? used[0] : undefined, () => EngineProcess.start(name, script, args, options.flags));
  const engines: EngineProcess[] = [];
  try {
    engines.push(await start(judge, peer, [judge, onnx, String(threads)]));
    engines.push(await start(own, ownEngine, [models.own, String(threads), kernels]));
    engines.push(await start('onnxruntime-web', peer, ['onnxruntime-web', onnx, String(threads)]));
    // The wasm backend of tfjs has no threads in Node.
    if (threads === 1 && models.isForTfjs)
      engines.push(await start('tfjs-wasm', peer, ['tfjs-wasm', join(folder, 'model.json'), '1']));
    const { rounds } = options;
    const turns = { dims: models.dims, rounds, judge, processors, used };
    return { network, threads, ...(await takeTurns(engines, turns)) };
  } finally {
    for (const engine of engines) engine.stop();
  }
}

function table(rows: readonly Row[], { flags }: Options): string {
  const heading = sectionOf(title, flags);
  const lines = [
    heading,
    '',
    ...(heading === sectionOf(title, []) ? [image, ''] : []),
    `Whole networks, batch 1, fp32, milliseconds (median, best in brackets), each engine in a process of its own, in turns. ` +
      `${machineName()}; Node ${process.versions.node}, V8 flags: ${flags.join(' ') || 'none'}; onnxruntime-web and -node 1.30.0, ` +
      `tfjs 4.22.0 (wasm, one thread); ${new Date().toISOString().slice(0, 10)}. Error: largest difference of a score from ` +
      `onnxruntime-node's, relative to the scores' root mean square. ${processorsNote}`,
    '',
    '| network | threads | Netwright | onnxruntime-web | tfjs-wasm | onnxruntime-node | to onnxruntime-web | to onnxruntime-node | error | session | processors |',
    '|---|---|---|---|---|---|---|---|---|---|---|',
  ];
  for (const row of rows) {
    const ours = row.measurements.find(({ engine }) => engine === own)!;
    lines.push(
      `| ${row.network} | ${row.threads} | ${timeCell(row, own)} | ${timeCell(row, 'onnxruntime-web')} | ${timeCell(row, 'tfjs-wasm')} | ` +
        `${timeCell(row, judge)} | ${ratioCell(row, own, 'onnxruntime-web')} | ${ratioCell(row, own, judge)} | ` +
        `${ours.relativeError.toExponential(1)} | ${((ours.createMilliseconds ?? 0) / 1000).toFixed(2)} s | ${row.slowest.toFixed(2)} |`,
    );
  }
  return `${lines.join('\n')}\n`;
}
