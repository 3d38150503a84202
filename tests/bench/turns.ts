import { cpus } from 'node:os';
import { randomStream } from '../../shared/runtime/weights.ts';
import { CALM, type Processors } from './processors.ts';

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
  /** The slowest that a processor in use was found around a round that counts, relative to the best ever seen. */
  readonly slowest: number;
}

/** What is measured, and on which processors. */
export interface Turns {
  /** Extents of the input. */
  readonly dims: readonly number[];
  readonly rounds: number;
  /** The engine from whose scores errors are measured. */
  readonly judge: string;
  readonly processors: Processors;
  /** The processors that the engines run on. */
  readonly used: readonly number[];
}

export interface Options {
  readonly networks: readonly string[];
  readonly threads: readonly number[];
  readonly rounds: number;
  readonly flags: readonly string[];
  readonly json: boolean;
}

/** The networks that a comparison on the CPU is made over, where none are named. tfjs is told those of the zoo. */
const networks = [
  ...['alexnet', 'vgg16', 'googlenet', 'resnet18', 'resnet50', 'mobilenet_v2'],
  ...[
    'resnext50_32x4d',
    'efficientnet_b0',
    'mobilenet_v3_small',
    'shufflenet_v2_x1_0',
    'regnet_y_400mf',
    'densenet121',
    'convnext_tiny',
    'mnasnet0_5',
    'inception_v3',
    'swin_t',
    'vit_b_16',
  ].map((name) => `torchvision:${name}`),
];
/** Peers keep spinning for a moment after a run; whoever is next should not pay for it. */
const GAP = 250;

/** What a section is called: figures with wide vectors stand beside those without. */
export function sectionOf(title: string, flags: readonly string[]): string {
  return `## ${title}${flags.some((flag) => flag.endsWith('revectorize')) ? ', with wide vectors' : ''}`;
}

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

/**
 * Every engine a few times to warm up, then all in turns. A round before or after which a processor in use is slower
 * than it can be does not count and is made again, up to three times as many rounds in all; if even these do not do,
 * the calmest count, and the row says how slow the processors were.
 */
export async function takeTurns(
  engines: readonly Engine[],
  turns: Turns,
): Promise<Pick<Row, 'measurements' | 'slowest'>> {
  const { dims, rounds, judge, processors, used } = turns;
  const next = randomStream('image');
  const image = Float32Array.from({ length: dims.reduce((a, b) => a * b, 1) }, () => next() * 2 - 1);
  const scores = new Map<string, Float32Array>();
  for (const engine of engines) {
    for (let i = 0; i < 3; i++) await engine.run(image, dims);
    scores.set(engine.name, (await engine.run(image, dims, true)).data!);
  }
  const speedNow = async (): Promise<number> => {
    await pause();
    const speeds = await processors.speeds();
    return Math.min(...used.map((processor) => speeds[processor]!));
  };
  const made: { readonly speed: number; readonly times: readonly (readonly number[])[] }[] = [];
  let before = await speedNow();
  while (made.length < rounds * 3 && made.filter(({ speed }) => speed >= CALM).length < rounds) {
    const times: number[][] = [];
    for (const engine of engines) {
      await pause();
      // The first run after a pause wakes caches and threads; the two after it count.
      await engine.run(image, dims);
      const taken: number[] = [];
      for (let i = 0; i < 2; i++) taken.push((await engine.run(image, dims)).milliseconds);
      times.push(taken);
    }
    const after = await speedNow();
    made.push({ speed: Math.min(before, after), times });
    before = after;
  }
  const counted = made.sort((a, b) => b.speed - a.speed).slice(0, rounds);
  const measurements = engines.map(({ name, createMilliseconds }, index) => {
    const sorted = counted.flatMap(({ times }) => times[index]!).sort((a, b) => a - b);
    return {
      engine: name,
      medianMilliseconds: sorted[sorted.length >> 1]!,
      bestMilliseconds: sorted[0]!,
      runs: sorted.length,
      relativeError: relativeError(scores.get(name)!, scores.get(judge)!),
      createMilliseconds,
    };
  });
  return { measurements, slowest: counted.at(-1)!.speed };
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, GAP));
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

/** How tables say on what processors a row was measured. */
export const processorsNote =
  `One thread: every engine on the same processor. Processors: the slowest found in use around a round that counts, ` +
  `by a product in the first cache, relative to the best seen; rounds below ${CALM} are made again while there is hope.`;

/** A line on stderr for who watches. */
export function reportRow({ network, threads, measurements, slowest }: Row): void {
  const times = measurements.map((m) => `${m.engine} ${m.medianMilliseconds.toFixed(1)}`);
  process.stderr.write(`${network} × ${threads}: ${times.join(', ')}; processors ${slowest.toFixed(2)}\n`);
}
