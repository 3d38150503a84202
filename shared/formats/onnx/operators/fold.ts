import { elementCount } from '../../../base/dims.ts';
import { messages } from '../../../base/problem.ts';
import { DOUBLE, HALVES, heldAsFloat } from '../held.ts';
import type { ElementType } from '../model.ts';
import type { NodeView } from '../node-view.ts';
import type { Elements } from '../tensor-data.ts';
import {
  type Constant,
  filled,
  isMadeUp,
  known,
  noSources,
  quantisedSources,
  redimmed,
  type Sources,
  typedAs,
  type Value,
} from '../values.ts';
import { fromFront, reshapedDims, squeezedDims, unsqueezedDims } from './axes.ts';
import { castConstant, typeLike } from './cast.ts';
import { gathered, pick, stridesOf, Unfoldable } from './elements.ts';
import { binary, type Folding, folders } from './folders.ts';
import { partsOf } from './shapes.ts';
import { unique } from './unique.ts';

export const say = messages('formats/onnx/operators/fold', {
  'shape-invalid': ['its shape is impossible: {{dims}}.', 'Export the model again.'],
});

/**
 * Works out what depends on shapes and constants alone: the Shape → Gather → Concat → Reshape chains that exporters
 * leave behind, and weights that are made of others. Gives undefined when the node must run with the network.
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
const leastInputs: Readonly<Record<string, number>> = {
  ...Object.fromEntries(Object.keys(binary).map((op) => [op, 2])),
  Where: 3,
  Range: 3,
  Gather: 2,
  ScatterND: 3,
  MatMul: 2,
  Mod: 2,
  BitShift: 2,
  QuantizeLinear: 2,
};

function folded(node: NodeView): readonly Value[] | undefined {
  if (node.op === 'Shape') return [shapeOf(node)];
  if (node.op === 'Size') {
    const counted = countedAxis(node) === undefined ? elementCount(node.dims(0)) : Number.NaN;
    return [withCounts(known([counted], [], true))];
  }
  if (node.op === 'ConstantOfShape') return [constantOfShape(node)];
  const inputs = node.inputs.filter((input) => input !== undefined);
  if (inputs.length === 0 || !inputs.every((input) => input.kind === 'constant')) return undefined;
  mayFoldCounts(node, inputs);
  const moved = movers[node.op]?.(node, inputs[0]!);
  if (moved) return [inputs.some(({ counted }) => counted) ? withCounts(moved) : moved];
  if (node.op === 'Split') return split(node, inputs[0]!);
  if (node.op === 'Unique') return unique(node, inputs[0]!);
  const least = leastInputs[node.op] ?? 1;
  for (let i = 0; i < least; i++) if (!node.given(i)) return undefined;
  const folder = folders[node.op];
  if (!folder) return undefined;
  return [workedOut(inputs, node, (given) => folder(node, given), sourcesOf(node, inputs))];
}

/** What decides a shape has so few: they are worked out however many there are. */
const FREE_ELEMENTS = 64;
/** As many elements as one constant may have that is worked out while the model is opened: an attention mask has 153,664. */
const LARGEST_AT_ONCE = 2 ** 18;
/** As many as a tensor in a file may have. */
const MAX_FILLED = 2 ** 29 - 1;

/**
 * A constant made of others: now where there are few elements, otherwise when its elements are wanted. What decides a
 * shape must be known at once, and is small.
 */
function workedOut(
  inputs: readonly Constant[],
  node: NodeView,
  fold: (inputs: readonly Constant[]) => Folding | undefined,
  sources: Sources,
): Constant {
  const plan = fold(inputs);
  if (!plan?.dims.every((extent) => Number.isInteger(extent) && extent >= 0)) throw new Unfoldable();
  const { dims, integer } = plan;
  const type = plan.type ?? typeOf(node, inputs, integer);
  const typed = type === undefined ? {} : { type };
  const count = elementCount(dims);
  if (!(count <= MAX_FILLED)) throw new Unfoldable();
  const work = inputs.reduce((sum, each) => sum + elementCount(each.dims), count);
  const atHand = inputs.every(({ values }) => values !== undefined);
  const small = work <= FREE_ELEMENTS || (work <= LARGEST_AT_ONCE && node.build.mayFold(work));
  if (atHand && small) {
    const made = { ...known(rounded(plan, type), dims, integer, sources), ...typed };
    return inputs.some(({ counted }) => counted) ? withCounts(made) : made;
  }
  return {
    kind: 'constant',
    dims,
    integer,
    ...typed,
    values: undefined,
    sources,
    load: async () => {
      const read = [];
      for (const each of inputs) read.push({ ...each, values: each.values ?? (await each.load()) });
      const { elements } = fold(read)!;
      return rounded({ dims, integer, elements }, type);
    },
  };
}

/** The type of the result: that of what it is like, or of the floating point numbers that it is made of. */
function typeOf(node: NodeView, inputs: readonly Constant[], integer: boolean): ElementType | undefined {
  const alike = typedAs(node.op, node.inputs);
  if (alike) return alike.kind === 'constant' ? alike.type : undefined;
  return integer ? undefined : inputs.find((each) => !each.integer && each.type !== undefined)?.type;
}

/** Floating point numbers are as exact after every step as their type is, as they are for whoever else runs the model. */
function rounded({ integer, elements }: Folding, type: ElementType | undefined): Elements {
  if (integer || type === DOUBLE) return Float64Array.from(elements());
  return HALVES.includes(type ?? 0)
    ? Float32Array.from(elements(), heldAsFloat(type))
    : Float32Array.from(elements());
}

/** What a result is made of. Norms, means and products with vectors say how large weights are, and hold none. */
function sourcesOf({ op }: NodeView, inputs: readonly Constant[]): Sources {
  if (op === 'DequantizeLinear') return quantisedSources(inputs[0]!);
  const measure =
    op.startsWith('Reduce') || (op === 'MatMul' && inputs.some(({ dims }) => dims.length === 1));
  const made = inputs.filter(
    (each) =>
      !each.integer && !each.placeholder && (elementCount(each.dims) === 1 ? !isMadeUp(each) : !measure),
  );
  if (made.every(({ sources }) => sources.size === 0)) return noSources;
  return new Map(made.flatMap(({ sources }) => [...sources]));
}

function split(node: NodeView, x: Constant): readonly Value[] {
  const parts = partsOf(node);
  const axis = fromFront(node.int('axis', 0), x.dims.length);
  const extent = x.dims[axis] ?? 0;
  const each = Math.ceil(extent / parts);
  const sizes =
    node.numbersFrom('split', 1) ??
    Array.from({ length: parts }, (_, i) => Math.min(each, Math.max(0, extent - i * each)));
  if (!(axis in x.dims) || sizes.reduce((sum, size) => sum + size, 0) !== extent) throw new Unfoldable();
  return sizes.map((size, i) => {
    const from = sizes.slice(0, i).reduce((sum, before) => sum + before, 0);
    const dims = x.dims.with(axis, size);
    const part = ([whole]: readonly Constant[]): Folding => ({
      dims,
      integer: x.integer,
      elements: () => gathered(dims, (at) => pick(whole!, at.with(axis, from + at[axis]!))),
    });
    return workedOut([x], node, part, x.sources);
  });
}

function shapeOf(node: NodeView): Constant {
  const counted = countedAxis(node);
  const all = node.dims(0).map((extent, axis) => (axis === counted ? Number.NaN : extent));
  const dims = all.slice(node.int('start', 0), node.has('end') ? node.int('end', 0) : undefined);
  return withCounts(known(dims, [dims.length], true));
}

/** The axis of which only a run tells how long it is, where its greatest length does not do. */
function countedAxis(node: NodeView): number | undefined {
  const x = node.value(0);
  return x.kind === 'flow' && node.build.exactShapes ? node.build.countedAxis(x) : undefined;
}

/** Marks a constant in which such a length stands, as no number. */
function withCounts(constant: Constant): Constant {
  const { counted, ...plain } = constant;
  return Array.from(constant.values ?? []).some(Number.isNaN) ? { ...plain, counted: true } : plain;
}

/** What moves numbers, or makes of unknown ones unknown ones. */
const keepsCounts: ReadonlySet<string> = new Set([
  ...['Identity', 'Cast', 'Reshape', 'Squeeze', 'Unsqueeze', 'Concat', 'Gather', 'Slice', 'Split'],
  ...['Add', 'Sub', 'Mul', 'Div', 'Min', 'Max', 'ReduceProd'],
]);

function mayFoldCounts(node: NodeView, inputs: readonly Constant[]): void {
  if (!keepsCounts.has(node.op)) for (const each of inputs) node.mustNotBeCounted(each);
}

function constantOfShape(node: NodeView): Constant {
  const dims = node.numbers(0, 'shape');
  const value = node.fillValue;
  if (dims.every((dim) => Number.isInteger(dim) && dim >= 0) && elementCount(dims) <= MAX_FILLED) {
    const type = node.tensor('value')?.type;
    const placed = { ...filled(value.number, dims, value.integer), ...(type !== undefined && { type }) };
    const count = elementCount(dims);
    if (value.integer || count === 1) return placed;
    return { ...placed, placeholder: true, sources: new Map([[node.name, count]]) };
  }
  throw node.refuse(say('shape-invalid', { dims: String(dims) }));
}

/** Operators that change dims only, of constants of any size. */
const movers: Readonly<Record<string, (node: NodeView, x: Constant) => Constant | undefined>> = {
  Identity: (node, x) => ownTensor(node, x),
  Dropout: (node, x) => {
    node.passOver('ratio', 'seed', 'is_test');
    return x;
  },
  Cast: (node, x) => castConstant(node, x, node.int('to', 1)),
  CastLike: (node, x) => castConstant(node, x, typeLike(node)),
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
    const turned = ([given]: readonly Constant[]): Folding => {
      const strides = stridesOf(x.dims);
      const place = (at: readonly number[]) => at.reduce((sum, c, i) => sum + c * strides[perm[i]!]!, 0);
      const { values } = given!;
      return { dims, integer: x.integer, elements: () => gathered(dims, (at) => values![place(at)]!) };
    };
    return workedOut([x], node, turned, x.sources);
  },
};

/** PyTorch's exporter merges parameters that happen to be equal, and leaves an Identity for every copy. */
function ownTensor(node: NodeView, x: Constant): Constant {
  if (x.sources.size === 0) return x;
  return { ...x, sources: new Map([[node.node.outputs[0] ?? node.name, elementCount(x.dims)]]) };
}
