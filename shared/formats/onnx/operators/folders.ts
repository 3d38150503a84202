import { type Dims, elementCount } from '../../../base/dims.ts';
import { broadcastDims } from '../../../layers/broadcast.ts';
import { erfOf } from '../../../layers/erf-function.ts';
import { type IntType, intRanges, roundEven, toGrid } from '../../../layers/int-grid.ts';
import { wrapped } from '../held.ts';
import { type ElementType, elementTypeName, elementTypes, isElementType } from '../model.ts';
import type { NodeView } from '../node-view.ts';
import { BOOL, type Constant, known, redimmed, SMALL_ELEMENTS } from '../values.ts';
import { fromFront } from './axes.ts';
import { placedDims } from './dense.ts';
import {
  combined,
  elementsOf,
  gathered,
  isInBlocks,
  ofEvery,
  pick,
  stridesOf,
  Unfoldable,
} from './elements.ts';
import { passOverPrecision } from './normalise.ts';
import { passOverRounding } from './quantised.ts';

/** What a constant is worked out to be: its dims now, its elements when they are wanted. */
export interface Folding {
  readonly dims: Dims;
  readonly integer: boolean;
  /** Where it is known, and is not that of what is only moved. */
  readonly type?: ElementType;
  elements(): ArrayLike<number>;
}

/** What operators give for constants; undefined where they must run with the network. */
export type Folder = (node: NodeView, inputs: readonly Constant[]) => Folding | undefined;

/** Of two operands, element by element. */
export const binary: Readonly<Record<string, (a: number, b: number, integer: boolean) => number>> = {
  Add: (a, b) => a + b,
  Sub: (a, b) => a - b,
  Mul: (a, b) => a * b,
  Div: (a, b, integer) => (integer ? Math.trunc(a / b) : a / b),
  Pow: (a, b, integer) => (integer ? Math.trunc(a ** b) : a ** b),
  Min: (a, b) => Math.min(a, b),
  Max: (a, b) => Math.max(a, b),
  Equal: (a, b) => Number(a === b),
  Less: (a, b) => Number(a < b),
  LessOrEqual: (a, b) => Number(a <= b),
  Greater: (a, b) => Number(a > b),
  GreaterOrEqual: (a, b) => Number(a >= b),
  And: (a, b) => Number(a !== 0 && b !== 0),
  Or: (a, b) => Number(a !== 0 || b !== 0),
  Xor: (a, b) => Number((a !== 0) !== (b !== 0)),
  BitwiseAnd: (a, b) => Number(BigInt(a) & BigInt(b)),
  BitwiseOr: (a, b) => Number(BigInt(a) | BigInt(b)),
  BitwiseXor: (a, b) => Number(BigInt(a) ^ BigInt(b)),
};
const truths = ['Equal', 'Less', 'LessOrEqual', 'Greater', 'GreaterOrEqual', 'And', 'Or', 'Xor'];

const unary: Readonly<Record<string, (x: number) => number>> = {
  Floor: Math.floor,
  Ceil: Math.ceil,
  Round: roundEven,
  Sign: Math.sign,
  Neg: (x) => -x,
  Abs: Math.abs,
  Sqrt: Math.sqrt,
  Exp: Math.exp,
  Log: Math.log,
  Sin: Math.sin,
  Cos: Math.cos,
  Tanh: Math.tanh,
  Sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  Relu: (x) => Math.max(0, x),
  Softplus: (x) => Math.log1p(Math.exp(-Math.abs(x))) + Math.max(0, x),
  Erf: erfOf,
  Not: (x) => Number(x === 0),
  Reciprocal: (x) => 1 / x,
};

/** Operators of two operands after the first, and where the type is the first one's. */
function binaryFolder(op: string): Folder {
  const f = binary[op]!;
  return (node, [a, second, ...more]) => {
    if (!a || !second || more.length > 0) return undefined;
    const b = redimmed(second, placedDims(node, a.dims.length, second));
    const dims = broadcastDims(a.dims, b.dims);
    if (!dims) return undefined;
    const integer = op === 'Pow' ? a.integer : a.integer && b.integer;
    const held = integer && !truths.includes(op) ? wrapped(a.type) : (value: number) => value;
    return {
      dims,
      integer: integer || truths.includes(op),
      ...(truths.includes(op) ? { type: BOOL } : integer && a.type !== undefined && { type: a.type }),
      elements: () => combined(dims, a, b, (p, q) => held(f(p, q, integer))),
    };
  };
}

const bitShift: Folder = (node, [a, b]) => {
  const dims = a && b && broadcastDims(a.dims, b.dims);
  if (!dims) return undefined;
  const left = node.text('direction', '') === 'LEFT';
  const held = wrapped(a.type);
  const f = (p: number, given: number) => {
    // What is shifted by as much as it is wide, or by less than nothing, is shifted out.
    const q = given < 0 ? 64 : given;
    return left ? (q < 64 ? held(p * 2 ** q) : 0) : Math.floor(p / 2 ** q);
  };
  return { dims, integer: true, elements: () => combined(dims, a, b, f) };
};

/** Every bit the other way round: what is left to the largest number of an unsigned type, −x − 1 of others. */
const bitwiseNot: Folder = (_, [x]) => {
  const held = wrapped(x!.type);
  return {
    dims: x!.dims,
    integer: true,
    elements: () => Float64Array.from(elementsOf(x!), (v) => held(-v - 1)),
  };
};

/** Where elements are that are not 0: a row of coordinates for each axis. */
const nonZero: Folder = (_, [x]) => {
  const at: (readonly number[])[] = [];
  gathered(x!.dims, (coords) => {
    if (pick(x!, coords) !== 0) at.push([...coords]);
    return 0;
  });
  return {
    dims: [x!.dims.length, at.length],
    integer: true,
    elements: () => x!.dims.flatMap((_, axis) => at.map((coords) => coords[axis]!)),
  };
};

/** A window of a signal, of as many elements as are asked for: a sum of cosines. */
function windowFolder(weights: readonly number[]): Folder {
  return (node, [size]) => {
    // The type of its numbers, which are rounded to float32.
    node.passOver('output_datatype');
    const count = size?.values?.[0];
    if (count === undefined || !(count <= SMALL_ELEMENTS)) return undefined;
    const period = node.int('periodic', 1) === 1 ? count : count - 1;
    const element = (i: number) =>
      weights.reduce((sum, weight, k) => sum + weight * Math.cos((2 * Math.PI * k * i) / period), 0);
    return {
      dims: [count],
      integer: false,
      elements: () => Array.from({ length: count }, (_, i) => element(i)),
    };
  };
}

/** Triangles over the bins of a spectrum, of equal width as pitch is heard, each from the middle of the one before. */
const melWeights: Folder = (node, inputs) => {
  // The type of its numbers, which are rounded to float32.
  node.passOver('output_datatype');
  const [bands, length, rate, low, high] = inputs.map(({ values }) => values?.[0]);
  if (bands === undefined || length === undefined || rate === undefined) return undefined;
  if (low === undefined || high === undefined || !(bands >= 1 && length >= 1 && rate > 0)) return undefined;
  if (!(bands * length <= MAX_MEL_ELEMENTS && low > -700 && high > -700)) return undefined;
  const mel = (hertz: number) => 2595 * Math.log10(1 + hertz / 700);
  const step = (mel(high) - mel(low)) / (bands + 2);
  const binAt = (i: number) =>
    Math.floor(((length + 1) * 700 * (10 ** ((mel(low) + i * step) / 2595) - 1)) / rate);
  const rows = Math.floor(length / 2) + 1;
  const elements = () => {
    const weights = new Float64Array(rows * bands);
    for (let band = 0; band < bands; band++) {
      const [from, middle, to] = [binAt(band), binAt(band + 1), binAt(band + 2)];
      for (let bin = Math.max(0, from); bin <= Math.min(middle, rows - 1); bin++)
        weights[bin * bands + band] = middle === from ? 1 : (bin - from) / (middle - from);
      for (let bin = Math.max(0, middle); bin < Math.min(to, rows); bin++)
        weights[bin * bands + band] = (to - bin) / (to - middle);
    }
    return weights;
  };
  return { dims: [rows, bands], integer: false, elements };
};

const MAX_MEL_ELEMENTS = 2 ** 22;

/** Divisors give the remainder its sign, unless `fmod` asks for the dividend's. */
const mod: Folder = (node, [a, b]) => {
  const dims = a && b && broadcastDims(a.dims, b.dims);
  if (!dims) return undefined;
  const f =
    node.int('fmod', 0) === 1
      ? (p: number, q: number) => p % q
      : (p: number, q: number) => p - Math.floor(p / q) * q;
  return { dims, integer: a.integer && b.integer, elements: () => combined(dims, a, b, f) };
};

const where: Folder = (_, [condition, a, b]) => {
  const values = a && b && broadcastDims(a.dims, b.dims);
  const dims = condition && values && broadcastDims(condition.dims, values);
  if (!dims) return undefined;
  return {
    dims,
    integer: a.integer && b.integer,
    elements: () => gathered(dims, (at) => pick(pick(condition, at) ? a : b, at)),
  };
};

const expand: Folder = (node, [x]) => {
  const dims = broadcastDims(x!.dims, node.numbers(1, 'shape'));
  return dims && { dims, integer: x!.integer, elements: () => gathered(dims, (at) => pick(x!, at)) };
};

const tile: Folder = (node, [x]) => {
  const repeats = node.numbers(1, 'repeats');
  const dims = x!.dims.map((extent, axis) => extent * (repeats[axis] ?? 1));
  const within = (at: readonly number[]) => at.map((c, axis) => c % x!.dims[axis]!);
  return { dims, integer: x!.integer, elements: () => gathered(dims, (at) => pick(x!, within(at))) };
};

const concat: Folder = (node, inputs) => {
  const first = inputs[0]!.dims;
  const axis = fromFront(node.int('axis', 1), first.length);
  if (!(axis in first)) throw new Unfoldable();
  const parts = inputs.map(({ dims }) => dims[axis] ?? 0);
  const dims = first.with(
    axis,
    parts.reduce((sum, part) => sum + part, 0),
  );
  const element = (at: readonly number[]) => {
    let [part, within] = [0, at[axis]!];
    while (within >= parts[part]!) within -= parts[part++]!;
    return pick(inputs[part]!, at.with(axis, within));
  };
  return {
    dims,
    integer: inputs.every(({ integer }) => integer),
    elements: () => gathered(dims, element),
  };
};

const gather: Folder = (node, [x, indices]) => {
  const axis = fromFront(node.int('axis', 0), x!.dims.length);
  const extent = x!.dims[axis];
  if (extent === undefined) throw new Unfoldable();
  const rank = indices!.dims.length;
  const dims = x!.dims.toSpliced(axis, 1, ...indices!.dims);
  return {
    dims,
    integer: x!.integer,
    elements: () =>
      gathered(dims, (at) => {
        const index = pick(indices!, at.slice(axis, axis + rank));
        return pick(x!, at.toSpliced(axis, rank, index < 0 ? index + extent : index));
      }),
  };
};

const slice: Folder = (node, [x]) => {
  const starts = node.numbersFrom('starts', 1) ?? [];
  const ends = node.numbersFrom('ends', 2) ?? [];
  const axes = node.numbersFrom('axes', 3) ?? starts.map((_, i) => i);
  const steps = node.given(4) ? node.numbers(4, 'steps') : starts.map(() => 1);
  const cuts = x!.dims.map((extent) => ({ start: 0, step: 1, length: extent }));
  for (const [i, given] of axes.entries()) {
    const axis = fromFront(given, x!.dims.length);
    const extent = x!.dims[axis]!;
    const step = steps[i]!;
    const cut = (at: number, least: number) =>
      Math.min(Math.max(at < 0 ? at + extent : at, least), step > 0 ? extent : extent - 1);
    // Backwards, a start before the first element is the first.
    const start = cut(starts[i]!, 0);
    const end = cut(ends[i]!, step > 0 ? 0 : -1);
    cuts[axis] = { start, step, length: Math.max(0, Math.ceil((end - start) / step)) };
  }
  const dims = cuts.map(({ length }) => length);
  const place = (at: readonly number[]) => at.map((c, axis) => cuts[axis]!.start + c * cuts[axis]!.step);
  return { dims, integer: x!.integer, elements: () => gathered(dims, (at) => pick(x!, place(at))) };
};

const range: Folder = (node, [start, limit, delta]) => {
  passOverPrecision(node);
  const [from, to, step] = [start, limit, delta].map((each) => each?.values?.[0]);
  if (from === undefined || to === undefined || step === undefined) return undefined;
  const length = Math.max(0, Math.ceil((to - from) / step));
  if (!(length <= SMALL_ELEMENTS)) return undefined;
  return {
    dims: [length],
    integer: start!.integer,
    elements: () => Array.from({ length }, (_, i) => from + i * step),
  };
};

interface Reduction {
  readonly start: number;
  step(soFar: number, value: number): number;
  /** What is made of the result over so many elements. */
  end?(total: number, count: number): number;
}

const reductions: Readonly<Record<string, Reduction>> = {
  ReduceProd: { start: 1, step: (soFar, value) => soFar * value },
  ReduceSum: { start: 0, step: (soFar, value) => soFar + value },
  ReduceMean: { start: 0, step: (soFar, value) => soFar + value, end: (total, count) => total / count },
  ReduceMax: { start: -Infinity, step: Math.max },
  ReduceMin: { start: Infinity, step: Math.min },
  ReduceL1: { start: 0, step: (soFar, value) => soFar + Math.abs(value) },
  ReduceL2: { start: 0, step: (soFar, value) => soFar + value * value, end: Math.sqrt },
  ReduceSumSquare: { start: 0, step: (soFar, value) => soFar + value * value },
};

/** Along the given axes, or all; over no elements at all that is where it starts from. */
function reducer({ start, step, end }: Reduction): Folder {
  return (node, [x]) => {
    const { dims: from, integer, type } = x!;
    const rank = from.length;
    const given = (node.numbersFrom('axes', 1) ?? []).map((axis) => fromFront(axis, rank));
    const noop = node.int('noop_with_empty_axes', 0) === 1;
    const keepDims = node.int('keepdims', 1) === 1;
    if (given.length === 0 && noop) {
      const alone = (value: number) => {
        const reached = step(start, value);
        return end ? end(reached, 1) : reached;
      };
      return { dims: from, integer, elements: () => Float64Array.from(elementsOf(x!), alone) };
    }
    const gone = (axis: number) => given.length === 0 || given.includes(axis);
    const kept = from.map((extent, axis) => (gone(axis) ? 1 : extent));
    const strides = stridesOf(kept).map((stride, axis) => (gone(axis) ? 0 : stride));
    return {
      dims: keepDims ? kept : kept.filter((_, axis) => !gone(axis)),
      integer,
      elements() {
        const truths = type !== undefined && elementTypes[type].name === 'bool';
        const from0 = truths ? Math.min(Math.max(start, 0), 1) : start;
        const values = new Float64Array(elementCount(kept)).fill(from0);
        const elements = elementsOf(x!);
        let at = 0;
        gathered(from, (coords) => {
          let into = 0;
          for (let axis = 0; axis < rank; axis++) into += coords[axis]! * strides[axis]!;
          values[into] = step(values[into]!, elements[at++]!);
          return 0;
        });
        const count = elements.length / Math.max(1, values.length);
        if (!end) return values;
        return values.map((total) => (integer ? Math.trunc(end(total, count)) : end(total, count)));
      },
    };
  };
}

/** A copy of a tensor in which some slices are others: positions by their leading coordinates, and what goes there. */
const scatter: Folder = (node, [x, places, updates]) => {
  const depth = places?.dims.at(-1);
  if (!x || !places || !updates || depth === undefined || depth > x.dims.length) return undefined;
  if (node.text('reduction', 'none') !== 'none') return undefined;
  const size = elementCount(x.dims.slice(depth));
  const strides = stridesOf(x.dims);
  const count = elementCount(places.dims.slice(0, -1));
  if (elementCount(updates.dims) !== count * size) throw new Unfoldable();
  return {
    dims: x.dims,
    integer: x.integer,
    elements() {
      const values = Float64Array.from(elementsOf(x));
      const [at, given] = [elementsOf(places), elementsOf(updates)];
      for (let i = 0; i < count; i++) {
        let into = 0;
        for (let axis = 0; axis < depth; axis++) {
          const coordinate = fromFront(at[i * depth + axis]!, x.dims[axis]!);
          if (!(coordinate >= 0 && coordinate < x.dims[axis]!)) throw new Unfoldable();
          into += coordinate * strides[axis]!;
        }
        for (let j = 0; j < size; j++) values[into + j] = given[i * size + j]!;
      }
      return values;
    },
  };
};

/** Of matrices and vectors, as spectral norm has them. */
const matMul: Folder = (_, [a, b]) => {
  if (!a || !b || a.dims.length === 0 || a.dims.length > 2 || b.dims.length === 0 || b.dims.length > 2)
    return undefined;
  const depth = a.dims.at(-1)!;
  if (b.dims[0] !== depth) throw new Unfoldable();
  const [rows, columns] = [a.dims.length === 2 ? a.dims[0]! : 1, b.dims[1] ?? 1];
  return {
    dims: [...a.dims.slice(0, -1), ...b.dims.slice(1)],
    integer: a.integer && b.integer,
    elements() {
      const [left, right] = [elementsOf(a), elementsOf(b)];
      const values = new Float64Array(rows * columns);
      for (let r = 0; r < rows; r++) {
        for (let k = 0; k < depth; k++) {
          const factor = left[r * depth + k]!;
          for (let c = 0; c < columns; c++) values[r * columns + c]! += factor * right[k * columns + c]!;
        }
      }
      return values;
    },
  };
};

const one = known([1], [], false);

/** How scales and zero points meet a tensor: one for all, per index along an axis, or per block of one. */
function placedAlong(node: NodeView, dims: Dims, scale: Constant, zero: Constant | undefined) {
  const block = node.int('block_size', 0);
  const axis = fromFront(node.int('axis', 1), dims.length);
  const per = elementCount(scale.dims);
  const fits =
    block === 0
      ? per === 1 || per === dims[axis]
      : [scale, ...(zero ? [zero] : [])].every((each) => isInBlocks(each.dims, dims, axis, block));
  if (!fits) throw new Unfoldable();
  return (constant: Constant): Constant => {
    if (elementCount(constant.dims) === 1) return constant;
    if (block === 0) return { ...constant, dims: dims.map((extent, at) => (at === axis ? extent : 1)) };
    return { ...constant, dims, values: ofEvery(constant, dims, axis, block) };
  };
}

/** (x − zero point) · scale, one of each for all, per index along an axis, or per block of one. */
const dequantise: Folder = (node, [x, ...beside]) => {
  node.passOver('output_dtype');
  // Without a scale, one step is worth 1.
  const [scale = one, zero] = node.given(1) ? beside : [undefined, ...beside];
  if (!x) return undefined;
  const along = placedAlong(node, x.dims, scale, zero);
  return {
    dims: x.dims,
    integer: false,
    elements() {
      const shifted = zero ? combined(x.dims, x, along(zero), (p, q) => p - q) : elementsOf(x);
      return combined(x.dims, { ...x, values: shifted }, along(scale), (p, q) => p * q);
    },
  };
};

/** Rounded to the steps of a scale, halves to the even one, within the type of the zero point: one of each, or along an axis. */
const quantise: Folder = (node, [x, scale, zero]) => {
  passOverRounding(node);
  const asked = node.int('output_dtype', 0);
  const stated = zero?.type ?? asked;
  const name = stated === 0 ? 'uint8' : elementTypeName(stated);
  if (!x || !scale || !Object.hasOwn(intRanges, name)) return undefined;
  const along = placedAlong(node, x.dims, scale, zero);
  const range = intRanges[name as IntType];
  return {
    dims: x.dims,
    integer: true,
    ...(isElementType(stated) && { type: stated }),
    elements() {
      // Steps from 0 first: a zero point of their own moves them within the type.
      const steps = combined(x.dims, x, along(scale), (p, q) => toGrid(p, q, 0, [-Infinity, Infinity]));
      const moved = zero ? combined(x.dims, { ...x, values: steps }, along(zero), (p, q) => p + q) : steps;
      return Float64Array.from(moved, (value) => Math.min(Math.max(value, range[0]), range[1]));
    },
  };
};

/** Every operator that is worked out of constants alone. */
export const folders: Readonly<Record<string, Folder>> = {
  ...Object.fromEntries(Object.keys(binary).map((op) => [op, binaryFolder(op)])),
  ...Object.fromEntries(
    Object.entries(unary).map(([op, f]): [string, Folder] => [
      op,
      (_, [x]) => ({
        dims: x!.dims,
        integer: x!.integer,
        elements: () => Float64Array.from(elementsOf(x!), f),
      }),
    ]),
  ),
  ...Object.fromEntries(Object.entries(reductions).map(([op, reduction]) => [op, reducer(reduction)])),
  Mod: mod,
  BitShift: bitShift,
  BitwiseNot: bitwiseNot,
  NonZero: nonZero,
  HannWindow: windowFolder([0.5, -0.5]),
  HammingWindow: windowFolder([25 / 46, -21 / 46]),
  BlackmanWindow: windowFolder([0.42, -0.5, 0.08]),
  MelWeightMatrix: melWeights,
  Where: where,
  Expand: expand,
  Tile: tile,
  ScatterND: scatter,
  Concat: concat,
  Gather: gather,
  Slice: slice,
  Range: range,
  MatMul: matMul,
  DequantizeLinear: dequantise,
  QuantizeLinear: quantise,
};
