import { type Dims, elementCount } from '../../../base/dims.ts';
import { messages } from '../../../base/problem.ts';
import type { LayerKind } from '../../../layers/index.ts';
import { keptBy } from '../../../layers/slice.ts';
import type { ParamValues } from '../../../schema/params.ts';
import type { NodeView, Translate } from '../node-view.ts';
import { BOOL, type Flow, filled, type Value } from '../values.ts';
import { fromFront, reshapedDims, squeezedDims, unsqueezedDims } from './axes.ts';
import { reshape as reshapeTo } from './normalise.ts';

export const say = messages('formats/onnx/operators/shapes', {
  'training-mode': ['it is in training mode.', 'Export the model for inference.'],
  'parts-differ': ['its number of parts is not that of its {{parts}} outputs.', 'Export it again.'],
  'reshape-impossible': ['{{dims}} cannot become {{target}}.', 'Export it again.'],
});

export function identity(node: NodeView): readonly Value[] {
  return [node.value(0)];
}

export function dropout(node: NodeView): readonly Value[] {
  node.passOver('seed', 'is_test');
  const training = node.given(2) && node.numbers(2, 'training mode')[0] !== 0;
  const rate =
    node.opset < 12 ? node.float('ratio', 0.5) : node.given(1) ? node.numbers(1, 'ratio')[0]! : 0.5;
  if (training && rate > 0) {
    throw node.refuse(say('training-mode'));
  }
  const x = node.flow(0);
  const y = node.one('dropout', [x], { rate: Math.min(1, Math.max(0, rate)) });
  return [y, { ...filled(1, x.dims, true), type: BOOL }];
}

/** Of known conditions, what stands where one holds; along an axis, or of all elements in a row. */
export function compress(node: NodeView): readonly Value[] {
  const flags = node.numbers(1, 'condition');
  const x = node.flow(0);
  const flat = !node.has('axis');
  const rows = flat ? reshapeTo(node, x, [elementCount(x.dims)], 'flat') : x;
  const axis = flat ? 0 : fromFront(node.int('axis', 0), x.dims.length);
  const indices = flags.flatMap((flag, i) => (flag === 0 ? [] : [i]));
  if (indices.length === 0) return [filled(0, rows.dims.with(axis, 0), Boolean(x.integer))];
  return [node.one('gather', [rows], { axis, indices, dropAxis: false })];
}

/** Cut or padded with zeros to a size, the odd element at the end. */
export function centreCropPad(node: NodeView): readonly Value[] {
  let x = node.flow(0);
  const rank = x.dims.length;
  const size = node.numbers(1, 'shape');
  const axes = (node.list('axes') ?? [...x.dims.keys()]).map((axis) => fromFront(axis, rank));
  const sides = axes.map((axis, i) => {
    const missing = size[i]! - x.dims[axis]!;
    const before = missing < 0 ? -Math.floor(-missing / 2) : Math.floor(missing / 2);
    return { axis, before, after: missing - before };
  });
  const cut = sides.filter(({ before, after }) => before < 0 || after < 0);
  if (cut.length > 0) x = crop(node, x, cut);
  const grown = sides.filter(({ before, after }) => before + after > 0);
  while (grown.length > 0) x = padTwo(node, x, grown.splice(0, 2), padParams('constant', 0));
  return [x];
}

export function flatten(node: NodeView): readonly Value[] {
  const x = node.flow(0);
  const axis = node.int('axis', 1);
  const pooled = axis === 1 ? pooledVector(node, x) : undefined;
  return [pooled ?? node.one('flatten', [x], { axis })];
}

/** A global pool that only a flatten reads gives the vector itself. */
function pooledVector(node: NodeView, x: Flow): Flow | undefined {
  const { kind, params } = node.build.producer(x);
  const pool = /^global(Avg|Max)Pool(1d)?$/.test(kind);
  if (!pool || params.keepDims !== true || !node.onlyReader(0)) return undefined;
  return node.build.amend(x, { keepDims: false }, {}, x.dims.slice(0, 2));
}

export function reshape(node: NodeView): readonly Value[] {
  const target = targetOf(node);
  const x = node.flow(0);
  const dims = reshapedDims(x.dims, target, node.int('allowzero', 0) === 1);
  if (!dims) {
    throw node.refuse(say('reshape-impossible', { dims: x.dims.join('×'), target: target.join('×') }));
  }
  const vector = dims.length === 2 && x.dims.length > 2 && dims[0] === x.dims[0];
  if (vector) return [pooledVector(node, x) ?? node.one('flatten', [x], { axis: 1 })];
  const open = target.map((extent, axis) => (extent === 0 || extent === -1 ? extent : dims[axis]!));
  const shape = open.map((extent, axis) => (axis === 0 && extent === 1 && x.dims[0] === 1 ? 0 : extent));
  const empty = dims.some((extent) => extent === 0);
  return [node.one('reshape', [x], { shape: empty ? target : shape })];
}

/** The shape that is asked for; one length that only a run tells is what is left for it. */
function targetOf(node: NodeView): readonly number[] {
  const shape = node.inputs[1];
  const values = shape?.kind === 'constant' && shape.counted ? Array.from(shape.values!) : undefined;
  const unknown = values?.filter((extent) => Number.isNaN(extent) || extent === -1) ?? [];
  if (values && unknown.length === 1) return values.map((extent) => (Number.isNaN(extent) ? -1 : extent));
  return node.numbersFrom('shape', 1) ?? [];
}

export function transpose(node: NodeView): readonly Value[] {
  const x = node.flow(0);
  const perm = node.list('perm') ?? [...x.dims.keys()].reverse();
  const rows = node.onlyReader(0) && perm.join() === '1,0' ? turnedPlaces(node, x) : undefined;
  if (rows) return [rows];
  return [perm.every((axis, i) => axis === i) ? x : node.one('transpose', [x], { perm })];
}

/** The rows that were turned to columns, as ONNX has the places of what is not 0. */
function turnedPlaces({ build }: NodeView, x: Flow): Flow | undefined {
  const before = build.producer(x).kind === 'transpose' ? build.firstInputOf(x) : undefined;
  return before && build.producer(before).kind === 'nonZero' ? build.undo(x) : undefined;
}

export function squeeze(node: NodeView): readonly Value[] {
  const x = node.flow(0);
  const given = node.numbersFrom('axes', 1);
  const dims = squeezedDims(x.dims, given);
  const axes =
    given?.map((axis) => fromFront(axis, x.dims.length)) ?? x.dims.flatMap((e, i) => (e === 1 ? [i] : []));
  if (dims.length === 2 && axes.length === 2 && axes.includes(2) && axes.includes(3)) {
    const pooled = pooledVector(node, x);
    if (pooled) return [pooled];
  }
  return [axes.length === 0 ? x : node.one('squeeze', [x], { axes })];
}

export function unsqueeze(node: NodeView): readonly Value[] {
  const axes = node.numbersFrom('axes', 1) ?? [];
  const x = node.flow(0);
  const rank = unsqueezedDims(x.dims, axes).length;
  return [node.one('unsqueeze', [x], { axes: axes.map((axis) => fromFront(axis, rank)) })];
}

export function concat(node: NodeView): readonly Value[] {
  // What holds nothing adds nothing.
  const full = [...node.inputs.keys()].filter((i) => elementCount(node.dims(i)) > 0);
  const parts = full.length > 0 ? full.map((i) => node.flow(i)) : node.flows();
  const rank = parts[0]?.dims.length ?? 0;
  return [node.one('concat', parts, { axis: fromFront(node.int('axis', 1), rank) })];
}

/** Into how many parts a tensor is split that come out: as many as are named. */
export function partsOf(node: NodeView): number {
  const { length } = node.node.outputs;
  if (node.int('num_outputs', length) === length) return length;
  throw node.refuse(say('parts-differ', { parts: length }));
}

export function split(node: NodeView): readonly Value[] {
  const x = node.flow(0);
  const axis = fromFront(node.int('axis', 0), x.dims.length);
  const sizes = node.numbersFrom('split', 1);
  const named = partsOf(node);
  const parts = sizes?.length ?? named;
  if (!sizes?.includes(0)) return node.add('split', [x], { axis, parts, sizes: sizes ?? [] });
  // Parts that hold nothing are known.
  const full = sizes.filter((size) => size !== 0);
  const isWhole = full.length === 1 && full[0] === x.dims[axis];
  const flows = isWhole ? [x] : node.add('split', [x], { axis, parts: full.length, sizes: full });
  const rest = flows.values();
  return sizes.map((size) =>
    size === 0 ? filled(0, x.dims.with(axis, 0), Boolean(x.integer)) : rest.next().value!,
  );
}

export function slice(node: NodeView): readonly Value[] {
  const limit = 2 ** 31 - 1;
  const bounded = (values: readonly number[]) => values.map((v) => Math.min(Math.max(v, -limit), limit));
  const x = node.flow(0);
  const starts = node.numbersFrom('starts', 1) ?? [];
  const ends = node.numbersFrom('ends', 2) ?? [];
  const axes = (node.numbersFrom('axes', 3) ?? starts.map((_, i) => i)).map((a) =>
    fromFront(a, x.dims.length),
  );
  const steps = node.given(4) ? node.numbers(4, 'steps') : [];
  const kept = axes.map((axis, i) => keptBy(x.dims[axis]!, starts[i]!, ends[i]!, steps[i] ?? 1));
  if (kept.includes(0) && !steps.includes(0) && kept.length === ends.length) {
    const dims = x.dims.map((extent, axis) => (axes.includes(axis) ? kept[axes.indexOf(axis)]! : extent));
    return [filled(0, dims, Boolean(x.integer))];
  }
  return [
    node.one('slice', [x], {
      starts: bounded(starts),
      ends: bounded(ends),
      axes,
      steps: steps.every((step) => step === 1) ? [] : bounded(steps),
    }),
  ];
}

export function gather(node: NodeView): readonly Value[] {
  // A table of weights, such as positions, of which rows are taken.
  const x = node.flow(0);
  const indices = node.constant(1, 'indices');
  const list = node.numbers(1, 'indices');
  const axis = fromFront(node.int('axis', 0), x.dims.length);
  if (list.length === 0) return [filled(0, x.dims.toSpliced(axis, 1, ...indices.dims), Boolean(x.integer))];
  const y = node.one('gather', [x], { axis, indices: list, dropAxis: indices.dims.length === 0 });
  if (indices.dims.length < 2) return [y];
  return [reshapeTo(node, y, x.dims.toSpliced(axis, 1, ...indices.dims), 'shaped')];
}

export function expand(node: NodeView): readonly Value[] {
  return [node.one('expand', [node.flow(0)], { shape: node.numbers(1, 'shape') })];
}

export function depthToSpace(node: NodeView): readonly Value[] {
  const order = node.text('mode', 'DCR');
  return [node.one('depthToSpace', [node.flow(0)], { block: node.int('blocksize', 1), order })];
}

/** Channels come out block by block; in the order of columns, rows, depth, the places of a block lie beside each other. */
export function spaceToDepth(node: NodeView): readonly Value[] {
  const block = node.int('blocksize', 1);
  if (node.text('mode', 'DCR') !== 'CRD') return [node.one('spaceToDepth', [node.flow(0)], { block })];
  const y = node.one('spaceToDepth', [node.flow(0)], { block }, {}, `${node.name}.blocks`);
  return [node.one('channelShuffle', [y], { groups: block * block })];
}

export function reduce(kind: LayerKind): Translate {
  return (node) => {
    const x = node.flow(0);
    const rank = x.dims.length;
    const axes = (node.numbersFrom('axes', 1) ?? []).map((axis) => fromFront(axis, rank));
    const keepDims = node.int('keepdims', 1) === 1;
    const none = node.int('noop_with_empty_axes', 0) === 1;
    if (axes.length === 0 && none) return [overNothing(node, kind, x)];
    const overMap = rank === 4 && axes.length === 2 && axes.includes(2) && axes.includes(3);
    if (overMap && kind === 'reduceMean') return [node.one('globalAvgPool', [x], { keepDims })];
    return [node.one(kind, [x], { axes, keepDims })];
  };
}

/** What a reduction does to each element, which is left where it reduces along no axis at all. */
function overNothing(node: NodeView, kind: LayerKind, x: Flow): Flow {
  switch (kind) {
    case 'reduceL1':
    case 'reduceL2':
      return node.one('abs', [x]);
    case 'reduceSumSquare':
      return node.one('multiply', [x, x]);
    case 'reduceLogSum':
      return node.one('log', [x]);
    default:
      return x;
  }
}

/** Pads any two axes at a time: those that are not height and width are brought there and back. */
export function pad(node: NodeView): readonly Value[] {
  const mode = node.text('mode', 'constant');
  const old = node.opset < 11;
  const pads = old ? (node.list('pads') ?? node.list('paddings') ?? []) : node.numbers(1, 'pads');
  const value = old ? node.float('value', 0) : node.given(2) ? node.numbers(2, 'value')[0]! : 0;
  const filling = padParams(mode, value);
  let x = node.flow(0);
  const rank = x.dims.length;
  const axes = node.given(3) ? node.numbers(3, 'axes').map((a) => fromFront(a, rank)) : [...x.dims.keys()];
  const sides = axes.map((axis, i) => ({ axis, before: pads[i] ?? 0, after: pads[i + axes.length] ?? 0 }));
  const cut = sides.filter(({ before, after }) => before < 0 || after < 0);
  if (cut.length > 0) x = crop(node, x, cut);
  const grown = sides
    .map(({ axis, before, after }) => ({ axis, before: Math.max(0, before), after: Math.max(0, after) }))
    .filter(({ before, after }) => before + after > 0);
  if (grown.length === 0) return [x];
  while (grown.length > 0) x = padTwo(node, x, grown.splice(0, 2), filling);
  return [x];
}

interface Side {
  readonly axis: number;
  readonly before: number;
  readonly after: number;
}

function crop(node: NodeView, x: Flow, sides: readonly Side[]): Flow {
  const params = {
    axes: sides.map(({ axis }) => axis),
    starts: sides.map(({ before }) => Math.max(0, -before)),
    ends: sides.map(({ axis, after }) => x.dims[axis]! - Math.max(0, -after)),
  };
  return node.one('slice', [x], params, {}, `${node.name}.cut`);
}

function padParams(mode: string, value: number): ParamValues {
  if (mode !== 'constant' || Number.isFinite(value)) return { mode, value };
  return { mode: value > 0 ? 'infinity' : 'minusInfinity' };
}

function padTwo(node: NodeView, x: Flow, sides: readonly Side[], filling: ParamValues): Flow {
  const [top, left] = sides.length === 2 ? sides : [undefined, sides[0]];
  const padding = [top?.before ?? 0, left!.before, top?.after ?? 0, left!.after];
  const targets = sides.map(({ axis }) => axis);
  return onTwoAxes(node, x, targets, (map) => node.one('pad', [map], { padding, ...filling }));
}

/** What layers do to the height and width of maps, done to any two axes, or to one: they are brought there and back. */
export function onTwoAxes(
  node: NodeView,
  x: Flow,
  targets: readonly number[],
  work: (map: Flow) => Flow,
): Flow {
  const dims = x.dims;
  const rank = dims.length;
  const others = [...dims.keys()].filter((axis) => !targets.includes(axis));
  const last = [...others, ...targets];
  const inPlace = last.every((axis, i) => axis === i);
  const turned = inPlace ? x : node.one('transpose', [x], { perm: last }, {}, `${node.name}.turned`);
  const [height, width] = targets.length === 2 ? targets.map((axis) => dims[axis]!) : [1, dims[targets[0]!]!];
  const isMap = rank === 4 && targets.length === 2;
  const flat = isMap ? turned : reshapeTo(node, turned, mapDims(turned.dims, height!, width!), 'map');
  const done = work(flat);
  const grown = done.dims.slice(4 - targets.length);
  const shaped = isMap
    ? done
    : reshapeTo(node, done, [...others.map((axis) => dims[axis]!), ...grown], 'shaped');
  if (inPlace) return shaped;
  const back = last.map((_, i) => last.indexOf(i));
  return node.one('transpose', [shaped], { perm: back }, {}, `${node.name}.back`);
}

/** A batch of one stays in front, so that the design runs with any. */
function mapDims(dims: Dims, height: number, width: number): Dims {
  const rest = elementCount(dims) / (height * width);
  return dims.length > 2 && dims[0] === 1 ? [1, rest, height, width] : [rest, 1, height, width];
}

export function lpNorm(node: NodeView): readonly Value[] {
  const x = node.flow(0);
  return [
    node.one('lpNorm', [x], { axis: fromFront(node.int('axis', -1), x.dims.length), p: node.int('p', 2) }),
  ];
}
