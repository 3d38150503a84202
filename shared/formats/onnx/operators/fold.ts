import { type Dims, elementCount } from '../../../base/dims.ts';
import { broadcastDims } from '../../../layers/broadcast.ts';
import type { NodeView } from '../node-view.ts';
import { type Constant, filled, known, redimmed, SMALL_ELEMENTS, type Value } from '../values.ts';

/**
 * Works out what depends on shapes and constants alone: the Shape → Gather → Concat → Reshape chains that exporters
 * leave behind. Gives undefined when the node must run with the network.
 */
export function fold(node: NodeView): readonly Value[] | undefined {
  try {
    return folded(node);
  } catch (error) {
    // As a layer it is checked and refused in words.
    if (error instanceof Unfoldable) return undefined;
    throw error;
  }
}

/** Constants that contradict each other, or a result too large to keep at hand. */
class Unfoldable extends Error {}

/** How many inputs must be there; one where nothing is said. */
const leastInputs: Readonly<Record<string, number>> = { Where: 3, Range: 3, Gather: 2 };

function folded(node: NodeView): readonly Value[] | undefined {
  if (node.op === 'Shape') return [shapeOf(node)];
  if (node.op === 'Size') return [known([elementCount(node.dims(0))], [], true)];
  if (node.op === 'ConstantOfShape') return [constantOfShape(node)];
  const inputs = node.inputs.filter((input) => input !== undefined);
  if (inputs.length === 0 || !inputs.every((input) => input.kind === 'constant')) return undefined;
  const moved = movers[node.op]?.(node, inputs[0]!);
  if (moved) return [moved];
  if (!inputs.every(({ values }) => values)) return undefined;
  if (node.op === 'Split') return split(node, inputs[0]!);
  const least = Object.hasOwn(binary, node.op) ? 2 : (leastInputs[node.op] ?? 1);
  for (let i = 0; i < least; i++) if (!node.given(i)) return undefined;
  const result = folders[node.op]?.(node, inputs);
  return result && elementCount(result.dims) <= SMALL_ELEMENTS ? [result] : undefined;
}

function split(node: NodeView, x: Constant): readonly Value[] {
  const axis = fromFront(node.int('axis', 0), x.dims.length);
  const extent = x.dims[axis] ?? 0;
  const parts = node.node.outputs.length;
  const each = Math.ceil(extent / parts);
  const sizes =
    node.numbersFrom('split', 1) ??
    Array.from({ length: parts }, (_, i) => Math.min(each, Math.max(0, extent - i * each)));
  if (!(axis in x.dims) || sizes.reduce((sum, size) => sum + size, 0) !== extent) throw new Unfoldable();
  return sizes.map((size, i) => {
    const from = sizes.slice(0, i).reduce((sum, before) => sum + before, 0);
    const dims = x.dims.with(axis, size);
    const values = gathered(dims, (at) => pick(x, at.with(axis, from + at[axis]!)));
    return known(values, dims, x.integer);
  });
}

function shapeOf(node: NodeView): Constant {
  const dims = node.dims(0).slice(node.int('start', 0), node.has('end') ? node.int('end', 0) : undefined);
  return known(dims, [dims.length], true);
}

/** As many as a tensor in a file may have. */
const MAX_FILLED = 2 ** 29 - 1;

function constantOfShape(node: NodeView): Constant {
  const dims = node.numbers(0, 'shape');
  const value = node.fillValue;
  if (dims.every((dim) => Number.isInteger(dim) && dim >= 0) && elementCount(dims) <= MAX_FILLED) {
    return filled(value.number, dims, value.integer);
  }
  throw node.refuse('shape-invalid', `its shape is impossible: ${dims}.`, 'Export the model again.');
}

/** Operators that change dims only, of constants of any size. */
const movers: Readonly<Record<string, (node: NodeView, x: Constant) => Constant | undefined>> = {
  Identity: (_, x) => x,
  Dropout: (_, x) => x,
  Cast: (node, x) => cast(x, node.int('to', 1)),
  Reshape: (node, x) => {
    const target = node.numbersFrom('shape', 1);
    const dims = target && reshapedDims(x.dims, target, node.int('allowzero', 0) === 1);
    return dims && redimmed(x, dims);
  },
  Flatten: (node, x) => {
    const axis = fromFront(node.int('axis', 1), x.dims.length);
    return redimmed(x, [elementCount(x.dims.slice(0, axis)), elementCount(x.dims.slice(axis))]);
  },
  Squeeze: (node, x) => redimmed(x, squeezedDims(x.dims, node.numbersFrom('axes', 1))),
  Unsqueeze: (node, x) => redimmed(x, unsqueezedDims(x.dims, node.numbersFrom('axes', 1) ?? [])),
  Transpose: (node, x) => {
    const perm = node.list('perm') ?? [...x.dims.keys()].reverse();
    if (perm.length !== x.dims.length || !x.dims.every((_, axis) => perm.includes(axis)))
      throw new Unfoldable();
    const dims = perm.map((axis) => x.dims[axis]!);
    const strides = stridesOf(x.dims);
    const place = (coords: readonly number[]) => coords.reduce((at, c, i) => at + c * strides[perm[i]!]!, 0);
    if (x.values)
      return known(
        gathered(dims, (coords) => x.values![place(coords)]!),
        dims,
        x.integer,
      );
    return {
      ...x,
      dims,
      load: async () => {
        const elements = await x.load();
        const count = elementCount(dims);
        return Float32Array.from(gathered(dims, (coords) => elements[place(coords)]!, count));
      },
    };
  },
};

function cast(x: Constant, to: number): Constant {
  const integer = ![1, 10, 11, 16].includes(to);
  if (!x.values) return { ...x, integer };
  const change = (value: number) => (to === 9 ? Number(value !== 0) : integer ? Math.trunc(value) : value);
  return known(x.values.map(change), x.dims, integer);
}

const binary: Readonly<Record<string, (a: number, b: number, integer: boolean) => number>> = {
  Add: (a, b) => a + b,
  Sub: (a, b) => a - b,
  Mul: (a, b) => a * b,
  Div: (a, b, integer) => (integer ? Math.trunc(a / b) : a / b),
  Mod: (a, b) => a - Math.floor(a / b) * b,
  Pow: (a, b) => a ** b,
  Min: (a, b) => Math.min(a, b),
  Max: (a, b) => Math.max(a, b),
  Equal: (a, b) => Number(a === b),
  Less: (a, b) => Number(a < b),
  Greater: (a, b) => Number(a > b),
  And: (a, b) => a && b,
  Or: (a, b) => a || b,
};
const truths = ['Equal', 'Less', 'Greater', 'And', 'Or'];

const unary: Readonly<Record<string, (x: number) => number>> = {
  Floor: Math.floor,
  Ceil: Math.ceil,
  Neg: (x) => -x,
  Abs: Math.abs,
  Sqrt: Math.sqrt,
  Not: (x) => Number(x === 0),
  Reciprocal: (x) => 1 / x,
};

type Folder = (node: NodeView, inputs: readonly Constant[]) => Constant | undefined;

const folders: Readonly<Record<string, Folder>> = {
  ...Object.fromEntries(
    Object.entries(binary).map(([op, f]): [string, Folder] => [
      op,
      (_, [a, b]) => {
        const dims = a && b && broadcastDims(a.dims, b.dims);
        if (!dims) return undefined;
        const integer = a.integer && b.integer;
        const values = gathered(dims, (at) => f(pick(a, at), pick(b, at), integer));
        return known(values, dims, integer || truths.includes(op));
      },
    ]),
  ),
  ...Object.fromEntries(
    Object.entries(unary).map(([op, f]): [string, Folder] => [
      op,
      (_, [x]) => known(x!.values!.map(f), x!.dims, x!.integer),
    ]),
  ),
  Where: (_, [condition, a, b]) => {
    if (!condition || !a || !b) return undefined;
    const dims = broadcastDims(condition.dims, broadcastDims(a.dims, b.dims) ?? []);
    return (
      dims &&
      known(
        gathered(dims, (at) => pick(pick(condition, at) ? a : b, at)),
        dims,
        a.integer && b.integer,
      )
    );
  },
  Expand: (node, [x]) => {
    const dims = broadcastDims(x!.dims, node.numbers(1, 'shape'));
    if (!dims || elementCount(dims) > SMALL_ELEMENTS) return undefined;
    return known(
      gathered(dims, (at) => pick(x!, at)),
      dims,
      x!.integer,
    );
  },
  Concat: (node, inputs) => {
    const first = inputs[0]!.dims;
    const axis = fromFront(node.int('axis', 1), first.length);
    if (!(axis in first)) throw new Unfoldable();
    const parts = inputs.map(({ dims }) => dims[axis] ?? 0);
    const dims = first.with(
      axis,
      parts.reduce((sum, part) => sum + part, 0),
    );
    const values = gathered(dims, (at) => {
      let [part, within] = [0, at[axis]!];
      while (within >= parts[part]!) within -= parts[part++]!;
      return pick(inputs[part]!, at.with(axis, within));
    });
    return known(
      values,
      dims,
      inputs.every(({ integer }) => integer),
    );
  },
  Gather: (node, [x, indices]) => {
    const axis = fromFront(node.int('axis', 0), x!.dims.length);
    const extent = x!.dims[axis]!;
    const rank = indices!.dims.length;
    const dims = x!.dims.toSpliced(axis, 1, ...indices!.dims);
    const values = gathered(dims, (at) => {
      const index = pick(indices!, at.slice(axis, axis + rank));
      return pick(x!, at.toSpliced(axis, rank, index < 0 ? index + extent : index));
    });
    return known(values, dims, x!.integer);
  },
  Slice: (node, [x]) => {
    const starts = node.numbersFrom('starts', 1) ?? [];
    const ends = node.numbersFrom('ends', 2) ?? [];
    const axes = node.numbersFrom('axes', 3) ?? starts.map((_, i) => i);
    const steps = node.given(4) ? node.numbers(4, 'steps') : starts.map(() => 1);
    const cuts = x!.dims.map((extent) => ({ start: 0, step: 1, length: extent }));
    for (const [i, given] of axes.entries()) {
      const axis = fromFront(given, x!.dims.length);
      const extent = x!.dims[axis]!;
      const step = steps[i]!;
      const clamp = (at: number) =>
        Math.min(Math.max(at < 0 ? at + extent : at, step > 0 ? 0 : -1), step > 0 ? extent : extent - 1);
      const start = clamp(starts[i]!);
      cuts[axis] = { start, step, length: Math.max(0, Math.ceil((clamp(ends[i]!) - start) / step)) };
    }
    const dims = cuts.map(({ length }) => length);
    const values = gathered(dims, (at) =>
      pick(
        x!,
        at.map((c, axis) => cuts[axis]!.start + c * cuts[axis]!.step),
      ),
    );
    return known(values, dims, x!.integer);
  },
  Range: (_, [start, limit, delta]) => {
    const [from, to, step] = [start!.values![0]!, limit!.values![0]!, delta!.values![0]!];
    const length = Math.max(0, Math.ceil((to - from) / step));
    if (!(length <= SMALL_ELEMENTS)) return undefined;
    return known(
      Array.from({ length }, (_, i) => from + i * step),
      [length],
      start!.integer,
    );
  },
  ReduceProd: reducer(1, (soFar, value) => soFar * value),
  ReduceSum: reducer(0, (soFar, value) => soFar + value),
  ReduceMax: reducer(-Infinity, Math.max),
  ReduceMin: reducer(Infinity, Math.min),
};

/** Along the given axes, or all; over no elements at all that is where it starts from. */
function reducer(start: number, step: (soFar: number, value: number) => number): Folder {
  return (node, [x]) => {
    const rank = x!.dims.length;
    const given = (node.numbersFrom('axes', 1) ?? []).map((axis) => fromFront(axis, rank));
    if (given.length === 0 && node.int('noop_with_empty_axes', 0) === 1) return x;
    const gone = (axis: number) => given.length === 0 || given.includes(axis);
    const kept = x!.dims.map((extent, axis) => (gone(axis) ? 1 : extent));
    const strides = stridesOf(kept);
    if (!(elementCount(kept) <= SMALL_ELEMENTS)) return undefined;
    const values = Array<number>(elementCount(kept)).fill(start);
    gathered(x!.dims, (at) => {
      const into = at.reduce((sum, c, axis) => sum + (gone(axis) ? 0 : c * strides[axis]!), 0);
      values[into] = step(values[into]!, pick(x!, at));
      return 0;
    });
    const dims = node.int('keepdims', 1) === 1 ? kept : kept.filter((_, axis) => !gone(axis));
    return known(values, dims, x!.integer);
  };
}

/** The element at the given coordinates, broadcast from the last axis. */
function pick({ dims, values }: Constant, coords: readonly number[]): number {
  let at = 0;
  const missing = coords.length - dims.length;
  for (const [axis, extent] of dims.entries())
    at = at * extent + (extent === 1 ? 0 : coords[axis + missing]!);
  const value = values![at];
  if (value === undefined) throw new Unfoldable();
  return value;
}

/** One element for every position of a tensor, row-major. */
function gathered(
  dims: Dims,
  element: (coords: readonly number[]) => number,
  most = SMALL_ELEMENTS,
): number[] {
  const values: number[] = [];
  const coords = dims.map(() => 0);
  const count = elementCount(dims);
  if (!(count <= most) || !dims.every((extent) => Number.isInteger(extent) && extent >= 0))
    throw new Unfoldable();
  for (let i = 0; i < count; i++) {
    values.push(element(coords));
    for (let axis = dims.length - 1; axis >= 0; axis--) {
      coords[axis]! += 1;
      if (coords[axis]! < dims[axis]!) break;
      coords[axis] = 0;
    }
  }
  return values;
}

function stridesOf(dims: Dims): readonly number[] {
  return dims.map((_, axis) => elementCount(dims.slice(axis + 1)));
}

export function fromFront(axis: number, rank: number): number {
  return axis < 0 ? axis + rank : axis;
}

/** ONNX Reshape: 0 keeps (unless zeros are allowed), −1 takes the rest; undefined when it cannot be. */
export function reshapedDims(from: Dims, target: readonly number[], allowZero: boolean): Dims | undefined {
  const kept = target.map((extent, axis) => (extent === 0 && !allowZero ? (from[axis] ?? -2) : extent));
  const open = kept.indexOf(-1);
  const rest = elementCount(kept.filter((extent) => extent !== -1));
  const dims = open < 0 ? kept : kept.with(open, rest === 0 ? 0 : elementCount(from) / rest);
  const whole = dims.every((extent) => Number.isInteger(extent) && extent >= 0);
  return whole && elementCount(dims) === elementCount(from) ? dims : undefined;
}

export function squeezedDims(dims: Dims, axes: readonly number[] | undefined): Dims {
  const gone = axes?.map((axis) => fromFront(axis, dims.length));
  return dims.filter((extent, axis) => (gone ? !gone.includes(axis) : extent !== 1));
}

export function unsqueezedDims(dims: Dims, axes: readonly number[]): Dims {
  const rank = dims.length + axes.length;
  const added = axes.map((axis) => fromFront(axis, rank));
  const rest = [...dims];
  return Array.from({ length: rank }, (_, axis) => (added.includes(axis) ? 1 : (rest.shift() ?? 1)));
}
