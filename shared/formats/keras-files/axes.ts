import type { Dims } from '../../base/dims.ts';
import type { Flow } from './builder.ts';
import { plain, type Translation, type Translator } from './translation.ts';

/** Reads the elements with other axes, as Keras has them. */
export function reshaped(translation: Translation, target: Dims): Flow {
  const { build, origin, inputs } = translation;
  const [x] = inputs as readonly [Flow];
  const [height, width] = target;
  // What was one number per channel becomes a map of one pixel.
  if (target.length === 3 && height === 1 && width === 1 && x.dims.length === 2)
    return { ...build.add(origin, 'reshape', [x], { shape: [0, target[2]!, 1, 1] }), axes: 'last' };
  const flat = x.axes === 'last' && x.dims.slice(2).every((extent) => extent === 1);
  const from = flat ? { ...x, axes: 'plain' as const } : plain(translation, x);
  return { ...build.add(origin, 'reshape', [from], { shape: [0, ...target] }), axes: 'plain' };
}

const reshape: Translator = (translation) => {
  const { build, origin, settings } = translation;
  const target = settings.target_shape;
  if (!Array.isArray(target) || !target.every((extent): extent is number => typeof extent === 'number'))
    throw build.refuse(origin, 'target_shape', target);
  return reshaped(translation, target);
};

const flatten: Translator = (translation) => {
  const { build, origin, inputs, settings, onlyDense } = translation;
  const [given] = inputs as readonly [Flow];
  // A map whose channels come first is flattened as if they came last: keras/src/layers/reshaping/flatten.py.
  const isFirst =
    settings.data_format === 'channels_first' && given.axes === 'plain' && given.dims.length > 2;
  const x: Flow = isFirst ? { ...given, axes: 'last' } : given;
  const pixels = x.dims.slice(2).reduce((product, extent) => product * extent, 1);
  const asItLies = x.axes === 'plain' || pixels === 1 || (onlyDense && x.dims.length === 4);
  const from = asItLies ? x : plain(translation, x);
  const flat = { ...build.add(origin, 'flatten', [from]), axes: 'plain' as const };
  return from.axes === 'last' && pixels > 1 ? { ...flat, flattened: from.dims } : flat;
};

/** Axes in another order, the batch apart; counted from one. */
export function permuted(translation: Translation, order: readonly number[]): Flow {
  const { build, origin, inputs } = translation;
  const [x] = inputs as readonly [Flow];
  const isFirst = order.join() === (x.dims.length === 4 ? '0,3,1,2' : '0,2,1');
  if (x.axes === 'last' && isFirst) return { ...x, axes: 'plain' };
  const isLast = order.join() === (x.dims.length === 4 ? '0,2,3,1' : '0,2,1');
  if (x.axes === 'plain' && isLast && x.dims.length > 3) return { ...x, axes: 'last' };
  const from = plain(translation, x);
  return { ...build.add(origin, 'transpose', [from], { perm: order }), axes: 'plain' };
}

const permute: Translator = (translation) => {
  const { build, origin, settings } = translation;
  if (
    !Array.isArray(settings.dims) ||
    !settings.dims.every((axis): axis is number => typeof axis === 'number')
  )
    throw build.refuse(origin, 'dims', settings.dims);
  return permuted(translation, [0, ...settings.dims]);
};

/** Layers that move elements. */
export const axes: Readonly<Record<string, Translator>> = {
  Reshape: reshape,
  Flatten: flatten,
  Permute: permute,
};
