import type { Dims } from '../../../shared/base/dims.ts';
import { elementCount } from '../../../shared/base/dims.ts';
import { messages } from '../../../shared/base/problem.ts';
import { type FloatTensor, Tensor } from '../../../shared/base/tensor.ts';
import type { RunSettings } from '../../../shared/graph/run-settings.ts';
import { preprocessingFor } from '../../../shared/runtime/image.ts';
import { RunError } from '../../../shared/runtime/run-error.ts';
import { fillNormal, randomStream } from '../../../shared/runtime/weights.ts';
import type { Picture } from './picture.ts';

export const say = messages('renderer/state/run/sources', {
  'memory-exceeded': [
    'There is no memory for an input of {{mebibytes}} MiB.',
    'Use a smaller input or batch.',
  ],
});

export const sourceKinds = ['photo', 'pad', 'camera', 'noise'] as const;
export type SourceKind = (typeof sourceKinds)[number];

export const noiseKinds = ['normal', 'uniform'] as const;

/** Random input: normal with deviation 1, or uniform from −1 to 1. */
export interface Noise {
  readonly kind: (typeof noiseKinds)[number];
  readonly seed: number;
}

/** What the network is fed, before it is made to fit. */
export type Source =
  | { readonly kind: 'picture'; readonly picture: Picture }
  | { readonly kind: 'noise'; readonly noise: Noise };

/**
 * A batch's input for one Input node of these dims (batch first). A picture fills every place of the batch. Rejects with
 * a RunError when there is no memory for it, or the picture cannot be made to fit.
 */
export async function feedFor(
  id: string,
  [, ...sample]: Dims,
  batch: number,
  source: Source,
  settings: RunSettings,
): Promise<FloatTensor> {
  const [channels = 0, height = 0, width = 0] = sample;
  if (source.kind === 'picture' && sample.length === 3 && (channels === 1 || channels === 3)) {
    const how = preprocessingFor(settings, sample);
    const one = await source.picture.asInput([channels, height, width], how);
    const tensor = emptyFeed(id, [batch, ...sample]);
    for (let n = 0; n < batch; n++) tensor.data.set(one.data, n * one.data.length);
    return tensor;
  }
  // An input that takes no picture gets noise beside the one that does.
  return noiseFeed(id, [batch, ...sample], source.kind === 'noise' ? source.noise : defaultNoise);
}

/** Noise for one Input node; each place of the batch has its own. */
export function noiseFeed(id: string, dims: Dims, { kind, seed }: Noise): FloatTensor {
  const tensor = emptyFeed(id, dims);
  const uniform = randomStream(`${seed}/${id}`);
  if (kind === 'normal') fillNormal(tensor.data, 1, uniform);
  else for (let i = 0; i < tensor.data.length; i++) tensor.data[i] = 2 * uniform() - 1;
  return tensor;
}

function emptyFeed(id: string, dims: Dims): FloatTensor {
  try {
    return Tensor.zeros(dims);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const mebibytes = Math.ceil((4 * elementCount(dims)) / 2 ** 20);
    throw new RunError(say.at({ node: id }, 'memory-exceeded', { mebibytes }));
  }
}

export const defaultNoise: Noise = { kind: 'normal', seed: 0 };

/** The picture that a source kind has at hand. */
export function sourceOf(
  kind: SourceKind,
  pictures: Readonly<Partial<Record<SourceKind, Picture | undefined>>>,
  noise: Noise,
): Source | undefined {
  if (kind === 'noise') return { kind: 'noise', noise };
  const picture = pictures[kind];
  return picture && { kind: 'picture', picture };
}
