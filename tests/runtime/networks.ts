import type { FlatNetwork, FlatStep } from '../../shared/analysis/flatten.ts';
import type { Dims } from '../../shared/base/dims.ts';
import { isIssue } from '../../shared/base/problem.ts';
import { type FloatTensor, Tensor } from '../../shared/base/tensor.ts';
import { zero } from '../../shared/base/term.ts';
import { type LayerKind, layerOf } from '../../shared/layers/index.ts';
import type { WeightStore } from '../../shared/runtime/backend.ts';
import { defaultsOf, type ParamValues } from '../../shared/schema/params.ts';

/** One layer of a network under test, written short. */
export interface Draft {
  readonly id: string;
  readonly kind: LayerKind;
  readonly params?: ParamValues;
  /** Ids, with `:1` for the second output. */
  readonly from?: readonly string[];
}

/** A flat network from drafts; shapes and weights come from the layers. Without outputs, the last layer is one. */
export function networkOf(drafts: readonly Draft[]): FlatNetwork {
  const all = drafts.some(({ kind }) => kind === 'output')
    ? drafts
    : [...drafts, { id: 'y', kind: 'output' as const, from: [drafts.at(-1)!.id] }];
  const steps: FlatStep[] = [];
  for (const { id, kind, params: given = {}, from = [] } of all) {
    const layer = layerOf(kind);
    const params = { ...defaultsOf(layer.params), ...given };
    const inputs = from.map((name) => {
      const [source, output = '0'] = name.split(':');
      return { step: steps.findIndex((step) => step.id === source), output: Number(output) };
    });
    const inputDims = inputs.map(({ step, output }) => steps[step]!.outputDims[output]!);
    const outputDims = layer.shape({ params, inputs: inputDims });
    if (isIssue(outputDims)) throw new RangeError(`${id}: ${outputDims.message}`);
    const weights = layer.weights({ params, inputs: inputDims });
    const outputs = outputDims;
    const counted = layer.cost({ params, inputs: inputDims, outputs, weights });
    const cost = { ...counted, params: zero, statistics: zero, outputElements: 0 };
    steps.push({ id, kind, params, inputs, inputDims, outputDims, weights, cost });
  }
  const indices = (kind: LayerKind) => [...steps.keys()].filter((at) => steps[at]!.kind === kind);
  return { steps, inputs: indices('input'), outputs: indices('output') };
}

/** Repeatable numbers in [-1, 1), so that a failure can be replayed. */
export function randomNumbers(seed: number): () => number {
  let state = seed | 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 31 - 1;
  };
}

export function randomTensor(dims: Dims, next: () => number): FloatTensor {
  const tensor = Tensor.zeros(dims);
  for (let i = 0; i < tensor.data.length; i++) tensor.data[i] = next();
  return tensor;
}

/** Weights of every layer, scaled so that values neither vanish nor grow; variances stay positive. */
export function randomWeights(network: FlatNetwork, next: () => number): WeightStore {
  const store: Record<string, Record<string, FloatTensor>> = {};
  for (const { id, weights } of network.steps) {
    for (const { name, dims, init } of weights) {
      const tensor = randomTensor(dims, next);
      const scale = init.kind === 'kaiming' ? Math.sqrt(3 / init.fanIn) : 0.3;
      for (let i = 0; i < tensor.data.length; i++) {
        tensor.data[i]! *= scale;
        if (name === 'running_var' || (init.kind === 'constant' && init.value === 1)) tensor.data[i]! += 1;
      }
      store[id] ??= {};
      store[id][name] = tensor;
    }
  }
  return store;
}

/** The reference: every layer's own `forward`, one after the other. All first outputs by step id. */
export function runReference(
  network: FlatNetwork,
  store: WeightStore,
  feeds: Readonly<Record<string, FloatTensor>>,
): ReadonlyMap<string, FloatTensor> {
  const results: (readonly FloatTensor[])[] = [];
  const values = new Map<string, FloatTensor>();
  for (const step of network.steps) {
    const layer = layerOf(step.kind);
    const inputs =
      step.kind === 'input'
        ? [feeds[step.id]!]
        : step.inputs.map(({ step: at, output }) => results[at]![output]!);
    const inputDims = inputs.map(({ dims }) => dims);
    const outputs =
      step.kind === 'input' ? inputDims : layer.shape({ params: step.params, inputs: inputDims });
    if (isIssue(outputs)) throw new RangeError(outputs.message);
    const tally = { macs: 0, otherOps: 0 };
    const weights = store[step.id] ?? {};
    results.push(layer.forward({ params: step.params, inputs, weights, outputs, tally }));
    values.set(step.id, results.at(-1)![0]!);
  }
  return values;
}

/** Of the finite numbers in it. */
function meanSquare({ data }: FloatTensor): number {
  let squares = 0;
  for (const value of data) if (Number.isFinite(value)) squares += value * value;
  return squares / Math.max(1, data.length);
}

/** Layers that add products up, of which a hard sigmoid's α·x + β is the shortest. */
const sums: readonly LayerKind[] = ['conv2d', 'convTranspose2d', 'linear', 'matmul', 'hardSigmoid'];

/**
 * The largest root mean square among what sums of products on the way took and gave. Their rounding is in proportion to
 * that, and what comes out may be far below it: a single sum near zero, or sums that the next layer clips.
 */
export function sumsScale({ steps }: FlatNetwork, values: ReadonlyMap<string, FloatTensor>): number {
  const involved = steps
    .filter(({ kind }) => sums.includes(kind))
    .flatMap(({ id, inputs }) => [id, ...inputs.map(({ step }) => steps[step]!.id)]);
  return Math.sqrt(Math.max(0, ...involved.map((id) => meanSquare(values.get(id)!))));
}

/**
 * The largest difference, relative to the root mean square of what is expected, or to `scale` where that is larger. NaN
 * where either has one alone.
 */
export function relativeError(actual: FloatTensor, expected: FloatTensor, scale = 0): number {
  if (actual.data.length !== expected.data.length) return Number.POSITIVE_INFINITY;
  let worst = 0;
  for (let i = 0; i < expected.data.length; i++) {
    // Not a number and infinities are right where the other has them too.
    if (Object.is(actual.data[i], expected.data[i])) continue;
    const difference = Math.abs(actual.data[i]! - expected.data[i]!);
    if (Number.isNaN(difference)) return Number.NaN;
    worst = Math.max(worst, difference);
  }
  const rms = Math.sqrt(meanSquare(expected));
  return worst === 0 ? 0 : worst / Math.max(rms, scale, 1e-30);
}
