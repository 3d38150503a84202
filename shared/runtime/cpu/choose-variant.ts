import { elementCount } from '../../base/dims.ts';
import { type FloatTensor, Tensor } from '../../base/tensor.ts';
import type { WeightStore } from '../machine.ts';
import { noFinish, type PlanGraph, pixelWindow } from '../plan/graph.ts';
import { isConvolution, type Plan } from '../plan/plan.ts';
import { schedule } from '../plan/schedule.ts';
import { PIXEL_BYTES } from '../plan/tensors.ts';
import { CONTROL, CONTROL_BYTES, CONTROL_END, RUN_DONE } from './assembly/layout.ts';
import { Heap } from './heap.ts';
import type { CpuHost, KernelModule, Variant } from './host.ts';
import type { Kernels } from './kernels.ts';
import { denseAddress, type LoadedPlan, Loader, rewind } from './loader.ts';

/** How a build of the kernels did in the trial. */
export interface VariantTrial {
  readonly variant: Variant;
  /** Of the trial product, at best; undefined when this engine cannot compile the build. */
  readonly milliseconds: number | undefined;
  /** Whether its results agree with the plain build's. */
  readonly agrees: boolean;
}

export interface VariantChoice {
  readonly module: KernelModule;
  readonly trials: readonly VariantTrial[];
}

/** The largest difference from the plain build, relative to the largest result, that rounding explains. */
const AGREEMENT = 1e-4;
/** A round of runs is one of news while a build beats its best by this share: its optimised code is still on the way. */
const NEWS = 0.1;
/** The trial ends after so many rounds without news once every build is optimised, or after so many milliseconds in all. */
const QUIET_ROUNDS = 8;
const MOST_MILLISECONDS = 400;
/** Engines run a first, plain translation while they make the optimised one, which is at least so many times as fast. */
const OPTIMISED = 1.25;
/** The build without fused multiply-adds needs twice the instructions, which tells where a core is shared: it must be faster by this share. */
const FEWER_INSTRUCTIONS = 0.1;

const trialWindow = { ...pixelWindow, kernel: [3, 3], before: [1, 1], after: [1, 1] } as const;

const trialMap = [1, 64, 14, 14];
const trialResult = [1, 256, 14, 14];

/** A product that lies in the first cache, so that only the build counts; run over and over for a fifth of a millisecond. */
const PIXELS = 24;
const DEPTH_BLOCKS = 16;
const CHANNELS = 32;
const REPEATS = 50;
/** So few that no engine has optimised what they run before they are over. */
const FEW_REPEATS = 4;

/** What builds have to agree on: two convolutions, a Winograd one and a 1×1 product. */
function trialGraph(): PlanGraph {
  const finish = { ...noFinish, low: 0 };
  const filters = (node: string) => ({ node, weight: 'weight', bias: undefined, norm: undefined });
  return {
    values: [trialMap, trialMap, trialResult],
    valueOf: new Map(),
    ops: [
      { kind: 'input', feed: 'x', nodes: ['x'], inputs: [], output: 0, macs: 0 },
      {
        kind: 'convolution',
        nodes: ['a'],
        inputs: [0],
        output: 1,
        macs: 0,
        window: trialWindow,
        groups: 1,
        filters: filters('a'),
        finish,
      },
      {
        kind: 'convolution',
        nodes: ['b'],
        inputs: [1],
        output: 2,
        macs: 0,
        window: pixelWindow,
        groups: 1,
        filters: filters('b'),
        finish,
      },
    ],
  };
}

function trialTensor(dims: readonly number[], seed: number): FloatTensor {
  const tensor = Tensor.zeros(dims);
  let state = seed;
  for (let i = 0; i < tensor.data.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    tensor.data[i] = state / 2 ** 31;
  }
  return tensor;
}

const choices = new WeakMap<CpuHost, Map<string, Promise<VariantChoice>>>();

/** The fastest build that computes what the plain one does; tried once per host. `only` narrows the candidates. */
export function chooseVariant(host: CpuHost, only?: Variant): Promise<VariantChoice> {
  const known = choices.get(host) ?? new Map<string, Promise<VariantChoice>>();
  choices.set(host, known);
  const key = only ?? 'any';
  const choice = known.get(key) ?? tryVariants(host, only);
  known.set(key, choice);
  choice.catch(() => known.delete(key));
  return choice;
}

async function tryVariants(host: CpuHost, only: Variant | undefined): Promise<VariantChoice> {
  const names: readonly Variant[] = host.sharesMemory ? ['plain', 'relaxed', 'tall', 'wide'] : ['single'];
  const base = names[0]!;
  const wanted = only === undefined ? names : [...new Set([base, only])];
  const store: WeightStore = {
    a: { weight: trialTensor([64, 64, 3, 3], 1) },
    b: { weight: trialTensor([256, 64, 1, 1], 2) },
  };
  const modules = await Promise.all(wanted.map((variant) => host.compile(variant)));
  const candidates = await Promise.all(
    modules.flatMap((module) => (module ? [openTrial(host, module, store)] : [])),
  );
  const optimised = race(candidates);
  const expected = candidates.find(({ module }) => module.variant === base)?.result();
  const trials = wanted.map((variant) => {
    const trial = candidates.find(({ module }) => module.variant === variant);
    const agrees = trial && expected ? difference(trial.result(), expected) <= AGREEMENT : false;
    return { variant, milliseconds: trial?.milliseconds, agrees, module: trial?.module };
  });
  // While the plain build is not optimised nothing is known of any: without better, it is the small fused one.
  const cost = ({ variant, milliseconds }: VariantTrial): number =>
    optimised.has(base) ? milliseconds! * handicap(variant) : 0;
  const handicap = (variant: Variant): number => (variant === base ? 1 + FEWER_INSTRUCTIONS : 1);
  const [best] = trials
    .filter(({ variant, agrees }) => agrees && (only === undefined || variant === only))
    .sort((a, b) => cost(a) - cost(b) || handicap(a.variant) - handicap(b.variant));
  if (!best?.module)
    throw new Error(`This engine cannot run the ${only ?? 'CPU'} kernels: it lacks WebAssembly SIMD.`);
  return { module: best.module, trials };
}

/**
 * Runs the candidates in turns, so that each is optimised while others run, until none gets faster any more. Returns those
 * that were seen to be optimised; on a machine that is busy with other things this may be none.
 */
function race(candidates: readonly Trial[]): ReadonlySet<Variant> {
  const end = performance.now() + MOST_MILLISECONDS;
  const plain = new Map<Trial, number>();
  const isOptimised = (trial: Trial): boolean => trial.milliseconds * OPTIMISED <= plain.get(trial)!;
  for (const trial of candidates) {
    // The first run may wait for the plain translation; a few more, at once, come before any other.
    trial.run(1);
    plain.set(trial, trial.run(FEW_REPEATS));
  }
  for (let quiet = 0; performance.now() < end; quiet++) {
    for (const trial of candidates) {
      const before = trial.milliseconds;
      trial.run(REPEATS);
      if (!(trial.milliseconds > before * (1 - NEWS))) quiet = -1;
    }
    if (quiet >= QUIET_ROUNDS && candidates.every(isOptimised)) break;
  }
  return new Set(candidates.filter(isOptimised).map(({ module }) => module.variant));
}

interface Trial {
  readonly module: KernelModule;
  /** Of the fastest run of the product so far. */
  readonly milliseconds: number;
  /** Runs the product so many times; milliseconds that one took. */
  run(repeats: number): number;
  /** Of the network. */
  result(): Float32Array;
}

async function openTrial(host: CpuHost, module: KernelModule, store: WeightStore): Promise<Trial> {
  const memory = host.createMemory(64, module.variant !== 'single');
  const kernels = await host.instantiate(module, memory);
  const heap = new Heap(memory);
  const target = { threads: 1, tilePixels: kernels.tilePixels(), panelChannels: kernels.panelChannels() };
  const graph = trialGraph();
  const made = schedule(graph, new Map([['y', 2]]), target);
  const weightBytes = made.steps.filter(isConvolution).reduce((total, step) => total + step.weightBytes, 0);
  const plan: Plan = { ...made, target, weightBytes, scratchBytes: 0 };
  const loaded = await new Loader(heap, kernels, store).load(plan, async () => undefined);
  const input = trialTensor(trialMap, 3);
  const a = heap.allocate(PIXELS * DEPTH_BLOCKS * PIXEL_BYTES);
  const b = heap.allocate(DEPTH_BLOCKS * 8 * CHANNELS * 4);
  const o = heap.allocate(PIXELS * CHANNELS * 4);
  const panels = CHANNELS / target.panelChannels;
  let milliseconds = Number.POSITIVE_INFINITY;
  return {
    module,
    get milliseconds() {
      return milliseconds;
    },
    run(repeats) {
      const began = performance.now();
      for (let i = 0; i < repeats; i++) kernels.measure(a, b, o, PIXELS, DEPTH_BLOCKS, panels);
      const taken = (performance.now() - began) / repeats;
      milliseconds = Math.min(milliseconds, taken);
      return taken;
    },
    result() {
      runOnce(kernels, heap, loaded, input);
      return heap.floats(denseAddress(loaded, plan.results.get('y')!), elementCount(trialResult)).slice();
    },
  };
}

function runOnce(kernels: Kernels, heap: Heap, loaded: LoadedPlan, input: FloatTensor): void {
  heap.floats(denseAddress(loaded, loaded.plan.feeds.get('x')!), input.data.length).set(input.data);
  rewind(loaded, heap);
  const control = heap.words(CONTROL, CONTROL_BYTES / 4);
  control.fill(0);
  control[CONTROL_END / 4] = loaded.plan.steps.length;
  if (kernels.run(loaded.program, 0, 1, 0) !== RUN_DONE)
    throw new Error('The trial of the CPU kernels did not end.');
}

function difference(actual: Float32Array, expected: Float32Array): number {
  let worst = 0;
  let largest = 0;
  for (let i = 0; i < expected.length; i++) {
    const off = Math.abs(actual[i]! - expected[i]!);
    if (!(off <= worst)) worst = off;
    largest = Math.max(largest, Math.abs(expected[i]!));
  }
  return worst / largest;
}
