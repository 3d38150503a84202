import { analyze } from '../../analysis/analyze.ts';
import { type FlatNetwork, flatten } from '../../analysis/flatten.ts';
import { elementCount } from '../../base/dims.ts';
import { type FloatTensor, Tensor } from '../../base/tensor.ts';
import type { Design } from '../../graph/design.ts';
import type { Backend, RunProgress, WeightStore } from '../backend.ts';
import { makePlan, type Plan } from '../plan/plan.ts';
import type { Target } from '../plan/target.ts';
import { RunError } from '../run-error.ts';
import { stopIfAborted } from '../turn.ts';
import type { Calibration, Ceilings, MeasuredMachine } from './calibration.ts';
import { doubtOf, fitModel, type TimedWork, type TimeModel } from './model.ts';
import { practice, streaming } from './practice.ts';
import { laws, planWork } from './work.ts';

export interface CalibrateOptions {
  /** Threads and register tile of the machine. */
  readonly target: Target;
  readonly machine: MeasuredMachine;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: RunProgress) => void;
  /** Milliseconds of a clock, and the date. */
  readonly now?: () => number;
  readonly today?: () => Date;
}

/** Rounds over all networks: so far apart that what else runs on the machine is not in the way of both. */
const ROUNDS = 2;
/** Runs of one network in one round, at least, and for how many milliseconds: what holds a thread up holds many short runs up. */
const RUNS = 12;
const LEAST_MILLISECONDS = 40;
/** Milliseconds that one network may take in one round, beside a first run; and all of them together. */
const NETWORK_PATIENCE = 250;
const PATIENCE = 24_000;
/** Of so many fastest runs, the median of each step. */
const FASTEST = 3;

/** Runs that are the fastest so far, of one network. */
class FastestRuns {
  #runs: { readonly total: number; readonly steps: readonly number[] }[] = [];

  add(steps: readonly number[]): void {
    this.#runs.push({ total: steps.reduce((sum, step) => sum + step, 0), steps });
    this.#runs.sort((a, b) => a.total - b.total);
    this.#runs.length = Math.min(this.#runs.length, FASTEST);
  }

  /** Milliseconds of each step: the median of the fastest runs. */
  get steps(): readonly number[] {
    const [first] = this.#runs;
    return (first?.steps ?? []).map((_, i) => {
      const sorted = this.#runs.map(({ steps }) => steps[i]!).sort((a, b) => a - b);
      return sorted[sorted.length >> 1]!;
    });
  }
}

/**
 * Measures a machine: runs networks made for it, in rounds, and finds what each kind of step costs. Some 20 seconds, 30 at
 * most on a slow machine, which then is known from fewer runs. Rejects with `RunCancelled` soon after it was cancelled.
 */
export async function calibrate(
  engine: Backend,
  {
    target,
    machine,
    signal,
    onProgress,
    now = () => performance.now(),
    today = () => new Date(),
  }: CalibrateOptions,
): Promise<Calibration> {
  const began = now();
  const networks = [...practice, streaming].map((make) => ready(make(), target));
  const total = ROUNDS * networks.length;
  let done = 0;
  for (let round = 0; round < ROUNDS; round++) {
    for (const each of networks) {
      stopIfAborted(signal);
      // What was measured once is known; a second round is to be surer.
      if (round > 0 && now() - began > PATIENCE) break;
      await measure(engine, each, target.threads, { signal, now, patience: NETWORK_PATIENCE });
      onProgress?.({ done: ++done, total, fraction: done / total, node: each.name });
    }
  }
  const timed = networks.map(({ plan, fastest }): readonly TimedWork[] => {
    const works = planWork(plan);
    return fastest.steps.map((milliseconds, i) => ({ work: works[i]!, milliseconds }));
  });
  const model = { ...fitModel(timed.flat()), doubt: doubtOf(timed) };
  const seconds = Math.round(now() - began) / 1000;
  return {
    machine,
    date: today().toISOString(),
    seconds,
    model,
    ceilings: ceilingsOf(networks, model, target),
  };
}

interface Ready {
  readonly name: string;
  readonly network: FlatNetwork;
  readonly plan: Plan;
  readonly fastest: FastestRuns;
}

function ready(design: Design, target: Target): Ready {
  const network = flatten(analyze(design));
  if (!network.ok) throw new RunError(network.problems[0]!);
  const plan = makePlan(network.value, { target });
  if (!plan.ok) throw new RunError(plan.problems[0]!);
  return { name: design.name, network: network.value, plan: plan.value, fastest: new FastestRuns() };
}

/** Milliseconds of each step of a plan, of the fastest of some runs, with weights that are made for nothing else. */
export async function timedRuns(
  engine: Backend,
  network: FlatNetwork,
  threads: number,
  patience = NETWORK_PATIENCE,
): Promise<readonly number[]> {
  const fastest = new FastestRuns();
  await measure(engine, { network, fastest }, threads, {
    signal: undefined,
    now: () => performance.now(),
    patience,
  });
  return fastest.steps;
}

async function measure(
  engine: Backend,
  { network, fastest }: Pick<Ready, 'network' | 'fastest'>,
  threads: number,
  {
    signal,
    now,
    patience,
  }: { readonly signal: AbortSignal | undefined; readonly now: () => number; readonly patience: number },
): Promise<void> {
  const cancel = signal ? { signal } : {};
  const executable = await engine.prepare(network, plainWeights(network), { threads, ...cancel });
  try {
    const feeds = Object.fromEntries(
      network.inputs.map((at) => [network.steps[at]!.id, plainTensor(network.steps[at]!.outputDims[0]!)]),
    );
    await executable.run(feeds, cancel);
    const began = now();
    // First runs, in which engines translate the kernels well, are not among the fastest where there are others.
    for (let run = 1; ; run++) {
      stopIfAborted(signal);
      const { profile = [] } = await executable.run(feeds, { profile: true, ...cancel });
      fastest.add(profile.map(({ milliseconds }) => milliseconds));
      const passed = now() - began;
      if (passed > patience || (run >= RUNS && passed > LEAST_MILLISECONDS)) break;
    }
  } finally {
    await executable.release();
  }
}

/** Numbers around zero that neither vanish nor grow: what they are is of no account, as long as none is denormal. */
const pattern = Float32Array.from({ length: 4093 }, (_, i) => (((i * 7919) % 509) / 509 - 0.5) / 10);

function plainTensor(dims: readonly number[]): FloatTensor {
  const data = new Float32Array(elementCount(dims));
  for (let at = 0; at < data.length; at += pattern.length)
    data.set(pattern.subarray(0, Math.min(pattern.length, data.length - at)), at);
  return new Tensor('float32', data, dims);
}

function plainWeights({ steps }: FlatNetwork): WeightStore {
  const store: Record<string, Record<string, FloatTensor>> = {};
  for (const { id, weights } of steps) {
    for (const { name, dims, init } of weights) {
      const tensor = plainTensor(dims);
      if (init.kind === 'constant' && init.value === 1) tensor.data.fill(1);
      store[id] = { ...store[id], [name]: tensor };
    }
  }
  return store;
}

/**
 * What the costs of a product come to in multiply-adds a second, when there are many; and how fast maps that no cache holds
 * were brought in, added and averaged. Both are of many steps, so that no one step's clock makes a ceiling.
 */
function ceilingsOf(networks: readonly Ready[], model: TimeModel, { threads }: Target): Ceilings {
  const perMac = model.product?.coefficients[1 + laws.product.indexOf('macs')] ?? 0;
  const streamed = networks.find(({ name }) => name === streamingName)!;
  const { steps, tensors } = streamed.plan;
  const bytes = steps.reduce(
    (all, step) =>
      [...step.inputs, step.output].reduce((sum, id) => sum + 4 * elementCount(tensors[id]!.dims), all),
    0,
  );
  const milliseconds = streamed.fastest.steps.reduce((sum, step) => sum + step, 0);
  return {
    gigaflops: perMac > 0 ? (2 * threads) / perMac / 1e6 : 0,
    gigabytesPerSecond: milliseconds > 0 ? bytes / milliseconds / 1e6 : 0,
  };
}

const streamingName = streaming().name;
