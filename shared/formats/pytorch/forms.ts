import type { Dims } from '../../base/dims.ts';
import { isIssue } from '../../base/problem.ts';
import { type LayerKind, layerOf, type ParamsOf } from '../../layers/index.ts';
import { intRanges } from '../../layers/int-grid.ts';
import { planeDims, planeParams } from '../../layers/line.ts';
import { placeWindows, sidesOf, type WindowSpec } from '../../layers/window.ts';
import type { Pair } from '../../schema/params.ts';
import { attentionOptions } from '../code/attention.ts';
import { type Argument, arg, first, type ModuleForm } from '../code/form.ts';
import type { FormOf as Form, FormTable } from '../code/form-table.ts';
import { flag, literal, pairText, powerText, tuple } from '../code/python.ts';
import { type LayerItem, learnsFactors } from '../code/scope.ts';

/** A layer in PyTorch: a module that is called, or an expression of its inputs. */
export interface TorchForm {
  readonly module?: ModuleForm;
  /**
   * The call, where it is more than `self.name(x)`. `self` is the module's expression, `whole` the list or tuple that holds all
   * inputs.
   */
  readonly call?: (self: string, inputs: readonly string[], whole?: string) => string;
  /** Of a module whose inputs must have the same samples: which do, and along which axis. */
  readonly samples?: { readonly axis: number; readonly inputs: readonly number[] };
  /** How many results it has beside those that are taken. */
  readonly idle?: number;
  /** Names of helpers that the file must hold. */
  readonly helpers?: readonly string[];
}

type FormOf<K extends LayerKind> = Form<K, TorchForm>;

const activation =
  (callee: string, args: (params: never) => readonly Argument[] = () => []) =>
  (params: unknown): TorchForm => ({ module: { callee, arguments: args(params as never) } });

const expression = (call: (inputs: readonly string[]) => string) => (): TorchForm => ({
  call: (_, inputs) => call(inputs),
});

const unary = (name: string) => expression(([x]) => `torch.${name}(${x})`);
const infix = (operator: string) => expression((inputs) => inputs.join(` ${operator} `));
const chained = (name: string) =>
  expression((inputs) =>
    inputs.slice(1).reduce((left, right) => `torch.${name}(${left}, ${right})`, inputs[0]!),
  );

const noQuantised = 'PyTorch computes with integers in modules of its own, packed for one processor';

/** A number for all, or a list along one axis. */
const perIndex = (axis: number, rank: number) => (x: string, list: readonly number[]) => {
  if (list.length === 1) return literal(list[0]!);
  const from = axis < 0 ? axis + rank : axis;
  const dims = Array.from({ length: rank }, (_, at) => (at === from ? -1 : 1));
  return `${x}.new_tensor([${list.map(literal).join(', ')}]).view(${dims.join(', ')})`;
};

/** Pads as F.pad wants them: left, right, top, bottom. */
function sides([top, left, bottom, right]: readonly number[]): string {
  return tuple([left!, right!, top!, bottom!]);
}

function placed(spec: WindowSpec, dims: Dims) {
  const windows = placeWindows(spec, [dims[2]!, dims[3]!]);
  if (isIssue(windows)) throw new RangeError(windows.message);
  return { ...windows, pads: [...windows.before, ...windows.after] };
}

function isSymmetric([top, left, bottom, right]: readonly number[]): boolean {
  return top === bottom && left === right;
}

const conv2d: FormOf<'conv2d'> = (params, { inputDims }) => {
  const { pads } = placed(params, inputDims[0]!);
  const symmetric = isSymmetric(pads);
  return {
    module: {
      callee: 'nn.Conv2d',
      arguments: [
        first('in_channels', String(inputDims[0]![1]!)),
        first('out_channels', String(params.channels)),
        arg('kernel_size', pairText(params.kernel)),
        arg('stride', pairText(params.stride), '1'),
        arg('padding', symmetric ? pairText([pads[0]!, pads[1]!]) : '0', '0'),
        arg('dilation', pairText(params.dilation), '1'),
        arg('groups', String(params.groups), '1'),
        arg('bias', flag(params.bias), 'True'),
      ],
    },
    ...(symmetric ? {} : { call: (self, [x]) => `${self}(F.pad(${x}, ${sides(pads)}))` }),
  };
};

const convTranspose2d: FormOf<'convTranspose2d'> = (params, { inputDims, outputDims }) => {
  const pads: readonly number[] = params.padding === 'same' ? [0, 0, 0, 0] : params.padding;
  const symmetric = isSymmetric(pads);
  const [, , height, width] = outputDims[0]! as readonly [number, number, number, number];
  const [top, left] = [pads[0]!, pads[1]!];
  return {
    module: {
      callee: 'nn.ConvTranspose2d',
      arguments: [
        first('in_channels', String(inputDims[0]![1]!)),
        first('out_channels', String(params.channels)),
        arg('kernel_size', pairText(params.kernel)),
        arg('stride', pairText(params.stride), '1'),
        arg('padding', symmetric ? pairText([top, left]) : '0', '0'),
        arg('output_padding', pairText(params.outputPadding), '0'),
        arg('groups', String(params.groups), '1'),
        arg('bias', flag(params.bias), 'True'),
        arg('dilation', pairText(params.dilation), '1'),
      ],
    },
    ...(symmetric
      ? {}
      : { call: (self, [x]) => `${self}(${x})[:, :, ${top}:${top + height}, ${left}:${left + width}]` }),
  };
};

/** Padding that a pooling module takes: the same on both sides, at most half the kernel. */
function poolPadding(pads: readonly number[], kernel: Pair): Pair | undefined {
  const fits = isSymmetric(pads) && 2 * pads[0]! <= kernel[0] && 2 * pads[1]! <= kernel[1];
  return fits ? [pads[0]!, pads[1]!] : undefined;
}

/** What must be added at the end, or cut off, so that floor division gives exactly the output. */
function overhang(spec: WindowSpec, output: Pair, dims: Dims, before: Pair): Pair {
  const along = (axis: 0 | 1): number => {
    const span = spec.dilation[axis] * (spec.kernel[axis] - 1) + 1;
    return (output[axis] - 1) * spec.stride[axis] + span - dims[axis + 2]! - before[axis];
  };
  return [along(0), along(1)];
}

const placesOfPadded = 'PyTorch counts the places of a pool in the padded map';

const maxPool: FormOf<'maxPool'> = (params, { inputDims }) => {
  const { pads, output, before } = placed(params, inputDims[0]!);
  const padding = poolPadding(pads, params.kernel);
  const args = [
    arg('kernel_size', pairText(params.kernel)),
    arg('stride', pairText(params.stride)),
    arg('padding', padding ? pairText(padding) : '0', '0'),
    arg('dilation', pairText(params.dilation), '1'),
    arg('ceil_mode', flag(padding !== undefined && params.ceilMode), 'False'),
  ];
  const places = params.positions !== 'none';
  const module = {
    callee: 'nn.MaxPool2d',
    arguments: [...args, arg('return_indices', flag(places), 'False')],
  };
  if (places) {
    if (!padding) return placesOfPadded;
    const [, , height, width] = inputDims[0]!;
    const order = `${height}, ${width}, ${flag(params.positions === 'columns')}`;
    return {
      module,
      call: (self, [x]) => `places_in_tensor(*${self}(${x}), ${order})`,
      helpers: ['places_in_tensor'],
    };
  }
  if (padding) return { module };
  const [bottom, right] = overhang(params, output, inputDims[0]!, before);
  const full = sides([before[0], before[1], bottom, right]);
  return { module, call: (self, [x]) => `${self}(F.pad(${x}, ${full}, value=float("-inf")))` };
};

const avgPool: FormOf<'avgPool'> = (params, { inputDims }) => {
  const { pads, output, before, after } = placed(params, inputDims[0]!);
  const padding = poolPadding(pads, params.kernel);
  if (padding && params.dilation[0] === 1 && params.dilation[1] === 1) {
    return {
      module: {
        callee: 'nn.AvgPool2d',
        arguments: [
          arg('kernel_size', pairText(params.kernel)),
          arg('stride', pairText(params.stride)),
          arg('padding', pairText(padding), '0'),
          arg('ceil_mode', flag(params.ceilMode), 'False'),
          arg('count_include_pad', flag(params.countIncludePad), 'True'),
        ],
      },
    };
  }
  const [bottom, right] = overhang(params, output, inputDims[0]!, before);
  const more = [0, 0, bottom - after[0], right - after[1]];
  const rest = [params.kernel, params.stride, params.dilation].map((pair) => tuple(pair)).join(', ');
  const options = `${rest}, ${sides(pads)}, ${sides(more)}, ${flag(params.countIncludePad)}`;
  return { call: (_, [x]) => `average_pool(${x}, ${options})`, helpers: ['average_pool'] };
};

/** A window along a line, as it lies in a map of one row. */
function placedAlong(plane: LayerKind, item: LayerItem) {
  const spec = planeParams(layerOf(plane).params, item.params) as unknown as WindowSpec;
  const dims = planeDims(item.inputDims[0]!);
  const { pads, output, before, after } = placed(spec, dims);
  const [start, end] = [pads[1]!, pads[3]!];
  const over = overhang(spec, output, dims, before)[1];
  return { start, end, over, more: over - after[1], fits: start === end && 2 * start <= spec.kernel[1] };
}

/** The norms of a map's windows, by unfolding them. */
function lpPooled(x: string, params: ParamsOf<'lpPool'>, input: Dims, result: Dims): string {
  const { before, output } = placed(params, input);
  const [bottom, right] = overhang(params, output, input, before);
  const [, channels, height, width] = result as readonly [number, number, number, number];
  const powers = `F.pad(${x}.abs() ** ${params.p}, ${sides([before[0], before[1], bottom, right])})`;
  const windows = `F.unfold(${powers}, ${tuple(params.kernel)}, dilation=${tuple(params.dilation)}, stride=${tuple(params.stride)})`;
  return `${windows}.unflatten(1, (${channels}, -1)).sum(2).unflatten(2, (${height}, ${width})) ** (1 / ${params.p})`;
}

const conv1d: FormOf<'conv1d'> = ({ channels, kernel, stride, padding, dilation, groups, bias }, item) => {
  const [start, end] = padding;
  const symmetric = start === end;
  return {
    module: {
      callee: 'nn.Conv1d',
      arguments: [
        first('in_channels', String(item.inputDims[0]![1]!)),
        first('out_channels', String(channels)),
        arg('kernel_size', String(kernel)),
        arg('stride', String(stride), '1'),
        arg('padding', symmetric ? String(start) : '0', '0'),
        arg('dilation', String(dilation), '1'),
        arg('groups', String(groups), '1'),
        arg('bias', flag(bias), 'True'),
      ],
    },
    ...(symmetric ? {} : { call: (self, [x]) => `${self}(F.pad(${x}, (${start}, ${end})))` }),
  };
};

const convTranspose1d: FormOf<'convTranspose1d'> = (params, { inputDims, outputDims }) => {
  const [start, end] = params.padding;
  const symmetric = start === end;
  return {
    module: {
      callee: 'nn.ConvTranspose1d',
      arguments: [
        first('in_channels', String(inputDims[0]![1]!)),
        first('out_channels', String(params.channels)),
        arg('kernel_size', String(params.kernel)),
        arg('stride', String(params.stride), '1'),
        arg('padding', symmetric ? String(start) : '0', '0'),
        arg('output_padding', String(params.outputPadding), '0'),
        arg('groups', String(params.groups), '1'),
        arg('bias', flag(params.bias), 'True'),
        arg('dilation', String(params.dilation), '1'),
      ],
    },
    ...(symmetric
      ? {}
      : { call: (self, [x]) => `${self}(${x})[:, :, ${start}:${start + outputDims[0]![2]!}]` }),
  };
};

const maxPool1d: FormOf<'maxPool1d'> = (params, item) => {
  const { start, over, fits } = placedAlong('maxPool', item);
  const places = params.positions !== 'none';
  const module = {
    callee: 'nn.MaxPool1d',
    arguments: [
      arg('kernel_size', String(params.kernel)),
      arg('stride', String(params.stride)),
      arg('padding', fits ? String(start) : '0', '0'),
      arg('dilation', String(params.dilation), '1'),
      arg('return_indices', flag(places), 'False'),
      arg('ceil_mode', flag(fits && params.ceilMode), 'False'),
    ],
  };
  if (places) {
    if (!fits) return placesOfPadded;
    const extents = `1, ${item.inputDims[0]![2]!}, False`;
    return {
      module,
      call: (self, [x]) => `places_in_tensor(*${self}(${x}), ${extents})`,
      helpers: ['places_in_tensor'],
    };
  }
  if (fits) return { module };
  return { module, call: (self, [x]) => `${self}(F.pad(${x}, (${start}, ${over}), value=float("-inf")))` };
};

const avgPool1d: FormOf<'avgPool1d'> = ({ kernel, stride, dilation, ceilMode, countIncludePad }, item) => {
  const { start, end, more, fits } = placedAlong('avgPool', item);
  if (fits && dilation === 1) {
    return {
      module: {
        callee: 'nn.AvgPool1d',
        arguments: [
          arg('kernel_size', String(kernel)),
          arg('stride', String(stride)),
          arg('padding', String(start), '0'),
          arg('ceil_mode', flag(ceilMode), 'False'),
          arg('count_include_pad', flag(countIncludePad), 'True'),
        ],
      },
    };
  }
  const rest = [kernel, stride, dilation].map((value) => tuple([1, value])).join(', ');
  const options = `${rest}, ${tuple([start, end, 0, 0])}, ${tuple([0, more, 0, 0])}, ${flag(countIncludePad)}`;
  return {
    call: (_, [x]) => `average_pool(${x}.unsqueeze(2), ${options}).squeeze(2)`,
    helpers: ['average_pool'],
  };
};

const globalPool =
  (callee: string) =>
  ({ keepDims }: { readonly keepDims: boolean }): TorchForm => ({
    module: { callee, arguments: [first('output_size', '1')] },
    ...(keepDims ? {} : { call: (self: string, [x]: readonly string[]) => `${self}(${x}).flatten(1)` }),
  });

const unpooling = (_: unknown, { outputDims }: LayerItem): TorchForm => ({
  call: (_, [x, p]) => `max_unpool(${x}, ${p}, ${tuple(outputDims[0]!.slice(2))})`,
  helpers: ['max_unpool'],
});

/** Over all axes behind the channels. */
const globalLpPool = ({ p }: { readonly p: number }, { inputDims }: LayerItem): TorchForm => {
  const over = tuple(inputDims[0]!.map((_, axis) => axis).slice(2));
  return { call: (_, [x]) => `(${x}.abs() ** ${p}).sum(dim=${over}, keepdim=True) ** (1 / ${p})` };
};

const reduction =
  (name: string) =>
  (
    { axes, keepDims }: { readonly axes: readonly number[]; readonly keepDims: boolean },
    { inputDims }: LayerItem,
  ) => {
    const all = axes.length > 0 ? axes : [...inputDims[0]!.keys()];
    const keep = keepDims ? ', keepdim=True' : '';
    return { call: (_: string, [x]: readonly string[]) => `torch.${name}(${x}, dim=${tuple(all)}${keep})` };
  };

/** A reduction that PyTorch has no function for: `over` is its axes and whether they stay. */
const reduced =
  (write: (x: string, over: string) => string) =>
  (
    { axes, keepDims }: { readonly axes: readonly number[]; readonly keepDims: boolean },
    { inputDims }: LayerItem,
  ) => {
    const all = axes.length > 0 ? axes : [...inputDims[0]!.keys()];
    const over = `dim=${tuple(all)}${keepDims ? ', keepdim=True' : ''}`;
    return { call: (_: string, [x]: readonly string[]) => write(x!, over) };
  };

const extremum =
  (name: string) =>
  ({
    axis,
    keepDims,
    last,
  }: {
    readonly axis: number;
    readonly keepDims: boolean;
    readonly last: boolean;
  }): TorchForm | string =>
    last
      ? 'PyTorch finds any of equal elements'
      : { call: (_, [x]) => `${x}.${name}(${axis}${keepDims ? ', keepdim=True' : ''}).float()` };

function normForm(name: string, dims: Dims, channels: readonly Argument[]): TorchForm {
  const rank = Math.max(1, dims.length - 2);
  return { module: { callee: `nn.${name}${rank}d`, arguments: channels } };
}

const affineOf = (item: LayerItem, usual: 'True' | 'False') =>
  arg('affine', flag(learnsFactors(item)), usual);

const epsilonOf = (epsilon: number) => arg('eps', literal(epsilon), '1e-05');

const resize: FormOf<'resize'> = (params, { inputDims, outputDims }) => {
  const { mode, coordinates, nearest, size, scales } = params;
  if (params.antialias && mode !== 'nearest') return 'PyTorch smooths otherwise at the edges';
  if (coordinates === 'tf_crop_and_resize') return 'PyTorch resizes no regions';
  if (params.aspect !== 'stretch' && size.length > 0) return 'PyTorch keeps no aspect ratio';
  const target = size.length > 0 ? `size=${tuple(outputDims[0]!.slice(2))}` : `scale_factor=${tuple(scales)}`;
  const centred =
    coordinates === 'half_pixel' ||
    (coordinates === 'pytorch_half_pixel' && outputDims[0]!.slice(2).every((e) => e > 1));
  if (mode === 'nearest') {
    if (coordinates === 'asymmetric' && nearest === 'floor') {
      return { call: (_, [x]) => `F.interpolate(${x}, ${target}, mode="nearest")` };
    }
    if (coordinates === 'half_pixel' && nearest === 'round_prefer_ceil') {
      return { call: (_, [x]) => `F.interpolate(${x}, ${target}, mode="nearest-exact")` };
    }
    return nearestByIndex(params, inputDims[0]!, outputDims[0]!);
  }
  if (mode === 'cubic' && (params.excludeOutside || params.cubicCoefficient !== -0.75)) {
    return 'PyTorch has no such bicubic kernel';
  }
  const torchMode = mode === 'linear' ? 'bilinear' : 'bicubic';
  if (coordinates === 'align_corners') {
    return {
      call: (_, [x]) =>
        `F.interpolate(${x}, size=${tuple(outputDims[0]!.slice(2))}, mode="${torchMode}", align_corners=True)`,
    };
  }
  if (centred)
    return { call: (_, [x]) => `F.interpolate(${x}, ${target}, mode="${torchMode}", align_corners=False)` };
  return 'PyTorch interpolates from pixel centres or corners only';
};

/** Nearest neighbours by any rounding are picked one by one. */
function nearestByIndex(params: ParamsOf<'resize'>, from: Dims, to: Dims): TorchForm | string {
  if (params.coordinates === 'half_pixel_symmetric') return 'PyTorch has no symmetric pixel centres';
  const lists = [2, 3].map((axis) => {
    const scale = params.size.length > 0 ? to[axis]! / from[axis]! : params.scales[axis - 2]!;
    return `[${Array.from({ length: to[axis]! }, (_, i) => nearestIndex(params, i, scale, from[axis]!, to[axis]!)).join(', ')}]`;
  });
  return { call: (_, [x]) => `${x}[:, :, ${lists[0]}][:, :, :, ${lists[1]}]` };
}

function nearestIndex(
  { coordinates, nearest }: ParamsOf<'resize'>,
  i: number,
  scale: number,
  from: number,
  to: number,
): number {
  const position =
    coordinates === 'asymmetric'
      ? i / scale
      : coordinates === 'tf_half_pixel_for_nn'
        ? (i + 0.5) / scale
        : coordinates === 'align_corners'
          ? to > 1
            ? (i * (from - 1)) / (to - 1)
            : 0
          : coordinates === 'pytorch_half_pixel' && to === 1
            ? 0
            : (i + 0.5) / scale - 0.5;
  const rounded = {
    floor: Math.floor(position),
    ceil: Math.ceil(position),
    round_prefer_floor: Math.ceil(position - 0.5),
    round_prefer_ceil: Math.floor(position + 0.5),
  }[nearest];
  return Math.min(Math.max(rounded, 0), from - 1);
}

const slice: FormOf<'slice'> = ({ starts, ends, axes, steps }, { inputDims }) => {
  const rank = inputDims[0]!.length;
  const along = axes.length > 0 ? axes : starts.map((_, i) => i);
  const cuts = along.map((given, i) => {
    const axis = given < 0 ? given + rank : given;
    const extent = inputDims[0]![axis]!;
    const step = steps[i] ?? 1;
    const clamp = (at: number) =>
      Math.min(Math.max(at < 0 ? at + extent : at, step > 0 ? 0 : -1), step > 0 ? extent : extent - 1);
    return { axis, step, from: clamp(starts[i]!), to: clamp(ends[i]!) };
  });
  // What goes forward is one subscript; what goes backward is picked, axis by axis.
  const forward = new Map(cuts.filter(({ step }) => step > 0).map((cut) => [cut.axis, cut]));
  const backward = cuts.filter(({ step }) => step < 0);
  const ranges = Array.from({ length: Math.max(-1, ...forward.keys()) + 1 }, (_, axis) => {
    const cut = forward.get(axis);
    return cut ? `${cut.from}:${cut.to}${cut.step === 1 ? '' : `:${cut.step}`}` : ':';
  });
  return {
    call: (_, [x]) =>
      backward.reduce(
        (soFar, { axis, from, to, step }) =>
          `${soFar}[${':, '.repeat(axis)}list(range(${from}, ${to}, ${step}))]`,
        ranges.length > 0 ? `${x}[${ranges.join(', ')}]` : x!,
      ),
  };
};

/** The axes from one to the last, as normalisations take them. */
function normalizedShape(axis: number, x: Dims): Argument {
  const shape = x.slice(axis < 0 ? axis + x.length : axis);
  return first('normalized_shape', shape.length === 1 ? String(shape[0]) : tuple(shape));
}

/** Dims as arguments; the batch stays open. */
function openDims(dims: Dims, from: Dims): string {
  const keeps = dims[0] === from[0];
  return dims.map((extent, axis) => (axis === 0 && keeps ? '-1' : String(extent))).join(', ');
}

/** The PyTorch form of every layer; text where PyTorch has no such thing, saying so. */
export const forms: FormTable<TorchForm> = {
  input: () => ({}),
  output: () => ({}),
  constant: () => ({ call: (self) => self }),
  conv2d,
  convTranspose2d,
  deformConv2d: () => 'PyTorch itself has no deformable convolution',
  maxPool,
  avgPool,
  conv1d,
  convTranspose1d,
  maxPool1d,
  avgPool1d,
  globalAvgPool1d: globalPool('nn.AdaptiveAvgPool1d'),
  globalMaxPool1d: globalPool('nn.AdaptiveMaxPool1d'),
  globalAvgPool: globalPool('nn.AdaptiveAvgPool2d'),
  globalMaxPool: globalPool('nn.AdaptiveMaxPool2d'),
  linear: (params, { inputDims }) => ({
    module: {
      callee: 'nn.Linear',
      arguments: [
        first('in_features', String(inputDims[0]!.at(-1)!)),
        first('out_features', String(params.features)),
        arg('bias', flag(params.bias), 'True'),
      ],
    },
  }),
  matmul: infix('@'),
  attention: (params) => ({
    call: (_, inputs) => `attention(${[...inputs, ...attentionOptions(params)].join(', ')})`,
    helpers: ['attention'],
  }),
  relu: activation('nn.ReLU'),
  leakyRelu: ({ slope }) => ({
    module: { callee: 'nn.LeakyReLU', arguments: [arg('negative_slope', literal(slope), '0.01')] },
  }),
  prelu: (_, { inputDims, params }) => ({
    module: {
      callee: 'nn.PReLU',
      arguments: [arg('num_parameters', params.perChannel === true ? String(inputDims[0]![1]!) : '1', '1')],
    },
  }),
  elu: ({ alpha }) => ({
    module: { callee: 'nn.ELU', arguments: [arg('alpha', literal(alpha), '1.0')] },
  }),
  celu: ({ alpha }) => ({
    module: { callee: 'nn.CELU', arguments: [arg('alpha', literal(alpha), '1.0')] },
  }),
  selu: ({ alpha, gamma }) =>
    Math.fround(alpha) === Math.fround(1.6732632423543772) &&
    Math.fround(gamma) === Math.fround(1.0507009873554805)
      ? { module: { callee: 'nn.SELU', arguments: [] } }
      : { call: (_, [x]) => `${literal(gamma)} * F.elu(${x}, alpha=${literal(alpha)})` },
  sigmoid: activation('nn.Sigmoid'),
  hardSigmoid: ({ alpha, beta }) =>
    alpha === 1 / 6 && beta === 0.5
      ? { module: { callee: 'nn.Hardsigmoid', arguments: [] } }
      : { call: (_, [x]) => `torch.clamp(${literal(alpha)} * ${x} + ${literal(beta)}, 0, 1)` },
  tanh: activation('nn.Tanh'),
  gelu: ({ approximate }) => ({
    module: { callee: 'nn.GELU', arguments: [arg('approximate', `"${approximate}"`, '"none"')] },
  }),
  silu: activation('nn.SiLU'),
  hardSwish: activation('nn.Hardswish'),
  mish: activation('nn.Mish'),
  softplus: activation('nn.Softplus'),
  softsign: activation('nn.Softsign'),
  clip: ({ min, max }) =>
    min === 0 && max === 6
      ? { module: { callee: 'nn.ReLU6', arguments: [] } }
      : {
          call: (_, [x]) =>
            min <= max
              ? `torch.clamp(${x}, ${literal(min)}, ${literal(max)})`
              : `torch.clamp(torch.clamp(${x}, min=${literal(min)}), max=${literal(max)})`,
        },
  thresholdedRelu: ({ threshold }) => ({
    module: {
      callee: 'nn.Threshold',
      arguments: [first('threshold', literal(threshold)), first('value', '0.0')],
    },
  }),
  softmax: ({ axis }) => ({ module: { callee: 'nn.Softmax', arguments: [arg('dim', String(axis))] } }),
  logSoftmax: ({ axis }) => ({
    module: { callee: 'nn.LogSoftmax', arguments: [arg('dim', String(axis))] },
  }),
  batchNorm: ({ epsilon, momentum }, item) =>
    normForm('BatchNorm', item.inputDims[0]!, [
      first('num_features', String(item.inputDims[0]![1]!)),
      epsilonOf(epsilon),
      arg('momentum', literal(momentum), '0.1'),
      affineOf(item, 'True'),
    ]),
  groupNorm: ({ groups, epsilon }, item) => ({
    module: {
      callee: 'nn.GroupNorm',
      arguments: [
        first('num_groups', String(groups)),
        first('num_channels', String(item.inputDims[0]![1]!)),
        epsilonOf(epsilon),
        affineOf(item, 'True'),
      ],
    },
  }),
  instanceNorm: ({ epsilon }, item) => {
    const { inputDims } = item;
    const channels = String(inputDims[0]![1]!);
    // PyTorch refuses to normalise a single element; as one group per channel it does.
    if (inputDims[0]!.slice(2).every((extent) => extent === 1)) {
      const args = [
        first('num_groups', channels),
        first('num_channels', channels),
        epsilonOf(epsilon),
        affineOf(item, 'True'),
      ];
      return { module: { callee: 'nn.GroupNorm', arguments: args } };
    }
    return normForm('InstanceNorm', inputDims[0]!, [
      first('num_features', channels),
      epsilonOf(epsilon),
      affineOf(item, 'False'),
    ]);
  },
  layerNorm: ({ axis, epsilon, bias }, item) => {
    const learns = learnsFactors(item);
    const isPlain = bias || !learns;
    return {
      module: {
        callee: isPlain ? 'nn.LayerNorm' : 'LayerNormWithoutBias',
        arguments: [
          normalizedShape(axis, item.inputDims[0]!),
          epsilonOf(epsilon),
          ...(isPlain ? [arg('elementwise_affine', flag(learns), 'True')] : []),
        ],
      },
      ...(isPlain ? {} : { helpers: ['LayerNormWithoutBias'] }),
    };
  },
  rmsNorm: ({ axis, epsilon }, { inputDims }) => ({
    module: {
      callee: 'RMSNorm',
      arguments: [normalizedShape(axis, inputDims[0]!), epsilonOf(epsilon)],
    },
    helpers: ['RMSNorm'],
  }),
  localResponseNorm: ({ size, alpha, beta, k }) =>
    size % 2 === 1
      ? {
          module: {
            callee: 'nn.LocalResponseNorm',
            arguments: [
              first('size', String(size)),
              arg('alpha', literal(alpha), '0.0001'),
              arg('beta', literal(beta), '0.75'),
              arg('k', literal(k), '1.0'),
            ],
          },
        }
      : {
          call: (_, [x]) =>
            `response_norm(${x}, ${size}, ${literal(alpha)}, ${literal(beta)}, ${literal(k)})`,
          helpers: ['response_norm'],
        },
  lpNorm: ({ axis, p }) => ({ call: (_, [x]) => `F.normalize(${x}, p=${p}, dim=${axis})` }),
  dropout: ({ rate }) => ({
    module: { callee: 'nn.Dropout', arguments: [arg('p', literal(rate), '0.5')] },
  }),
  add: infix('+'),
  multiply: infix('*'),
  concat: ({ axis }) => ({
    call: (_, inputs, whole = `[${inputs.join(', ')}]`) => `torch.cat(${whole}, dim=${axis})`,
  }),
  flatten: ({ axis }, { inputDims }) => {
    const rank = inputDims[0]!.length;
    const at = axis < 0 ? axis + rank : axis;
    if (at === 1) return { module: { callee: 'nn.Flatten', arguments: [] } };
    if (at === 0) return { call: (_, [x]) => `${x}.reshape(1, -1)` };
    if (at === rank) return { call: (_, [x]) => `${x}.reshape(-1, 1)` };
    return { call: (_, [x]) => `${x}.flatten(${at}).flatten(0, ${at - 1})` };
  },
  pad: ({ padding, mode, value }) => {
    const around = sides(padding === 'same' ? [0, 0, 0, 0] : padding);
    if (mode === 'constant') {
      return { call: (_, [x]) => `F.pad(${x}, ${around}${value === 0 ? '' : `, value=${literal(value)}`})` };
    }
    if (mode === 'infinity' || mode === 'minusInfinity') {
      const value = mode === 'infinity' ? 'float("inf")' : 'float("-inf")';
      return { call: (_, [x]) => `F.pad(${x}, ${around}, value=${value})` };
    }
    const named = { edge: 'replicate', wrap: 'circular', reflect: 'reflect' }[mode];
    return { call: (_, [x]) => `F.pad(${x}, ${around}, mode="${named}")` };
  },
  reshape: ({ shape }) => ({
    call: (_, [x]) =>
      `${x}.reshape(${shape.map((extent, axis) => (extent === 0 ? `${x}.shape[${axis}]` : extent)).join(', ')})`,
  }),
  transpose: ({ perm }, { inputDims }) => {
    const order = perm.length > 0 ? perm : [...inputDims[0]!.keys()].reverse();
    return { call: (_, [x]) => `${x}.permute(${order.join(', ')})` };
  },
  squeeze: ({ axes }, { inputDims }) => {
    if (axes.length === 0) return { call: (_, [x]) => `${x}.squeeze()` };
    const rank = inputDims[0]!.length;
    const gone = axes.map((axis) => (axis < 0 ? axis + rank : axis)).sort((a, b) => b - a);
    return { call: (_, [x]) => gone.reduce((soFar, axis) => `${soFar}.squeeze(${axis})`, x!) };
  },
  unsqueeze: ({ axes }, { outputDims }) => {
    const rank = outputDims[0]!.length;
    const added = axes.map((axis) => (axis < 0 ? axis + rank : axis)).sort((a, b) => a - b);
    return { call: (_, [x]) => added.reduce((soFar, axis) => `${soFar}.unsqueeze(${axis})`, x!) };
  },
  slice,
  split: ({ axis }, { inputDims, outputDims }) => {
    const rank = inputDims[0]!.length;
    const at = axis < 0 ? axis + rank : axis;
    const sizes = outputDims.map((dims) => dims[at]!);
    // Equal parts are told by their number, which stays where channels change.
    const areEqual = sizes.length > 1 && sizes.every((size) => size === sizes[0]);
    return {
      call: (_, [x]) =>
        areEqual
          ? `torch.chunk(${x}, ${sizes.length}, dim=${at})`
          : `torch.split(${x}, [${sizes.join(', ')}], dim=${at})`,
    };
  },
  gather: ({ axis, indices, dropAxis }, { inputDims }) => {
    const rank = inputDims[0]!.length;
    const at = axis < 0 ? axis + rank : axis;
    const extent = inputDims[0]![at]!;
    const list = indices.map((index) => (index < 0 ? index + extent : index));
    return {
      call: (_, [x]) =>
        dropAxis ? `${x}.select(${at}, ${list[0]})` : `${x}[${':, '.repeat(at)}[${list.join(', ')}]]`,
    };
  },
  expand: (_, { inputDims, outputDims }) => ({
    call: (__, [x]) =>
      `${x}.expand(${openDims(outputDims[0]!, inputDims[0]!.length === outputDims[0]!.length ? inputDims[0]! : [])})`,
  }),
  resize,
  depthToSpace: ({ block, order }, { inputDims, outputDims }) => {
    if (order === 'CRD')
      return {
        module: { callee: 'nn.PixelShuffle', arguments: [first('upscale_factor', String(block))] },
      };
    const [, , height, width] = inputDims[0]! as readonly [number, number, number, number];
    const [, channels, tall, wide] = outputDims[0]! as readonly [number, number, number, number];
    return {
      call: (_, [x]) =>
        `${x}.reshape(-1, ${block}, ${block}, ${channels}, ${height}, ${width}).permute(0, 3, 4, 1, 5, 2).reshape(-1, ${channels}, ${tall}, ${wide})`,
    };
  },
  channelShuffle: ({ groups }) => ({
    module: { callee: 'nn.ChannelShuffle', arguments: [first('groups', String(groups))] },
  }),
  spaceToDepth: ({ block }, { inputDims, outputDims }) => {
    const channels = inputDims[0]![1]!;
    const [, all, height, width] = outputDims[0]! as readonly [number, number, number, number];
    return {
      call: (_, [x]) =>
        `${x}.reshape(-1, ${channels}, ${height}, ${block}, ${width}, ${block}).permute(0, 3, 5, 1, 2, 4).reshape(-1, ${all}, ${height}, ${width})`,
    };
  },
  subtract: infix('-'),
  divide: infix('/'),
  power: expression(([x, y]) => powerText(x!, y!)),
  min: chained('minimum'),
  max: chained('maximum'),
  select: expression(([mask, a, b]) => `torch.where(${mask} > 0, ${a}, ${b})`),
  sqrt: unary('sqrt'),
  exp: unary('exp'),
  log: unary('log'),
  abs: unary('abs'),
  neg: expression(([x]) => `-${x}`),
  erf: unary('erf'),
  reduceMean: reduction('mean'),
  reduceSum: reduction('sum'),
  reduceMax: reduction('amax'),
  reduceMin: reduction('amin'),
  equal: expression(([a, b]) => `(${a} == ${b}).float()`),
  greater: expression(([a, b]) => `(${a} > ${b}).float()`),
  greaterOrEqual: expression(([a, b]) => `(${a} >= ${b}).float()`),
  less: expression(([a, b]) => `(${a} < ${b}).float()`),
  lessOrEqual: expression(([a, b]) => `(${a} <= ${b}).float()`),
  and: expression(([a, b]) => `torch.logical_and(${a}, ${b}).float()`),
  or: expression(([a, b]) => `torch.logical_or(${a}, ${b}).float()`),
  xor: expression(([a, b]) => `torch.logical_xor(${a}, ${b}).float()`),
  not: expression(([x]) => `torch.logical_not(${x}).float()`),
  truth: expression(([x]) => `(${x} != 0).float()`),
  isNan: expression(([x]) => `torch.isnan(${x}).float()`),
  isInf: ({ positive, negative }) => {
    const which = positive === negative ? 'isinf' : positive ? 'isposinf' : 'isneginf';
    return {
      call: (_, [x]) => (positive || negative ? `torch.${which}(${x}).float()` : `torch.zeros_like(${x})`),
    };
  },
  floor: unary('floor'),
  ceil: unary('ceil'),
  round: unary('round'),
  sign: unary('sign'),
  reciprocal: unary('reciprocal'),
  sin: unary('sin'),
  cos: unary('cos'),
  tan: unary('tan'),
  asin: unary('asin'),
  acos: unary('acos'),
  atan: unary('atan'),
  sinh: unary('sinh'),
  cosh: unary('cosh'),
  asinh: unary('asinh'),
  acosh: unary('acosh'),
  atanh: unary('atanh'),
  truncate: unary('trunc'),
  roundHalf: ({ type }) => ({ call: (_, [x]) => `${x}.to(torch.${type}).float()` }),
  shrink: ({ lambda, bias }) => {
    if (bias === 0)
      return { module: { callee: 'nn.Hardshrink', arguments: [arg('lambd', literal(lambda), '0.5')] } };
    if (bias === lambda)
      return { module: { callee: 'nn.Softshrink', arguments: [arg('lambd', literal(lambda), '0.5')] } };
    return {
      call: (_, [x]) =>
        `torch.where(${x}.abs() > ${literal(lambda)}, ${x} - ${x}.sign() * ${literal(bias)}, 0.0)`,
    };
  },
  mod: ({ sign }) => ({
    call: (_, [a, b]) => `torch.${sign === 'divisor' ? 'remainder' : 'fmod'}(${a}, ${b})`,
  }),
  argMax: extremum('argmax'),
  argMin: extremum('argmin'),
  maxUnpool: unpooling,
  maxUnpool1d: unpooling,
  nonMaxSuppression: () => 'PyTorch itself has no non-max suppression',
  nonZero: () => 'PyTorch gives as many rows as there are, and none that are over',
  topK: ({ k, axis, largest }) => ({
    call: (_, [x]) => `torch.topk(${x}, ${k}, dim=${axis}${largest ? '' : ', largest=False'})`,
  }),
  hardmax: ({ axis }) => ({
    call: (_, [x]) => `torch.zeros_like(${x}).scatter(${axis}, ${x}.argmax(${axis}, keepdim=True), 1.0)`,
  }),
  tile: ({ repeats }) => ({ call: (_, [x]) => `${x}.repeat(${repeats.join(', ')})` }),
  take: ({ axis }, { inputDims }) => {
    const at = (axis + inputDims[0]!.length) % inputDims[0]!.length;
    return { call: (_, [x, p]) => `${x}[${':, '.repeat(at)}${p}.long()]` };
  },
  gatherElements: ({ axis }) => ({ call: (_, [x, p]) => `torch.gather(${x}, ${axis}, ${p}.long())` }),
  gatherNd: ({ batchDims }) =>
    batchDims === 0
      ? { call: (_, [x, p]) => `${x}[tuple(${p}.long().movedim(-1, 0))]` }
      : 'PyTorch gathers slices of the whole tensor only',
  scatterNd: ({ reduction: by }) => {
    if (by !== 'none' && by !== 'add') return 'PyTorch puts slices, or adds them';
    const adds = by === 'add' ? ', accumulate=True' : '';
    return { call: (_, [x, p, u]) => `${x}.index_put(tuple(${p}.long().movedim(-1, 0)), ${u}${adds})` };
  },
  scatterElements: ({ axis, reduction: by }) => ({
    call: (_, [x, p, u]) =>
      by === 'none'
        ? `${x}.scatter(${axis}, ${p}.long(), ${u})`
        : `${x}.scatter_reduce(${axis}, ${p}.long(), ${u}, reduce="${{ add: 'sum', mul: 'prod', max: 'amax', min: 'amin' }[by]}")`,
  }),
  cumSum: ({ axis, exclusive, reverse }) => ({
    call: (_, [x]) => {
      const sum = reverse ? `${x}.flip(${axis}).cumsum(${axis}).flip(${axis})` : `${x}.cumsum(${axis})`;
      return exclusive ? `${sum} - ${x}` : sum;
    },
  }),
  cumProd: ({ axis, exclusive, reverse }) => ({
    call: (_, [x]) => {
      const turned = reverse ? `${x}.flip(${axis})` : x!;
      const before = (y: string) =>
        `torch.cat((torch.ones_like(${y}.narrow(${axis}, 0, 1)), ${y}.narrow(${axis}, 0, ${y}.size(${axis}) - 1)), ${axis})`;
      const product = `${exclusive ? before(turned) : turned}.cumprod(${axis})`;
      return reverse ? `${product}.flip(${axis})` : product;
    },
  }),
  determinant: () => ({ call: (_, [x]) => `torch.linalg.det(${x})` }),
  reverseSequence: ({ axis }, { inputDims }) => ({
    call: (_, [x, lengths]) => {
      const extent = inputDims[0]![axis]!;
      const step = axis === 0 ? `torch.arange(${extent})[:, None]` : `torch.arange(${extent})[None]`;
      const length = `${lengths}.long().clamp(0, ${extent})${axis === 0 ? '[None]' : '[:, None]'}`;
      const from = `torch.where(${step} < ${length}, ${length} - 1 - ${step}, ${step})`;
      const rest = inputDims[0]!.length - 2;
      const all = rest === 0 ? from : `${from}[(...,${' None,'.repeat(rest)})].expand_as(${x})`;
      return `torch.gather(${x}, ${axis}, ${all})`;
    },
  }),
  roiAlign: () => 'PyTorch itself has no RoI align',
  col2im: ({ size, kernel, stride, dilation, padding }) => ({
    call: (_, [x]) => {
      const [top, left, bottom, right] = sidesOf(padding);
      const [height, width] = [size[0] + top + bottom, size[1] + left + right];
      const window = `${tuple(kernel)}, dilation=${tuple(dilation)}, stride=${tuple(stride)}`;
      const map = `F.fold(${x}, (${height}, ${width}), ${window})`;
      return top + left + bottom + right === 0
        ? map
        : `${map}[:, :, ${top}:${top + size[0]}, ${left}:${left + size[1]}]`;
    },
  }),
  oneHot: ({ depth, axis, on, off }) => ({
    call: (_, [x]) =>
      `torch.where(F.one_hot(${x}.long() % ${depth}, ${depth}).movedim(-1, ${axis}) > 0, ${literal(on)}, ${literal(off)})`,
  }),
  trilu: ({ part, diagonal }) => ({
    call: (_, [x]) => `torch.${part === 'upper' ? 'triu' : 'tril'}(${x}, diagonal=${diagonal})`,
  }),
  eyeLike: ({ diagonal }) => ({
    call: (_, [x]) => `torch.ones_like(${x}).triu(${diagonal}).tril(${diagonal})`,
  }),
  meanVarianceNorm: ({ axes }) => ({
    call: (_, [x]) =>
      `(${x} - ${x}.mean(dim=${tuple(axes)}, keepdim=True)) / (${x}.std(dim=${tuple(axes)}, unbiased=False, keepdim=True) + 1e-09)`,
  }),
  lpPool: (params, { inputDims, outputDims }) => ({
    call: (_, [x]) => lpPooled(x!, params, inputDims[0]!, outputDims[0]!),
  }),
  lpPool1d: (params, { inputDims, outputDims }) => {
    const planar = planeParams(layerOf('lpPool').params, params) as unknown as ParamsOf<'lpPool'>;
    const [from, to] = [planeDims(inputDims[0]!), planeDims(outputDims[0]!)];
    return { call: (_, [x]) => `(${lpPooled(`${x}.unsqueeze(2)`, planar, from, to)}).squeeze(2)` };
  },
  globalLpPool,
  globalLpPool1d: globalLpPool,
  gridSample: ({ mode, outside, alignCorners }) => {
    const named = { linear: 'bilinear', nearest: 'nearest', cubic: 'bicubic' }[mode];
    return {
      call: (_, [x, g]) =>
        `F.grid_sample(${x}, ${g}, mode="${named}", padding_mode="${outside}", align_corners=${flag(alignCorners)})`,
    };
  },
  reduceL1: reduced((x, over) => `torch.linalg.vector_norm(${x}, 1, ${over})`),
  reduceL2: reduced((x, over) => `torch.linalg.vector_norm(${x}, ${over})`),
  reduceLogSum: reduced((x, over) => `${x}.sum(${over}).log()`),
  reduceLogSumExp: reduction('logsumexp'),
  reduceSumSquare: reduced((x, over) => `${x}.square().sum(${over})`),
  reduceProd: ({ axes, keepDims }, { inputDims }) => {
    const rank = inputDims[0]!.length;
    const all = (axes.length > 0 ? axes : [...inputDims[0]!.keys()]).map((axis) =>
      axis < 0 ? axis + rank : axis,
    );
    // PyTorch multiplies along one axis at a time.
    const last = all.toSorted((a, b) => b - a);
    return {
      call: (_, [x]) =>
        last.reduce((soFar, axis) => `${soFar}.prod(${axis}${keepDims ? ', keepdim=True' : ''})`, x!),
    };
  },
  quantize: ({ scales, zeros, axis, type }, item) => {
    const [low, high] = intRanges[type];
    const per = perIndex(axis, item.inputDims[0]!.length);
    return {
      call: (_, [x]) =>
        `torch.clamp(torch.round(${x} / ${per(x!, scales)}) + ${per(x!, zeros)}, ${low}, ${high})`,
    };
  },
  dequantize: ({ scales, zeros, axis }, item) => {
    const per = perIndex(axis, item.inputDims[0]!.length);
    return { call: (_, [x]) => `(${x} - ${per(x!, zeros)}) * ${per(x!, scales)}` };
  },
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
