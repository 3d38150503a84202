import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildKernels } from '../../build/kernels.mjs';
import about from '../../package.json' with { type: 'json' };
import { analyze } from '../../shared/analysis/analyze.ts';
import { type FlatNetwork, flatten } from '../../shared/analysis/flatten.ts';
import { importOnnx } from '../../shared/formats/onnx/import.ts';
import { bytesSource } from '../../shared/formats/weights/source.ts';
import { createCpuBackend } from '../../shared/runtime/cpu/backend.ts';
import { chooseVariant } from '../../shared/runtime/cpu/choose-variant.ts';
import { tileOf } from '../../shared/runtime/cpu/executable.ts';
import { createNodeHost } from '../../shared/runtime/cpu/worker/node-host.ts';
import { calibrate, timedRuns } from '../../shared/runtime/time/calibrate.ts';
import { predict } from '../../shared/runtime/time/predict.ts';
import { leastMilliseconds } from '../../shared/runtime/time/roofline.ts';
import { writeModels } from './models.ts';
import { machineName } from './turns.ts';
import { zooNetwork } from './zoo-network.ts';

/** The page of docs/ that its section is kept in. */
export const page = 'performance';

/** What tells the rows of the table apart. */
export const keyColumns: readonly string[] = ['network', 'algorithm'];

/** Those of the comparison that take the most of onnxruntime-web's time. */
const networks = ['vit_b_16', 'efficientnet_b0', 'swin_t', 'shufflenet_v2_x1_0', 'convnext_tiny'].map(
  (name) => `torchvision:${name}`,
);
/** Milliseconds of runs of one network. */
const PATIENCE = 4000;
/** Algorithms that take less of a network are told together. */
const LEAST_SHARE = 0.02;

interface Kind {
  readonly algorithm: string;
  readonly steps: number;
  readonly macs: number;
  readonly bytes: number;
  readonly milliseconds: number;
  /** What the machine's two ceilings allow at the least. */
  readonly leastMilliseconds: number;
}

/**
 * `npm run bench -- steps [--networks=a,b] [--keep]`: where the time of a run goes on one thread, by the algorithm of the
 * steps, against the machine's two ceilings, which are measured just before.
 */
export async function bench(args: readonly string[]): Promise<string> {
  const asked = args.find((arg) => arg.startsWith('--networks='))?.slice('--networks='.length);
  const { outDir } = await buildKernels();
  const host = createNodeHost({ directory: pathToFileURL(`${outDir}/`) });
  const { module } = await chooseVariant(host);
  const target = { threads: 1, ...(await tileOf(host, module)) };
  const engine = createCpuBackend(host);
  const alive = setInterval(() => {}, 1000);
  const { ceilings } = await calibrate(engine, {
    target,
    machine: { processor: machineName(), threads: 1, kernels: module.variant, version: about.version },
  });
  const rows: string[] = [];
  for (const id of asked?.split(',') ?? networks) {
    const network = await open(id);
    const plan = predict(network, target, {});
    if (!plan.ok) throw new Error(`${id}: ${JSON.stringify(plan.problems)}`);
    const times = await timedRuns(engine, network, 1, PATIENCE);
    const kinds = byAlgorithm(
      plan.value.steps.map((step, i) => ({
        ...step,
        milliseconds: times[i]!,
        leastMilliseconds: leastMilliseconds(step, ceilings),
      })),
    );
    rows.push(...kinds.map((kind) => rowOf(id, kind, total(kinds))));
  }
  clearInterval(alive);
  return `${[
    '## Where the time goes',
    '',
    `One thread, medians of the fastest runs, by the algorithm of the steps. Ceilings, measured just before: ` +
      `${ceilings.gigaflops.toFixed(1)} GFLOP/s and ${ceilings.gigabytesPerSecond.toFixed(1)} GB/s. At the least: what these two ` +
      `allow for the multiply-adds and the bytes of each step, the longer of both (an algorithm that saves multiply-adds may go ` +
      `below it). ${machineName()}; Node ${process.versions.node}; ${new Date().toISOString().slice(0, 10)}.`,
    '',
    '| network | algorithm | steps | ms | share | GFLOP/s | at the least, ms | of the least |',
    '|---|---|---:|---:|---:|---:|---:|---:|',
    ...rows,
  ].join('\n')}\n`;
}

async function open(id: string): Promise<FlatNetwork> {
  if (!id.startsWith('torchvision:')) return zooNetwork(id);
  const folder = await mkdtemp(join(tmpdir(), 'netwright-bench-'));
  try {
    const { own } = await writeModels(id, folder);
    const model = await importOnnx(bytesSource(readFileSync(own)));
    if (!model.ok) throw new Error(`${id}: ${JSON.stringify(model.problems)}`);
    const network = flatten(analyze(model.value.design));
    if (!network.ok) throw new Error(`${id}: ${JSON.stringify(network.problems)}`);
    return network.value;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Longest first; what is short in the end, as one. */
function byAlgorithm(steps: readonly Omit<Kind, 'steps'>[]): readonly Kind[] {
  const kinds = new Map<string, Kind>();
  for (const step of steps) {
    const kind = kinds.get(step.algorithm);
    kinds.set(step.algorithm, kind ? sum(kind, { ...step, steps: 1 }) : { ...step, steps: 1 });
  }
  const sorted = [...kinds.values()].sort((a, b) => b.milliseconds - a.milliseconds);
  const least = LEAST_SHARE * total(sorted);
  const rest = sorted.filter(({ milliseconds }) => milliseconds < least);
  return [
    ...sorted.filter(({ milliseconds }) => milliseconds >= least),
    ...(rest.length === 0 ? [] : [{ ...rest.reduce(sum), algorithm: 'the rest' }]),
  ];
}

function sum(a: Kind, b: Kind): Kind {
  return {
    algorithm: a.algorithm,
    steps: a.steps + b.steps,
    macs: a.macs + b.macs,
    bytes: a.bytes + b.bytes,
    milliseconds: a.milliseconds + b.milliseconds,
    leastMilliseconds: a.leastMilliseconds + b.leastMilliseconds,
  };
}

function total(kinds: readonly Kind[]): number {
  return kinds.reduce((all, { milliseconds }) => all + milliseconds, 0);
}

function rowOf(id: string, kind: Kind, all: number): string {
  const { algorithm, steps, macs, milliseconds, leastMilliseconds: least } = kind;
  const cells = [
    id,
    algorithm,
    String(steps),
    milliseconds.toFixed(2),
    `${((100 * milliseconds) / all).toFixed(0)} %`,
    macs > 0 ? ((2 * macs) / milliseconds / 1e6).toFixed(1) : '–',
    least.toFixed(2),
    `${((100 * least) / milliseconds).toFixed(0)} %`,
  ];
  return `| ${cells.join(' | ')} |`;
}
