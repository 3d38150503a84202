import { elementCount } from '../../../base/dims.ts';
import { broadcastDims } from '../../../layers/broadcast.ts';
import type { NodeView } from '../node-view.ts';
import { type Constant, known, SMALL_ELEMENTS } from '../values.ts';
import { fromFront } from './axes.ts';
import { budget, gathered, pick, stridesOf, Unfoldable } from './elements.ts';

/** Of two operands, element by element. */
export const binary: Readonly<Record<string, (a: number, b: number, integer: boolean) => number>> = {
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

/** What operators give for constants at hand; undefined where they must run with the network. */
export const folders: Readonly<Record<string, Folder>> = {
  ...Object.fromEntries(
    Object.entries(binary).map(([op, f]): [string, Folder] => [
      op,
      (node, [a, b]) => {
        const dims = a && b && broadcastDims(a.dims, b.dims);
        if (!dims) return undefined;
        const integer = a.integer && b.integer;
        const values = gathered(dims, (at) => f(pick(a, at), pick(b, at), integer), budget(node, dims));
        return known(values, dims, integer || truths.includes(op));
      },
    ]),
  ),
  ...Object.fromEntries(
    Object.entries(unary).map(([op, f]): [string, Folder] => [
      op,
      (node, [x]) => {
        budget(node, x!.dims);
        return known(x!.values!.map(f), x!.dims, x!.integer);
      },
    ]),
  ),
  Where: (node, [condition, a, b]) => {
    if (!condition || !a || !b) return undefined;
    const dims = broadcastDims(condition.dims, broadcastDims(a.dims, b.dims) ?? []);
    if (!dims) return undefined;
    const values = gathered(dims, (at) => pick(pick(condition, at) ? a : b, at), budget(node, dims));
    return known(values, dims, a.integer && b.integer);
  },
  Expand: (node, [x]) => {
    const dims = broadcastDims(x!.dims, node.numbers(1, 'shape'));
    if (!dims) return undefined;
    return known(
      gathered(dims, (at) => pick(x!, at), budget(node, dims)),
      dims,
      x!.integer,
    );
  },
  ScatterND: scatter,
  Concat: (node, inputs) => {
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
    const values = gathered(dims, element, budget(node, dims));
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
    const element = (at: readonly number[]) =>
      pick(
        x!,
        at.map((c, axis) => cuts[axis]!.start + c * cuts[axis]!.step),
      );
    return known(gathered(dims, element, budget(node, dims)), dims, x!.integer);
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
    gathered(
      x!.dims,
      (at) => {
        const into = at.reduce((sum, c, axis) => sum + (gone(axis) ? 0 : c * strides[axis]!), 0);
        values[into] = step(values[into]!, pick(x!, at));
        return 0;
      },
      budget(node, x!.dims),
    );
    const dims = node.int('keepdims', 1) === 1 ? kept : kept.filter((_, axis) => !gone(axis));
    return known(values, dims, x!.integer);
  };
}

/** A copy of a tensor in which some slices are others: positions by their leading coordinates, and what goes there. */
function scatter(node: NodeView, [x, places, updates]: readonly Constant[]): Constant | undefined {
  const depth = places?.dims.at(-1);
  if (!x || !places || !updates || depth === undefined || depth > x.dims.length) return undefined;
  if (node.text('reduction', 'none') !== 'none') return undefined;
  const slice = elementCount(x.dims.slice(depth));
  const strides = stridesOf(x.dims);
  const count = elementCount(places.dims.slice(0, -1));
  budget(node, x.dims);
  budget(node, places.dims);
  if (updates.values!.length !== count * slice) throw new Unfoldable();
  const values = [...x.values!];
  for (let i = 0; i < count; i++) {
    let into = 0;
    for (let axis = 0; axis < depth; axis++) {
      const at = fromFront(places.values![i * depth + axis]!, x.dims[axis]!);
      if (!(at >= 0 && at < x.dims[axis]!)) throw new Unfoldable();
      into += at * strides[axis]!;
    }
    for (let j = 0; j < slice; j++) values[into + j] = updates.values![i * slice + j]!;
  }
  return known(values, x.dims, x.integer);
}
