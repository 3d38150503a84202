import type { FlatNetwork } from '../../../../shared/analysis/flatten.ts';
import type { Dims } from '../../../../shared/base/dims.ts';
import { isIssue } from '../../../../shared/base/problem.ts';
import type { FloatTensor } from '../../../../shared/base/tensor.ts';
import { zero } from '../../../../shared/base/term.ts';
import { type LayerKind, layerOf } from '../../../../shared/layers/index.ts';
import type { Backend, WeightStore } from '../../../../shared/runtime/backend.ts';
import { webglBackend } from '../../../../shared/runtime/webgl/backend.ts';
import type { DeviceOptions } from '../../../../shared/runtime/webgl/context.ts';
import type { ParamValues } from '../../../../shared/schema/params.ts';
import { type AttentionCase, attentionOf } from '../../cpu/attentions.ts';
import {
  type Draft,
  networkOf,
  randomNumbers,
  randomTensor,
  randomWeights,
  relativeError,
  runReference,
} from '../../networks.ts';
import { inputDimsOf } from '../../random-networks.ts';
import { deviceFor } from './devices.ts';

/** A small network, where its input comes in, and what to fill it with. */
export interface LayerCase {
  readonly input: Dims;
  readonly drafts: readonly Draft[];
  readonly seed: number;
}

/** Any one layer, between inputs of any extents and an output for each of its ports. */
export interface AnyCase {
  readonly kind: LayerKind;
  readonly params: ParamValues;
  readonly inputs: readonly Dims[];
  readonly seed: number;
}

/** Attention among tokens of a map, for a batch. */
export interface BatchedAttention {
  readonly attention: AttentionCase;
  readonly batch: number;
}

export interface LayerOutcome {
  /** Largest difference relative to the reference's root mean square. */
  readonly error: number;
  readonly algorithms: readonly string[];
}

/** A network with all that a run of it takes, and what its outputs must be by their ids. */
interface Judged {
  readonly network: FlatNetwork;
  readonly store: WeightStore;
  readonly feeds: Readonly<Record<string, FloatTensor>>;
  readonly expected: Readonly<Record<string, FloatTensor>>;
}

async function judge({ network, store, feeds, expected }: Judged, backend: Backend): Promise<LayerOutcome> {
  const executable = await backend.prepare(network, store);
  const { outputs, profile } = await executable.run(feeds, { profile: true });
  await executable.release();
  let error = 0;
  for (const [id, right] of Object.entries(expected)) {
    const actual = outputs[id]!;
    if (JSON.stringify(actual.dims) !== JSON.stringify(right.dims)) error = Number.POSITIVE_INFINITY;
    const off = relativeError(actual, right);
    if (!(off <= error)) error = off;
  }
  return { error, algorithms: profile!.map(({ algorithm }) => algorithm) };
}

function judgedLayers({ input, drafts, seed }: LayerCase): Judged {
  const network = networkOf([
    { id: 'x', kind: 'input', params: { shape: input.slice(1), batched: true } },
    ...drafts,
  ]);
  const next = randomNumbers(seed);
  const store = randomWeights(network, next);
  const feeds = { x: randomTensor(input, next) };
  const values = runReference(network, store, feeds);
  const ids = network.outputs.map((at) => network.steps[at]!.id);
  return { network, store, feeds, expected: Object.fromEntries(ids.map((id) => [id, values.get(id)!])) };
}

function judgedLayer({ kind, params, inputs, seed }: AnyCase): Judged {
  const layer = layerOf(kind);
  const dims = layer.shape({ params, inputs });
  if (isIssue(dims)) throw new RangeError(dims.message);
  const weights = layer.weights({ params, inputs });
  const cost = { macs: zero, otherOps: zero, params: zero, statistics: zero, outputElements: 0 };
  const plain = { params: {}, inputs: [], inputDims: [], outputDims: [], weights: [], cost };
  const network: FlatNetwork = {
    steps: [
      ...inputs.map((shape, i) => ({
        ...plain,
        id: `x${i}`,
        kind: 'input' as const,
        params: { shape, batched: false },
        outputDims: [shape],
      })),
      {
        id: 'layer',
        kind,
        params,
        inputs: inputs.map((_, step) => ({ step, output: 0 })),
        inputDims: inputs,
        outputDims: dims,
        weights,
        cost,
      },
      ...dims.map((shape, output) => ({
        ...plain,
        id: `y${output}`,
        kind: 'output' as const,
        inputs: [{ step: inputs.length, output }],
        inputDims: [shape],
      })),
    ],
    inputs: inputs.map((_, i) => i),
    outputs: dims.map((_, i) => inputs.length + 1 + i),
  };
  const next = randomNumbers(seed);
  const store = randomWeights(network, next);
  const feeds = Object.fromEntries(inputs.map((shape, i) => [`x${i}`, randomTensor(shape, next)]));
  const right = layer.forward({
    params,
    inputs: Object.values(feeds),
    weights: store.layer ?? {},
    outputs: dims,
    tally: { macs: 0, otherOps: 0 },
  });
  return { network, store, feeds, expected: Object.fromEntries(right.map((value, i) => [`y${i}`, value])) };
}

function judgedAttention({ attention, batch }: BatchedAttention): Judged {
  const network = attentionOf(attention);
  const next = randomNumbers(5 + batch);
  const store = randomWeights(network, next);
  const dims = Object.entries(inputDimsOf(network, batch));
  const feeds = Object.fromEntries(dims.map(([id, each]) => [id, randomTensor(each, next)]));
  return { network, store, feeds, expected: { y: runReference(network, store, feeds).get('y')! } };
}

function judgedCase(one: LayerCase | AnyCase | BatchedAttention): Judged {
  if ('attention' in one) return judgedAttention(one);
  return 'kind' in one ? judgedLayer(one) : judgedLayers(one);
}

/** Runs cases of all kinds on WebGL and on `forward`. */
export function runCases(
  cases: readonly (LayerCase | AnyCase | BatchedAttention)[],
  options: DeviceOptions = {},
): Promise<(LayerOutcome | string)[]> {
  return outcomesOn(webglBackend({ device: deviceFor(options) }), cases);
}

/** Runs cases on a backend and on `forward`, one after the other; an error is told with its stack. */
export async function outcomesOn(
  backend: Backend,
  cases: readonly (LayerCase | AnyCase | BatchedAttention)[],
): Promise<(LayerOutcome | string)[]> {
  const outcomes: (LayerOutcome | string)[] = [];
  for (const one of cases) {
    try {
      outcomes.push(await judge(judgedCase(one), backend));
    } catch (error) {
      outcomes.push(error instanceof Error ? `${error.message}\n${error.stack}` : String(error));
    }
  }
  return outcomes;
}
