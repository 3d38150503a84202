import type { FlatNetwork, FlatStep } from '../../analysis/flatten.ts';
import { elementCount } from '../../base/dims.ts';
import type { FloatTensor } from '../../base/tensor.ts';
import type { Backend, Executable, RunOptions, RunResult, StepProfile, WeightStore } from '../backend.ts';
import { giveTurn, stopIfAborted } from '../turn.ts';
import { computeStep, workOf } from './compute.ts';

const BYTES = 4;

/**
 * Runs every layer's `forward` as it is written: slow, and by definition right. The other backends are held against it.
 */
export const referenceBackend: Backend = {
  name: 'reference',
  prepare: async (network, weights) => new ReferenceExecutable(network, weights),
};

class ReferenceExecutable implements Executable {
  readonly weightBytes: number;
  readonly activationBytes: number;
  readonly #network: FlatNetwork;
  readonly #weights: WeightStore;
  /** For each step, the last one that reads it: then its tensor is let go. */
  readonly #lastUse: readonly number[];

  constructor(network: FlatNetwork, weights: WeightStore) {
    this.#network = network;
    this.#weights = weights;
    this.#lastUse = lastUses(network);
    this.weightBytes = network.steps.reduce(
      (bytes, step) => bytes + step.weights.reduce((sum, { dims }) => sum + elementCount(dims) * BYTES, 0),
      0,
    );
    this.activationBytes = network.steps.reduce((bytes, { cost }) => bytes + cost.outputElements * BYTES, 0);
  }

  async run(feeds: Readonly<Record<string, FloatTensor>>, options: RunOptions = {}): Promise<RunResult> {
    const { steps } = this.#network;
    const started = performance.now();
    const values: (readonly FloatTensor[] | undefined)[] = [];
    const outputs: Record<string, FloatTensor> = {};
    const wanted = new Set(options.also);
    const profile: StepProfile[] = [];
    const total = steps.reduce((work, step) => work + workOf(step), 0);
    let done = 0;
    for (const [i, step] of steps.entries()) {
      await this.#breathe(options.signal);
      options.onProgress?.({ done: i, total: steps.length, fraction: done / total, node: step.id });
      const from = performance.now();
      const results = this.#compute(step, values, feeds);
      values[i] = results;
      if (step.kind === 'output') outputs[step.id] = results[0]!;
      if (wanted.has(step.id)) outputs[step.id] = results[0]!;
      profile.push({
        nodes: [step.id],
        algorithm: 'reference',
        milliseconds: performance.now() - from,
        macs: step.cost.macs.value,
        bytes: step.cost.outputElements * BYTES,
      });
      for (const { step: source } of step.inputs) if (this.#lastUse[source] === i) values[source] = undefined;
      done += workOf(step);
    }
    options.onProgress?.({ done: steps.length, total: steps.length, fraction: 1, node: '' });
    return {
      outputs,
      milliseconds: performance.now() - started,
      ...(options.profile ? { profile } : {}),
    };
  }

  async release(): Promise<void> {}

  /** Lets messages such as a cancel come in between layers. */
  async #breathe(signal: AbortSignal | undefined): Promise<void> {
    await giveTurn();
    stopIfAborted(signal);
  }

  #compute(
    step: FlatStep,
    values: readonly (readonly FloatTensor[] | undefined)[],
    feeds: Readonly<Record<string, FloatTensor>>,
  ): readonly FloatTensor[] {
    const inputs =
      step.kind === 'input'
        ? [feeds[step.id]!]
        : step.inputs.map(({ step: source, output }) => values[source]![output]!);
    return computeStep(step, inputs, this.#weights, step.outputDims);
  }
}

function lastUses({ steps }: FlatNetwork): readonly number[] {
  const last = steps.map(() => -1);
  for (const [i, { inputs }] of steps.entries()) for (const { step } of inputs) last[step] = i;
  return last;
}
