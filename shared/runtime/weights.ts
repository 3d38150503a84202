import { type FlatNetwork, weightHolders, weightsIdOf } from '../analysis/flatten.ts';
import { type FloatTensor, Tensor } from '../base/tensor.ts';
import { unreachable } from '../base/unreachable.ts';
import { fillSaid } from '../layers/constant.ts';
import type { WeightSpec } from '../layers/define.ts';
import type { WeightStore } from './backend.ts';
import { giveTurn, stopIfAborted } from './turn.ts';

/**
 * Weights that are the same for the same seed everywhere: Kaiming-normal for what is multiplied (He et al. 2015,
 * standard deviation √(2 / fan-in)), constants for biases and norms. Each tensor has a stream of its own, from the seed,
 * the layer's id and the weight's name, so that a new layer changes no other's weights.
 */
export function seededWeights(network: FlatNetwork, seed: number): WeightStore {
  const store: Record<string, Record<string, FloatTensor>> = {};
  for (const {
    id,
    step: { weights },
  } of weightHolders(network)) {
    store[id] = Object.fromEntries(
      weights.map((spec) => [spec.name, seededTensor(spec, `${seed}/${id}/${spec.name}`)]),
    );
  }
  return store;
}

/** Numbers that are drawn between two pauses: some 50 ms. An even count, so that pairs of normals stay together. */
const DRAWN_AT_ONCE = 2 ** 20;

/** The same, with a turn for others after every million numbers. Rejects with `RunCancelled` soon after it was cancelled. */
export async function seededWeightsInTurns(
  network: FlatNetwork,
  seed: number,
  signal: AbortSignal | undefined,
): Promise<WeightStore> {
  const store: Record<string, Record<string, FloatTensor>> = {};
  let drawn = 0;
  for (const { id, step } of weightHolders(network)) {
    for (const spec of step.weights) {
      const tensor = Tensor.zeros(spec.dims);
      for (const count of fillInPieces(tensor.data, spec, `${seed}/${id}/${spec.name}`)) {
        drawn += count;
        if (drawn < DRAWN_AT_ONCE) continue;
        drawn = 0;
        await giveTurn();
        stopIfAborted(signal);
      }
      store[id] ??= {};
      store[id][spec.name] = tensor;
    }
  }
  return store;
}

/**
 * The same weights under the id of every layer that uses them, which is what backends look for: the very same tensors where
 * layers share them.
 */
export function withTwins<W>(
  { steps }: Pick<FlatNetwork, 'steps'>,
  weights: Readonly<Record<string, Readonly<Record<string, W>>>>,
): Readonly<Record<string, Readonly<Record<string, W>>>> {
  const twins = steps.filter(({ twin }) => twin !== undefined);
  if (twins.length === 0) return weights;
  const shared = twins.map((step) => [step.id, weights[weightsIdOf(step)] ?? {}] as const);
  return { ...weights, ...Object.fromEntries(shared) };
}

function seededTensor(spec: WeightSpec, stream: string): FloatTensor {
  const tensor = Tensor.zeros(spec.dims);
  for (const _ of fillInPieces(tensor.data, spec, stream));
  return tensor;
}

/** Fills a weight a piece at a time; gives the number of elements of each. */
function* fillInPieces(data: Float32Array, { init }: WeightSpec, stream: string): Iterable<number> {
  switch (init.kind) {
    case 'constant':
    case 'values':
    case 'windows':
      fillSaid(data, init);
      yield data.length;
      return;
    case 'kaiming': {
      const deviation = Math.sqrt(2 / init.fanIn);
      const uniform = randomStream(stream);
      for (let first = 0; first < data.length; first += DRAWN_AT_ONCE) {
        const piece = data.subarray(first, first + DRAWN_AT_ONCE);
        fillNormal(piece, deviation, uniform);
        yield piece.length;
      }
      return;
    }
    default:
      unreachable(init);
  }
}

/** Marsaglia's polar method: two normals from two uniforms. */
export function fillNormal(data: Float32Array, deviation: number, uniform: () => number): void {
  for (let i = 0; i < data.length; i += 2) {
    let u = 0;
    let v = 0;
    let square = 0;
    do {
      u = 2 * uniform() - 1;
      v = 2 * uniform() - 1;
      square = u * u + v * v;
    } while (square >= 1 || square === 0);
    const scale = deviation * Math.sqrt((-2 * Math.log(square)) / square);
    data[i] = u * scale;
    if (i + 1 < data.length) data[i + 1] = v * scale;
  }
}

/** mulberry32, started from the FNV-1a hash of a name. Uniform in [0, 1). */
export function randomStream(name: string): () => number {
  let state = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) state = Math.imul(state ^ name.charCodeAt(i), 0x01000193);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
