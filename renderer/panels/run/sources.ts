import type { Dims } from '../../../shared/base/dims.ts';
import { type FloatTensor, Tensor } from '../../../shared/base/tensor.ts';
import type { RunSettings } from '../../../shared/graph/run-settings.ts';
import { imageToTensor, type Pixels, preprocessingFor } from '../../../shared/runtime/image.ts';
import { fillNormal, randomStream } from '../../../shared/runtime/weights.ts';
import type { Picture } from './picture.ts';

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
  | { readonly kind: 'picture'; readonly pixels: Pixels }
  | { readonly kind: 'noise'; readonly noise: Noise };

/** A batch's input for one Input node of these dims (batch first). A picture fills every place of the batch. */
export function feedFor(
  id: string,
  [, ...sample]: Dims,
  batch: number,
  source: Source,
  settings: RunSettings,
): FloatTensor {
  const tensor = Tensor.zeros([batch, ...sample]);
  const [channels = 0, height = 0, width = 0] = sample;
  if (source.kind === 'picture' && sample.length === 3 && (channels === 1 || channels === 3)) {
    const one = imageToTensor(source.pixels, [channels, height, width], preprocessingFor(settings, sample));
    for (let n = 0; n < batch; n++) tensor.data.set(one.data, n * one.data.length);
    return tensor;
  }
  // An input that takes no picture gets noise beside the one that does.
  const noise = source.kind === 'noise' ? source.noise : defaultNoise;
  const uniform = randomStream(`${noise.seed}/${id}`);
  if (noise.kind === 'normal') fillNormal(tensor.data, 1, uniform);
  else for (let i = 0; i < tensor.data.length; i++) tensor.data[i] = 2 * uniform() - 1;
  return tensor;
}

export const defaultNoise: Noise = { kind: 'normal', seed: 0 };

/** The picture that a source kind has at hand. */
export function sourceOf(
  kind: SourceKind,
  pictures: Readonly<Partial<Record<SourceKind, Picture | undefined>>>,
  noise: Noise,
): Source | undefined {
  if (kind === 'noise') return { kind: 'noise', noise };
  const pixels = pictures[kind]?.pixels;
  return pixels && { kind: 'picture', pixels };
}
