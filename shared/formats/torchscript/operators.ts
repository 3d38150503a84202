import type { Dims } from '../../base/dims.ts';
import { type Issue, messages } from '../../base/problem.ts';
import { Tensor } from '../../base/tensor.ts';
import { inBrief } from '../../base/text.ts';
import type { LayerKind } from '../../layers/index.ts';
import type { ParamValues } from '../../schema/params.ts';
import type { LazyWeight } from '../weights/store.ts';
import { Flow, filled, type Origin, refusalAt, type ScriptBuilder } from './builder.ts';
import { Dict, Stored, type Value } from './values.ts';

export const say = messages('formats/torchscript/operators', {
  'operator-unsupported': ['it is not read.', 'Save the model as ONNX by torch.onnx.export().'],
  'argument-unsupported': [
    'argument {{place}} is {{given}}, which is not taken.',
    'Save the model as ONNX by torch.onnx.export().',
  ],
});

/** A call of an operator: what it is given, and where. */
export class OperatorCall {
  readonly build: ScriptBuilder;
  readonly origin: Origin;
  readonly args: readonly Value[];

  constructor(build: ScriptBuilder, origin: Origin, args: readonly Value[]) {
    this.build = build;
    this.origin = origin;
    this.args = args;
  }

  refuse(place: number): never {
    const given = this.args[place];
    const said = given instanceof Flow || given instanceof Stored ? 'a tensor' : inBrief(given, 100);
    throw refusalAt(this.origin, say('argument-unsupported', { place: place + 1, given: said }));
  }

  flow(place: number): Flow {
    const value = this.args[place];
    if (value instanceof Flow) return value;
    if (value instanceof Stored) return this.constant(value);
    return this.refuse(place);
  }

  /** A stored tensor that is joined with what flows. */
  constant({ name, weight, learned }: Stored): Flow {
    const wanted = name.slice(name.lastIndexOf('.') + 1);
    return this.build.add(
      this.origin,
      'constant',
      [],
      { shape: [...weight.dims], learned },
      { value: weight },
      wanted,
    )[0]!;
  }

  weight(place: number): LazyWeight | undefined {
    const value = this.args[place];
    return value instanceof Stored
      ? value.weight
      : value === null || value === undefined
        ? undefined
        : this.refuse(place);
  }

  number(place: number, otherwise?: number): number {
    const value = this.args[place];
    if (typeof value === 'number') return value;
    if ((value === undefined || value === null) && otherwise !== undefined) return otherwise;
    return this.refuse(place);
  }

  /** One or more. */
  count(place: number): number {
    const value = this.number(place);
    return Number.isInteger(value) && value > 0 ? value : this.refuse(place);
  }

  on(place: number): boolean {
    return this.args[place] === true || (typeof this.args[place] === 'number' && this.args[place] !== 0);
  }

  numbers(place: number): readonly number[] {
    const value = this.args[place];
    if (Array.isArray(value) && value.every((each): each is number => typeof each === 'number')) return value;
    if (typeof value === 'number') return [value];
    return this.refuse(place);
  }

  pair(place: number, otherwise?: readonly [number, number]): readonly [number, number] {
    const given = this.args[place];
    if (otherwise && (given === undefined || given === null || (Array.isArray(given) && given.length === 0)))
      return otherwise;
    const [a, b = a] = this.numbers(place);
    return a === undefined || b === undefined ? this.refuse(place) : [a, b];
  }

  one(kind: LayerKind, params: ParamValues = {}, weights: Readonly<Record<string, LazyWeight>> = {}): Flow {
    return this.build.add(this.origin, kind, [this.flow(0)], params, weights)[0]!;
  }
}

type Operator = (call: OperatorCall) => Value;

const sides = ([rows, columns]: readonly [number, number]) => [rows, columns, rows, columns];

function convolution(
  call: OperatorCall,
  transposed: boolean,
  places: { groups: number; dilation: number; extra?: number },
): Value {
  const weight = call.weight(1) ?? call.refuse(1);
  const bias = call.weight(2);
  if (weight.dims.length !== 4) call.refuse(1);
  const [out = 0, inner = 0, height = 1, width = 1] = weight.dims;
  const groups = call.number(places.groups, 1);
  const params = {
    channels: transposed ? inner * groups : out,
    kernel: [height, width],
    stride: call.pair(3, [1, 1]),
    padding:
      call.args[4] === 'same'
        ? 'same'
        : call.args[4] === 'valid'
          ? [0, 0, 0, 0]
          : sides(call.pair(4, [0, 0])),
    dilation: call.pair(places.dilation, [1, 1]),
    groups,
    bias: bias !== undefined,
    ...(transposed && places.extra !== undefined ? { outputPadding: call.pair(places.extra, [0, 0]) } : {}),
  };
  return call.one(transposed ? 'convTranspose2d' : 'conv2d', params, { weight, ...(bias ? { bias } : {}) });
}

const linear: Operator = (call) => {
  const weight = call.weight(1) ?? call.refuse(1);
  const bias = call.weight(2);
  const tokens = call.flow(0).dims.length > 2;
  return call.one(
    'linear',
    { features: weight.dims[0] ?? 0, bias: bias !== undefined, tokens },
    { weight, ...(bias ? { bias } : {}) },
  );
};

/** Scale and shift may be left out: then they are one and zero. */
function affine(call: OperatorCall, weightAt: number, dims: Dims) {
  const weight = call.weight(weightAt) ?? filled(dims, 1);
  const bias = call.weight(weightAt + 1) ?? filled(dims, 0);
  return { weight, bias };
}

const batchNorm: Operator = (call) => {
  const channels = [call.flow(0).dims[1] ?? 0];
  const [mean, variance] = [call.weight(3), call.weight(4)];
  if (!mean || !variance) return call.refuse(3);
  const params = { epsilon: call.number(7, 1e-5), momentum: call.number(6, 0.1) };
  return call.one('batchNorm', params, {
    ...affine(call, 1, channels),
    running_mean: mean,
    running_var: variance,
  });
};

const layerNorm: Operator = (call) => {
  const dims = call.numbers(1);
  const params = { axis: -dims.length, epsilon: call.number(4, 1e-5), bias: true };
  return call.one('layerNorm', params, affine(call, 2, dims));
};

const groupNorm: Operator = (call) => {
  const channels = [call.flow(0).dims[1] ?? 0];
  return call.one(
    'groupNorm',
    { groups: call.number(1), epsilon: call.number(4, 1e-5) },
    affine(call, 2, channels),
  );
};

const pool =
  (kind: 'maxPool' | 'avgPool'): Operator =>
  (call) => {
    const kernel = call.pair(1);
    const shared = { kernel, stride: call.pair(2, kernel), padding: sides(call.pair(3, [0, 0])) };
    return kind === 'maxPool'
      ? call.one(kind, { ...shared, dilation: call.pair(4, [1, 1]), ceilMode: call.on(5) })
      : call.one(kind, { ...shared, ceilMode: call.on(4), countIncludePad: call.args[5] !== false });
  };

const adaptive =
  (global: LayerKind, kind: LayerKind): Operator =>
  (call) => {
    const size = call.pair(1);
    const [, , height = 0, width = 0] = call.flow(0).dims;
    if (size[0] === 1 && size[1] === 1) return call.one(global, { keepDims: true });
    if (size[0] === height && size[1] === width) return call.flow(0);
    if (height % size[0] !== 0 || width % size[1] !== 0) return call.refuse(1);
    const kernel = [height / size[0], width / size[1]];
    return call.one(kind, { kernel, stride: kernel, padding: [0, 0, 0, 0] });
  };

const unary =
  (kind: LayerKind, params: ParamValues = {}): Operator =>
  (call) =>
    call.one(kind, params);

/** A number that is joined with a tensor. */
function asFlow(call: OperatorCall, place: number): Flow {
  const value = call.args[place];
  if (typeof value !== 'number') return call.flow(place);
  const dims = [1];
  return call.build.add(
    call.origin,
    'constant',
    [],
    { shape: dims, fill: value },
    { value: filled(dims, value) },
    'number',
  )[0]!;
}

const joined =
  (kind: LayerKind): Operator =>
  (call) => {
    const [a, b, factor] = call.args;
    if (typeof a === 'number' && typeof b === 'number') return arithmetic[kind]?.(a, b) ?? call.refuse(0);
    if (factor !== undefined && factor !== null && factor !== 1 && typeof factor !== 'string')
      return call.refuse(2);
    return call.build.add(call.origin, kind, [asFlow(call, 0), asFlow(call, 1)])[0]!;
  };
const arithmetic: Partial<Record<LayerKind, (a: number, b: number) => number>> = {
  add: (a, b) => a + b,
  subtract: (a, b) => a - b,
  multiply: (a, b) => a * b,
  divide: (a, b) => a / b,
};

const cat: Operator = (call) => {
  const [list] = call.args;
  if (!Array.isArray(list) || list.length === 0) return call.refuse(0);
  const flows = list.map((_, i) =>
    new OperatorCall(call.build, call.origin, list as readonly Value[]).flow(i),
  );
  return flows.length === 1
    ? flows[0]!
    : call.build.add(call.origin, 'concat', flows, { axis: call.number(1, 0) })[0]!;
};

const flatten: Operator = (call) => {
  const { dims } = call.flow(0);
  const [start, end] = [call.number(1, 0), call.number(2, -1)].map(
    (axis) => (axis + dims.length) % dims.length,
  );
  if (start === 1 && end === dims.length - 1) return call.one('flatten');
  const inside = dims.slice(start!, end! + 1).reduce((product, extent) => product * extent, 1);
  return reshape(call, [...dims.slice(0, start!), inside, ...dims.slice(end! + 1)]);
};

/** The batch stays open, so that the design runs for any. */
function reshape(call: OperatorCall, shape: readonly number[]): Flow {
  const { dims } = call.flow(0);
  const kept = shape[0] === dims[0] || shape[0] === -1;
  const rest = shape.slice(1);
  if (kept && rest.length === 1 && dims.length > 1) {
    const all = dims.slice(1).reduce((product, extent) => product * extent, 1);
    if (rest[0] === -1 || rest[0] === all) return call.one('flatten');
  }
  if (shape[0] === -1 && rest.includes(-1)) call.refuse(1);
  return call.one('reshape', { shape: kept ? [0, ...rest] : [...shape] });
}

const size: Operator = (call) => {
  const { dims } = call.flow(0);
  if (call.args[1] === undefined) return dims;
  const axis = call.number(1);
  return dims[axis < 0 ? axis + dims.length : axis] ?? call.refuse(1);
};

const permute: Operator = (call) => {
  const { dims } = call.flow(0);
  return call.one('transpose', { perm: call.numbers(1).map((axis) => (axis + dims.length) % dims.length) });
};

const swap: Operator = (call) => {
  const { dims } = call.flow(0);
  const [a, b] = [call.number(1), call.number(2)].map((axis) => (axis + dims.length) % dims.length) as [
    number,
    number,
  ];
  const perm = dims.map((_, axis) => (axis === a ? b : axis === b ? a : axis));
  return call.one('transpose', { perm });
};

const mean: Operator = (call) => {
  const { dims } = call.flow(0);
  const given = call.args[1];
  const axes =
    given === null || given === undefined
      ? dims.map((_, axis) => axis)
      : call.numbers(1).map((axis) => (axis + dims.length) % dims.length);
  const keepDims = call.on(2);
  if (dims.length === 4 && axes.length === 2 && axes.includes(2) && axes.includes(3))
    return call.one('globalAvgPool', { keepDims });
  return call.one('reduceMean', { axes, keepDims });
};

const split =
  (extentsOf: (extent: number, call: OperatorCall) => Iterable<number>): Operator =>
  (call) => {
    const x = call.flow(0);
    const axis = (call.number(2, 0) + x.dims.length) % x.dims.length;
    const extents = extentsOf(x.dims[axis]!, call);
    const parts: Flow[] = [];
    let start = 0;
    for (const extent of extents) {
      const params = { axes: [axis], starts: [start], ends: [start + extent] };
      start += extent;
      parts.push(call.build.add(call.origin, 'slice', [x], params, {}, 'slice')[0]!);
    }
    return parts;
  };

/** An extent in parts of so much, the last of which may be smaller. */
function* partsOf(extent: number, each: number): Iterable<number> {
  for (let start = 0; start < extent; start += each) yield Math.min(each, extent - start);
}

const sliced: Operator = (call) => {
  const [list] = call.args;
  if (Array.isArray(list)) {
    const step = call.number(3, 1);
    if (step !== 1) call.refuse(3);
    return list.slice(call.number(1, 0), call.args[2] == null ? undefined : call.number(2));
  }
  const x = call.flow(0);
  const axis = (call.number(1, 0) + x.dims.length) % x.dims.length;
  const extent = x.dims[axis]!;
  const end = Math.min(call.number(3, extent), extent);
  const [start, step] = [call.number(2, 0), call.number(4, 1)];
  if (start === 0 && end === extent && step === 1) return x;
  return call.one('slice', { axes: [axis], starts: [start], ends: [end], steps: [step] });
};

/** What the code keeps grows as it goes. */
const append: Operator = (call) => {
  const [list, value = null] = call.args;
  if (!Array.isArray(list)) return call.refuse(0);
  (list as Value[]).push(value);
  return list;
};

const setItem: Operator = (call) => {
  const [of, at, value = null] = call.args;
  if (of instanceof Dict) of.entries.set(String(at), value);
  else if (Array.isArray(of) && typeof at === 'number') (of as Value[])[at < 0 ? at + of.length : at] = value;
  else return call.refuse(0);
  return null;
};

const dictOf =
  (what: (dict: Dict) => Iterable<Value>): Operator =>
  (call) => {
    const [dict] = call.args;
    return dict instanceof Dict ? [...what(dict)] : call.refuse(0);
  };

const contains: Operator = (call) => {
  const [of, value] = call.args;
  if (of instanceof Dict) return of.entries.has(String(value));
  return Array.isArray(of) && (of as readonly Value[]).includes(value!);
};

const hardtanh: Operator = (call) => call.one('clip', { min: call.number(1, -1), max: call.number(2, 1) });

const pass: Operator = (call) => call.args[0] ?? null;

const addmm: Operator = (call) => {
  const weight = call.weight(2) ?? call.refuse(2);
  const bias = call.weight(0) ?? call.refuse(0);
  const [inputs = 0, outputs = 0] = weight.dims;
  const turned: LazyWeight = {
    dims: [outputs, inputs],
    load: async () => {
      const { data } = await weight.load();
      return new Tensor(
        'float32',
        Float32Array.from(data, (_, i) => data[(i % inputs) * outputs + Math.floor(i / inputs)]!),
        [outputs, inputs],
      );
    },
  };
  return call.build.add(
    call.origin,
    'linear',
    [call.flow(1)],
    { features: outputs, bias: true },
    { weight: turned, bias },
  )[0]!;
};

const upsample =
  (mode: 'nearest' | 'linear', at: { readonly align?: number }): Operator =>
  (call) => {
    const x = call.flow(0);
    const target = call.args[1];
    const scales =
      Array.isArray(target) && target.length === 2
        ? call.numbers(1).map((extent, i) => extent / x.dims[i + 2]!)
        : call.numbers(call.args.length - 1);
    const coordinates =
      mode === 'nearest'
        ? 'asymmetric'
        : at.align !== undefined && call.on(at.align)
          ? 'align_corners'
          : 'half_pixel';
    const size = Array.isArray(target) && target.length === 2 ? [...call.numbers(1)] : [];
    return call.one('resize', {
      mode,
      coordinates,
      ...(size.length > 0 ? { size } : { scales: [...scales] }),
      ...(mode === 'nearest' ? { nearest: 'floor' } : {}),
    });
  };

/** Operators of PyTorch, by the names that TorchScript calls them by; what ends in `_` works in place and gives the same. */
const operators: Readonly<Record<string, Operator>> = {
  _convolution: (call) => convolution(call, call.on(6), { groups: 8, dilation: 5, extra: 7 }),
  convolution: (call) => convolution(call, call.on(6), { groups: 8, dilation: 5, extra: 7 }),
  conv2d: (call) => convolution(call, false, { groups: 6, dilation: 5 }),
  conv_transpose2d: (call) => convolution(call, true, { groups: 6, dilation: 7, extra: 5 }),
  linear,
  addmm,
  batch_norm: batchNorm,
  layer_norm: layerNorm,
  group_norm: groupNorm,
  max_pool2d: pool('maxPool'),
  avg_pool2d: pool('avgPool'),
  adaptive_avg_pool2d: adaptive('globalAvgPool', 'avgPool'),
  adaptive_max_pool2d: adaptive('globalMaxPool', 'maxPool'),
  relu: unary('relu'),
  relu6: unary('clip', { min: 0, max: 6 }),
  hardtanh,
  sigmoid: unary('sigmoid'),
  tanh: unary('tanh'),
  silu: unary('silu'),
  mish: unary('mish'),
  hardswish: unary('hardSwish'),
  hardsigmoid: unary('hardSigmoid', { alpha: 1 / 6, beta: 0.5 }),
  softplus: unary('softplus'),
  exp: unary('exp'),
  sqrt: unary('sqrt'),
  abs: unary('abs'),
  neg: unary('neg'),
  elu: (call) => call.one('elu', { alpha: call.number(1, 1) }),
  leaky_relu: (call) => call.one('leakyRelu', { slope: call.number(1, 0.01) }),
  gelu: (call) => call.one('gelu', { approximate: call.args[1] === 'tanh' ? 'tanh' : 'none' }),
  softmax: (call) => call.one('softmax', { axis: call.number(1) }),
  log_softmax: (call) => call.one('logSoftmax', { axis: call.number(1) }),
  dropout: (call) => call.one('dropout', { rate: call.number(1, 0.5) }),
  feature_dropout: (call) => call.one('dropout', { rate: call.number(1, 0.5) }),
  clamp: (call) => call.one('clip', { min: call.number(1), max: call.number(2) }),
  add: joined('add'),
  sub: joined('subtract'),
  mul: joined('multiply'),
  div: joined('divide'),
  matmul: (call) => call.build.add(call.origin, 'matmul', [call.flow(0), call.flow(1)])[0]!,
  cat,
  flatten,
  view: (call) => reshape(call, call.numbers(1)),
  reshape: (call) => reshape(call, call.numbers(1)),
  permute,
  transpose: swap,
  t: (call) => {
    const stored = call.args[0];
    return stored instanceof Stored
      ? new Stored(`${stored.name}.t`, turnedBack(stored.weight))
      : call.refuse(0);
  },
  unsqueeze: (call) => call.one('unsqueeze', { axes: [call.number(1)] }),
  squeeze: (call) => call.one('squeeze', { axes: call.args[1] === undefined ? [] : [call.number(1)] }),
  mean,
  size,
  dim: (call) => call.flow(0).dims.length,
  len: (call) => {
    const [of] = call.args;
    return Array.isArray(of) ? of.length : of instanceof Dict ? of.entries.size : call.refuse(0);
  },
  format: (call) => (typeof call.args[0] === 'string' ? call.args[0] : ''),
  chunk: split((extent, call) => partsOf(extent, Math.ceil(extent / call.count(1)))),
  split: split((extent, call) =>
    Array.isArray(call.args[1]) ? call.numbers(1) : partsOf(extent, call.count(1)),
  ),
  slice: sliced,
  select: (call) => call.one('gather', { axis: call.number(1), indices: [call.number(2)], dropAxis: true }),
  pixel_shuffle: (call) => call.one('depthToSpace', { block: call.number(1), order: 'CRD' }),
  upsample_nearest2d: upsample('nearest', {}),
  upsample_bilinear2d: upsample('linear', { align: 2 }),
  contiguous: pass,
  detach: pass,
  to: pass,
  NumToTensor: pass,
  ImplicitTensorToNum: pass,
  Int: pass,
  annotate: (call) => call.args[1] ?? null,
  __is__: (call) => call.args[0] === call.args[1],
  __isnot__: (call) => call.args[0] !== call.args[1],
  __not__: (call) => call.args[0] !== true,
  __contains__: contains,
  dict: () => new Dict(),
  _set_item: setItem,
  keys: dictOf(({ entries }) => entries.keys()),
  values: dictOf(({ entries }) => entries.values()),
  items: dictOf(({ entries }) => entries),
  eq: (call) => call.args[0] === call.args[1],
  ne: (call) => call.args[0] !== call.args[1],
  lt: (call) => call.number(0) < call.number(1),
  gt: (call) => call.number(0) > call.number(1),
  le: (call) => call.number(0) <= call.number(1),
  ge: (call) => call.number(0) >= call.number(1),
  floordiv: (call) => Math.floor(call.number(0) / call.number(1)),
  floor_divide: (call) => Math.floor(call.number(0) / call.number(1)),
  append,
};

function turnedBack(weight: LazyWeight): LazyWeight {
  const [rows = 1, columns = 1] = weight.dims;
  return {
    dims: [columns, rows],
    load: async () => {
      const { data } = await weight.load();
      return new Tensor(
        'float32',
        Float32Array.from(data, (_, i) => data[(i % rows) * columns + Math.floor(i / rows)]!),
        [columns, rows],
      );
    },
  };
}

/** The operator of a name, which may end in `_` or say its namespace. */
export function operatorOf(name: string): Operator | undefined {
  const last = name.slice(name.lastIndexOf('.') + 1);
  const plain = last.startsWith('__') ? last : last.replace(/(\w)_$/, '$1');
  return Object.hasOwn(operators, plain) ? operators[plain] : undefined;
}

export const unsupported = (): Issue => say('operator-unsupported');
