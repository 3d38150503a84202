import { pathToFileURL } from 'node:url';
import { buildKernels } from '../../build/kernels.mjs';
import about from '../../package.json' with { type: 'json' };
import { analyze } from '../../shared/analysis/analyze.ts';
import { type FlatNetwork, flatten } from '../../shared/analysis/flatten.ts';
import { createCpuBackend } from '../../shared/runtime/cpu/backend.ts';
import { chooseVariant } from '../../shared/runtime/cpu/choose-variant.ts';
import { tileOf } from '../../shared/runtime/cpu/executable.ts';
import { createNodeHost } from '../../shared/runtime/cpu/worker/node-host.ts';
import { runsByReference } from '../../shared/runtime/plan/lowerings.ts';
import { calibrate, timedRuns } from '../../shared/runtime/time/calibrate.ts';
import { predict } from '../../shared/runtime/time/predict.ts';
import { zoo } from '../../shared/zoo/index.ts';
import { randomDesign } from './random-designs.ts';
import { machineName } from './turns.ts';

/** What tells the rows of the table apart. */
export const keyColumns: readonly string[] = ['networks', 'threads'];

interface Judged {
  readonly id: string;
  readonly set: 'zoo' | 'random';
  readonly predicted: number;
  readonly low: number;
  readonly high: number;
  readonly measured: number;
}

const RANDOM = 200;
/** Each begins with a calibration of its own: on a machine whose cores are lent, the next minute is another machine. */
const ROUNDS = 3;
/** Multiply-adds up to which a network is run: what takes longer is measured no better on a machine that others use. */
const MOST_MACS = 5e9;
/** Milliseconds of runs of one network in one round. */
const PATIENCE = 400;

/**
 * `npm run bench -- predict [--threads=2] [--random=200] [--most=5e9] [--json]`: calibrates this machine, predicts the zoo and
 * random networks, none of which it was calibrated on, and runs them.
 */
export async function bench(args: readonly string[]): Promise<string> {
  const option = (name: string, otherwise: number): number =>
    Number(args.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3) ?? otherwise);
  const { outDir } = await buildKernels();
  const host = createNodeHost({ directory: pathToFileURL(`${outDir}/`) });
  const threads = option('threads', host.cores);
  const { module } = await chooseVariant(host);
  const target = { threads, ...(await tileOf(host, module)) };
  const engine = createCpuBackend(host);
  const machine = { processor: machineName(), threads, kernels: module.variant, version: about.version };
  const alive = setInterval(() => {}, 1000);
  const all = networks(option('random', RANDOM), option('most', MOST_MACS));
  const rounds: (readonly Judged[])[] = [];
  let seconds = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const calibration = await calibrate(engine, { target, machine });
    seconds = Math.max(seconds, calibration.seconds);
    const judged: Judged[] = [];
    for (const { id, set, network } of all) {
      const prediction = predict(network, target, calibration.model);
      if (!prediction.ok) throw new Error(prediction.problems[0]!.message);
      const { milliseconds, low, high } = prediction.value.total;
      const measured = sum(await timedRuns(engine, network, threads, PATIENCE));
      judged.push({ id, set, predicted: milliseconds, low, high, measured });
    }
    rounds.push(judged);
    process.stderr.write(`round ${round + 1}: ${all.length} networks\n`);
  }
  clearInterval(alive);
  if (args.includes('--json')) return JSON.stringify(rounds, null, 1);
  return table(rounds, threads, seconds);
}

function networks(random: number, most: number) {
  const found: { readonly id: string; readonly set: Judged['set']; readonly network: FlatNetwork }[] = [];
  const take = (id: string, set: Judged['set'], design: Parameters<typeof analyze>[0]): void => {
    const analysis = analyze(design);
    const network = flatten(analysis);
    if (!network.ok) throw new Error(`${id}: ${network.problems[0]!.message}`);
    const isWhole = !network.value.steps.some(({ kind, params }) => runsByReference(kind, params));
    if (isWhole && analysis.totals.macs <= most) found.push({ id, set, network: network.value });
  };
  for (const entry of zoo) take(entry.id, 'zoo', entry.build());
  for (let i = 0; i < random; i++) take(`random ${i}`, 'random', randomDesign(i));
  return found;
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
const sorted = (values: readonly number[]): readonly number[] => [...values].sort((a, b) => a - b);
const quantile = (values: readonly number[], share: number): number =>
  sorted(values)[Math.min(values.length - 1, Math.floor(share * values.length))] ?? Number.NaN;
const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
/** Spearman's. */
function rankCorrelation(a: readonly number[], b: readonly number[]): number {
  const ranks = (values: readonly number[]): number[] => {
    const order = values.map((_, i) => i).sort((x, y) => values[x]! - values[y]!);
    const rank = new Array<number>(values.length);
    for (const [place, i] of order.entries()) rank[i] = place;
    return rank;
  };
  const [x, y] = [ranks(a), ranks(b)];
  const squares = x.reduce((total, rank, i) => total + (rank - y[i]!) ** 2, 0);
  return 1 - (6 * squares) / (a.length * (a.length ** 2 - 1));
}

function table(rounds: readonly (readonly Judged[])[], threads: number, seconds: number): string {
  const lines = [
    '## Predicted times',
    '',
    `Milliseconds of a run as a calibration (${seconds.toFixed(0)} s, on networks made for it) predicts them, against the ` +
      `sum over steps of the medians of the three fastest of some runs. None of these networks was calibrated on. There are ` +
      `${rounds.length} rounds, minutes apart, each of which calibrates anew and runs every network. What else runs on the ` +
      `machine only adds time, and so the calibration that found the machine fastest is held against each network's fastest ` +
      `round; beside it stands every round by its own calibration. Repeat noise: how far the rounds of one network are apart. ` +
      `${machineName()}; Node ${process.versions.node}; ${new Date().toISOString().slice(0, 10)}.`,
    '',
    '| networks | threads | number | median error | nine in ten within | rank correlation | inside the interval | repeat noise, median | median error, each round by itself |',
    '|---|---|---|---|---|---|---|---|---|',
  ];
  const fastest = [...rounds].sort((a, b) => predictedIn(a) - predictedIn(b))[0]!;
  for (const set of ['zoo', 'random'] as const) {
    const own = rounds.map((round) => round.filter((each) => each.set === set));
    const times = own[0]!.map((_, i) => own.map((round) => round[i]!.measured));
    const judged = fastest
      .filter((each) => each.set === set)
      .map((each, i) => ({ ...each, measured: Math.min(...times[i]!) }));
    const inside = judged.filter(({ measured, low, high }) => measured >= low && measured <= high);
    const noise = times.map((each) => Math.max(...each) / Math.min(...each) - 1);
    const rank = rankCorrelation(
      judged.map(({ predicted }) => predicted),
      judged.map(({ measured }) => measured),
    );
    const errors = judged.map(errorOf);
    lines.push(
      `| ${set} | ${threads} | ${times.length} | ${percent(quantile(errors, 0.5))} | ${percent(quantile(errors, 0.9))} | ` +
        `${rank.toFixed(3)} | ${percent(inside.length / judged.length)} | ${percent(quantile(noise, 0.5))} | ` +
        `${own.map((round) => percent(quantile(round.map(errorOf), 0.5))).join(', ')} |`,
    );
  }
  return `${lines.join('\n')}\n`;
}

const errorOf = ({ predicted, measured }: Judged): number => Math.abs(predicted / measured - 1);

/** All networks together: what tells how fast a calibration found the machine. */
const predictedIn = (round: readonly Judged[]): number => sum(round.map(({ predicted }) => predicted));
