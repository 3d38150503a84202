import { cpus } from 'node:os';
import { randomStream } from '../../shared/runtime/weights.ts';
import type { zooNetwork } from './zoo-network.ts';

/** An engine with a network ready, in a process of its own, whatever kind of process that is. */
export interface Engine {
  readonly name: string;
  /** Milliseconds to make a session from ready weights, where the engine says so. */
  readonly createMilliseconds: number | undefined;
  run(
    data: Float32Array,
    dims: readonly number[],
    wantsData?: boolean,
  ): Promise<{ readonly milliseconds: number; readonly data: Float32Array | undefined }>;
  stop(): void | Promise<void>;
}

/** What one engine took for one network, and how far its scores are from the judge's. */
export interface Measurement {
  readonly engine: string;
  readonly medianMilliseconds: number;
  readonly bestMilliseconds: number;
  readonly runs: number;
  /** Largest difference from the judge, relative to the root mean square of its scores. */
  readonly relativeError: number;
  readonly createMilliseconds: number | undefined;
}

export interface Row {
  readonly network: string;
  readonly threads: number;
  readonly measurements: readonly Measurement[];
}

export interface Options {
  readonly networks: readonly string[];
  readonly threads: readonly number[];
  readonly rounds: number;
  readonly flags: readonly string[];
  readonly json: boolean;
}

/** The networks that a comparison on the CPU is made over. */
const networks = ['alexnet', 'vgg16', 'googlenet', 'resnet18', 'resnet50', 'mobilenet_v2'];
/** Peers keep spinning for a moment after a run; whoever is next should not pay for it. */
const GAP = 250;

export function readOptions(args: readonly string[]): Options {
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

/** Every engine a few times to warm up, then all in turns; errors are measured from the engine called `judge`. */
export async function takeTurns(
  engines: readonly Engine[],
  network: ReturnType<typeof zooNetwork>,
  rounds: number,
  judge: string,
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

/** The processor, as tables name it. */
export function machineName(): string {
  const all = cpus();
  return `${all[0]?.model.trim() ?? 'unknown processor'}, ${all.length} threads`;
}

/** `median (best)` of one engine, or a dash where it did not run. */
export function timeCell({ measurements }: Row, engine: string): string {
  const found = measurements.find((measurement) => measurement.engine === engine);
  return found ? `${found.medianMilliseconds.toFixed(1)} (${found.bestMilliseconds.toFixed(1)})` : '–';
}

/** One engine's time relative to another's: of the medians, and of the best in brackets. */
export function ratioCell({ measurements }: Row, engine: string, other: string): string {
  const [ours, theirs] = [engine, other].map((name) => measurements.find((m) => m.engine === name));
  if (!ours || !theirs) return '–';
  const best = ours.bestMilliseconds / theirs.bestMilliseconds;
  return `${(ours.medianMilliseconds / theirs.medianMilliseconds).toFixed(2)} (${best.toFixed(2)})`;
}

/** A line on stderr for who watches. */
export function reportRow({ network, threads, measurements }: Row): void {
  const times = measurements.map((m) => `${m.engine} ${m.medianMilliseconds.toFixed(1)}`);
  process.stderr.write(`${network} × ${threads}: ${times.join(', ')}\n`);
}
