import type { Flow, WeightSource } from './builder.ts';
import type { Settings } from './config.ts';
import {
  axisIn,
  channelsLast,
  flatNumbers,
  isOn,
  number,
  plain,
  stored,
  type Translation,
  type Translator,
} from './translation.ts';

/** Layers that normalise over the last axis of Keras: statistics and factors for each channel. */
function channels(translation: Translation): Flow {
  const { build, origin, settings, inputs } = translation;
  const [flow] = inputs as readonly [Flow];
  // Of maps and signals that lie as in the design, the second axis is that of the channels.
  const isFirst = flow.axes === 'plain' && flow.dims.length > 2 && [settings.axis].flat()[0] === 1;
  const x = isFirst ? flow : channelsLast(translation, flow);
  const given: unknown = Array.isArray(settings.axis) ? settings.axis[0] : (settings.axis ?? -1);
  const axis = typeof given === 'number' ? axisIn(x, given) : 0;
  if (axis !== 1 || (Array.isArray(settings.axis) && settings.axis.length !== 1))
    throw build.refuse(origin, 'axis', settings.axis);
  return x;
}

/** Factors and shifts, which a layer may lack: then they are one and zero, which nobody learned. */
function affine(settings: Settings, count: number) {
  const [scale, center] = [isOn(settings.scale), isOn(settings.center)];
  const weights = {
    weight: scale ? stored('gamma', 0) : { values: [1] },
    bias: center ? stored('beta', scale ? 1 : 0) : { values: [0] },
  };
  const held = Number(scale) + Number(center);
  return { weights, held, ...(held === 2 ? {} : { trained: held * count }) };
}

const batchNorm: Translator = (translation) => {
  const { build, origin, settings } = translation;
  const x = channels(translation);
  const { weights, held, ...counted } = affine(settings, x.dims[1] ?? 0);
  const all = {
    ...weights,
    running_mean: stored('moving_mean', held),
    running_var: stored('moving_variance', held + 1),
  };
  const momentum = Number((1 - number(settings.momentum, 0.99)).toFixed(12));
  const params = { epsilon: number(settings.epsilon, 1e-3), momentum };
  return build.add(origin, 'batchNorm', [x], params, { weights: all, ...counted });
};

const groupNorm: Translator = (translation) => {
  const { build, origin, settings } = translation;
  const x = channels(translation);
  const groups = number(settings.groups, 32);
  const { weights, held: _, ...counted } = affine(settings, x.dims[1] ?? 0);
  const epsilon = number(settings.epsilon, 1e-3);
  return groups === -1
    ? build.add(origin, 'instanceNorm', [x], { epsilon }, { weights, ...counted })
    : build.add(origin, 'groupNorm', [x], { groups, epsilon }, { weights, ...counted });
};

/** Layers that normalise the last axes of Keras. */
function lastAxes(translation: Translation): { readonly x: Flow; readonly axis: number } {
  const { build, origin, settings, inputs } = translation;
  const x = plain(translation, inputs[0]!);
  const rank = x.dims.length;
  const given: readonly unknown[] = Array.isArray(settings.axis) ? settings.axis : [settings.axis ?? -1];
  const axes = given.map((axis) => (number(axis, NaN) + rank) % rank).sort((a, b) => a - b);
  if (!axes.every((axis, i) => axis === rank - axes.length + i))
    throw build.refuse(origin, 'axis', settings.axis);
  return { x, axis: axes.length === 1 ? -1 : axes[0]! };
}

const layerNorm: Translator = (translation) => {
  const { build, origin, settings } = translation;
  if (settings.rms_scaling === true) throw build.refuse(origin, 'rms_scaling', true);
  const { x, axis } = lastAxes(translation);
  const count = x.dims.slice(axis).reduce((product, extent) => product * extent, 1);
  const { weights, held: _, ...counted } = affine(settings, count);
  return build.add(
    origin,
    'layerNorm',
    [x],
    { axis, epsilon: number(settings.epsilon, 1e-3) },
    { weights, ...counted },
  );
};

const rmsNorm: Translator = (translation) => {
  const { x, axis } = lastAxes(translation);
  const params = { axis, epsilon: number(translation.settings.epsilon, 1e-6) };
  const weights = { weight: stored('scale', 0) };
  return translation.build.add(translation.origin, 'rmsNorm', [x], params, { weights });
};

/** Inputs are brought to a mean of zero and a variance of one, both of which the file knows. */
const normalization: Translator = (translation) => {
  const { build, origin, settings } = translation;
  if (settings.invert === true) throw build.refuse(origin, 'invert', true);
  const x = channels(translation);
  const given = (key: string, index: number): WeightSource => {
    const values = flatNumbers(settings[key]);
    return values.length > 0 ? { values } : stored(key, index);
  };
  const weights = {
    weight: { values: [1] },
    bias: { values: [0] },
    running_mean: given('mean', 0),
    running_var: given('variance', 1),
  };
  return build.add(origin, 'batchNorm', [x], { epsilon: 0 }, { weights, trained: 0 });
};

/** Layers that normalise. */
export const norms: Readonly<Record<string, Translator>> = {
  BatchNormalization: batchNorm,
  BatchNormalizationV1: batchNorm,
  SyncBatchNormalization: batchNorm,
  LayerNormalization: layerNorm,
  GroupNormalization: groupNorm,
  RMSNormalization: rmsNorm,
  Normalization: normalization,
};
