import { type FlatStep, weightsIdOf } from '../../analysis/flatten.ts';
import { isIssue } from '../../base/problem.ts';
import type { FloatTensor } from '../../base/tensor.ts';
import { type AttentionSizes, attentionSizes } from '../../layers/attention.ts';
import type { LayerKind, ParamsOf } from '../../layers/index.ts';
import { biasSteps, each, type IntType, intRanges, movedBy, weightSteps } from '../../layers/int-grid.ts';
import { placeWindows, sidesOf, type WindowSpec } from '../../layers/window.ts';
import type { Pair } from '../../schema/params.ts';
import type { AttributeToWrite, InitializerToWrite, NodeToWrite } from './encode.ts';

/** Types of integers as TensorProto.DataType numbers them. */
const intCodes: Readonly<Record<IntType, number>> = { uint8: 2, int8: 3, uint16: 4, int16: 5 };
const halfCodes = { float16: 10, bfloat16: 16 };
const intArrays = { uint8: Uint8Array, int8: Int8Array, uint16: Uint16Array, int16: Int16Array };

/** What a layer's form writes with: nodes and constants are gathered, names follow the layer's. */
export class FormWriter<V> {
  readonly step: FlatStep;
  readonly params: V;
  /** Value names: what flows in, and the layer's weights by name. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly nodes: NodeToWrite[] = [];
  readonly constants: InitializerToWrite[] = [];
  /** Weights that are written with other dims than they have here. */
  readonly redimmed = new Map<string, readonly number[]>();
  /** Weights that are written as integers: how each becomes them. */
  readonly stored = new Map<string, (weight: FloatTensor) => InitializerToWrite['data']>();

  constructor(step: FlatStep, params: V, inputs: readonly string[], outputs: readonly string[]) {
    this.step = step;
    this.params = params;
    this.inputs = inputs;
    this.outputs = outputs;
  }

  get rank(): number {
    return this.step.inputDims[0]?.length ?? 0;
  }

  /** The operator that gives the layer's outputs. */
  node(
    op: string,
    extra: readonly string[] = [],
    attributes: Readonly<Record<string, AttributeToWrite>> = {},
    inputs: readonly string[] = this.inputs,
    since?: NodeToWrite['since'],
  ): void {
    const taken = this.nodes.some(({ name }) => name === this.step.id);
    const name = taken ? `${this.step.id}.${op.toLowerCase()}` : this.step.id;
    const outputs = this.outputs;
    this.nodes.push({
      op,
      name,
      inputs: [...inputs, ...extra],
      outputs,
      attributes,
      ...(since && { since }),
    });
  }

  /** An operator before the last one; gives the name of its output. */
  before(
    op: string,
    suffix: string,
    inputs: readonly string[] = this.inputs,
    attributes: Readonly<Record<string, AttributeToWrite>> = {},
    domain?: string,
  ): string {
    const output = `${this.step.id}.${suffix}`;
    const name = this.nodes.length === 0 ? this.step.id : output;
    this.nodes.push({ op, name, inputs, outputs: [output], attributes, ...(domain && { domain }) });
    return output;
  }

  /** An operator whose second output holds positions, which are whole numbers in ONNX. */
  withPositions(
    op: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, AttributeToWrite>>,
  ): void {
    const { id } = this.step;
    const [values, positions] = this.outputs as readonly [string, string];
    const whole = `${id}.whole`;
    this.nodes.push(
      { op, name: id, inputs, outputs: [values, whole], attributes },
      { op: 'Cast', name: whole, inputs: [whole], outputs: [positions], attributes: { to: FLOAT } },
    );
  }

  weights(...names: readonly string[]): readonly string[] {
    const holder = weightsIdOf(this.step);
    return names.map((name) => `${holder}.${name}`);
  }

  ownWeights(): readonly string[] {
    return this.weights(...this.step.weights.map(({ name }) => name));
  }

  ints(name: string, values: readonly number[], dims: readonly number[] = [values.length]): string {
    const full = `${this.step.id}.${name}`;
    this.constants.push({ name: full, learned: false, dims, data: BigInt64Array.from(values, BigInt) });
    return full;
  }

  floats(name: string, values: readonly number[], dims: readonly number[] = []): string {
    const full = `${this.step.id}.${name}`;
    this.constants.push({ name: full, learned: false, dims, data: Float32Array.from(values) });
    return full;
  }

  /** Scales and zero points of a quantised tensor: a list of one is for all of it. */
  grid(
    prefix: string,
    scales: readonly number[],
    zeros: readonly number[],
    type: IntType,
  ): readonly string[] {
    const alike = Math.max(scales.length, zeros.length);
    const dims = alike === 1 ? [] : [alike];
    const stretched = (list: readonly number[]) => Array.from({ length: alike }, (_, i) => each(list, i));
    const zero = `${this.step.id}.${prefix}zero_point`;
    this.constants.push({ name: zero, learned: false, dims, data: intArrays[type].from(stretched(zeros)) });
    return [this.floats(`${prefix}scale`, stretched(scales), dims), zero];
  }

  /** A shape to come to, whose first axes stay as they are: a 0 is the extent that is there. */
  shape(name: string, kept: number, rest: readonly number[]): string {
    return this.ints(name, [...Array<number>(kept).fill(0), ...rest]);
  }

  /** An input as the integers that it holds, or those so far above them. */
  integers(i: number, type: IntType, moved = 0): string {
    const x = this.inputs[i]!;
    const from = moved === 0 ? x : this.before('Add', `moved${i}`, [x, this.floats(`by${i}`, [moved])]);
    return this.before('Cast', `whole${i}`, [from], { to: intCodes[type] });
  }

  /** Explicit pads, whatever the layer's padding says. */
  window(spec: WindowSpec): Readonly<Record<string, AttributeToWrite>> {
    const [, , height, width] = this.step.inputDims[0]! as readonly [number, number, number, number];
    const windows = placeWindows(spec, [height, width]);
    if (isIssue(windows)) throw new RangeError(windows.message);
    return {
      kernel_shape: spec.kernel,
      strides: spec.stride,
      dilations: spec.dilation,
      pads: [...windows.before, ...windows.after],
    };
  }
}

type Form<K extends LayerKind> = (write: FormWriter<ParamsOf<K>>) => void;

const plain =
  (op: string) =>
  (write: FormWriter<unknown>): void =>
    write.node(op, write.ownWeights());

/**
 * One operator where heads share keys or a token sees only those before it: in parts, nobody would know it again. It came
 * with operator set 23, so that all else is written in the operators that it is made of.
 */
function attention(write: FormWriter<ParamsOf<'attention'>>): void {
  const sizes = attentionSizes(write.params, write.step.inputDims);
  if (isIssue(sizes)) throw new RangeError(sizes.message);
  const whole = sizes.keyHeads !== sizes.heads || write.params.causal;
  if (whole && isOneOperator(write, sizes)) attentionWhole(write, sizes);
  else attentionInParts(write, sizes);
}

/** ONNX caps scores after masks are added, takes one mask, and batches only. */
function isOneOperator({ params, step }: FormWriter<ParamsOf<'attention'>>, sizes: AttentionSizes): boolean {
  const { stack, queries, keys, split } = sizes;
  const [mask, ...others] = step.inputDims.slice(3);
  const fits =
    !mask || ((mask.length === 2 || mask.length === 4) && mask.slice(-2).join() === `${queries},${keys}`);
  const capped = params.softcap > 0 && (params.causal || mask !== undefined);
  return (
    stack.length === 1 &&
    step.inputDims[0]!.length === (split ? 3 : 4) &&
    fits &&
    others.length === 0 &&
    !capped
  );
}

function attentionWhole(
  write: FormWriter<ParamsOf<'attention'>>,
  { heads, keyHeads, split, factor }: AttentionSizes,
): void {
  const { causal, softcap, scale } = write.params;
  const attributes = {
    ...(split && { q_num_heads: heads, kv_num_heads: keyHeads }),
    ...(causal && { is_causal: 1 }),
    ...(scale > 0 && { scale: { float: factor } }),
    ...(softcap > 0 && { softcap: { float: softcap } }),
  };
  write.node('Attention', [], attributes, write.inputs, 23);
}

function attentionInParts(write: FormWriter<ParamsOf<'attention'>>, sizes: AttentionSizes): void {
  const { stack, heads, keyHeads, queries, keys, features, valueFeatures, split, factor } = sizes;
  const [q, k, v, ...masks] = write.inputs as readonly [string, string, string, ...string[]];
  const kept = stack.length;
  const axes = Array.from({ length: write.rank + Number(split) }, (_, axis) => axis);
  const swapped = (a: number, b: number) => axes.with(a, axes[b]!).with(b, axes[a]!);
  const last = axes.length - 1;
  /** Heads before the tokens; keys are turned besides. */
  const apart = (x: string, name: string, own: number, tokens: number, width: number, turned = false) => {
    const shape = [tokens, own, width];
    const cut = split
      ? write.before('Reshape', `${name}_cut`, [x, write.shape(`${name}_heads`, kept, shape)])
      : x;
    const perm = split
      ? [...axes.slice(0, kept), kept + 1, ...(turned ? [kept + 2, kept] : [kept, kept + 2])]
      : turned
        ? swapped(last - 1, last)
        : axes;
    const placed = perm.every((axis, i) => axis === i);
    const whole = placed ? cut : write.before('Transpose', name, [cut], { perm });
    if (own === heads) return whole;
    const matrix = turned ? [width, tokens] : [tokens, width];
    const one = write.before('Reshape', `${name}_one`, [
      whole,
      write.shape(`${name}_ones`, kept, [own, 1, ...matrix]),
    ]);
    const copies = write.ints(`${name}_copies`, [...Array<number>(kept + 1).fill(1), heads / own, 1, 1]);
    const many = write.before('Expand', `${name}_many`, [one, copies]);
    return write.before('Reshape', `${name}_all`, [
      many,
      write.shape(`${name}_each`, kept, [heads, ...matrix]),
    ]);
  };
  const query = write.before('Mul', 'scaled', [
    apart(q, 'query', heads, queries, features),
    write.floats('scale', [factor]),
  ]);
  let scores = write.before('MatMul', 'scores', [query, apart(k, 'key', keyHeads, keys, features, true)]);
  const { softcap, causal } = write.params;
  if (softcap > 0) {
    const cap = write.floats('cap', [softcap]);
    scores = write.before('Div', 'part', [scores, cap]);
    scores = write.before('Mul', 'capped', [write.before('Tanh', 'soft', [scores]), cap]);
  }
  for (const [i, mask] of masks.entries()) scores = write.before('Add', `masked${i}`, [scores, mask]);
  if (causal) {
    const hidden = Array.from({ length: queries * keys }, (_, at) =>
      at % keys > Math.floor(at / keys) ? -Infinity : 0,
    );
    scores = write.before('Add', 'past', [scores, write.floats('hidden', hidden, [queries, keys])]);
  }
  const weights = write.before('Softmax', 'weights', [scores], { axis: -1 });
  const product = [weights, apart(v, 'value', keyHeads, keys, valueFeatures)];
  if (!split) {
    write.node('MatMul', [], {}, product);
    return;
  }
  const back = { perm: swapped(last - 2, last - 1) };
  const joined = write.before('Transpose', 'joined', [write.before('MatMul', 'averages', product)], back);
  write.node('Reshape', [write.shape('features', kept, [queries, heads * valueFeatures])], {}, [joined]);
}

const FLOAT = 1;
const INT64 = 7;
const BOOL = 9;

/** What gives truth values in ONNX gives 0 and 1 here. */
const compared =
  (op: string) =>
  (write: FormWriter<unknown>): void =>
    write.node('Cast', [], { to: FLOAT }, [write.before(op, 'truth')]);

/** The same of operators that take truth values only. */
const ofTruths =
  (op: string) =>
  (write: FormWriter<unknown>): void => {
    const truths = write.inputs.map((x, i) => write.before('Cast', `truth${i}`, [x], { to: BOOL }));
    write.node('Cast', [], { to: FLOAT }, [write.before(op, 'result', truths)]);
  };

/** The inputs, of which the second holds positions: whole numbers in ONNX. */
function withPositions(write: FormWriter<unknown>): readonly string[] {
  const [x, positions, ...rest] = write.inputs as readonly [string, string, ...string[]];
  return [x, write.before('Cast', 'positions', [positions], { to: INT64 }), ...rest];
}

const arg =
  (op: string) =>
  (
    write: FormWriter<{ readonly axis: number; readonly keepDims: boolean; readonly last: boolean }>,
  ): void => {
    const { axis, keepDims, last } = write.params;
    const attributes = { axis, keepdims: Number(keepDims), select_last_index: Number(last) };
    write.node('Cast', [], { to: FLOAT }, [write.before(op, 'position', write.inputs, attributes)]);
  };

/** Operators of two inputs, one after the other. */
const chained =
  (op: string) =>
  (write: FormWriter<unknown>): void => {
    const [first, ...rest] = write.inputs;
    const last = rest.pop()!;
    const soFar = rest.reduce((left, right, i) => write.before(op, `part${i}`, [left, right]), first!);
    write.node(op, [], {}, [soFar, last]);
  };

const reducing =
  (op: string) =>
  (write: FormWriter<{ readonly axes: readonly number[]; readonly keepDims: boolean }>): void => {
    const { axes, keepDims } = write.params;
    write.node(op, axes.length > 0 ? [write.ints('axes', axes)] : [], { keepdims: Number(keepDims) });
  };

const pooling =
  (op: string) =>
  (write: FormWriter<{ readonly keepDims: boolean }>): void => {
    if (write.params.keepDims) write.node(op);
    else write.node('Flatten', [], { axis: 1 }, [write.before(op, 'map')]);
  };

function unpooling(
  write: FormWriter<{ readonly size: readonly number[] }>,
  attributes: Readonly<Record<string, AttributeToWrite>>,
): void {
  const extents = write.params.size.length === 0 ? [] : [write.ints('size', write.step.outputDims[0]!)];
  write.node('MaxUnpool', extents, attributes, withPositions(write));
}

const alongAxis =
  (op: string) =>
  (write: FormWriter<{ readonly axis: number }>): void =>
    write.node(op, [], { axis: write.params.axis });

/** A layer of integers with weights of its own, which are written as the integers that they are rounded to. */
function quantised(
  write: FormWriter<ParamsOf<'quantConv2d'> | ParamsOf<'quantConv1d'> | ParamsOf<'quantLinear'>>,
  op: 'QLinearConv' | 'QGemm',
  attributes: Readonly<Record<string, AttributeToWrite>>,
): void {
  const { params } = write;
  const { weightScales, weightZeros, weightType } = params;
  const zeros = weightZeros.length === 1 ? weightScales.map(() => weightZeros[0]!) : weightZeros;
  write.stored.set('weight', (weight) => {
    const row = weight.data.length / weight.dims[0]!;
    const steps = weightSteps(weight, weightScales, weightZeros, intRanges[weightType]).data;
    return intArrays[weightType].from(steps.map((step, i) => step + each(weightZeros, Math.floor(i / row))));
  });
  write.stored.set('bias', (bias) => Int32Array.from(biasSteps(bias, params.inputScale, weightScales).data));
  const [weight, bias] = write.ownWeights();
  const x = write.integers(0, params.inputType);
  const operands = [
    ...[x, ...write.grid('input_', [params.inputScale], [params.inputZero], params.inputType)],
    ...[weight!, ...write.grid('weight_', weightScales, zeros, weightType)],
  ];
  const output = write.grid('output_', [params.outputScale], [params.outputZero], params.outputType);
  const inputs =
    op === 'QGemm' ? [...operands, bias ?? '', ...output] : [...operands, ...output, ...(bias ? [bias] : [])];
  const result = write.before(op, 'result', inputs, attributes, op === 'QGemm' ? 'com.microsoft' : undefined);
  write.node('Cast', [], { to: FLOAT }, [result]);
}

/** Two operands of integers, each with its scale and zero point. */
function ofTwoGrids(
  write: FormWriter<ParamsOf<'quantMatmul'> | ParamsOf<'quantAdd'>>,
  op: string,
  domain?: string,
): void {
  const { params } = write;
  const moved = 'asUnsigned' in params ? movedBy(params) : 0;
  const on = gridsOf(write, moved);
  const inputs = [
    ...on('input_', params.inputScale, params.inputZero, params.inputType, 0),
    ...on('right_', params.rightScale, params.rightZero, params.rightType, 1),
    ...on('output_', params.outputScale, params.outputZero, params.outputType),
  ];
  asReal(write, write.before(op, 'result', inputs, {}, domain), moved);
}

/** The scale and zero point of an operand, behind the operand itself where it is an input. */
const gridsOf =
  (write: FormWriter<object>, moved: number) =>
  (prefix: string, scale: number, zero: number, given: IntType, input?: number): readonly string[] => {
    const type = moved === 0 ? given : 'uint8';
    const operand = input === undefined ? [] : [write.integers(input, type, moved)];
    return [...operand, ...write.grid(prefix, [scale], [zero + moved], type)];
  };

/** Integers as the numbers that flow, which are so far below them. */
function asReal(write: FormWriter<object>, integers: string, moved: number): void {
  if (moved === 0) write.node('Cast', [], { to: FLOAT }, [integers]);
  else
    write.node('Sub', [write.floats('by', [moved])], {}, [
      write.before('Cast', 'real', [integers], { to: FLOAT }),
    ]);
}

/** One operand of integers, with its scale and zero point, of a com.microsoft operator. */
function ofOneGrid(
  write: FormWriter<ParamsOf<'quantSoftmax'> | ParamsOf<'quantAvgPool'> | ParamsOf<'quantAvgPool1d'>>,
  op: string,
  attributes: Readonly<Record<string, AttributeToWrite>>,
): void {
  const { params } = write;
  const moved = 'asUnsigned' in params ? movedBy(params) : 0;
  const on = gridsOf(write, moved);
  const inputs = [
    ...on('input_', params.inputScale, params.inputZero, params.inputType, 0),
    ...on('output_', params.outputScale, params.outputZero, params.outputType),
  ];
  asReal(write, write.before(op, 'result', inputs, attributes, 'com.microsoft'), moved);
}

/** The window of a layer along a line. */
const alongLine = (window: {
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  readonly padding: Pair;
}): Readonly<Record<string, AttributeToWrite>> => ({
  kernel_shape: [window.kernel],
  strides: [window.stride],
  dilations: [window.dilation],
  pads: window.padding,
});

/** What average pools say of their windows' edges. */
const atEdges = (pool: { readonly ceilMode: boolean; readonly countIncludePad: boolean }) => ({
  ceil_mode: Number(pool.ceilMode),
  count_include_pad: Number(pool.countIncludePad),
});

/** The ONNX form of every layer, in operator set 21. */
export const forms: { readonly [K in LayerKind]: Form<K> } = {
  input: () => {},
  constant: () => {},
  output: plain('Identity'),
  conv2d: (write) =>
    write.node('Conv', write.ownWeights(), { ...write.window(write.params), group: write.params.groups }),
  convTranspose2d: (write) => {
    const { kernel, stride, dilation, padding, outputPadding, groups } = write.params;
    write.node('ConvTranspose', write.ownWeights(), {
      kernel_shape: kernel,
      strides: stride,
      dilations: dilation,
      pads: padding === 'same' ? [0, 0, 0, 0] : padding,
      output_padding: outputPadding,
      group: groups,
    });
  },
  conv1d: (write) =>
    write.node('Conv', write.ownWeights(), { ...alongLine(write.params), group: write.params.groups }),
  convTranspose1d: (write) =>
    write.node('ConvTranspose', write.ownWeights(), {
      ...alongLine(write.params),
      output_padding: [write.params.outputPadding],
      group: write.params.groups,
    }),
  maxPool1d: (write) => {
    const { positions, ceilMode } = write.params;
    const attributes = { ...alongLine(write.params), ceil_mode: Number(ceilMode) };
    if (positions === 'none') write.node('MaxPool', [], attributes);
    else write.withPositions('MaxPool', write.inputs, attributes);
  },
  avgPool1d: (write) =>
    write.node('AveragePool', [], { ...alongLine(write.params), ...atEdges(write.params) }),
  globalAvgPool1d: pooling('GlobalAveragePool'),
  globalMaxPool1d: pooling('GlobalMaxPool'),
  deformConv2d: (write) => {
    const { groups, offsetGroups, bias } = write.params;
    const [x, offsets, mask] = write.inputs as readonly [string, string, string];
    const whole = write.step.inputDims[1]!.with(1, write.step.inputDims[1]![1]! / 2);
    const masks =
      write.step.inputDims[2]!.join() === whole.join()
        ? mask
        : write.before('Expand', 'mask', [mask, write.ints('extents', whole)]);
    const [weight, added = ''] = bias ? write.weights('weight', 'bias') : write.weights('weight');
    const attributes = { ...write.window(write.params), group: groups, offset_group: offsetGroups };
    write.node('DeformConv', [], attributes, [x, weight!, offsets, added, masks]);
  },
  maxPool: (write) => {
    const { positions, ceilMode } = write.params;
    const attributes = { ...write.window(write.params), ceil_mode: Number(ceilMode) };
    if (positions === 'none') write.node('MaxPool', [], attributes);
    else
      write.withPositions('MaxPool', write.inputs, {
        ...attributes,
        storage_order: Number(positions === 'columns'),
      });
  },
  maxUnpool: (write) => {
    const { kernel, stride, padding } = write.params;
    const [top, left, bottom, right] = padding === 'same' ? [0, 0, 0, 0] : padding;
    unpooling(write, { kernel_shape: kernel, strides: stride, pads: [top, left, bottom, right] });
  },
  maxUnpool1d: (write) => {
    const { kernel, stride, padding } = write.params;
    unpooling(write, { kernel_shape: [kernel], strides: [stride], pads: padding });
  },
  avgPool: (write) =>
    write.node('AveragePool', [], { ...write.window(write.params), ...atEdges(write.params) }),
  globalAvgPool: pooling('GlobalAveragePool'),
  globalMaxPool: pooling('GlobalMaxPool'),
  linear: (write) => {
    const [weight, bias] = write.ownWeights() as readonly [string, string?];
    if (write.rank === 2) {
      write.node('Gemm', write.ownWeights(), { transB: 1 });
      return;
    }
    const turned = write.before('Transpose', 'turned', [weight], { perm: [1, 0] });
    const [x] = write.inputs as readonly [string];
    if (bias === undefined) write.node('MatMul', [], {}, [x, turned]);
    else write.node('Add', [], {}, [write.before('MatMul', 'product', [x, turned]), bias]);
  },
  matmul: plain('MatMul'),
  attention,
  relu: plain('Relu'),
  leakyRelu: (write) => write.node('LeakyRelu', [], { alpha: { float: write.params.slope } }),
  prelu: (write) => {
    const { dims } = write.step.weights[0]!;
    write.redimmed.set('weight', [...dims, ...Array<number>(Math.max(0, write.rank - 2)).fill(1)]);
    write.node('PRelu', write.ownWeights());
  },
  elu: (write) => write.node('Elu', [], { alpha: { float: write.params.alpha } }),
  celu: (write) => write.node('Celu', [], { alpha: { float: write.params.alpha } }),
  selu: (write) =>
    write.node('Selu', [], { alpha: { float: write.params.alpha }, gamma: { float: write.params.gamma } }),
  sigmoid: plain('Sigmoid'),
  hardSigmoid: (write) =>
    write.node('HardSigmoid', [], {
      alpha: { float: write.params.alpha },
      beta: { float: write.params.beta },
    }),
  tanh: plain('Tanh'),
  gelu: (write) => write.node('Gelu', [], { approximate: write.params.approximate }),
  silu: (write) => write.node('Mul', [write.before('Sigmoid', 'gate')]),
  hardSwish: plain('HardSwish'),
  mish: plain('Mish'),
  softplus: plain('Softplus'),
  softsign: plain('Softsign'),
  clip: (write) =>
    write.node('Clip', [write.floats('min', [write.params.min]), write.floats('max', [write.params.max])]),
  thresholdedRelu: (write) => write.node('ThresholdedRelu', [], { alpha: { float: write.params.threshold } }),
  softmax: alongAxis('Softmax'),
  logSoftmax: alongAxis('LogSoftmax'),
  batchNorm: (write) =>
    write.node('BatchNormalization', write.weights('weight', 'bias', 'running_mean', 'running_var'), {
      epsilon: { float: write.params.epsilon },
      momentum: { float: 1 - write.params.momentum },
    }),
  groupNorm: (write) =>
    write.node('GroupNormalization', write.ownWeights(), {
      num_groups: write.params.groups,
      epsilon: { float: write.params.epsilon },
    }),
  instanceNorm: (write) =>
    write.node('InstanceNormalization', write.ownWeights(), { epsilon: { float: write.params.epsilon } }),
  layerNorm: (write) =>
    write.node('LayerNormalization', write.ownWeights(), {
      axis: write.params.axis,
      epsilon: { float: write.params.epsilon },
    }),
  /** In the operators that it is made of: one of its own came with operator set 23. */
  rmsNorm: (write) => {
    const [x] = write.inputs as readonly [string];
    const [weight] = write.ownWeights() as readonly [string];
    const axes = write.step.weights[0]!.dims.map((_, i, { length }) => i - length);
    const squares = write.before('Mul', 'squares', [x, x]);
    const mean = write.before('ReduceMean', 'mean', [squares, write.ints('axes', axes)]);
    const shifted = write.before('Add', 'shifted', [mean, write.floats('epsilon', [write.params.epsilon])]);
    const unit = write.before('Div', 'unit', [x, write.before('Sqrt', 'root', [shifted])]);
    write.node('Mul', [], {}, [unit, weight]);
  },
  localResponseNorm: (write) =>
    write.node('LRN', [], {
      size: write.params.size,
      alpha: { float: write.params.alpha },
      beta: { float: write.params.beta },
      bias: { float: write.params.k },
    }),
  lpNorm: (write) => write.node('LpNormalization', [], { axis: write.params.axis, p: write.params.p }),
  dropout: (write) => write.node('Dropout', [write.floats('rate', [write.params.rate])]),
  add: (write) => (write.inputs.length === 2 ? write.node('Add') : write.node('Sum')),
  multiply: chained('Mul'),
  concat: alongAxis('Concat'),
  flatten: alongAxis('Flatten'),
  pad: (write) => {
    const { padding, mode, value } = write.params;
    const [top, left, bottom, right] = padding === 'same' ? [0, 0, 0, 0] : padding;
    const pads = write.ints('pads', [0, 0, top, left, 0, 0, bottom, right]);
    const fill = {
      constant: value,
      minusInfinity: -Infinity,
      infinity: Infinity,
      reflect: 0,
      edge: 0,
      wrap: 0,
    }[mode];
    const copies = mode === 'reflect' || mode === 'edge' || mode === 'wrap';
    if (copies) write.node('Pad', [pads], { mode });
    else write.node('Pad', [pads, write.floats('value', [fill])], { mode: 'constant' });
  },
  reshape: (write) => write.node('Reshape', [write.ints('shape', write.params.shape)]),
  transpose: (write) =>
    write.node('Transpose', [], write.params.perm.length > 0 ? { perm: write.params.perm } : {}),
  squeeze: (write) =>
    write.node('Squeeze', write.params.axes.length > 0 ? [write.ints('axes', write.params.axes)] : []),
  unsqueeze: (write) => write.node('Unsqueeze', [write.ints('axes', write.params.axes)]),
  slice: (write) => {
    const { starts, ends, axes, steps } = write.params;
    const along = axes.length > 0 ? axes : starts.map((_, i) => i);
    const extra = [write.ints('starts', starts), write.ints('ends', ends), write.ints('axes', along)];
    write.node('Slice', steps.length > 0 ? [...extra, write.ints('steps', steps)] : extra);
  },
  split: (write) => {
    const { axis, parts, sizes } = write.params;
    if (sizes.length > 0) write.node('Split', [write.ints('sizes', sizes)], { axis });
    else write.node('Split', [], { axis, num_outputs: parts });
  },
  gather: (write) => {
    const { axis, indices, dropAxis } = write.params;
    write.node('Gather', [write.ints('indices', indices, dropAxis ? [] : [indices.length])], { axis });
  },
  expand: (write) => write.node('Expand', [write.ints('shape', write.params.shape)]),
  resize: (write) => {
    const { scales, size, mode, coordinates, nearest, cubicCoefficient, excludeOutside } = write.params;
    const { antialias, aspect, region, extrapolation } = write.params;
    const crops = coordinates === 'tf_crop_and_resize';
    const [top, left, bottom, right] = region.length === 4 ? region : [0, 0, 1, 1];
    const target = [
      crops ? write.floats('region', [top!, left!, bottom!, right!], [4]) : '',
      ...(size.length > 0 ? ['', write.ints('sizes', size)] : [write.floats('scales', scales, [2])]),
    ];
    write.node('Resize', target, {
      mode,
      axes: [2, 3],
      coordinate_transformation_mode: coordinates,
      ...(mode === 'nearest' ? { nearest_mode: nearest } : {}),
      ...(mode === 'cubic' ? { cubic_coeff_a: { float: cubicCoefficient } } : {}),
      ...(mode === 'nearest'
        ? {}
        : { exclude_outside: Number(excludeOutside), antialias: Number(antialias) }),
      ...(size.length > 0 && aspect !== 'stretch'
        ? { keep_aspect_ratio_policy: aspect.replace('-', '_') }
        : {}),
      ...(crops ? { extrapolation_value: { float: extrapolation } } : {}),
    });
  },
  depthToSpace: (write) =>
    write.node('DepthToSpace', [], { blocksize: write.params.block, mode: write.params.order }),
  spaceToDepth: (write) => write.node('SpaceToDepth', [], { blocksize: write.params.block }),
  channelShuffle: (write) => {
    const [x] = write.inputs;
    const channels = write.step.inputDims[0]![1]!;
    const { groups } = write.params;
    // No extents: the same file holds for maps of any.
    const grouped = write.shape('groups', 1, [groups, channels / groups, -1]);
    const rows = write.before('Reshape', 'grouped', [x!, grouped]);
    const dealt = write.before('Transpose', 'dealt', [rows], { perm: [0, 2, 1, 3] });
    write.node('Reshape', [write.before('Shape', 'shape', [x!])], {}, [dealt]);
  },
  subtract: plain('Sub'),
  divide: plain('Div'),
  power: plain('Pow'),
  min: plain('Min'),
  max: plain('Max'),
  select: (write) => {
    const [mask, ...values] = write.inputs;
    write.node('Where', [], {}, [
      write.before('Greater', 'truth', [mask!, write.floats('zero', [0])]),
      ...values,
    ]);
  },
  sqrt: plain('Sqrt'),
  exp: plain('Exp'),
  log: plain('Log'),
  abs: plain('Abs'),
  neg: plain('Neg'),
  erf: plain('Erf'),
  reduceMean: reducing('ReduceMean'),
  reduceSum: reducing('ReduceSum'),
  reduceMax: reducing('ReduceMax'),
  reduceMin: reducing('ReduceMin'),
  equal: compared('Equal'),
  greater: compared('Greater'),
  greaterOrEqual: compared('GreaterOrEqual'),
  less: compared('Less'),
  lessOrEqual: compared('LessOrEqual'),
  and: ofTruths('And'),
  or: ofTruths('Or'),
  xor: ofTruths('Xor'),
  not: ofTruths('Not'),
  isNan: compared('IsNaN'),
  isInf: (write) => {
    const sides = {
      detect_positive: Number(write.params.positive),
      detect_negative: Number(write.params.negative),
    };
    write.node('Cast', [], { to: FLOAT }, [write.before('IsInf', 'truth', write.inputs, sides)]);
  },
  truth: (write) =>
    write.node('Cast', [], { to: FLOAT }, [write.before('Cast', 'truth', write.inputs, { to: BOOL })]),
  truncate: (write) =>
    write.node('Cast', [], { to: FLOAT }, [write.before('Cast', 'whole', write.inputs, { to: INT64 })]),
  roundHalf: (write) => {
    const half = write.before('Cast', 'half', write.inputs, { to: halfCodes[write.params.type] });
    write.node('Cast', [], { to: FLOAT }, [half]);
  },
  floor: plain('Floor'),
  ceil: plain('Ceil'),
  round: plain('Round'),
  sign: plain('Sign'),
  reciprocal: plain('Reciprocal'),
  sin: plain('Sin'),
  cos: plain('Cos'),
  tan: plain('Tan'),
  asin: plain('Asin'),
  acos: plain('Acos'),
  atan: plain('Atan'),
  sinh: plain('Sinh'),
  cosh: plain('Cosh'),
  asinh: plain('Asinh'),
  acosh: plain('Acosh'),
  atanh: plain('Atanh'),
  shrink: (write) =>
    write.node('Shrink', [], { lambd: { float: write.params.lambda }, bias: { float: write.params.bias } }),
  mod: (write) => {
    const { inputs } = write;
    if (write.params.sign === 'dividend') write.node('Mod', [], { fmod: 1 });
    // Of floating point numbers ONNX knows the dividend's sign only: a − b·⌊a / b⌋.
    else {
      const ratio = write.before('Div', 'ratio');
      const whole = write.before('Floor', 'whole', [ratio]);
      const parts = write.before('Mul', 'parts', [inputs[1]!, whole]);
      write.node('Sub', [], {}, [inputs[0]!, parts]);
    }
  },
  argMax: arg('ArgMax'),
  argMin: arg('ArgMin'),
  topK: (write) => {
    const { k, axis, largest } = write.params;
    write.withPositions('TopK', [...write.inputs, write.ints('k', [k])], { axis, largest: Number(largest) });
  },
  nonMaxSuppression: (write) => {
    const { most, overlap, least, boxes } = write.params;
    const limits = [
      write.ints('most', [most], []),
      write.floats('overlap', [overlap]),
      write.floats('least', [least]),
    ];
    const attributes = { center_point_box: Number(boxes === 'centre') };
    const kept = write.before('NonMaxSuppression', 'kept', [...write.inputs, ...limits], attributes);
    write.node('Cast', [], { to: FLOAT }, [kept]);
  },
  nonZero: (write) => {
    const places = write.before('NonZero', 'places', write.inputs);
    const rows = write.before('Transpose', 'rows', [places], { perm: [1, 0] });
    write.node('Cast', [], { to: FLOAT }, [rows]);
  },
  hardmax: alongAxis('Hardmax'),
  tile: (write) => write.node('Tile', [write.ints('repeats', write.params.repeats)]),
  take: (write) => write.node('Gather', [], { axis: write.params.axis }, withPositions(write)),
  gatherElements: (write) =>
    write.node('GatherElements', [], { axis: write.params.axis }, withPositions(write)),
  gatherNd: (write) =>
    write.node('GatherND', [], { batch_dims: write.params.batchDims }, withPositions(write)),
  scatterNd: (write) =>
    write.node('ScatterND', [], { reduction: write.params.reduction }, withPositions(write)),
  scatterElements: (write) => {
    const { axis, reduction } = write.params;
    write.node('ScatterElements', [], { axis, reduction }, withPositions(write));
  },
  cumSum: (write) => {
    const { axis, exclusive, reverse } = write.params;
    const attributes = { exclusive: Number(exclusive), reverse: Number(reverse) };
    write.node('CumSum', [write.ints('axis', [axis], [])], attributes);
  },
  cumProd: (write) => {
    const { axis, exclusive, reverse } = write.params;
    const attributes = { exclusive: Number(exclusive), reverse: Number(reverse) };
    write.node('CumProd', [write.ints('axis', [axis], [])], attributes, write.inputs, 26);
  },
  determinant: plain('Det'),
  reverseSequence: (write) => {
    const { axis } = write.params;
    const [x, given] = write.inputs as readonly [string, string];
    const lengths = write.before('Cast', 'lengths', [given], { to: INT64 });
    write.node('ReverseSequence', [], { time_axis: axis, batch_axis: 1 - axis }, [x, lengths]);
  },
  roiAlign: (write) => {
    const { size, samples, scale, mode, aligned } = write.params;
    const [x, boxes, given] = write.inputs as readonly [string, string, string];
    const images = write.before('Cast', 'images', [given], { to: INT64 });
    const attributes = {
      output_height: size[0],
      output_width: size[1],
      sampling_ratio: samples,
      spatial_scale: { float: scale },
      mode: mode === 'mean' ? 'avg' : 'max',
      coordinate_transformation_mode: aligned ? 'half_pixel' : 'output_half_pixel',
    };
    write.node('RoiAlign', [], attributes, [x, boxes, images]);
  },
  col2im: (write) => {
    const { size, kernel, stride, dilation, padding } = write.params;
    write.node('Col2Im', [write.ints('size', size), write.ints('kernel', kernel)], {
      strides: stride,
      dilations: dilation,
      pads: sidesOf(padding),
    });
  },
  oneHot: (write) => {
    const { depth, axis, on, off } = write.params;
    const classes = write.before('Cast', 'classes', write.inputs, { to: INT64 });
    write.node(
      'OneHot',
      [write.ints('depth', [depth], []), write.floats('values', [off, on], [2])],
      { axis },
      [classes],
    );
  },
  trilu: (write) =>
    write.node('Trilu', [write.ints('diagonal', [write.params.diagonal], [])], {
      upper: Number(write.params.part === 'upper'),
    }),
  eyeLike: (write) => write.node('EyeLike', [], { k: write.params.diagonal, dtype: FLOAT }),
  meanVarianceNorm: (write) => write.node('MeanVarianceNormalization', [], { axes: write.params.axes }),
  lpPool: (write) =>
    write.node('LpPool', [], {
      ...write.window(write.params),
      ceil_mode: Number(write.params.ceilMode),
      p: write.params.p,
    }),
  lpPool1d: (write) =>
    write.node('LpPool', [], {
      ...alongLine(write.params),
      ceil_mode: Number(write.params.ceilMode),
      p: write.params.p,
    }),
  globalLpPool: (write) => write.node('GlobalLpPool', [], { p: write.params.p }),
  globalLpPool1d: (write) => write.node('GlobalLpPool', [], { p: write.params.p }),
  gridSample: (write) => {
    const { mode, outside, alignCorners } = write.params;
    write.node('GridSample', [], { mode, padding_mode: outside, align_corners: Number(alignCorners) });
  },
  reduceL1: reducing('ReduceL1'),
  reduceL2: reducing('ReduceL2'),
  reduceLogSum: reducing('ReduceLogSum'),
  reduceLogSumExp: reducing('ReduceLogSumExp'),
  reduceProd: reducing('ReduceProd'),
  reduceSumSquare: reducing('ReduceSumSquare'),
  quantize: (write) => {
    const { scales, zeros, axis, type } = write.params;
    const grid = write.grid('', scales, zeros, type);
    write.node('Cast', [], { to: FLOAT }, [
      write.before('QuantizeLinear', 'whole', [...write.inputs, ...grid], { axis }),
    ]);
  },
  dequantize: (write) => {
    const { scales, zeros, axis, type } = write.params;
    const whole = write.integers(0, type);
    write.node('DequantizeLinear', write.grid('', scales, zeros, type), { axis }, [whole]);
  },
  dynamicQuantize: (write) => {
    const { step, inputs, outputs } = write;
    const [y, scale, zero] = outputs as readonly [string, string, string];
    const [whole, wholeZero] = [`${step.id}.whole`, `${step.id}.whole_zero`];
    const made = [whole, scale, wholeZero];
    write.nodes.push({ op: 'DynamicQuantizeLinear', name: step.id, inputs, outputs: made, attributes: {} });
    const cast = (name: string, from: string, to: string) =>
      write.nodes.push({ op: 'Cast', name, inputs: [from], outputs: [to], attributes: { to: FLOAT } });
    cast(`${step.id}.cast`, whole, y);
    cast(`${step.id}.cast_zero`, wholeZero, zero);
  },
  quantConv2d: (write) =>
    quantised(write, 'QLinearConv', { ...write.window(write.params), group: write.params.groups }),
  quantConv1d: (write) =>
    quantised(write, 'QLinearConv', { ...alongLine(write.params), group: write.params.groups }),
  quantLinear: (write) => quantised(write, 'QGemm', { transB: 1 }),
  quantMatmul: (write) => ofTwoGrids(write, 'QLinearMatMul'),
  quantAdd: (write) => ofTwoGrids(write, 'QLinearAdd', 'com.microsoft'),
  quantSoftmax: (write) => ofOneGrid(write, 'QLinearSoftmax', { axis: write.params.axis, opset: 13 }),
  quantAvgPool: (write) => {
    const { dilations, ...window } = write.window({ ...write.params, dilation: [1, 1] });
    ofOneGrid(write, 'QLinearAveragePool', { ...window, ...atEdges(write.params) });
  },
  quantAvgPool1d: (write) => {
    const { dilations, ...window } = alongLine({ ...write.params, dilation: 1 });
    ofOneGrid(write, 'QLinearAveragePool', { ...window, ...atEdges(write.params) });
  },
  opaque: () => {
    throw new TypeError('A network with an opaque layer is refused before it is written.');
  },
};
