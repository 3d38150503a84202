import type { FlatNetwork } from '../../../../shared/analysis/flatten.ts';
import { elementCount } from '../../../../shared/base/dims.ts';
import { type FloatTensor, Tensor } from '../../../../shared/base/tensor.ts';
import { randomStream } from '../../../../shared/runtime/weights.ts';

/** What a network is fed, the same everywhere: numbers from −1 to 1. */
export function pictureFor(network: FlatNetwork, batch = 1): Readonly<Record<string, FloatTensor>> {
  const { id, outputDims } = network.steps[network.inputs[0]!]!;
  const dims = outputDims[0]!.with(0, batch);
  const next = randomStream('image');
  const data = Float32Array.from({ length: elementCount(dims) }, () => next() * 2 - 1);
  return { [id]: new Tensor('float32', data, dims) };
}
