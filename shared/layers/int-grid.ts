import { type Dims, elementCount } from '../base/dims.ts';
import { type Issue, messages } from '../base/problem.ts';
import { type FloatTensor, Tensor } from '../base/tensor.ts';
import { param, type ValuesOf } from '../schema/params.ts';
import type { Tally, Traits } from './define.ts';
import { resolveAxis } from './expect.ts';

export const say = messages('layers/int-grid', {
  'scales-do-not-fit': [
    '{{title}} needs one number or {{channels}}, one per channel, got {{count}}.',
    'Give one for all channels, or one for each.',
  ],
  'zero-outside-type': [
    '{{title}} has a zero point of {{zero}}, which no {{type}} is.',
    'Give one from {{low}} to {{high}}.',
  ],
  'scale-not-positive': ['{{title}} needs scales above 0.', 'Set every scale above 0.'],
});

/** The integers that a quantised tensor may hold; it is kept as float32 here, which holds each of them exactly. */
export const intRanges = {
  int8: [-128, 127],
  uint8: [0, 255],
  int16: [-32_768, 32_767],
  uint16: [0, 65_535],
} as const satisfies Readonly<Record<string, readonly [number, number]>>;
export type IntType = keyof typeof intRanges;

/** What is true of a layer that gives integers of a type. */
export function wholeOf(type: IntType): Traits {
  const unsigned = intRanges[type][0] === 0;
  return { whole: true, nonNegative: unsigned, keepsSign: unsigned };
}

/** Accumulators and biases: no layer's output. */
export const int32Range = [-(2 ** 31), 2 ** 31 - 1] as const;

const typeOptions = (Object.keys(intRanges) as IntType[]).map((value) => ({ value, title: value }));
/** As many channels as may have a scale of their own. */
const MAX_SCALES = 1 << 16;

export const gridParams = {
  type: <T extends IntType>(title: string, doc: string, standard: T) =>
    param.choice<IntType>({ title, doc, default: standard, options: typeOptions, advanced: true }),
  scale: (title: string, doc: string, standard = 0.02) =>
    param.float({ title, doc, default: standard, min: 1e-38 }),
  scales: (title: string, doc: string, standard = 0.02) =>
    param.floats({ title, doc, default: [standard], maxLength: MAX_SCALES }),
  zero: (title: string, doc: string) =>
    param.int({ title, doc, default: 0, min: -32_768, max: 65_535, advanced: true }),
  zeros: (title: string, doc: string) =>
    param.ints({ title, doc, default: [0], maxLength: MAX_SCALES, advanced: true }),
  axis: param.int({
    title: 'Axis',
    doc: 'The axis along which scales change; negative counts from the end.',
    default: 1,
    min: -8,
    max: 7,
    advanced: true,
  }),
};

/** The nearest integer, of which 0 has no sign; halves go to the even neighbour, as IEEE 754 rounds and onnxruntime with it. */
export function roundEven(x: number): number {
  const down = Math.floor(x);
  if (x - down !== 0.5) return Math.round(x) + 0;
  return down % 2 === 0 ? down : down + 1;
}

/** The element of a list of one for all, or one each. */
export const each = (list: readonly number[], i: number): number => list[list.length === 1 ? 0 : i]!;

/** x / scale + zero in single precision, rounded half to even and saturated. */
export function toGrid(x: number, scale: number, zero: number, [low, high]: readonly [number, number]) {
  const steps = roundEven(Math.fround(x / Math.fround(scale)));
  return Math.min(Math.max(steps + zero, low), high);
}

/** Why scales and zero points do not fit so many channels. */
export function expectScales(
  title: string,
  channels: number,
  lists: Readonly<Record<string, readonly number[]>>,
): Issue | undefined {
  for (const [name, list] of Object.entries(lists)) {
    const positive = !name.endsWith('cales') || list.every((scale) => scale > 0);
    if (positive && (list.length === 1 || list.length === channels)) continue;
    return positive
      ? say('scales-do-not-fit', { title, channels, count: list.length }, { param: name })
      : say('scale-not-positive', { title }, { param: name });
  }
  return undefined;
}

/** Why integers that stand for 0, by parameter, are none that their type holds. */
export function expectZeros(
  title: string,
  zeros: Readonly<Record<string, readonly [zeros: number | readonly number[], type: IntType]>>,
): Issue | undefined {
  for (const [name, [own, type]] of Object.entries(zeros)) {
    const [low, high] = intRanges[type];
    const outside = [own].flat().find((zero) => zero < low || zero > high);
    if (outside === undefined) continue;
    return say('zero-outside-type', { title, zero: outside, type, low, high }, { param: name });
  }
  return undefined;
}

/** What a layer needs that has one scale for all or one per index of an axis. */
export interface PerAxis {
  readonly scales: readonly number[];
  readonly zeros: readonly number[];
  readonly axis: number;
  readonly type: IntType;
}

/** Why these scales do not fit the dims. */
export function misfit(title: string, { scales, zeros, axis, type }: PerAxis, dims: Dims): Issue | undefined {
  const outside = expectZeros(title, { zeros: [zeros, type] });
  if (outside) return outside;
  if (scales.length === 1 && zeros.length === 1) return expectScales(title, 1, { scales });
  const found = resolveAxis(title, axis, dims.length);
  return 'code' in found ? found : expectScales(title, dims[found.axis]!, { scales, zeros });
}

/** A function of each element and of the scale and zero point of its index along the axis. */
export function mapPerAxis(
  x: FloatTensor,
  { scales, zeros, axis }: PerAxis,
  tally: Tally,
  f: (value: number, scale: number, zero: number) => number,
): FloatTensor {
  const at = axis < 0 ? axis + x.dims.length : axis;
  const inner = elementCount(x.dims.slice(at + 1));
  const extent = x.dims[at] ?? 1;
  const y = Tensor.zeros(x.dims);
  for (let i = 0; i < x.data.length; i++) {
    const channel = Math.floor(i / inner) % extent;
    y.data[i] = f(x.data[i]!, each(scales, channel), each(zeros, channel));
  }
  tally.otherOps += y.data.length;
  return y;
}

/** The integers that real weights stand for on their grid, less the zero point: rows are output channels. */
export function weightSteps(
  weight: FloatTensor,
  scales: readonly number[],
  zeros: readonly number[],
  range: readonly [number, number],
): FloatTensor {
  const row = weight.data.length / weight.dims[0]!;
  const steps = weight.data.map((w, i) => {
    const channel = Math.floor(i / row);
    const zero = each(zeros, channel);
    return toGrid(w, each(scales, channel), zero, range) - zero;
  });
  return new Tensor('float32', steps, weight.dims);
}

/** Real biases in steps of input scale × weight scale. */
export function biasSteps(bias: FloatTensor, inputScale: number, scales: readonly number[]): FloatTensor {
  const steps = bias.data.map((b, i) => {
    const step = Math.fround(Math.fround(inputScale) * Math.fround(each(scales, i)));
    return Math.min(Math.max(roundEven(b / step), int32Range[0]), int32Range[1]);
  });
  return new Tensor('float32', steps, bias.dims);
}

/** The grid of a product's result. */
export interface OutputGrid {
  readonly inputScale: number;
  readonly outputScale: number;
  readonly outputZero: number;
  readonly outputType: IntType;
}

/**
 * Sums of products of integers on the grid of the output, as onnxruntime has it: the int32 as float32 times
 * input scale · weight scale / output scale, rounded half to even, saturated. `channelOf` tells whose scale it is.
 */
export function requantise(
  sums: FloatTensor,
  { inputScale, outputScale, outputZero, outputType }: OutputGrid,
  scales: readonly number[],
  channelOf: (i: number) => number,
  tally: Tally,
): FloatTensor {
  const [low, high] = intRanges[outputType];
  const factors = scales.map((scale) =>
    Math.fround(Math.fround(Math.fround(inputScale) * Math.fround(scale)) / Math.fround(outputScale)),
  );
  const y = sums.data.map((sum, i) => {
    const scaled = Math.fround(sum * each(factors, channelOf(i)));
    return roundEven(Math.min(Math.max(scaled, low - outputZero), high - outputZero)) + outputZero;
  });
  tally.otherOps += y.length;
  return new Tensor('float32', y, sums.dims);
}

/** The same integers with zero at 0. */
export function centred(x: FloatTensor, zero: number): FloatTensor {
  return zero === 0
    ? x
    : new Tensor(
        'float32',
        x.data.map((value) => value - zero),
        x.dims,
      );
}

/** Parameters that products of quantised tensors share: what comes in, what goes out. */
export const productParams = {
  inputScale: gridParams.scale('Input scale', 'What one step of the input is worth.'),
  inputZero: gridParams.zero('Input zero', 'The integer that stands for 0 in the input.'),
  inputType: gridParams.type('Input type', 'The integers that come in.', 'uint8'),
  outputScale: gridParams.scale('Output scale', 'What one step of the output is worth.'),
  outputZero: gridParams.zero('Output zero', 'The integer that stands for 0 in the output.'),
  outputType: gridParams.type('Output type', 'The integers that go out.', 'uint8'),
};

/** How far int8 are moved to be uint8. */
const UNSIGNED_BY = 128;

/** Whether a layer that adds zero points before it rounds does so in uint8, whose sums round otherwise. */
export const asUnsigned = param.flag({
  title: 'Round as uint8',
  doc: 'int8 are moved by 128 before the arithmetic, and back after it, as onnxruntime does on x86 processors where one layer reads them: some halves go to the other side.',
  default: false,
  advanced: true,
});

interface Unsignable {
  readonly asUnsigned: boolean;
  readonly inputType: IntType;
  readonly rightType?: IntType;
  readonly outputType: IntType;
}

/** By how much integers are moved before the arithmetic, where all of them are int8. */
export function movedBy({ asUnsigned, inputType, rightType = 'int8', outputType }: Unsignable): number {
  const signed = [inputType, rightType, outputType].every((type) => type === 'int8');
  return asUnsigned && signed ? UNSIGNED_BY : 0;
}

/** The zero points of a product's input and output, each with its type. */
export const productZeros = ({
  inputZero,
  inputType,
  outputZero,
  outputType,
}: ValuesOf<typeof productParams>) => ({
  inputZero: [inputZero, inputType] as const,
  outputZero: [outputZero, outputType] as const,
});

/** Parameters of layers with weights of their own. */
export const weightParams = {
  weightScales: gridParams.scales(
    'Weight scales',
    'What one step of the weights is worth: one for all, or one per output channel.',
    0.005,
  ),
  weightZeros: gridParams.zeros('Weight zeros', 'The integers that stand for 0 in the weights.'),
  weightType: gridParams.type('Weight type', 'The integers that weights are rounded to.', 'int8'),
};

type ProductValues = ValuesOf<typeof productParams> & ValuesOf<typeof weightParams>;

/** Why the grids of a layer with weights of its own do not fit its output channels. */
export function expectGrids(title: string, channels: number, params: ProductValues): Issue | undefined {
  const { weightScales, weightZeros, weightType } = params;
  return (
    expectScales(title, channels, { weightScales, weightZeros }) ??
    expectZeros(title, { ...productZeros(params), weightZeros: [weightZeros, weightType] })
  );
}

/** The integers of which such a layer sums products: its input's, with zero at 0, and its weights' and biases' steps. */
export function stepsOf(
  { weightScales, weightZeros, weightType, inputScale, inputZero }: ProductValues,
  input: FloatTensor,
  weights: Readonly<Record<string, FloatTensor>>,
): { readonly inputs: readonly [FloatTensor]; readonly weights: Readonly<Record<string, FloatTensor>> } {
  const bias = weights.bias && biasSteps(weights.bias, inputScale, weightScales);
  const weight = weightSteps(weights.weight!, weightScales, weightZeros, intRanges[weightType]);
  return { inputs: [centred(input, inputZero)], weights: { weight, ...(bias && { bias }) } };
}
