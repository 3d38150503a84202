import { elementCount } from '../../base/dims.ts';
import { type FloatTensor, Tensor } from '../../base/tensor.ts';
import type { WeightStore } from '../backend.ts';
import { noFinish, type PlanGraph, pixelWindow } from '../plan/graph.ts';
import { isConvolution, type Plan } from '../plan/plan.ts';
import { schedule } from '../plan/schedule.ts';
import { PIXEL_BYTES } from '../plan/tensors.ts';
import { CONTROL, CONTROL_BYTES, CONTROL_END, RUN_DONE } from './assembly/layout.ts';
import { Heap } from './heap.ts';
import type { CpuHost, KernelModule } from './host.ts';
import type { Kernels } from './kernels.ts';
import { denseAddress, type LoadedPlan, Loader, rewind } from './loader.ts';

const trialWindow = { ...pixelWindow, kernel: [3, 3], before: [1, 1], after: [1, 1] } as const;

const trialMap = [1, 64, 14, 14];
const trialResult = [1, 256, 14, 14];

/** A product that lies in the first cache, so that only the build counts: some microseconds. */
const PIXELS = 24;
const DEPTH_BLOCKS = 16;
const CHANNELS = 32;

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

/** The same for every build. */
const store: WeightStore = {
  a: { weight: trialTensor([64, 64, 3, 3], 1) },
  b: { weight: trialTensor([256, 64, 1, 1], 2) },
};

/** A build of the kernels with a small network to compute and a product to be timed by. */
export interface Trial {
  readonly module: KernelModule;
  /** Of the fastest run of the product so far; undefined before the first. */
  readonly milliseconds: number | undefined;
  /** Runs the product so many times; milliseconds that one took. */
  run(repeats: number): number;
  /** Of the network. */
  result(): Float32Array;
}

export async function openTrial(host: CpuHost, module: KernelModule): Promise<Trial> {
  const memory = host.createMemory(64, module.variant !== 'single');
  const kernels = await host.instantiate(module, memory);
  const heap = new Heap(memory);
  const target = { threads: 1, tilePixels: kernels.tilePixels(), panelChannels: kernels.panelChannels() };
  const graph = trialGraph();
  const made = schedule(graph, new Map([['y', 2]]), target);
  const weightBytes = made.steps.filter(isConvolution).reduce((total, step) => total + step.weightBytes, 0);
  const plan: Plan = { ...made, target, weightBytes };
  const loaded = await new Loader(heap, kernels, store).load(plan, async () => undefined);
  const input = trialTensor(trialMap, 3);
  const a = heap.allocate(PIXELS * DEPTH_BLOCKS * PIXEL_BYTES);
  const b = heap.allocate(DEPTH_BLOCKS * 8 * CHANNELS * 4);
  const o = heap.allocate(PIXELS * CHANNELS * 4);
  const panels = CHANNELS / target.panelChannels;
  let milliseconds: number | undefined;
  return {
    module,
    get milliseconds() {
      return milliseconds;
    },
    run(repeats) {
      const began = performance.now();
      for (let i = 0; i < repeats; i++) kernels.measure(a, b, o, PIXELS, DEPTH_BLOCKS, panels);
      const taken = (performance.now() - began) / repeats;
      milliseconds = Math.min(milliseconds ?? taken, taken);
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
