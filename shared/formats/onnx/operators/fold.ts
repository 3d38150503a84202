import { elementCount } from '../../../base/dims.ts';
import type { NodeView } from '../node-view.ts';
import { type Constant, filled, known, redimmed, type Value } from '../values.ts';
import { fromFront, reshapedDims, squeezedDims, unsqueezedDims } from './axes.ts';
import { budget, gathered, pick, stridesOf, Unfoldable } from './elements.ts';
import { binary, folders } from './folders.ts';

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

/** How many inputs must be there; one where nothing is said. */
const leastInputs: Readonly<Record<string, number>> = { Where: 3, Range: 3, Gather: 2, ScatterND: 3 };

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
  return result && [result];
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
    const values = gathered(dims, (at) => pick(x, at.with(axis, from + at[axis]!)), budget(node, dims));
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
        gathered(dims, (coords) => x.values![place(coords)]!, budget(node, dims)),
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
