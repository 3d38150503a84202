import type { Dims } from '../../base/dims.ts';
import type { LayerKind } from '../../layers/index.ts';
import { activate, activated } from './activations.ts';
import { axes } from './axes.ts';
import type { Flow, WeightSource } from './builder.ts';
import { norms } from './norms.ts';
import {
  alike,
  axisIn,
  channelsLast,
  flatNumbers,
  isOn,
  joined,
  keeping,
  kernelAndBias,
  number,
  plain,
  stored,
  type Translator,
} from './translation.ts';
import { windows } from './windows.ts';

const dense: Translator = (translation) => {
  const { build, origin, settings } = translation;
  const x = plain(translation, translation.inputs[0]!);
  const bias = isOn(settings.use_bias);
  const [, channels, height, width] = x.flattened ?? [];
  const turn = (dims: Dims) =>
    x.flattened
      ? { dims: [height!, width!, channels!, dims[1]!], order: [3, 2, 0, 1], as: [dims[1]!, dims[0]!] }
      : { dims, order: [1, 0] };
  const weights = kernelAndBias({ stored: { role: 'kernel', index: 0 }, turn }, bias);
  const { flattened: _, ...flow } = x;
  const params = { features: number(settings.units, 0), bias, tokens: x.dims.length > 2 };
  return activated(translation, build.add(origin, 'linear', [flow], params, { weights }));
};

/** What only training sees. */
const dropped =
  (key?: string): Translator =>
  (translation) =>
    keeping(
      translation,
      translation.build.add(translation.origin, 'dropout', [translation.inputs[0]!], {
        rate: key === undefined ? 0 : number(translation.settings[key], 0),
      }),
    );

const activationOf =
  (name: string): Translator =>
  (translation) =>
    keeping(
      translation,
      activate(translation, translation.inputs[0]!, { ...translation.settings, name }, ''),
    );

const prelu: Translator = (translation) => {
  const { build, origin, settings } = translation;
  const x = channelsLast(translation, translation.inputs[0]!);
  const shared = Array.isArray(settings.shared_axes) ? settings.shared_axes : [];
  const pixels = x.dims.slice(2).filter((extent) => extent > 1).length;
  if (x.axes !== 'last' && x.dims.length !== 2)
    throw build.refuse(origin, 'shared_axes', settings.shared_axes);
  if (shared.length < pixels) throw build.refuse(origin, 'shared_axes', settings.shared_axes);
  const perChannel = !shared.includes(x.dims.length - 1);
  return build.add(origin, 'prelu', [x], { perChannel }, { weights: { weight: stored('alpha', 0) } });
};

const rescaling: Translator = (translation) => {
  const { build, origin, settings, inputs } = translation;
  const [scale, offset] = [flatNumbers(settings.scale), flatNumbers(settings.offset ?? 0)];
  if (scale.length === 0 || offset.length === 0) throw build.refuse(origin, 'scale', settings.scale);
  const scaled = joined(translation, 'multiply', inputs[0]!, scale, '');
  return offset.every((value) => value === 0)
    ? scaled
    : joined(translation, 'add', scaled, offset, '_offset');
};

const merge =
  (kind: LayerKind): Translator =>
  (translation) =>
    translation.build.add(translation.origin, kind, alike(translation));

const average: Translator = (translation) => {
  const sum = translation.build.add(translation.origin, 'add', alike(translation), {}, { suffix: '_sum' });
  return joined(translation, 'divide', sum, [translation.inputs.length], '');
};

export const concatenate: Translator = (translation) => {
  const flows = alike(translation);
  const axis = axisIn(flows[0]!, number(translation.settings.axis, -1));
  return translation.build.add(translation.origin, 'concat', flows, { axis });
};

/** Fully connected layers before and after attention, whose features are heads times features of a head. */
const attentionPart = (part: string, index: number): WeightSource => ({
  stored: { part, role: index === 0 ? 'kernel' : 'bias', index },
  ...(index === 0
    ? {
        turn: (dims: Dims) => {
          const [a = 1, b = 1, c = 1] = dims;
          return { dims: part === 'output' ? [a * b, c] : [a, b * c], order: [1, 0] };
        },
      }
    : {}),
});

const multiHeadAttention: Translator = (translation) => {
  const { build, origin, settings, inputs } = translation;
  const [query, value = query, key = value] = inputs.map((flow) => plain(translation, flow));
  const heads = number(settings.num_heads, 0);
  const size = number(settings.key_dim, 0);
  const bias = isOn(settings.use_bias);
  if (query!.dims.length !== 3) throw build.refuse(origin, 'attention_axes', settings.attention_axes);
  const part = (name: string, x: Flow, features: number): Flow =>
    build.add(
      origin,
      'linear',
      [x],
      { features, bias, tokens: true },
      {
        suffix: `.${name}`,
        weights: { weight: attentionPart(name, 0), ...(bias ? { bias: attentionPart(name, 1) } : {}) },
      },
    );
  const q = part('query', query!, heads * size);
  const k = part('key', key!, heads * size);
  const v = part('value', value!, heads * number(settings.value_dim, size));
  const y = build.add(origin, 'attention', [q, k, v], { heads });
  const wanted = Array.isArray(settings.output_shape) ? settings.output_shape[0] : settings.output_shape;
  return part('output', y, number(wanted, query!.dims[2]!));
};

/** The layers of Keras that are read, by their classes. Source: keras/src/layers. */
export const layers: Readonly<Record<string, Translator>> = {
  ...windows,
  ...norms,
  Dense: dense,
  Rescaling: rescaling,
  Activation: (translation) =>
    keeping(translation, activate(translation, translation.inputs[0]!, translation.settings.activation, '')),
  ReLU: activationOf('relu'),
  LeakyReLU: activationOf('leaky_relu'),
  ELU: activationOf('elu'),
  Softmax: (translation) =>
    activate(translation, translation.inputs[0]!, { ...translation.settings, name: 'softmax' }, ''),
  PReLU: prelu,
  ThresholdedReLU: activationOf('thresholded_relu'),
  ...axes,
  Add: merge('add'),
  Subtract: merge('subtract'),
  Multiply: merge('multiply'),
  Maximum: merge('max'),
  Minimum: merge('min'),
  Average: average,
  Concatenate: concatenate,
  Dropout: dropped('rate'),
  SpatialDropout1D: dropped('rate'),
  SpatialDropout2D: dropped('rate'),
  GaussianDropout: dropped('rate'),
  AlphaDropout: dropped('rate'),
  GaussianNoise: dropped(),
  ActivityRegularization: dropped(),
  Identity: dropped(),
  MultiHeadAttention: multiHeadAttention,
};

/** Layers after which the order of a flattened map is what it was. */
export const keepsOrder = (kind: string): boolean =>
  layers[kind] !== undefined &&
  /^(Dropout|AlphaDropout|GaussianDropout|GaussianNoise|Activation|ReLU|LeakyReLU|ELU)$/.test(kind);
