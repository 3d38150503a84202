import type { LayerKind } from '../../layers/index.ts';
import type { ParamValues } from '../../schema/params.ts';
import { activated } from './activations.ts';
import type { WeightSource } from './builder.ts';
import type { Settings } from './config.ts';
import {
  image,
  isOn,
  kernelAndBias,
  number,
  one,
  padding,
  padsOfLine,
  padsOfMap,
  pair,
  stored,
  type Translation,
  type Translator,
} from './translation.ts';

const conv2d: Translator = (translation) => {
  const { build, origin, settings } = translation;
  const bias = isOn(settings.use_bias);
  const params = {
    channels: number(settings.filters, 0),
    kernel: pair(translation, 'kernel_size', null),
    stride: pair(translation, 'strides'),
    padding: padsOfMap(translation),
    dilation: pair(translation, 'dilation_rate'),
    groups: number(settings.groups, 1),
    bias,
  };
  const weights = kernelAndBias(stored('kernel', 0, [3, 2, 0, 1]), bias);
  return activated(translation, build.add(origin, 'conv2d', [image(translation)], params, { weights }));
};

/** Rows, columns, channels, multiplier: which are channels times multiplier filters of one channel each. */
const ofDepthwise = (role: string): WeightSource => ({
  stored: { role, index: 0 },
  turn: (dims) => {
    const [height, width, channels, times] = dims as readonly [number, number, number, number];
    return dims.length === 4
      ? { dims, order: [2, 3, 0, 1], as: [channels * times, 1, height, width] }
      : { dims, order: [1, 2, 0], as: [dims[1]! * dims[2]!, 1, dims[0]!] };
  },
});

const depthwise2d =
  (suffix: string, bias: (settings: Settings) => boolean): Translator =>
  (translation) => {
    const { build, origin, settings } = translation;
    const x = image(translation);
    const channels = x.dims[1] ?? 0;
    const params = {
      channels: channels * number(settings.depth_multiplier, 1),
      kernel: pair(translation, 'kernel_size', null),
      stride: pair(translation, 'strides'),
      padding: padsOfMap(translation),
      dilation: pair(translation, 'dilation_rate'),
      groups: channels,
      bias: bias(settings),
    };
    const weights = kernelAndBias(ofDepthwise('depthwise_kernel'), bias(settings));
    return build.add(origin, 'conv2d', [x], params, { weights, suffix });
  };

const separable2d: Translator = (translation) => {
  const { build, origin, settings } = translation;
  const x = depthwise2d('.depthwise', () => false)(translation);
  const bias = isOn(settings.use_bias);
  const params = { channels: number(settings.filters, 0), kernel: [1, 1], padding: [0, 0, 0, 0], bias };
  const weights = kernelAndBias(stored('pointwise_kernel', 1, [3, 2, 0, 1]), bias, 2);
  return activated(translation, build.add(origin, 'conv2d', [x], params, { weights, suffix: '.pointwise' }));
};

const conv1d: Translator = (translation) => {
  const { build, origin, settings } = translation;
  const x = image(translation);
  const bias = isOn(settings.use_bias);
  const [kernel, stride, dilation] = [
    one(translation, 'kernel_size', null),
    one(translation, 'strides'),
    one(translation, 'dilation_rate'),
  ];
  const params = {
    channels: number(settings.filters, 0),
    kernel,
    stride,
    padding: padsOfLine(translation, x.dims[2] ?? 0, kernel, stride, dilation),
    dilation,
    groups: number(settings.groups, 1),
    bias,
  };
  const weights = kernelAndBias(stored('kernel', 0, [2, 1, 0]), bias);
  return activated(translation, build.add(origin, 'conv1d', [x], params, { weights }));
};

const depthwise1d =
  (suffix: string, bias: (settings: Settings) => boolean): Translator =>
  (translation) => {
    const { build, origin, settings } = translation;
    const x = image(translation);
    const channels = x.dims[1] ?? 0;
    const [kernel, stride, dilation] = [
      one(translation, 'kernel_size', null),
      one(translation, 'strides'),
      one(translation, 'dilation_rate'),
    ];
    const params = {
      channels: channels * number(settings.depth_multiplier, 1),
      kernel,
      stride,
      padding: padsOfLine(translation, x.dims[2] ?? 0, kernel, stride, dilation),
      dilation,
      groups: channels,
      bias: bias(settings),
    };
    const weights = kernelAndBias(ofDepthwise('depthwise_kernel'), bias(settings));
    return build.add(origin, 'conv1d', [x], params, { weights, suffix });
  };

const separable1d: Translator = (translation) => {
  const { build, origin, settings } = translation;
  const x = depthwise1d('.depthwise', () => false)(translation);
  const bias = isOn(settings.use_bias);
  const params = { channels: number(settings.filters, 0), kernel: 1, stride: 1, bias };
  const weights = kernelAndBias(stored('pointwise_kernel', 1, [2, 1, 0]), bias, 2);
  return activated(translation, build.add(origin, 'conv1d', [x], params, { weights, suffix: '.pointwise' }));
};

/** How much is cut off or added around what a transposed convolution makes, along one axis. */
function ofTransposed(translation: Translation, kernel: number, stride: number) {
  const { build, origin, settings } = translation;
  if (settings.output_padding != null) throw build.refuse(origin, 'output_padding', settings.output_padding);
  if (padding(translation) !== 'same') return { before: 0, after: 0, extra: Math.max(0, stride - kernel) };
  const cut = Math.max(0, kernel - stride);
  return {
    before: Math.floor(cut / 2),
    after: cut - Math.floor(cut / 2),
    extra: Math.max(0, stride - kernel),
  };
}

const convTranspose2d: Translator = (translation) => {
  const { build, origin, settings } = translation;
  const bias = isOn(settings.use_bias);
  const kernel = pair(translation, 'kernel_size', null);
  const stride = pair(translation, 'strides');
  const [rows, columns] = ([0, 1] as const).map((axis) =>
    ofTransposed(translation, kernel[axis], stride[axis]),
  );
  const params = {
    channels: number(settings.filters, 0),
    kernel,
    stride,
    padding: [rows!.before, columns!.before, rows!.after, columns!.after],
    outputPadding: [rows!.extra, columns!.extra],
    dilation: pair(translation, 'dilation_rate'),
    bias,
  };
  const weights = kernelAndBias(stored('kernel', 0, [3, 2, 0, 1]), bias);
  return activated(
    translation,
    build.add(origin, 'convTranspose2d', [image(translation)], params, { weights }),
  );
};

const convTranspose1d: Translator = (translation) => {
  const { build, origin, settings } = translation;
  const bias = isOn(settings.use_bias);
  const [kernel, stride] = [one(translation, 'kernel_size', null), one(translation, 'strides')];
  const { before, after, extra } = ofTransposed(translation, kernel, stride);
  const params = {
    channels: number(settings.filters, 0),
    kernel,
    stride,
    padding: [before, after],
    outputPadding: extra,
    dilation: one(translation, 'dilation_rate'),
    bias,
  };
  const weights = kernelAndBias(stored('kernel', 0, [2, 1, 0]), bias);
  return activated(
    translation,
    build.add(origin, 'convTranspose1d', [image(translation)], params, { weights }),
  );
};

const pool2d =
  (kind: LayerKind, own: ParamValues = {}): Translator =>
  (translation) => {
    const kernel = pair(translation, 'pool_size', 2);
    const stride = pair(translation, 'strides', kernel);
    const params = { kernel, stride, padding: padsOfMap(translation), ...own };
    return translation.build.add(translation.origin, kind, [image(translation)], params);
  };

const pool1d =
  (kind: LayerKind, own: ParamValues = {}): Translator =>
  (translation) => {
    const x = image(translation);
    const kernel = one(translation, 'pool_size', 2);
    const stride = one(translation, 'strides', kernel);
    const pads = padsOfLine(translation, x.dims[2] ?? 0, kernel, stride, 1);
    return translation.build.add(translation.origin, kind, [x], { kernel, stride, padding: pads, ...own });
  };

const globalPool =
  (kind: LayerKind): Translator =>
  (translation) => {
    const keepDims = isOn(translation.settings.keepdims, false);
    const x = image(translation);
    const pooled = translation.build.add(translation.origin, kind, [x], { keepDims });
    return { ...pooled, axes: keepDims ? x.axes : 'plain' };
  };

/** Sides that a padding or a cut has: one number, one for each axis, or one for each side. */
function sides(translation: Translation, key: string): readonly [number, number, number, number] {
  const { build, origin, settings } = translation;
  const value = settings[key] ?? 1;
  const both = (side: unknown): readonly [number, number] =>
    Array.isArray(side)
      ? [number(side[0], NaN), number(side[1], NaN)]
      : [number(side, NaN), number(side, NaN)];
  const [rows, columns] = Array.isArray(value)
    ? [both(value[0]), both(value[1])]
    : [both(value), both(value)];
  const all = [rows[0], columns[0], rows[1], columns[1]] as const;
  if (!all.every(Number.isSafeInteger)) throw build.refuse(origin, key, value);
  return all;
}

const zeroPadding2d: Translator = (translation) =>
  translation.build.add(translation.origin, 'pad', [image(translation)], {
    padding: sides(translation, 'padding'),
  });

/** Along a line there is no layer that pads: a map of one row is padded. */
const zeroPadding1d: Translator = (translation) => {
  const { build, origin, settings } = translation;
  const x = image(translation);
  const [before, after] = Array.isArray(settings.padding)
    ? [number(settings.padding[0], NaN), number(settings.padding[1], NaN)]
    : [number(settings.padding, 1), number(settings.padding, 1)];
  const map = build.add(origin, 'unsqueeze', [x], { axes: [2] }, { suffix: '.row' });
  const padded = build.add(origin, 'pad', [map], { padding: [0, before, 0, after] });
  return { ...build.add(origin, 'squeeze', [padded], { axes: [2] }, { suffix: '.line' }), axes: x.axes };
};

const cropping2d: Translator = (translation) => {
  const x = image(translation);
  const [top, left, bottom, right] = sides(translation, 'cropping');
  const [, , height = 0, width = 0] = x.dims;
  const params = { axes: [2, 3], starts: [top, left], ends: [height - bottom, width - right] };
  return translation.build.add(translation.origin, 'slice', [x], params);
};

const cropping1d: Translator = (translation) => {
  const { build, origin, settings } = translation;
  const x = image(translation);
  const [before, after] = Array.isArray(settings.cropping)
    ? [number(settings.cropping[0], NaN), number(settings.cropping[1], NaN)]
    : [number(settings.cropping, 1), number(settings.cropping, 1)];
  return build.add(origin, 'slice', [x], { axes: [2], starts: [before], ends: [(x.dims[2] ?? 0) - after] });
};

const upSampling2d: Translator = (translation) => {
  const { build, origin, settings } = translation;
  const mode = settings.interpolation ?? 'nearest';
  if (mode !== 'nearest' && mode !== 'bilinear') throw build.refuse(origin, 'interpolation', mode);
  const scales = pair(translation, 'size', 2);
  const params: ParamValues =
    mode === 'nearest'
      ? { scales, mode: 'nearest', coordinates: 'asymmetric', nearest: 'floor' }
      : { scales, mode: 'linear', coordinates: 'half_pixel' };
  return build.add(origin, 'resize', [image(translation)], params);
};

/** Layers that look through windows. */
export const windows: Readonly<Record<string, Translator>> = {
  Conv2D: conv2d,
  Convolution2D: conv2d,
  DepthwiseConv2D: (translation) =>
    activated(translation, depthwise2d('', ({ use_bias }) => isOn(use_bias))(translation)),
  SeparableConv2D: separable2d,
  Conv2DTranspose: convTranspose2d,
  Conv1D: conv1d,
  DepthwiseConv1D: (translation) =>
    activated(translation, depthwise1d('', ({ use_bias }) => isOn(use_bias))(translation)),
  SeparableConv1D: separable1d,
  Conv1DTranspose: convTranspose1d,
  MaxPooling2D: pool2d('maxPool'),
  AveragePooling2D: pool2d('avgPool', { countIncludePad: false }),
  MaxPooling1D: pool1d('maxPool1d'),
  AveragePooling1D: pool1d('avgPool1d', { countIncludePad: false }),
  GlobalAveragePooling2D: globalPool('globalAvgPool'),
  GlobalMaxPooling2D: globalPool('globalMaxPool'),
  GlobalAveragePooling1D: globalPool('globalAvgPool1d'),
  GlobalMaxPooling1D: globalPool('globalMaxPool1d'),
  ZeroPadding2D: zeroPadding2d,
  ZeroPadding1D: zeroPadding1d,
  Cropping2D: cropping2d,
  Cropping1D: cropping1d,
  UpSampling2D: upSampling2d,
};
