import type { Dims } from '../../base/dims.ts';
import { isIssue } from '../../base/problem.ts';
import { type LayerKind, layerOf } from '../../layers/index.ts';
import { intRanges } from '../../layers/int-grid.ts';
import { planeDims, planeParams } from '../../layers/line.ts';
import { placeWindows } from '../../layers/window.ts';
import { attentionOptions } from '../code/attention.ts';
import { type Argument, arg, first, type ModuleForm } from '../code/form.ts';
import type { FormOf as Form, FormTable } from '../code/form-table.ts';
import { flag, literal, pairText, tuple } from '../code/python.ts';
import { type LayerItem, learnsFactors } from '../code/scope.ts';

/**
 * One line of Keras: a layer that is called, or an expression. Maps are channels-last; every other tensor keeps its axes.
 * The first step takes the inputs, each further one what came before.
 */
export type KerasStep =
  | { readonly layer: ModuleForm; readonly listed?: boolean; readonly weighted?: boolean }
  | { readonly call: (inputs: readonly string[]) => string };
export type KerasForm = readonly KerasStep[];
type FormOf<K extends LayerKind> = Form<K, KerasForm>;

const layer = (callee: string, ...args: readonly Argument[]): KerasStep => ({
  layer: { callee: `layers.${callee}`, arguments: args },
});
const weighted = (callee: string, ...args: readonly Argument[]): KerasStep => ({
  layer: { callee: `layers.${callee}`, arguments: args },
  weighted: true,
});
const call = (write: (...inputs: readonly string[]) => string): KerasStep => ({
  call: (inputs) => write(...inputs),
});

const keepsBatch = 'Keras keeps the batch axis';
const noPlaces = 'Keras gives no places of what it pools';
const noUnpooling = 'Keras has no unpooling';
const noQuantised = 'Keras has no layers that compute with integers';

/** Where an axis of a map lies with channels last. */
export function lastAxis(axis: number, rank: number): number {
  const at = axis < 0 ? axis + rank : axis;
  return rank === 4 ? [0, 3, 1, 2][at]! : at;
}
const channelsFirst = (x: string) => `ops.transpose(${x}, (0, 3, 1, 2))`;

/** An expression that is meant for axes as they are in the design: maps are turned before and after. */
function inOwnLayout(
  { inputDims, outputDims }: LayerItem,
  write: (...inputs: readonly string[]) => string,
): KerasStep {
  return call((...inputs) => {
    const text = write(...inputs.map((x, i) => (inputDims[i]!.length === 4 ? channelsFirst(x) : x)));
    return outputDims[0]!.length === 4 ? `ops.transpose(${text}, (0, 2, 3, 1))` : text;
  });
}

/** A layer that normalises the axes from one on, as they are in the design. */
function overLastAxes(
  { inputDims, outputDims }: LayerItem,
  axis: number,
  callee: string,
  args: readonly Argument[],
): KerasForm {
  const rank = inputDims[0]!.length;
  const axes = Array.from({ length: rank }, (_, i) => i).slice(axis < 0 ? axis + rank : axis);
  const over = arg('axis', axes.length === 1 ? '-1' : `[${axes.join(', ')}]`, '-1');
  const norm = weighted(callee, over, ...args);
  if (outputDims[0]!.length !== 4) return [norm];
  return [call(channelsFirst), norm, call((x) => `ops.transpose(${x}, (0, 2, 3, 1))`)];
}

/** Dims of a reshape; the batch stays open. */
const openShape = (dims: Dims): string => tuple([-1, ...dims.slice(1)]);

const reshaped = (item: LayerItem): KerasForm | string =>
  item.inputDims[0]![0] === item.outputDims[0]![0]
    ? [inOwnLayout(item, (x) => `ops.reshape(${x}, ${openShape(item.outputDims[0]!)})`)]
    : keepsBatch;

type Pads = readonly [number, number, number, number];

function zeroPadding([top, left, bottom, right]: Pads): KerasForm {
  if (top + left + bottom + right === 0) return [];
  const text =
    top === bottom && left === right ? pairText([top, left]) : `((${top}, ${bottom}), (${left}, ${right}))`;
  return [layer('ZeroPadding2D', first('padding', text))];
}

function padded([top, left, bottom, right]: Pads, value: string): KerasForm {
  if (top + left + bottom + right === 0) return [];
  const sides = `((0, 0), (${top}, ${bottom}), (${left}, ${right}), (0, 0))`;
  return [call((x) => `ops.pad(${x}, ${sides}, constant_values=${value})`)];
}

interface Window {
  readonly kernel: readonly [number, number];
  readonly stride: readonly [number, number];
  readonly dilation: readonly [number, number];
  readonly padding: 'same' | readonly [number, number, number, number];
  readonly ceilMode?: boolean;
}

/** The pads of a window, what its last position overhangs included. */
function placed(
  spec: Window,
  dims: Dims,
): { readonly pads: Pads; readonly same: boolean; readonly over: boolean } {
  const windows = placeWindows(spec as Parameters<typeof placeWindows>[0], [dims[2]!, dims[3]!]);
  if (isIssue(windows)) throw new RangeError(windows.message);
  const { before, after, output } = windows;
  const end = ([0, 1] as const).map((axis) => {
    const span = spec.dilation[axis] * (spec.kernel[axis] - 1) + 1;
    return (output[axis] - 1) * spec.stride[axis] + span - dims[axis + 2]! - before[axis];
  });
  const same = ([0, 1] as const).every((axis) => {
    const margin = spec.dilation[axis] * (spec.kernel[axis] - 1);
    return (
      spec.stride[axis] === 1 && margin % 2 === 0 && before[axis] === margin / 2 && after[axis] === margin / 2
    );
  });
  return {
    pads: [before[0], before[1], Math.max(after[0], end[0]!), Math.max(after[1], end[1]!)],
    same: same && before[0] + before[1] > 0,
    over: end[0]! > after[0] || end[1]! > after[1],
  };
}

/** Of a window along a line, or of one over a map. */
type Extents = number | readonly [number, number];

const axesOf = (extents: Extents): readonly number[] => (typeof extents === 'number' ? [extents] : extents);
const exceedsOne = (extents: Extents): boolean => axesOf(extents).some((extent) => extent > 1);
const extentsText = (extents: Extents): string =>
  typeof extents === 'number' ? String(extents) : pairText(extents);
/** What Keras calls a layer along a line or over a map. */
const ranked = (name: string, extents: Extents): string => `${name}${axesOf(extents).length}D`;

interface Convolution {
  readonly channels: number;
  readonly groups: number;
  readonly bias: boolean;
  readonly kernel: Extents;
  readonly stride: Extents;
  readonly dilation: Extents;
}

/** Of so many channels; padded by Keras itself where it would pad the same. */
function convolution(params: Convolution, channels: number, same: boolean): KerasStep | string {
  if (exceedsOne(params.stride) && exceedsOne(params.dilation))
    return 'Keras has no convolution that is both strided and dilated';
  const shared = [
    arg('kernel_size', extentsText(params.kernel)),
    arg('strides', extentsText(params.stride), '1'),
    arg('padding', same ? '"same"' : '"valid"', '"valid"'),
  ];
  const rest = [
    arg('dilation_rate', extentsText(params.dilation), '1'),
    arg('use_bias', flag(params.bias), 'True'),
  ];
  if (params.groups > 1 && params.groups === channels) {
    const multiplier = arg('depth_multiplier', String(params.channels / channels), '1');
    return weighted(ranked('DepthwiseConv', params.kernel), ...shared, multiplier, ...rest);
  }
  const filters = first('filters', String(params.channels));
  const groups = arg('groups', String(params.groups), '1');
  return weighted(ranked('Conv', params.kernel), filters, ...shared, groups, ...rest);
}

/** From extents to extents, of which the first `starts` of each axis are cut off as padding. */
function transposedConvolution(
  params: Convolution,
  starts: readonly number[],
  inputs: Dims,
  outputs: Dims,
): KerasForm | string {
  if (params.groups > 1) return 'Keras has no transposed convolution in groups';
  if (exceedsOne(params.dilation)) return 'Keras has no dilated transposed convolution';
  const [kernels, steps] = [axesOf(params.kernel), axesOf(params.stride)];
  const full = inputs.map(
    (extent, axis) => extent * steps[axis]! + Math.max(kernels[axis]! - steps[axis]!, 0),
  );
  const ends = outputs.map((extent, axis) => starts[axis]! + extent);
  if (ends.some((end, axis) => end > full[axis]!))
    return 'Keras makes no output beyond the last window of a transposed convolution';
  const whole = full.every((extent, axis) => starts[axis] === 0 && ends[axis] === extent);
  const cuts = ends.map((end, axis) => `${starts[axis]}:${end}`).join(', ');
  return [
    weighted(
      `${ranked('Conv', params.kernel)}Transpose`,
      first('filters', String(params.channels)),
      arg('kernel_size', extentsText(params.kernel)),
      arg('strides', extentsText(params.stride), '1'),
      arg('use_bias', flag(params.bias), 'True'),
    ),
    ...(whole ? [] : [call((x) => `${x}[:, ${cuts}, :]`)]),
  ];
}

interface Pool {
  readonly kernel: Extents;
  readonly stride: Extents;
  readonly dilation: Extents;
}

const noDilatedPool = 'Keras has no dilated pooling';

const pooled = (name: string, { kernel, stride }: Pool, same: boolean): KerasStep =>
  layer(
    ranked(name, kernel),
    arg('pool_size', extentsText(kernel)),
    arg('strides', extentsText(stride)),
    arg('padding', same ? '"same"' : '"valid"', '"valid"'),
  );

/** An average over windows; `zeros` pads them, with nothing where there is nothing to pad. */
function averaged(
  params: Pool & { readonly countIncludePad: boolean },
  { same, over }: { readonly same: boolean; readonly over: boolean },
  zeros: KerasForm,
): KerasForm | string {
  if (exceedsOne(params.dilation)) return noDilatedPool;
  const pool = (padded: boolean) => pooled('AveragePooling', params, padded);
  if (zeros.length === 0) return [pool(false)];
  // Keras does not count padding of its own, and counts what was padded before.
  if (same && !params.countIncludePad) return [pool(true)];
  if (params.countIncludePad && !over) return [...zeros, pool(false)];
  return 'Keras cannot leave the padding of such windows uncounted';
}

const conv2d: FormOf<'conv2d'> = (params, { inputDims }) => {
  const { pads, same } = placed(params, inputDims[0]!);
  const conv = convolution(params, inputDims[0]![1]!, same);
  return typeof conv === 'string' ? conv : [...(same ? [] : zeroPadding(pads)), conv];
};

const convTranspose2d: FormOf<'convTranspose2d'> = (params, { inputDims, outputDims }) => {
  const starts = params.padding === 'same' ? [0, 0] : params.padding.slice(0, 2);
  return transposedConvolution(params, starts, inputDims[0]!.slice(2), outputDims[0]!.slice(2));
};

const maxPool: FormOf<'maxPool'> = (params, { inputDims }) => {
  if (exceedsOne(params.dilation)) return noDilatedPool;
  if (params.positions !== 'none') return noPlaces;
  const { pads, same } = placed(params, inputDims[0]!);
  return [...(same ? [] : padded(pads, 'float("-inf")')), pooled('MaxPooling', params, same)];
};

const avgPool: FormOf<'avgPool'> = (params, { inputDims }) => {
  const { pads, ...windows } = placed(params, inputDims[0]!);
  return averaged(params, windows, zeroPadding(pads));
};

const globalPool =
  (callee: string) =>
  ({ keepDims }: { readonly keepDims: boolean }): KerasForm => [
    layer(callee, arg('keepdims', flag(keepDims), 'False')),
  ];

/** Keras has signals with channels last; every other tensor of three axes keeps them as they are in the design. */
const turned = call((x) => `ops.transpose(${x}, (0, 2, 1))`);

/** A window along a line, as it lies in a map of one row. */
function placedAlong(plane: LayerKind, item: LayerItem) {
  const spec = planeParams(layerOf(plane).params, item.params) as unknown as Window;
  const { pads, same, over } = placed(spec, planeDims(item.inputDims[0]!));
  return { start: pads[1], end: pads[3], same, over };
}

const zerosAlong = (start: number, end: number): KerasForm =>
  start + end === 0
    ? []
    : [layer('ZeroPadding1D', first('padding', start === end ? String(start) : `(${start}, ${end})`))];

/** What is done with a signal while its channels are last. */
const whileTurned = (form: KerasForm | string): KerasForm | string =>
  typeof form === 'string' ? form : [turned, ...form, turned];

const conv1d: FormOf<'conv1d'> = (params, item) => {
  const { start, end, same } = placedAlong('conv2d', item);
  const conv = convolution(params, item.inputDims[0]![1]!, same);
  return whileTurned(typeof conv === 'string' ? conv : [...(same ? [] : zerosAlong(start, end)), conv]);
};

const convTranspose1d: FormOf<'convTranspose1d'> = (params, { inputDims, outputDims }) =>
  whileTurned(
    transposedConvolution(
      params,
      params.padding.slice(0, 1),
      inputDims[0]!.slice(2),
      outputDims[0]!.slice(2),
    ),
  );

const maxPool1d: FormOf<'maxPool1d'> = (params, item) => {
  if (exceedsOne(params.dilation)) return noDilatedPool;
  if (params.positions !== 'none') return noPlaces;
  const { start, end, same } = placedAlong('maxPool', item);
  const sides = `((0, 0), (${start}, ${end}), (0, 0))`;
  const padding =
    same || start + end === 0 ? [] : [call((x) => `ops.pad(${x}, ${sides}, constant_values=float("-inf"))`)];
  return whileTurned([...padding, pooled('MaxPooling', params, same)]);
};

const avgPool1d: FormOf<'avgPool1d'> = (params, item) => {
  const { start, end, ...windows } = placedAlong('avgPool', item);
  return whileTurned(averaged(params, windows, zerosAlong(start, end)));
};

const globalAlong =
  (callee: string) =>
  ({ keepDims }: { readonly keepDims: boolean }): KerasForm => [
    turned,
    layer(callee, arg('keepdims', flag(keepDims), 'False')),
    ...(keepDims ? [turned] : []),
  ];

const named = (name: string) => (): KerasForm => [layer('Activation', first('activation', `"${name}"`))];
const unary = (name: string) => (): KerasForm => [call((x) => `ops.${name}(${x})`)];

/** Broadcasting goes by axes counted from the end, so tensors of unequal rank meet in the design's own layout. */
const combined =
  (write: (inputs: readonly string[]) => string, merge?: string) =>
  (_: unknown, item: LayerItem): KerasForm => {
    const [head] = item.inputDims;
    const alike = item.inputDims.every((dims) => dims.length === head!.length);
    const equal =
      alike && item.inputDims.every((dims) => dims.every((extent, axis) => extent === head![axis]));
    if (merge !== undefined && equal && item.inputs.length > 1)
      return [{ layer: { callee: `layers.${merge}`, arguments: [] }, listed: true }];
    return [alike ? call((...inputs) => write(inputs)) : inOwnLayout(item, (...inputs) => write(inputs))];
  };
const infix = (operator: string, merge?: string) =>
  combined((inputs) => `${inputs.join(` ${operator} `)}`, merge);
const chained = (name: string) =>
  combined((inputs) => inputs.slice(1).reduce((left, right) => `ops.${name}(${left}, ${right})`, inputs[0]!));

const asItIs = (text: string): string => text;
const reduction =
  (name: string, before = asItIs, after = asItIs) =>
  (
    { axes, keepDims }: { readonly axes: readonly number[]; readonly keepDims: boolean },
    item: LayerItem,
  ): KerasForm => {
    const rank = item.inputDims[0]!.length;
    const all = (axes.length > 0 ? axes : [...item.inputDims[0]!.keys()]).map((axis) =>
      axis < 0 ? axis + rank : axis,
    );
    const over = (list: readonly number[]) => `axis=${tuple(list)}${keepDims ? ', keepdims=True' : ''}`;
    if (keepDims || rank !== 4)
      return [
        call((x) => after(`ops.${name}(${before(x!)}, ${over(all.map((axis) => lastAxis(axis, rank)))})`)),
      ];
    return [inOwnLayout(item, (x) => after(`ops.${name}(${before(x!)}, ${over(all)})`))];
  };

const extremum =
  (name: string) =>
  (
    { axis, keepDims, last }: { readonly axis: number; readonly keepDims: boolean; readonly last: boolean },
    item: LayerItem,
  ): KerasForm | string =>
    last
      ? 'Keras finds the first of equal elements'
      : [
          inOwnLayout(
            item,
            (x) => `ops.cast(ops.${name}(${x}, axis=${axis}${keepDims ? ', keepdims=True' : ''}), "float32")`,
          ),
        ];

const epsilonOf = (epsilon: number) => arg('epsilon', literal(epsilon), '0.001');
const normAxis = ({ inputDims }: LayerItem) => {
  const rank = inputDims[0]!.length;
  return arg('axis', rank === 2 || rank === 4 ? '-1' : '1', '-1');
};

const resize: FormOf<'resize'> = (
  { mode, coordinates, nearest, antialias, aspect, size: sides },
  { inputDims, outputDims },
) => {
  if (antialias && mode !== 'nearest') return 'Keras smooths otherwise';
  if (aspect !== 'stretch' && sides.length > 0) return 'Keras keeps no aspect ratio';
  const [from, to] = [inputDims[0]!, outputDims[0]!];
  const times = [to[2]! / from[2]!, to[3]! / from[3]!] as const;
  const whole = times.every((factor) => Number.isInteger(factor));
  const size = first('size', pairText(times));
  if (mode === 'nearest' && whole && coordinates === 'asymmetric' && nearest === 'floor')
    return [layer('UpSampling2D', size)];
  if (mode === 'linear' && whole && coordinates === 'half_pixel')
    return [layer('UpSampling2D', size, arg('interpolation', '"bilinear"'))];
  return 'Keras enlarges by whole factors, from pixel centres';
};

const slice: FormOf<'slice'> = ({ starts, ends, axes, steps }, { inputDims }) => {
  const dims = inputDims[0]!;
  const rank = dims.length;
  const parts = dims.map(() => ':');
  const along = axes.length > 0 ? axes : starts.map((_, i) => i);
  for (const [i, given] of along.entries()) {
    const axis = given < 0 ? given + rank : given;
    const extent = dims[axis]!;
    const step = steps[i] ?? 1;
    if (step < 0) return 'Keras slices forwards only, on every backend';
    const clamp = (at: number) => Math.min(Math.max(at < 0 ? at + extent : at, 0), extent);
    parts[lastAxis(axis, rank)] = `${clamp(starts[i]!)}:${clamp(ends[i]!)}${step === 1 ? '' : `:${step}`}`;
  }
  return [call((x) => `${x}[${parts.join(', ')}]`)];
};

const standardSelu = (alpha: number, gamma: number): boolean =>
  Math.fround(alpha) === Math.fround(1.6732632423543772) &&
  Math.fround(gamma) === Math.fround(1.0507009873554805);

const factorsOf = (item: LayerItem) =>
  learnsFactors(item) ? [] : [arg('center', 'False', 'True'), arg('scale', 'False', 'True')];

/** The Keras form of every layer; text where Keras has no word for it, saying so. */
export const forms: FormTable<KerasForm> = {
  input: () => [],
  output: () => [],
  constant: () => 'Keras has no weights outside of layers',
  conv2d,
  convTranspose2d,
  deformConv2d: () => 'Keras has no deformable convolution',
  maxPool,
  avgPool,
  conv1d,
  convTranspose1d,
  maxPool1d,
  avgPool1d,
  globalAvgPool1d: globalAlong('GlobalAveragePooling1D'),
  globalMaxPool1d: globalAlong('GlobalMaxPooling1D'),
  globalAvgPool: globalPool('GlobalAveragePooling2D'),
  globalMaxPool: globalPool('GlobalMaxPooling2D'),
  linear: ({ features, bias }, { inputDims }) => {
    const dense = weighted('Dense', first('units', String(features)), arg('use_bias', flag(bias), 'True'));
    if (inputDims[0]!.length !== 4) return [dense];
    return [call(channelsFirst), dense, call((x) => `ops.transpose(${x}, (0, 2, 3, 1))`)];
  },
  attention: (params, item) => [
    inOwnLayout(item, (...inputs) => `attention(${[...inputs, ...attentionOptions(params)].join(', ')})`),
  ],
  matmul: (_, item) => [inOwnLayout(item, (a, b) => `ops.matmul(${a}, ${b})`)],
  relu: () => [layer('ReLU')],
  leakyRelu: ({ slope }) => [layer('LeakyReLU', arg('negative_slope', literal(slope), '0.3'))],
  prelu: ({ perChannel }, { inputDims }) => {
    const spatial = [...inputDims[0]!.keys()].slice(1, -1);
    if (perChannel && inputDims[0]!.length === 3) return 'Keras wants the channels last';
    const axes = perChannel ? spatial : [...inputDims[0]!.keys()].slice(1);
    return [weighted('PReLU', arg('shared_axes', `[${axes.join(', ')}]`, '[]'))];
  },
  elu: ({ alpha }) => [layer('ELU', arg('alpha', literal(alpha), '1.0'))],
  celu: ({ alpha }) => [call((x) => `ops.celu(${x}, alpha=${literal(alpha)})`)],
  selu: ({ alpha, gamma }) =>
    standardSelu(alpha, gamma)
      ? [layer('Activation', first('activation', '"selu"'))]
      : [call((x) => `${literal(gamma)} * ops.elu(${x}, alpha=${literal(alpha)})`)],
  sigmoid: named('sigmoid'),
  hardSigmoid: ({ alpha, beta }) =>
    alpha === 1 / 6 && beta === 0.5
      ? [layer('Activation', first('activation', '"hard_sigmoid"'))]
      : [call((x) => `ops.clip(${literal(alpha)} * ${x} + ${literal(beta)}, 0.0, 1.0)`)],
  tanh: named('tanh'),
  gelu: ({ approximate }) => [call((x) => `ops.gelu(${x}, approximate=${flag(approximate === 'tanh')})`)],
  silu: named('silu'),
  hardSwish: named('hard_silu'),
  mish: named('mish'),
  softplus: named('softplus'),
  softsign: named('softsign'),
  clip: ({ min, max }) =>
    min === 0 && max === 6
      ? [layer('ReLU', arg('max_value', '6.0'))]
      : [call((x) => `ops.minimum(ops.maximum(${x}, ${literal(min)}), ${literal(max)})`)],
  thresholdedRelu: ({ threshold }) => [call((x) => `ops.where(${x} > ${literal(threshold)}, ${x}, 0.0)`)],
  softmax: ({ axis }, { inputDims }) => {
    const rank = inputDims[0]!.length;
    const at = lastAxis(axis, rank);
    return [layer('Softmax', arg('axis', String(at === rank - 1 ? -1 : at), '-1'))];
  },
  logSoftmax: ({ axis }, { inputDims }) => [
    call((x) => `ops.log_softmax(${x}, axis=${lastAxis(axis, inputDims[0]!.length)})`),
  ],
  batchNorm: ({ epsilon, momentum }, item) => [
    weighted(
      'BatchNormalization',
      normAxis(item),
      arg('momentum', literal(Number((1 - momentum).toFixed(12))), '0.99'),
      epsilonOf(epsilon),
      ...factorsOf(item),
    ),
  ],
  groupNorm: ({ groups, epsilon }, item) => [
    weighted(
      'GroupNormalization',
      first('groups', String(groups)),
      normAxis(item),
      epsilonOf(epsilon),
      ...factorsOf(item),
    ),
  ],
  instanceNorm: ({ epsilon }, item) => [
    weighted(
      'GroupNormalization',
      first('groups', '-1'),
      normAxis(item),
      epsilonOf(epsilon),
      ...factorsOf(item),
    ),
  ],
  layerNorm: ({ axis, epsilon, bias }, item) =>
    overLastAxes(item, axis, 'LayerNormalization', [
      epsilonOf(epsilon),
      ...(learnsFactors(item) ? [arg('center', flag(bias), 'True')] : factorsOf(item)),
    ]),
  rmsNorm: ({ axis, epsilon }, item) =>
    overLastAxes(item, axis, 'RMSNormalization', [arg('epsilon', literal(epsilon), '1e-06')]),
  localResponseNorm: ({ size, alpha, beta, k }, { inputDims }) =>
    inputDims[0]!.length === 4
      ? [call((x) => `response_norm(${x}, ${size}, ${literal(alpha)}, ${literal(beta)}, ${literal(k)})`)]
      : 'only maps are normalised across channels',
  lpNorm: ({ axis, p }, { inputDims }) => {
    const at = lastAxis(axis, inputDims[0]!.length);
    return [call((x) => `${x} / ops.maximum(ops.norm(${x}, ord=${p}, axis=${at}, keepdims=True), 1e-12)`)];
  },
  dropout: ({ rate }) => [layer('Dropout', first('rate', literal(rate)))],
  add: infix('+', 'Add'),
  multiply: infix('*', 'Multiply'),
  subtract: infix('-'),
  divide: infix('/'),
  power: infix('**'),
  min: chained('minimum'),
  max: chained('maximum'),
  select: combined(([mask, a, b]) => `ops.where(${mask} > 0, ${a}, ${b})`),
  concat: ({ axis }, { inputDims }) => {
    const rank = inputDims[0]!.length;
    const at = lastAxis(axis, rank);
    const args = [arg('axis', String(at === rank - 1 ? -1 : at), '-1')];
    return [{ layer: { callee: 'layers.Concatenate', arguments: args }, listed: true }];
  },
  flatten: ({ axis }, item) => {
    const dims = item.inputDims[0]!;
    if ((axis < 0 ? axis + dims.length : axis) !== 1) return reshaped(item);
    // Maps lie channels last here, but the weights after them were made for channels first.
    const turned = dims.length === 4 && dims[2]! * dims[3]! > 1 && dims[1]! > 1;
    return [...(turned ? [layer('Permute', first('dims', '(3, 1, 2)'))] : []), layer('Flatten')];
  },
  pad: ({ padding, mode, value }) => {
    const pads = (padding === 'same' ? [0, 0, 0, 0] : padding) as Pads;
    if (pads.some((pad) => pad < 0)) return 'Keras pads by no negative number';
    if (mode === 'constant') return value === 0 ? zeroPadding(pads) : padded(pads, literal(value));
    if (mode === 'infinity') return padded(pads, 'float("inf")');
    if (mode === 'minusInfinity') return padded(pads, 'float("-inf")');
    if (pads.every((pad) => pad === 0)) return [];
    if (mode === 'wrap') return 'Keras pads with the other side on some backends only';
    const [top, left, bottom, right] = pads;
    const sides = `((0, 0), (${top}, ${bottom}), (${left}, ${right}), (0, 0))`;
    return [call((x) => `ops.pad(${x}, ${sides}, mode="${mode}")`)];
  },
  reshape: (_, item) => reshaped(item),
  squeeze: (_, item) => reshaped(item),
  unsqueeze: (_, item) => reshaped(item),
  transpose: ({ perm }, item) => {
    const order = perm.length > 0 ? perm : [...item.inputDims[0]!.keys()].reverse();
    return [inOwnLayout(item, (x) => `ops.transpose(${x}, ${tuple(order)})`)];
  },
  slice,
  split: ({ axis }, { inputDims, outputDims }) => {
    if (outputDims.length === 1) return [];
    const rank = inputDims[0]!.length;
    const at = axis < 0 ? axis + rank : axis;
    let sum = 0;
    const places = outputDims.slice(0, -1).map((dims) => {
      sum += dims[at]!;
      return sum;
    });
    return [call((x) => `ops.split(${x}, [${places.join(', ')}], axis=${lastAxis(at, rank)})`)];
  },
  gather: ({ axis, indices, dropAxis }, item) => {
    const rank = item.inputDims[0]!.length;
    const at = axis < 0 ? axis + rank : axis;
    const list = indices.map((index) => (index < 0 ? index + item.inputDims[0]![at]! : index));
    if (dropAxis) return [inOwnLayout(item, (x) => `ops.take(${x}, ${list[0]}, axis=${at})`)];
    return [call((x) => `ops.take(${x}, [${list.join(', ')}], axis=${lastAxis(at, rank)})`)];
  },
  expand: (_, item) =>
    item.inputDims[0]![0] === item.outputDims[0]![0]
      ? [inOwnLayout(item, (x) => `${x} + ops.zeros(${tuple([1, ...item.outputDims[0]!.slice(1)])})`)]
      : keepsBatch,
  resize,
  depthToSpace: ({ block, order }, item) => {
    const [, , height, width] = item.inputDims[0]! as readonly [number, number, number, number];
    const out = item.outputDims[0]!;
    const channels = out[1]!;
    const [parts, turn] =
      order === 'CRD'
        ? [[-1, channels, block, block, height, width], '(0, 1, 4, 2, 5, 3)']
        : [[-1, block, block, channels, height, width], '(0, 3, 4, 1, 5, 2)'];
    return [
      inOwnLayout(
        item,
        (x) => `ops.reshape(ops.transpose(ops.reshape(${x}, ${tuple(parts)}), ${turn}), ${openShape(out)})`,
      ),
    ];
  },
  channelShuffle: ({ groups }, item) => {
    const [, channels, height, width] = item.inputDims[0]! as readonly [number, number, number, number];
    const parts = [-1, height, width, groups, channels / groups];
    return [
      call(
        (x) =>
          `ops.reshape(ops.transpose(ops.reshape(${x}, ${tuple(parts)}), (0, 1, 2, 4, 3)), ${tuple([-1, height, width, channels])})`,
      ),
    ];
  },
  spaceToDepth: ({ block }, item) => {
    const channels = item.inputDims[0]![1]!;
    const out = item.outputDims[0]!;
    const parts = [-1, channels, out[2]!, block, out[3]!, block];
    return [
      inOwnLayout(
        item,
        (x) =>
          `ops.reshape(ops.transpose(ops.reshape(${x}, ${tuple(parts)}), (0, 3, 5, 1, 2, 4)), ${openShape(out)})`,
      ),
    ];
  },
  sqrt: unary('sqrt'),
  exp: unary('exp'),
  log: unary('log'),
  abs: unary('abs'),
  neg: () => [call((x) => `-${x}`)],
  erf: unary('erf'),
  reduceMean: reduction('mean'),
  reduceSum: reduction('sum'),
  reduceMax: reduction('max'),
  reduceMin: reduction('min'),
  equal: combined(([a, b]) => `ops.cast(ops.equal(${a}, ${b}), "float32")`),
  greater: combined(([a, b]) => `ops.cast(ops.greater(${a}, ${b}), "float32")`),
  greaterOrEqual: combined(([a, b]) => `ops.cast(ops.greater_equal(${a}, ${b}), "float32")`),
  less: combined(([a, b]) => `ops.cast(ops.less(${a}, ${b}), "float32")`),
  lessOrEqual: combined(([a, b]) => `ops.cast(ops.less_equal(${a}, ${b}), "float32")`),
  and: combined(([a, b]) => `ops.cast(ops.logical_and(${a}, ${b}), "float32")`),
  or: combined(([a, b]) => `ops.cast(ops.logical_or(${a}, ${b}), "float32")`),
  xor: combined(([a, b]) => `ops.cast(ops.logical_xor(${a}, ${b}), "float32")`),
  not: () => [call((x) => `ops.cast(ops.equal(${x}, 0), "float32")`)],
  truth: () => [call((x) => `ops.cast(ops.not_equal(${x}, 0), "float32")`)],
  isNan: () => [call((x) => `ops.cast(ops.isnan(${x}), "float32")`)],
  isInf: ({ positive, negative }) => {
    const sides = [positive ? 'float("inf")' : '', negative ? 'float("-inf")' : ''].filter(Boolean);
    if (sides.length === 0) return [call((x) => `ops.zeros_like(${x})`)];
    const is = (x: string) =>
      sides.map((side) => `ops.cast(ops.equal(${x}, ${side}), "float32")`).join(' + ');
    return [call(is)];
  },
  floor: unary('floor'),
  ceil: unary('ceil'),
  round: unary('round'),
  sign: unary('sign'),
  reciprocal: unary('reciprocal'),
  sin: unary('sin'),
  cos: unary('cos'),
  tan: unary('tan'),
  asin: unary('arcsin'),
  acos: unary('arccos'),
  atan: unary('arctan'),
  sinh: unary('sinh'),
  cosh: unary('cosh'),
  asinh: unary('arcsinh'),
  acosh: unary('arccosh'),
  atanh: unary('arctanh'),
  truncate: unary('trunc'),
  roundHalf: ({ type }) => [call((x) => `ops.cast(ops.cast(${x}, "${type}"), "float32")`)],
  shrink: ({ lambda, bias }) => [
    call(
      (x) => `ops.where(ops.abs(${x}) > ${literal(lambda)}, ${x} - ops.sign(${x}) * ${literal(bias)}, 0.0)`,
    ),
  ],
  mod: ({ sign }, item) =>
    sign === 'divisor'
      ? combined(([a, b]) => `ops.mod(${a}, ${b})`)(undefined, item)
      : 'Keras has the remainder with the sign of the divisor only',
  argMax: extremum('argmax'),
  argMin: extremum('argmin'),
  maxUnpool: () => noUnpooling,
  maxUnpool1d: () => noUnpooling,
  nonMaxSuppression: () => 'Keras itself has no non-max suppression',
  nonZero: () => 'Keras gives as many rows as there are, which its shapes do not know',
  topK: () => 'Keras sorts along the last axis only',
  hardmax: ({ axis }, item) => {
    const rank = item.inputDims[0]!.length;
    const at = (axis + rank) % rank;
    const extent = item.inputDims[0]![at]!;
    return [inOwnLayout(item, (x) => `ops.one_hot(ops.argmax(${x}, axis=${at}), ${extent}, axis=${at})`)];
  },
  tile: ({ repeats }, item) => [inOwnLayout(item, (x) => `ops.tile(${x}, ${tuple(repeats)})`)],
  take: ({ axis }, item) => [
    inOwnLayout(
      item,
      (x, p) =>
        `ops.take(${x}, ops.cast(${p}, "int32"), axis=${(axis + item.inputDims[0]!.length) % item.inputDims[0]!.length})`,
    ),
  ],
  gatherElements: ({ axis }, item) => {
    const [x, p] = item.inputDims as readonly [Dims, Dims];
    const at = (axis + x.length) % x.length;
    return p.every((extent, i) => i === at || extent === x[i])
      ? [inOwnLayout(item, (a, b) => `ops.take_along_axis(${a}, ops.cast(${b}, "int32"), axis=${at})`)]
      : 'Keras takes positions for every element of the other axes';
  },
  gatherNd: () => 'Keras picks along one axis only',
  scatterNd: () => 'Keras scatters into zeros only',
  scatterElements: () => 'Keras scatters into zeros only',
  cumSum: ({ axis, exclusive, reverse }, item) => {
    const at = (axis + item.inputDims[0]!.length) % item.inputDims[0]!.length;
    const sum = (x: string) =>
      reverse
        ? `ops.flip(ops.cumsum(ops.flip(${x}, axis=${at}), axis=${at}), axis=${at})`
        : `ops.cumsum(${x}, axis=${at})`;
    return [inOwnLayout(item, (x) => (exclusive ? `${sum(x!)} - ${x}` : sum(x!)))];
  },
  cumProd: ({ axis, exclusive, reverse }, item) => {
    const at = (axis + item.inputDims[0]!.length) % item.inputDims[0]!.length;
    const flipped = (x: string) => (reverse ? `ops.flip(${x}, axis=${at})` : x);
    const upTo = (x: string, range: string) => `${x}[${':, '.repeat(at)}${range}]`;
    const before = (x: string) =>
      `ops.concatenate([ops.ones_like(${upTo(x, ':1')}), ${upTo(x, ':-1')}], axis=${at})`;
    return [
      inOwnLayout(item, (x) =>
        flipped(`ops.cumprod(${exclusive ? before(flipped(x!)) : flipped(x!)}, axis=${at})`),
      ),
    ];
  },
  determinant: (_, item) => [inOwnLayout(item, (x) => `ops.det(${x})`)],
  reverseSequence: () => 'Keras turns whole axes around only',
  roiAlign: () => 'Keras has no RoI align',
  col2im: () => 'Keras puts no windows back',
  oneHot: ({ depth, axis, on, off }, item) => [
    call((x) => `ops.cast(${item.inputDims[0]!.length === 4 ? channelsFirst(x!) : x}, "int32")`),
    call((x) => {
      const spread = `ops.one_hot(ops.where(${x} < 0, ${x} + ${depth}, ${x}), ${depth}, axis=${axis})`;
      const text = `${spread} * ${literal(on - off)} + ${literal(off)}`;
      return item.outputDims[0]!.length === 4 ? `ops.transpose(${text}, (0, 2, 3, 1))` : text;
    }),
  ],
  trilu: ({ part, diagonal }, item) => [
    inOwnLayout(item, (x) => `ops.${part === 'upper' ? 'triu' : 'tril'}(${x}, k=${diagonal})`),
  ],
  eyeLike: ({ diagonal }, item) => [
    inOwnLayout(item, (x) => `ops.tril(ops.triu(ops.ones_like(${x}), k=${diagonal}), k=${diagonal})`),
  ],
  meanVarianceNorm: ({ axes }, item) => {
    const over = `axis=${tuple(axes)}, keepdims=True`;
    return [inOwnLayout(item, (x) => `(${x} - ops.mean(${x}, ${over})) / (ops.std(${x}, ${over}) + 1e-9)`)];
  },
  lpPool: () => 'Keras has no Lp pool',
  lpPool1d: () => 'Keras has no Lp pool',
  globalLpPool: ({ p }) => [
    call((x) => `ops.sum(ops.abs(${x}) ** ${p}, axis=(1, 2), keepdims=True) ** (1 / ${p})`),
  ],
  globalLpPool1d: ({ p }) => [
    call((x) => `ops.sum(ops.abs(${x}) ** ${p}, axis=2, keepdims=True) ** (1 / ${p})`),
  ],
  gridSample: () => 'Keras samples by no grid',
  reduceL1: reduction('sum', (x) => `ops.abs(${x})`),
  reduceL2: reduction(
    'sum',
    (x) => `ops.square(${x})`,
    (y) => `ops.sqrt(${y})`,
  ),
  reduceLogSum: reduction('sum', undefined, (y) => `ops.log(${y})`),
  reduceLogSumExp: reduction('logsumexp'),
  reduceProd: reduction('prod'),
  reduceSumSquare: reduction('sum', (x) => `ops.square(${x})`),
  quantize: ({ scales, zeros, type }) =>
    scales.length > 1 || zeros.length > 1
      ? 'Keras has no rounding with a scale for each index'
      : [
          call(
            (x) =>
              `ops.clip(ops.round(${x} / ${literal(scales[0]!)}) + ${zeros[0]!}, ${intRanges[type].join(', ')})`,
          ),
        ],
  dequantize: ({ scales, zeros }) =>
    scales.length > 1 || zeros.length > 1
      ? 'Keras has no scales for each index'
      : [call((x) => `(${x} - ${zeros[0]!}) * ${literal(scales[0]!)}`)],
  dynamicQuantize: () => noQuantised,
  quantConv2d: () => noQuantised,
  quantConv1d: () => noQuantised,
  quantLinear: () => noQuantised,
  quantMatmul: () => noQuantised,
  quantAdd: () => noQuantised,
  quantSoftmax: () => noQuantised,
  quantAvgPool: () => noQuantised,
  quantAvgPool1d: () => noQuantised,
  opaque: () => 'nobody knows what it computes',
};

/** What a file holds where its network needs it, by name: what Keras has no layer for. */
export const helperSource: Readonly<Record<string, string>> = {
  attention: `def attention(q, k, v, *masks, heads=1, key_heads=0, scale=0.0, causal=False, softcap=0.0):
    """Scaled dot-product attention; heads that are cut out of the features are joined again."""
    split = heads > 1 or key_heads > 0
    rank = len(q.shape)
    turned = (*range(rank - 2), rank - 1, rank - 2, rank)
    if split:
        cut = lambda x, n: ops.transpose(ops.reshape(x, (-1, *x.shape[1:-1], n, x.shape[-1] // n)), turned)
        q, k, v = cut(q, heads), cut(k, key_heads or heads), cut(v, key_heads or heads)
    if len(k.shape) > 2 and k.shape[-3] != q.shape[-3]:
        k, v = (ops.repeat(x, q.shape[-3] // k.shape[-3], axis=-3) for x in (k, v))
    last = tuple(range(len(k.shape)))
    scores = ops.matmul(q, ops.transpose(k, (*last[:-2], last[-1], last[-2]))) * (scale or q.shape[-1] ** -0.5)
    if softcap:
        scores = softcap * ops.tanh(scores / softcap)
    for mask in masks:
        scores = scores + mask
    if causal:
        before = ops.arange(q.shape[-2])[:, None] >= ops.arange(k.shape[-2])
        scores = ops.where(before, scores, float("-inf"))
    y = ops.matmul(ops.softmax(scores, axis=-1), v)
    if not split:
        return y
    joined = ops.transpose(y, turned)
    return ops.reshape(joined, (-1, *joined.shape[1:-2], joined.shape[-2] * joined.shape[-1]))`,
  response_norm: `def response_norm(x, size, alpha, beta, k):
    """Local response normalisation across channels, as in AlexNet."""
    before = (size - 1) // 2
    squares = ops.pad(x * x, ((0, 0), (0, 0), (0, 0), (before, size - 1 - before)))
    total = sum(squares[..., i : i + x.shape[-1]] for i in range(size))
    return x / (k + alpha / size * total) ** beta`,
};
