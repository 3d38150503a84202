import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { buildKernels } from '../../build/kernels.mjs';
import { randomStream, seededWeights } from '../../shared/runtime/weights.ts';
import { EngineProcess } from '../peers/engine-process.ts';
import { ensurePeers, peersFolder } from '../peers/install.ts';
import { onnxModel } from '../peers/onnx-model.ts';
import { tfjsModel } from '../peers/tfjs-model.ts';
import { zooNetwork } from './zoo-network.ts';

/** What one engine took for one network, and how far its scores are from the judge's. */
interface Measurement {
  readonly engine: string;
  readonly medianMilliseconds: number;
  readonly bestMilliseconds: number;
  readonly runs: number;
  /** Largest difference from onnxruntime-node, relative to the root mean square of its scores. */
  readonly relativeError: number;
  readonly createMilliseconds: number | undefined;
}

interface Row {
  readonly network: string;
  readonly threads: number;
  readonly measurements: readonly Measurement[];
}

const networks = ['alexnet', 'vgg16', 'googlenet', 'resnet18', 'resnet50', 'mobilenet_v2'];
const judge = 'onnxruntime-node';
const own = 'netwright';
/** Peers keep spinning for a moment after a run; whoever is next should not pay for it. */
const GAP = 250;

interface Options {
  readonly networks: readonly string[];
  readonly threads: readonly number[];
  readonly rounds: number;
  readonly flags: readonly string[];
  readonly json: boolean;
}

function readOptions(args: readonly string[]): Options {
  const option = (name: string): string | undefined =>
    args.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3);
  return {
    networks: option('networks')?.split(',') ?? networks,
    threads: (option('threads') ?? '1,2').split(',').map(Number),
    rounds: Number(option('rounds') ?? 7),
    flags: option('v8-flags')?.split(' ') ?? [],
    json: args.includes('--json'),
  };
}

/**
 * `npm run bench -- inference [--networks=a,b] [--threads=1,2] [--rounds=7] [--v8-flags="…"] [--json]`: whole networks,
 * batch 1, fp32, on this engine and its peers: each in a process of its own, all with the same flags, in turns.
 * Writes the section of docs/benchmarks.md that it returns.
 */
export async function bench(args: readonly string[]): Promise<string> {
  const options = readOptions(args);
  ensurePeers();
  const { outDir: kernels } = await buildKernels();
  const folder = await mkdtemp(join(tmpdir(), 'netwright-bench-'));
  try {
    const ownEngine = await bundleOwnEngine(folder);
    const rows: Row[] = [];
    for (const network of options.networks) {
      await writeModels(network, folder);
      for (const threads of options.threads) {
        const row = await measure(network, threads, { folder, kernels, ownEngine }, options);
        rows.push(row);
        process.stderr.write(
          `${row.network} × ${row.threads}: ${row.measurements.map((m) => `${m.engine} ${m.medianMilliseconds.toFixed(1)}`).join(', ')}\n`,
        );
      }
    }
    return options.json
      ? JSON.stringify({ date: new Date().toISOString(), machine: machineName(), rows }, null, 2)
      : table(rows, options);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function bundleOwnEngine(folder: string): Promise<string> {
  const outfile = join(folder, 'own-engine.mjs');
  await build({
    entryPoints: [join(process.cwd(), 'tests/bench/own-engine.ts')],
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile,
    logLevel: 'error',
  });
  return outfile;
}

async function writeModels(id: string, folder: string): Promise<void> {
  const network = zooNetwork(id);
  const weights = seededWeights(network, 1);
  await writeFile(join(folder, 'model.onnx'), onnxModel(network, weights));
  const tfjs = tfjsModel(network, weights);
  if (!tfjs) throw new Error(`${id} has layers that the tfjs peer is not told.`);
  await writeFile(join(folder, 'model.json'), tfjs.json);
  await writeFile(join(folder, 'weights.bin'), tfjs.weights);
}

interface Places {
  readonly folder: string;
  readonly kernels: string;
  readonly ownEngine: string;
}

async function measure(network: string, threads: number, places: Places, options: Options): Promise<Row> {
  const { folder, kernels, ownEngine } = places;
  const peer = join(peersFolder, 'peer.mjs');
  const onnx = join(folder, 'model.onnx');
  const start = (name: string, script: string, args: readonly string[]) =>
    EngineProcess.start(name, script, args, options.flags);
  const engines: EngineProcess[] = [];
  try {
    engines.push(await start(judge, peer, [judge, onnx, String(threads)]));
    engines.push(await start(own, ownEngine, [network, String(threads), kernels]));
    engines.push(await start('onnxruntime-web', peer, ['onnxruntime-web', onnx, String(threads)]));
    // The wasm backend of tfjs has no threads in Node.
    if (threads === 1)
      engines.push(await start('tfjs-wasm', peer, ['tfjs-wasm', join(folder, 'model.json'), '1']));
    return { network, threads, measurements: await takeTurns(engines, zooNetwork(network), options.rounds) };
  } finally {
    for (const engine of engines) engine.stop();
  }
}

async function takeTurns(
  engines: readonly EngineProcess[],
  network: ReturnType<typeof zooNetwork>,
  rounds: number,
): Promise<Measurement[]> {
  const dims = network.steps[network.inputs[0]!]!.outputDims[0]!;
  const next = randomStream('image');
  const image = Float32Array.from({ length: dims.reduce((a, b) => a * b, 1) }, () => next() * 2 - 1);
  const scores = new Map<string, Float32Array>();
  const times = new Map<string, number[]>(engines.map(({ name }) => [name, []]));
  for (const engine of engines) {
    for (let i = 0; i < 3; i++) await engine.run(image, dims);
    scores.set(engine.name, (await engine.run(image, dims, true)).data!);
  }
  for (let round = 0; round < rounds; round++) {
    for (const engine of engines) {
      await new Promise((resolve) => setTimeout(resolve, GAP));
      // The first run after a pause wakes caches and threads; the two after it count.
      await engine.run(image, dims);
      for (let i = 0; i < 2; i++) times.get(engine.name)!.push((await engine.run(image, dims)).milliseconds);
    }
  }
  return engines.map(({ name, createMilliseconds }) => {
    const sorted = times.get(name)!.sort((a, b) => a - b);
    return {
      engine: name,
      medianMilliseconds: sorted[sorted.length >> 1]!,
      bestMilliseconds: sorted[0]!,
      runs: sorted.length,
      relativeError: relativeError(scores.get(name)!, scores.get(judge)!),
      createMilliseconds,
    };
  });
}

function relativeError(actual: Float32Array, expected: Float32Array): number {
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY;
  let worst = 0;
  let squares = 0;
  for (const [i, value] of expected.entries()) {
    worst = Math.max(worst, Math.abs(actual[i]! - value));
    squares += value * value;
  }
  return worst / Math.sqrt(squares / expected.length);
}

function machineName(): string {
  const all = cpus();
  return `${all[0]?.model.trim() ?? 'unknown processor'}, ${all.length} threads`;
}

function table(rows: readonly Row[], { flags }: Options): string {
  const lines = [
    '## Inference on the CPU',
    '',
    `Whole networks, batch 1, fp32, milliseconds (median, best in brackets), each engine in a process of its own, in turns. ` +
      `${machineName()}; Node ${process.versions.node}, V8 flags: ${flags.join(' ') || 'none'}; onnxruntime-web and -node 1.30.0, ` +
      `tfjs 4.22.0 (wasm, one thread); ${new Date().toISOString().slice(0, 10)}. Error: largest difference of a score from ` +
      `onnxruntime-node's, relative to the scores' root mean square.`,
    '',
    '| network | threads | Netwright | onnxruntime-web | tfjs-wasm | onnxruntime-node | to onnxruntime-web | to onnxruntime-node | error | session |',
    '|---|---|---|---|---|---|---|---|---|---|',
  ];
  for (const { network, threads, measurements } of rows) {
    const of = (engine: string) => measurements.find((m) => m.engine === engine);
    const cell = (engine: string): string => {
      const m = of(engine);
      return m ? `${m.medianMilliseconds.toFixed(1)} (${m.bestMilliseconds.toFixed(1)})` : '–';
    };
    const ours = of(own)!;
    const ratio = (engine: string): string => {
      const other = of(engine)!;
      const best = ours.bestMilliseconds / other.bestMilliseconds;
      return `${(ours.medianMilliseconds / other.medianMilliseconds).toFixed(2)} (${best.toFixed(2)})`;
    };
    lines.push(
      `| ${network} | ${threads} | ${cell(own)} | ${cell('onnxruntime-web')} | ${cell('tfjs-wasm')} | ${cell(judge)} | ${ratio('onnxruntime-web')} | ` +
        `${ratio(judge)} | ${ours.relativeError.toExponential(1)} | ${((ours.createMilliseconds ?? 0) / 1000).toFixed(2)} s |`,
    );
  }
  return `${lines.join('\n')}\n`;
}
