import type { Dims } from '../../../base/dims.ts';
import { isIssue, messages } from '../../../base/problem.ts';
import { type LayerKind, layerOf } from '../../../layers/index.ts';
import { lineParams, planeDims } from '../../../layers/line.ts';
import { placeWindows } from '../../../layers/window.ts';
import type { Padding, Pair, ParamValues } from '../../../schema/params.ts';
import type { NodeView, Translate } from '../node-view.ts';
import { asWeight, type Constant, type Flow, type OnnxWeight, type Value } from '../values.ts';
import { scalar } from './dense.ts';
import { reshape as reshapeTo } from './normalise.ts';
import { counts } from './positions.ts';

export const say = messages('formats/onnx/operators/windows', {
  'rank-unsupported:volume': [
    'it works on {{count}} spatial axes, and only one or two are taken.',
    '3-D networks cannot be opened.',
  ],
  'rank-unsupported': [
    'it works on {{count}} spatial axes, and only one or two are taken.',
    'Export the model again.',
  ],
  'attribute-invalid': ['its {{attribute}} are {{given}}.', 'Export the model again.'],
  'pads-unsupported': ['its pads are {{pads}}.', 'Use one pad of 0 or more per side.'],
  'shape-too-small': ['its output shape is {{asked}}.', 'Ask for a larger one.'],
  'weights-do-not-fit': ['its weights are {{dims}}.', 'Export it again.'],
  'rank-unsupported:axes': ['it works on other axes than height and width.', 'Export it again.'],
});

/** Whether the input is a signal, which is a map of one row; everything that is neither is refused. */
function isLine(node: NodeView, { dims: { length: rank } }: Flow): boolean {
  if (rank === 4 || rank === 3) return rank === 3;
  throw node.refuse(
    rank === 5
      ? say('rank-unsupported:volume', { count: rank - 2 })
      : say('rank-unsupported', { count: rank - 2 }),
  );
}

function pairOf(node: NodeView, attribute: string, fallback: number, one: boolean): Pair {
  const given = node.list(attribute);
  if (given === undefined) return [one ? 1 : fallback, fallback];
  const whole = one ? [1, ...given] : given;
  if (whole.length === 2) return [whole[0]!, whole[1]!];
  throw node.refuse(say('attribute-invalid', { attribute, given: String(given) }));
}

interface Window {
  readonly kernel: Pair;
  readonly stride: Pair;
  readonly dilation: Pair;
}

/** A kernel that is stated beside filters must be theirs. */
function windowOf(node: NodeView, one: boolean, kernel?: Pair): Window {
  const stated = pairOf(node, 'kernel_shape', 1, one);
  if (kernel && node.has('kernel_shape') && kernel.join() !== stated.join())
    throw node.refuse(say('attribute-invalid', { attribute: 'kernel_shape', given: stated.join() }));
  return {
    kernel: kernel ?? stated,
    stride: pairOf(node, 'strides', 1, one),
    dilation: pairOf(node, 'dilations', 1, one),
  };
}

/** The layer along a line that one of maps with these parameters is, where the map is a line. */
const lineKinds = {
  conv2d: 'conv1d',
  convTranspose2d: 'convTranspose1d',
  maxPool: 'maxPool1d',
  avgPool: 'avgPool1d',
  maxUnpool: 'maxUnpool1d',
  lpPool: 'lpPool1d',
  quantConv2d: 'quantConv1d',
  quantAvgPool: 'quantAvgPool1d',
  globalAvgPool: 'globalAvgPool1d',
  globalMaxPool: 'globalMaxPool1d',
  globalLpPool: 'globalLpPool1d',
} as const satisfies { readonly [K in LayerKind]?: LayerKind };

type PlaneKind = keyof typeof lineKinds;

/** Adds a layer of maps, or the same along a line where what comes in are signals; gives all its outputs. */
function windowed(
  node: NodeView,
  kind: PlaneKind,
  inputs: readonly Flow[],
  params: ParamValues,
  weights: Readonly<Record<string, OnnxWeight>> = {},
): readonly Flow[] {
  if (inputs[0]!.dims.length !== 3) return node.add(kind, inputs, params, weights);
  const line = lineKinds[kind];
  const along = lineParams(layerOf(kind).params, layerOf(line).params, params);
  return node.add(line, inputs, along, weights);
}

/** Explicit pads, or those that `auto_pad` stands for. */
function paddingOf(node: NodeView, { kernel, stride, dilation }: Window, map: Dims, one: boolean): Padding {
  const auto = node.text('auto_pad', 'NOTSET');
  const pads = node.list('pads');
  if (auto === 'SAME_UPPER' || auto === 'SAME_LOWER') {
    const sides = ([0, 1] as const).map((axis) => {
      const extent = map[axis + 2]!;
      const span = dilation[axis] * (kernel[axis] - 1) + 1;
      const total = Math.max(0, (Math.ceil(extent / stride[axis]) - 1) * stride[axis] + span - extent);
      const small = Math.floor(total / 2);
      return auto === 'SAME_UPPER' ? [small, total - small] : [total - small, small];
    });
    return [sides[0]![0]!, sides[1]![0]!, sides[0]![1]!, sides[1]![1]!];
  }
  if (auto === 'VALID') return [0, 0, 0, 0];
  if (!pads) return [0, 0, 0, 0];
  const whole = one ? [0, pads[0]!, 0, pads[1]!] : pads;
  if (whole.length === 4 && whole.every((side) => side >= 0))
    return [whole[0]!, whole[1]!, whole[2]!, whole[3]!];
  throw node.refuse(say('pads-unsupported', { pads: String(pads) }));
}

/** Where a convolution's weights stand among its inputs, and the layer that they are of. */
export interface ConvForm {
  readonly kind: 'conv2d' | 'quantConv2d';
  readonly params: ParamValues;
  readonly weightAt: number;
  readonly biasAt: number;
  readonly weight: (constant: Constant, dims: Dims) => OnnxWeight;
  readonly bias: (constant: Constant) => OnnxWeight;
}

export function conv(node: NodeView): readonly Value[] {
  return convAs(node, {
    kind: 'conv2d',
    params: {},
    weightAt: 1,
    biasAt: 2,
    weight: asWeight,
    bias: (constant) => asWeight(constant),
  });
}

/** Filters that the network makes itself multiply what they see, which is brought together for them tap by tap. */
function convByFlows(node: NodeView, filters: Flow): readonly Value[] {
  const named = (what: string) => `${node.name}.${what}`;
  const own = node.flow(0);
  const one = isLine(node, own);
  const asMap = (flow: Flow, what: string) =>
    one ? node.one('unsqueeze', [flow], { axes: [2] }, {}, named(what)) : flow;
  const [x, w] = [asMap(own, 'map'), asMap(filters, 'filters')];
  if (w.dims.length !== 4) throw node.refuse(say('weights-do-not-fit', { dims: String(filters.dims) }));
  const [channels, perGroup, ...kernel] = w.dims as readonly [number, number, number, number];
  const window = windowOf(node, one, kernel);
  const padding = paddingOf(node, window, x.dims, one);
  const plan = placeWindows({ ...window, padding }, [x.dims[2]!, x.dims[3]!]);
  const groups = node.int('group', 1);
  if (isIssue(plan)) throw node.refuse(plan);
  if (perGroup * groups !== x.dims[1] || channels % groups !== 0)
    throw node.refuse(say('weights-do-not-fit', { dims: String(filters.dims) }));
  const isPadded = padding !== 'same' && padding.some((side) => side > 0);
  const whole = isPadded ? node.one('pad', [x], { padding }, {}, named('padded')) : x;
  const [batch, area] = [x.dims[0]!, plan.output[0] * plan.output[1]];
  const taps = Array.from({ length: kernel[0] * kernel[1] }, (_, tap) => {
    const starts = [Math.floor(tap / kernel[1]) * window.dilation[0], (tap % kernel[1]) * window.dilation[1]];
    const ends = starts.map((start, axis) => start + (plan.output[axis]! - 1) * window.stride[axis]! + 1);
    const params = { axes: [2, 3], starts, ends, steps: window.stride };
    const seen = node.one('slice', [whole], params, {}, named(`tap${tap}`));
    return reshapeTo(node, seen, [batch, groups, perGroup, 1, area], `column${tap}`);
  });
  const joined = taps.length > 1 ? node.one('concat', taps, { axis: 3 }, {}, named('columns')) : taps[0]!;
  const depth = perGroup * taps.length;
  const columns = reshapeTo(node, joined, [batch, groups, depth, area], 'seen');
  const rows = node.one('reshape', [w], { shape: [groups, channels / groups, depth] }, {}, named('rows'));
  const product = node.one('matmul', [rows, columns], {}, {}, named('product'));
  let y = reshapeTo(node, product, [batch, channels, ...plan.output]);
  if (node.given(2)) {
    const bias = node.one('reshape', [node.flow(2)], { shape: [channels, 1, 1] }, {}, named('bias'));
    y = node.one('add', [y, bias], {}, {}, named('sum'));
  }
  return [one ? node.one('squeeze', [y], { axes: [2] }, {}, named('line')) : y];
}

export function convAs(node: NodeView, form: ConvForm): readonly Value[] {
  const filters = node.value(form.weightAt);
  if (filters.kind === 'flow' && filters.input === undefined && form.kind === 'conv2d')
    return convByFlows(node, filters);
  const x = node.flow(0);
  const kernelWeights = node.constant(form.weightAt, 'weights');
  const one = isLine(node, x);
  const dims = one ? kernelWeights.dims.toSpliced(2, 0, 1) : kernelWeights.dims;
  if (dims.length !== 4) throw node.refuse(say('weights-do-not-fit', { dims: String(dims) }));
  const window = windowOf(node, one, [dims[2]!, dims[3]!]);
  const bias: Readonly<Record<string, OnnxWeight>> = node.given(form.biasAt)
    ? { bias: form.bias(node.constant(form.biasAt, 'bias')) }
    : {};
  const params = {
    ...window,
    channels: dims[0]!,
    padding: paddingOf(node, window, planeDims(x.dims), one),
    groups: node.int('group', 1),
    bias: node.given(form.biasAt),
    ...form.params,
  };
  const own = form.weight(kernelWeights, kernelWeights.dims);
  return windowed(node, form.kind, [x], params, { weight: own, ...bias });
}

export function convTranspose(node: NodeView): readonly Value[] {
  const x = node.flow(0);
  const kernelWeights = node.constant(1, 'weights');
  const one = isLine(node, x);
  const dims = one ? kernelWeights.dims.toSpliced(2, 0, 1) : kernelWeights.dims;
  if (dims.length !== 4) throw node.refuse(say('weights-do-not-fit', { dims: String(dims) }));
  const window = windowOf(node, one, [dims[2]!, dims[3]!]);
  const groups = node.int('group', 1);
  const outputPadding = node.list('output_padding')
    ? pairOf(node, 'output_padding', 0, one).map((v, i) => (one && i === 0 ? 0 : v))
    : [0, 0];
  const bias: Readonly<Record<string, OnnxWeight>> = node.given(2)
    ? { bias: asWeight(node.constant(2, 'bias')) }
    : {};
  const params = {
    ...window,
    channels: dims[1]! * groups,
    groups,
    ...enlarging(node, window, planeDims(x.dims), toPairOf(outputPadding), one),
    bias: node.given(2),
  };
  return windowed(node, 'convTranspose2d', [x], params, { weight: asWeight(kernelWeights), ...bias });
}

function toPairOf(values: readonly number[]): Pair {
  return [values[0] ?? 0, values[1] ?? 0];
}

/** Padding and output padding of a transposed convolution, also where only the output's size is stated. */
function enlarging(
  node: NodeView,
  window: Window,
  map: Dims,
  outputPadding: Pair,
  one: boolean,
): { padding: Padding; outputPadding: Pair } {
  const auto = node.text('auto_pad', 'NOTSET');
  const stated = node.list('output_shape');
  const same = auto === 'SAME_UPPER' || auto === 'SAME_LOWER';
  if (!stated && !same) return { padding: paddingOf(node, window, map, one), outputPadding };
  node.passOver('pads');
  const target = stated ? (one ? [1, ...stated] : stated).slice(-2) : undefined;
  const before: number[] = [];
  const after: number[] = [];
  const extra = [...outputPadding];
  for (const axis of [0, 1] as const) {
    const extent = map[axis + 2]!;
    const wanted = target ? target[axis]! : extent * window.stride[axis];
    const span = window.dilation[axis] * (window.kernel[axis] - 1) + 1;
    const total = window.stride[axis] * (extent - 1) + outputPadding[axis] + span - wanted;
    if (total < 0) extra[axis]! -= total;
    const cut = Math.max(0, total);
    const small = Math.floor(cut / 2);
    const upper = auto === 'SAME_UPPER';
    before.push(upper ? small : cut - small);
    after.push(upper ? cut - small : small);
  }
  return { padding: [before[0]!, before[1]!, after[0]!, after[1]!], outputPadding: toPairOf(extra) };
}

/**
 * A pool along the first of three axes alone, as a norm over neighbouring channels has it: the others become one. Gives
 * the map and its window in the place of the node's own, and a way back.
 */
function firstOfThree(node: NodeView, x: Flow) {
  if (x.dims.length !== 5) return undefined;
  const at = (name: string, fallback: number) => node.list(name) ?? Array<number>(3).fill(fallback);
  const alone = ['kernel_shape', 'strides', 'dilations'].every((name) =>
    at(name, 1)
      .slice(1)
      .every((value) => value === 1),
  );
  const pads = node.list('pads') ?? Array<number>(6).fill(0);
  if (!alone || pads.some((pad, i) => i % 3 > 0 && pad !== 0) || node.text('auto_pad', 'NOTSET') !== 'NOTSET')
    return undefined;
  const [batch, channels, depth, height, width] = x.dims as readonly [number, number, number, number, number];
  const map = reshapeTo(node, x, [batch, channels, depth, height * width], 'map');
  const pair = (name: string): Pair => [at(name, 1)[0]!, 1];
  const window = { kernel: pair('kernel_shape'), stride: pair('strides'), dilation: pair('dilations') };
  const padding: Padding = [pads[0]!, 0, pads[3]!, 0];
  const back = (y: Flow) => reshapeTo(node, y, [batch, channels, y.dims[2]!, height, width], 'volume');
  return { map, window, padding, back };
}

/** A pool's window, over a map or along a signal. Gives all outputs of the layer. */
export function pooled(node: NodeView, kind: PlaneKind, more: ParamValues): readonly Flow[] {
  const x = node.flow(0);
  const first = firstOfThree(node, x);
  if (first) {
    const params = { ...first.window, padding: first.padding, ...more };
    return node.add(kind, [first.map], known(kind, params)).map(first.back);
  }
  const one = isLine(node, x);
  const window = windowOf(node, one);
  const padding = paddingOf(node, window, planeDims(x.dims), one);
  return windowed(node, kind, [x], known(kind, { ...window, padding, ...more }));
}

/** Those that the layer has: not every pool can be dilated. */
function known(kind: PlaneKind, params: ParamValues): ParamValues {
  const own = layerOf(kind).params;
  return Object.fromEntries(Object.entries(params).filter(([name]) => Object.hasOwn(own, name)));
}

export function maxPool(node: NodeView): readonly Value[] {
  const ceilMode = node.int('ceil_mode', 0) === 1;
  const columns = node.int('storage_order', 0) === 1 && node.dims(0).length > 3;
  const positions = node.isRead(1) ? (columns ? 'columns' : 'rows') : 'none';
  const [y, places] = pooled(node, 'maxPool', { ceilMode, positions });
  return [y!, ...(places ? [counts(places)] : [])];
}

const maxPools: ReadonlySet<string> = new Set<LayerKind>(['maxPool', lineKinds.maxPool]);

/**
 * Positions of a pool of the model are those of the map that it pooled, which is the size that is asked for. What is fed
 * counts in the smallest map, as ONNX defines it, and what that map is short of the size asked for is empty.
 */
export function maxUnpool(node: NodeView): readonly Value[] {
  const x = node.flow(0);
  const given = [x, node.flow(1)];
  const one = isLine(node, x);
  const window = windowOf(node, one);
  const padding = paddingOf(node, window, planeDims(x.dims), one);
  const { kernel, stride } = window;
  const asked = node.given(2) ? node.numbers(2, 'output shape').slice(2) : [];
  const size = one && asked.length > 0 ? [1, ...asked] : asked;
  const ofPool = given.some((flow) => maxPools.has(node.build.producer(flow).kind));
  const params = { kernel, stride, padding, size: ofPool ? size : [] };
  const [y] = windowed(node, 'maxUnpool', given, params) as readonly [Flow];
  const short = size.map((extent, axis) => extent - planeDims(y.dims)[axis + 2]!);
  if (short.every((rows) => rows === 0)) return [y];
  if (short.some((rows) => rows < 0)) throw node.refuse(say('shape-too-small', { asked: asked.join('×') }));
  return [padded(node, y, short as [number, number])];
}

/** Zeros below and to the right of a map, which a signal becomes for it. */
function padded(node: NodeView, y: Flow, [bottom, right]: Pair): Flow {
  const pad = (map: Flow) =>
    node.one('pad', [map], { padding: [0, 0, bottom, right] }, {}, `${node.name}.size`);
  if (y.dims.length !== 3) return pad(y);
  const map = node.one('unsqueeze', [y], { axes: [2] }, {}, `${node.name}.map`);
  return node.one('squeeze', [pad(map)], { axes: [2] }, {}, `${node.name}.line`);
}

/** Windows put back into a map, whose size and theirs are inputs. */
export function col2im(node: NodeView): readonly Value[] {
  const [size, kernel] = [node.numbers(1, 'image shape'), node.numbers(2, 'block shape')];
  const one = size.length === 1;
  const x = node.flow(0);
  const map = (extents: readonly number[]) => (one ? [1, ...extents] : extents);
  if (size.length !== kernel.length || size.length > 2) throw node.refuse(say('rank-unsupported:axes'));
  const pads = node.list('pads') ?? [];
  const sides = one ? [0, pads[0] ?? 0, 0, pads[1] ?? 0] : [0, 1, 2, 3].map((side) => pads[side] ?? 0);
  const params = {
    size: map(size),
    kernel: map(kernel),
    stride: pairOf(node, 'strides', 1, one),
    dilation: pairOf(node, 'dilations', 1, one),
    padding: sides,
  };
  if (!one) return [node.one('col2im', [x], params)];
  const row = node.one('col2im', [x], params, {}, `${node.name}.map`);
  return [node.one('squeeze', [row], { axes: [2] })];
}

/** What average pools say of their windows' edges. */
export function atEdges(node: NodeView): ParamValues {
  return {
    ceilMode: node.int('ceil_mode', 0) === 1,
    countIncludePad: node.int('count_include_pad', 0) === 1,
  };
}

export function averagePool(node: NodeView): readonly Value[] {
  return pooled(node, 'avgPool', atEdges(node));
}

/** A pool whose window is the whole map or signal. */
export function wholeMap(node: NodeView, kind: PlaneKind, params: ParamValues): readonly Flow[] {
  const x = node.flow(0);
  isLine(node, x);
  return windowed(node, kind, [x], { kernel: planeDims(x.dims).slice(2), stride: [1, 1], ...params });
}

function globally(kind: PlaneKind, params: (node: NodeView) => ParamValues) {
  return (node: NodeView): readonly Value[] => {
    const x = node.flow(0);
    isLine(node, x);
    return windowed(node, kind, [x], params(node));
  };
}

export function globalPool(kind: 'globalAvgPool' | 'globalMaxPool') {
  return globally(kind, () => ({ keepDims: true }));
}

export function lpPool(node: NodeView): readonly Value[] {
  return pooled(node, 'lpPool', {
    ceilMode: node.int('ceil_mode', 0) === 1,
    p: Math.round(node.float('p', 2)),
  });
}

export const globalLpPool = globally('globalLpPool', (node) => ({
  p: Math.round(node.float('p', 2)),
}));

/** Offsets and masks are fed; a mask that is left out is 1 throughout. */
export function deformConv(node: NodeView): readonly Value[] {
  const x = node.flow(0);
  const kernelWeights = node.constant(1, 'weights');
  const { dims } = kernelWeights;
  if (x.dims.length !== 4 || dims.length !== 4) throw node.refuse(say('rank-unsupported:axes'));
  const window = windowOf(node, false, [dims[2]!, dims[3]!]);
  const weights: Record<string, OnnxWeight> = { weight: asWeight(kernelWeights, dims) };
  if (node.given(3)) weights.bias = asWeight(node.constant(3, 'bias'));
  const mask = node.given(4) ? node.flow(4) : scalar(node, 1, 'mask');
  const params = {
    ...window,
    channels: dims[0]!,
    padding: paddingOf(node, window, x.dims, false),
    groups: node.int('group', 1),
    offsetGroups: node.int('offset_group', 1),
    bias: node.given(3),
  };
  return [node.one('deformConv2d', [x, node.flow(2), mask], params, weights)];
}

/** What an operator does to maps whose channels come last: they are brought to the front and back. */
export function channelsLast(translate: Translate): Translate {
  return (node) => {
    const x = node.flow(0);
    const axes = [...x.dims.keys()];
    const last = axes.length - 1;
    const front = [0, last, ...axes.slice(1, last)];
    const turned = node.one('transpose', [x], { perm: front }, {}, `${node.name}.front`);
    const perm = axes.map((axis) => front.indexOf(axis));
    return translate(node.having(0, { ...x, ...turned })).map((y, i) => {
      if (y.kind === 'constant') return y;
      const { ref, dims } = node.one('transpose', [y], { perm }, {}, `${node.name}.last${i || ''}`);
      return { ...y, ref, dims };
    });
  };
}
