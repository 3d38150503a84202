import { elementCount } from '../../../base/dims.ts';
import { messages } from '../../../base/problem.ts';
import { each, type IntType, intRanges } from '../../../layers/int-grid.ts';
import { type ElementType, elementTypeName, elementTypes } from '../model.ts';
import type { NodeView, Translate } from '../node-view.ts';
import {
  asWeight,
  type Constant,
  type Flow,
  type OnnxWeight,
  quantisedSources,
  transposed,
  type Value,
} from '../values.ts';
import { fromFront } from './axes.ts';
import { scalar } from './dense.ts';
import { isInBlocks, ofEvery } from './elements.ts';
import { reshape, sharedOut } from './normalise.ts';
import { atEdges, channelsLast, convAs, pooled, wholeMap } from './windows.ts';

export const say = messages('formats/onnx/operators/quantised', {
  'type-unsupported': [
    'it is quantised to {{name}}, and only {{known}} are taken.',
    'Quantise the model to int8 or uint8.',
  ],
  'scales-unsupported': [
    'one of its tensors has several scales where one is taken.',
    'Quantise activations by tensor, and weights by output channel.',
  ],
  'precision-unsupported': ['it divides in half precision.', 'Export the model without that precision.'],
  'blocks-do-not-fit': ['its blocks do not fit its input.', 'Export the model again.'],
  'form-unsupported': [
    'it turns its input, scales its product or gives floats.',
    'Leave the model in QuantizeLinear and DequantizeLinear form.',
  ],
});

const whole = (flow: Flow): Flow => ({ ...flow, integer: 'counts' });

/** A scale or zero point per index of an axis, or one for all; the type is that of the zero point. */
interface Grid {
  readonly scales: readonly number[];
  readonly zeros: readonly number[];
  readonly type: IntType;
}

function gridOf(node: NodeView, scaleAt: number, zeroAt: number): Grid {
  const scales = node.given(scaleAt) ? node.numbers(scaleAt, 'scale') : [1];
  const zeros = node.given(zeroAt) ? node.numbers(zeroAt, 'zero point') : [0];
  return { scales, zeros, type: typeOf(node, zeroAt) };
}

function typeOf(node: NodeView, zeroAt: number): IntType {
  const asked = node.int('output_dtype', 0) || undefined;
  const given = node.given(zeroAt) ? typeAt(node, zeroAt) : asked;
  const name = given === undefined ? 'uint8' : elementTypeName(given);
  if (Object.hasOwn(intRanges, name)) return name as IntType;
  throw node.refuse(say('type-unsupported', { name, known: Object.keys(intRanges).join(', ') }));
}

/** The type of a zero point, which may be computed. */
function typeAt(node: NodeView, i: number): ElementType | undefined {
  const zero = node.value(i);
  if (zero.kind === 'constant') return zero.type;
  if (zero.wraps !== undefined) return zero.wraps;
  return node.constant(i, 'zero point').type;
}

/** The grid of a whole tensor. */
function oneFor(node: NodeView, scaleAt: number, zeroAt: number) {
  const { scales, zeros, type } = gridOf(node, scaleAt, zeroAt);
  if (scales.length === 1 && zeros.length === 1) return { scale: scales[0]!, zero: zeros[0]!, type };
  throw node.refuse(say('scales-unsupported'));
}

/** What numbers beyond types of 8 bits of floating point become, which are refused; quotients are of single precision. */
export function passOverRounding(node: NodeView): void {
  node.passOver('saturate');
  if (![0, FLOAT].includes(node.int('precision', 0))) throw node.refuse(say('precision-unsupported'));
}

const FLOAT = 1;

/** A layer where its scale is known; otherwise the operations that it stands for. */
export function quantizeLinear(node: NodeView): readonly Value[] {
  passOverRounding(node);
  const block = node.int('block_size', 0);
  if (block > 0) return [whole(quantisedInBlocks(node, block))];
  const isFixed = [1, 2].every((i) => !node.given(i) || node.value(i).kind === 'constant');
  if (!isFixed) return [whole(quantisedBy(node))];
  return [whole(node.one('quantize', [node.flow(0)], { ...gridOf(node, 1, 2), axis: node.int('axis', 1) }))];
}

/** A layer where its scale is known; otherwise the operations that it stands for. */
export function dequantizeLinear(node: NodeView): readonly Value[] {
  const block = node.int('block_size', 0);
  if (block > 0) return [dequantisedInBlocks(node, block)];
  // The type of what comes out, which is computed in single precision; the axis where one scale is for all.
  node.passOver('output_dtype', 'axis');
  const { integer, wraps, ...x } = node.flow(0);
  const fixed = [1, 2].every((i) => !node.given(i) || node.value(i).kind === 'constant');
  if (!fixed) return [dequantisedBy(node, x)];
  // What comes in may be sums, in int32: their zero point is 0.
  const { scales, zeros } = zeroless(node);
  if (!node.given(1) && zeros.every((zero) => zero === 0)) return [x];
  const type = typeIn(node);
  return [node.one('dequantize', [x], { scales, zeros, axis: node.int('axis', 1), ...(type && { type }) })];
}

/** A scale or zero point of each block, as one for every element. */
function everywhere(node: NodeView, i: number, what: string, x: Flow, block: number): Flow {
  const { dims } = x;
  const axis = fromFront(node.int('axis', 1), dims.length);
  const constant = node.constant(i, what);
  if (!isInBlocks(constant.dims, dims, axis, block)) throw node.refuse(say('blocks-do-not-fit'));
  const load = async () =>
    Float32Array.from(ofEvery({ ...constant, values: await constant.load() }, dims, axis, block));
  const { sources } = constant;
  const spread = { kind: 'constant', dims, integer: false, values: undefined, sources, load } as const;
  return node.build.constant(node, spread, `${node.name}.every${i}`, false);
}

/** (x − zero point) · scale, one of each for as many elements along an axis. */
function dequantisedInBlocks(node: NodeView, block: number): Flow {
  node.passOver('output_dtype');
  const { integer, wraps, ...x } = node.flow(0);
  const moved = node.given(2)
    ? node.one('subtract', [x, everywhere(node, 2, 'zero point', x, block)], {}, {}, `${node.name}.centred`)
    : x;
  return node.one('multiply', [moved, everywhere(node, 1, 'scale', x, block)]);
}

/** x / scale, rounded, plus a zero point, within the type: one of each for as many elements along an axis. */
function quantisedInBlocks(node: NodeView, block: number): Flow {
  const [low, high] = intRanges[typeOf(node, 2)];
  const x = node.flow(0);
  const named = (what: string) => `${node.name}.${what}`;
  const steps = node.one('divide', [x, everywhere(node, 1, 'scale', x, block)], {}, {}, named('steps'));
  const rounded = node.one('round', [steps], {}, {}, named('rounded'));
  const moved = node.given(2)
    ? node.one('add', [rounded, everywhere(node, 2, 'zero point', x, block)], {}, {}, named('moved'))
    : rounded;
  return node.one('clip', [moved], { min: low, max: high });
}

/** The same of a scale and a zero point that the network computes. */
function quantisedBy(node: NodeView): Flow {
  const [low, high] = intRanges[typeOf(node, 2)];
  const named = (what: string) => `${node.name}.${what}`;
  const steps = node.one('divide', [node.flow(0), placedBesides(node, 1)], {}, {}, named('steps'));
  const rounded = node.one('round', [steps], {}, {}, named('rounded'));
  const moved = node.given(2)
    ? node.one('add', [rounded, placedBesides(node, 2)], {}, {}, named('moved'))
    : rounded;
  return node.one('clip', [moved], { min: low, max: high });
}

function zeroless(node: NodeView) {
  const scales = node.given(1) ? node.numbers(1, 'scale') : [1];
  const zeros = node.given(2) ? node.numbers(2, 'zero point') : [0];
  return { scales, zeros };
}

/** The type that comes in, where it is one that a layer gives. */
function typeIn(node: NodeView): IntType | undefined {
  const given = node.given(2) ? node.constant(2, 'zero point').type : undefined;
  const name = given === undefined ? undefined : elementTypes[given].name;
  return name !== undefined && Object.hasOwn(intRanges, name) ? (name as IntType) : undefined;
}

function dequantisedBy(node: NodeView, x: Flow): Flow {
  const zero = node.inputs[2];
  const moved = zero ? node.one('subtract', [x, placedBesides(node, 2)], {}, {}, `${node.name}.centred`) : x;
  return node.given(1) ? node.one('multiply', [moved, placedBesides(node, 1)]) : moved;
}

/** A scale or zero point as it flows, its integers as numbers. */
function besides(node: NodeView, i: number): Flow {
  const value = node.value(i);
  if (value.kind === 'flow') {
    const { integer, ...flow } = value;
    return flow;
  }
  if (elementCount(value.dims) === 1) return scalar(node, node.numbers(i, 'scale')[0]!, `beside${i}`);
  return node.build.flow(node, value, `${node.name}.beside${i}`);
}

/** The same as it meets the input: one for each index of an axis stands along that axis. */
function placedBesides(node: NodeView, i: number): Flow {
  const flow = besides(node, i);
  const { length } = node.dims(0);
  const axis = fromFront(node.int('axis', 1), length);
  if (flow.dims.length !== 1 || flow.dims[0] === 1 || axis >= length - 1) return flow;
  const dims = Array.from({ length: length - axis }, (_, at) => (at === 0 ? flow.dims[0]! : 1));
  return node.one('reshape', [flow], { shape: dims }, {}, `${node.name}.along${i}`);
}

/** ONNX's number of the type. */
const UINT8 = 2;

export function dynamicQuantizeLinear(node: NodeView): readonly Value[] {
  const [y, scale, zero] = node.add('dynamicQuantize', [node.flow(0)]);
  return [whole(y!), scale!, { ...whole(zero!), wraps: UINT8 }];
}

/** The real numbers that stored integers stand for: rows are output channels. */
function realWeight(constant: Constant, dims: readonly number[], { scales, zeros }: Grid): OnnxWeight {
  const real = (elements: ArrayLike<number>) => {
    const row = elements.length / dims[0]!;
    return Float32Array.from(elements, (q, i) => {
      const channel = Math.floor(i / row);
      return (q - each(zeros, channel)) * Math.fround(each(scales, channel));
    });
  };
  return asWeight(constant, dims, real, `dequantised ${scales.join()} ${zeros.join()}`);
}

function realBias(constant: Constant, inputScale: number, { scales }: Grid): OnnxWeight {
  const step = (i: number) => Math.fround(Math.fround(inputScale) * Math.fround(each(scales, i)));
  const real = (elements: ArrayLike<number>) => Float32Array.from(elements, (q, i) => q * step(i));
  const weight = asWeight(
    constant,
    [elementCount(constant.dims)],
    real,
    `dequantised ${inputScale} ${scales.join()}`,
  );
  return { ...weight, sources: quantisedSources(constant) };
}

/** What a quantised product has besides its weights. */
function productOf(node: NodeView, weight: Grid, input: number, output: number) {
  const x = oneFor(node, input, input + 1);
  const y = oneFor(node, output, output + 1);
  return {
    inputScale: x.scale,
    inputZero: x.zero,
    inputType: x.type,
    outputScale: y.scale,
    outputZero: y.zero,
    outputType: y.type,
    weightScales: weight.scales,
    weightZeros: weight.zeros,
    weightType: weight.type,
  };
}

/** x, x_scale, x_zero_point, w, w_scale, w_zero_point, y_scale, y_zero_point, B. */
export const qLinearConv = whereverChannelsAre((node) => {
  const grid = gridOf(node, 4, 5);
  const params = productOf(node, grid, 1, 6);
  const [y] = convAs(node, {
    kind: 'quantConv2d',
    params,
    weightAt: 3,
    biasAt: 8,
    weight: (constant, dims) => realWeight(constant, dims, grid),
    bias: (constant) => realBias(constant, params.inputScale, grid),
  });
  return [whole(y as Flow)];
});

/** a, a_scale, a_zero_point, b, b_scale, b_zero_point, y_scale, y_zero_point. */
export function qLinearMatMul(node: NodeView): readonly Value[] {
  const a = node.flow(0);
  const b = node.value(3);
  if (b.kind === 'constant' && b.dims.length === 2 && a.dims.length === 2)
    return [fullyConnected(node, a, b, { columns: true, outputAt: 6 })];
  if (b.kind === 'constant' && b.dims.length === 2 && a.dims.length > 2) return [ofTokens(node, a, b)];
  return [whole(node.one('quantMatmul', [a, node.matrix(3)], ofTwo(node)))];
}

/** Every token of a stack, one by one: a row each. */
function ofTokens(node: NodeView, a: Flow, b: Constant): Flow {
  const stack = a.dims.slice(0, -1);
  const rows = reshape(node, a, [elementCount(stack), a.dims.at(-1)!], 'tokens');
  const y = fullyConnected(node, rows, b, { columns: true, outputAt: 6 });
  return whole(reshape(node, y, [...stack, b.dims[1]!], 'stacked'));
}

/** A, A_scale, A_zero_point, B, B_scale, B_zero_point, C_scale, C_zero_point. */
export function qLinearAdd(node: NodeView): readonly Value[] {
  return [whole(node.one('quantAdd', [node.flow(0), node.flow(3)], { ...ofTwo(node), ...signs(node) }))];
}

/** Whether it rounds in uint8 what is int8: told of operators that were joined. */
const signs = (node: NodeView) => ({ asUnsigned: node.int('unsigned', 0) === 1 });

/** x, x_scale, x_zero_point, y_scale, y_zero_point. */
function ofOne(node: NodeView) {
  const [x, y] = [oneFor(node, 1, 2), oneFor(node, 3, 4)];
  return {
    ...{ inputScale: x.scale, inputZero: x.zero, inputType: x.type },
    ...{ outputScale: y.scale, outputZero: y.zero, outputType: y.type },
  };
}

export function qLinearSoftmax(node: NodeView): readonly Value[] {
  return [whole(sharedOut(node, 'quantSoftmax', node.int('opset', 13), ofOne(node)))];
}

/** Where an attribute says that channels come last. */
function whereverChannelsAre(translate: Translate): Translate {
  const turned = channelsLast(translate);
  return (node) => (node.int('channels_last', 0) === 1 ? turned : translate)(node);
}

export const qLinearAveragePool = whereverChannelsAre((node) =>
  pooled(node, 'quantAvgPool', { ...ofOne(node), ...atEdges(node), ...signs(node) }).map(whole),
);

/** The pool whose window is the whole map. */
export const qLinearGlobalAveragePool = whereverChannelsAre((node) =>
  wholeMap(node, 'quantAvgPool', ofOne(node)).map(whole),
);

function ofTwo(node: NodeView) {
  const [a, b, y] = [oneFor(node, 1, 2), oneFor(node, 4, 5), oneFor(node, 6, 7)];
  return {
    ...{ inputScale: a.scale, inputZero: a.zero, inputType: a.type },
    ...{ rightScale: b.scale, rightZero: b.zero, rightType: b.type },
    ...{ outputScale: y.scale, outputZero: y.zero, outputType: y.type },
  };
}

/** A, a_scale, a_zero_point, B, b_scale, b_zero_point, C, y_scale, y_zero_point. */
export function qGemm(node: NodeView): readonly Value[] {
  const b = node.constant(3, 'weights');
  const factors = [node.float('alpha', 1), node.float('beta', 1)];
  const plain = node.int('transA', 0) === 0 && factors.every((factor) => factor === 1) && node.given(7);
  if (!plain || b.dims.length !== 2) {
    throw node.refuse(say('form-unsupported'));
  }
  const columns = node.int('transB', 0) === 0;
  return [fullyConnected(node, node.flow(0), b, { columns, outputAt: 7, biasAt: 6 })];
}

function fullyConnected(
  node: NodeView,
  a: Flow,
  b: Constant,
  at: { readonly columns: boolean; readonly outputAt: number; readonly biasAt?: number },
): Flow {
  const [rows, columns] = b.dims as readonly [number, number];
  const [features, fanIn] = at.columns ? [columns, rows] : [rows, columns];
  const grid = gridOf(node, 4, 5);
  const params = productOf(node, grid, 1, at.outputAt);
  const turned: Constant = at.columns
    ? {
        ...b,
        dims: [features, fanIn],
        values: b.values && transposed(b.values, fanIn, features),
        load: async () => transposed(await b.load(), fanIn, features),
      }
    : b;
  const { part, ...stored } = turned;
  const bias =
    at.biasAt === undefined || !node.given(at.biasAt) ? undefined : node.constant(at.biasAt, 'bias');
  const weights = {
    weight: realWeight(at.columns ? stored : turned, [features, fanIn], grid),
    ...(bias && { bias: realBias(bias, params.inputScale, grid) }),
  };
  return whole(node.one('quantLinear', [a], { features, bias: bias !== undefined, ...params }, weights));
}
