import { type Dims, elementCount } from '../../base/dims.ts';
import type { FloatTensor } from '../../base/tensor.ts';

/** Weights by flat layer id (`conv1`, `stage2/conv`) and weight name, as backends take them. */
export type WeightTensors = Readonly<Record<string, Readonly<Record<string, FloatTensor>>>>;

/** A weight that lies in a file until a run wants it. */
export interface LazyWeight {
  readonly dims: Dims;
  /** Weights of the same origin are the same tensor of their file; left out where that is not told. */
  readonly origin?: string;
  load(): Promise<FloatTensor>;
  /** So many elements from the `first` on, where they can be read without the others; in `into`, of that length, if it may be. */
  readonly part?: ((first: number, count: number, into?: Float32Array) => Promise<Float32Array>) | undefined;
}
/** Weights by node and name that are read when they are asked for. */
export type LazyWeights = Readonly<Record<string, Readonly<Record<string, LazyWeight>>>>;

/** How far loading is. */
export interface LoadProgress {
  readonly doneBytes: number;
  readonly totalBytes: number;
  readonly node: string;
}

/** Reads all weights, one after the other. Rejects with an AbortError when cancelled between two. */
export async function loadWeights(
  lazy: LazyWeights,
  options: { readonly signal?: AbortSignal; readonly onProgress?: (progress: LoadProgress) => void } = {},
): Promise<WeightTensors> {
  const totalBytes = weightBytes(lazy);
  const store: Record<string, Record<string, FloatTensor>> = {};
  let doneBytes = 0;
  for (const [node, weights] of Object.entries(lazy)) {
    const loaded: Record<string, FloatTensor> = {};
    for (const [name, weight] of Object.entries(weights)) {
      options.signal?.throwIfAborted();
      loaded[name] = await weight.load();
      doneBytes += elementCount(weight.dims) * 4;
      options.onProgress?.({ doneBytes, totalBytes, node });
    }
    store[node] = loaded;
  }
  return store;
}

/** The same weights, telling how much of them was read; what is read again counts once. */
export function watched(lazy: LazyWeights, onProgress: (progress: LoadProgress) => void): LazyWeights {
  const totalBytes = weightBytes(lazy);
  let doneBytes = 0;
  const tell = (node: string, elements: number): void => {
    doneBytes = Math.min(totalBytes, doneBytes + elements * 4);
    onProgress({ doneBytes, totalBytes, node });
  };
  const watch = (node: string, { dims, load, part }: LazyWeight): LazyWeight => ({
    dims,
    async load() {
      const tensor = await load();
      tell(node, tensor.data.length);
      return tensor;
    },
    ...(part && {
      async part(first, count, into) {
        const elements = await part(first, count, into);
        tell(node, count);
        return elements;
      },
    }),
  });
  return Object.fromEntries(
    Object.entries(lazy).map(([node, weights]) => [
      node,
      Object.fromEntries(Object.entries(weights).map(([name, weight]) => [name, watch(node, weight)])),
    ]),
  );
}

/** As float32. */
export function weightBytes(lazy: LazyWeights): number {
  let bytes = 0;
  for (const weights of Object.values(lazy)) {
    for (const { dims } of Object.values(weights)) bytes += elementCount(dims) * 4;
  }
  return bytes;
}
