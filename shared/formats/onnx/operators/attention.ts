import { type Dims, elementCount, formatDims } from '../../../base/dims.ts';
import { isIssue, messages } from '../../../base/problem.ts';
import { attentionSizes } from '../../../layers/attention.ts';
import { broadcastDims } from '../../../layers/broadcast.ts';
import type { NodeView } from '../node-view.ts';
import { asTurnedWeight } from '../turned-weight.ts';
import {
  asWeight,
  type Constant,
  type Flow,
  filled,
  isTruth,
  known,
  redimmed,
  type Value,
} from '../values.ts';
import { reshapedDims } from './axes.ts';
import { scalar } from './dense.ts';
import { reshape } from './normalise.ts';

export const say = messages('formats/onnx/operators/attention', {
  'attention-unsupported': ['{{what}}, which is not taken.', 'Export the model without it.'],
});

type TranslateJoining = (node: NodeView) => readonly Value[] | undefined;

/** What the scores of an attention are multiplied by; undefined where it is not one number. */
function factorOf(values: readonly (Value | undefined)[]): number | undefined {
  let factor = 1;
  for (const [i, value] of values.entries()) {
    if (!value) continue;
    const number =
      value.kind === 'constant' && elementCount(value.dims) === 1 ? value.values?.[0] : undefined;
    if (number === undefined) return undefined;
    factor = i % 2 === 0 ? factor * number : factor / number;
  }
  return factor;
}

/** One by the root of the features is what the layer has by itself; rounding aside. */
function scaleOf(factor: number, features: number): number {
  return Math.abs(factor * Math.sqrt(features) - 1) < 1e-6 ? 0 : factor;
}

/** Everything that is added to the scores, to which it must broadcast; undefined where it does not. */
function masksOf(node: NodeView, scores: Dims): readonly Flow[] | undefined {
  const [windows, windowMask, unwindowed] = [6, 7, 8].map((i) => node.inputs[i]);
  const masks = [3, 4, 5].filter((i) => node.given(i)).map((i) => node.flow(i));
  if (windowMask) {
    const into = windows?.kind === 'constant' ? windows.values : undefined;
    const back = unwindowed?.kind === 'constant' ? unwindowed.values : undefined;
    const cut = into && reshapedDims(scores, Array.from(into), false);
    // One sample's windows are the images of the scores.
    const fits = cut && cut[0] === 1 && cut.slice(1).join() === scores.join() && windowMask.dims[0] === 1;
    const joined = cut && back && reshapedDims(cut, Array.from(back), false)?.join() === scores.join();
    if (!fits || !joined || windowMask.dims.length !== cut.length) return undefined;
    masks.push(withoutFirst(node, windowMask));
  }
  const fits = masks.every(({ dims }) => broadcastDims(scores, dims)?.join() === scores.join());
  return fits ? masks : undefined;
}

function withoutFirst(node: NodeView, mask: Value): Flow {
  const dims = mask.dims.slice(1);
  if (mask.kind === 'flow') return node.one('reshape', [mask], { shape: dims }, {}, `${node.name}.mask`);
  return node.build.flow(node, redimmed(mask, dims), `${node.name}.mask`);
}

/** Queries, keys, values and masks as one layer, where every shape fits. */
function attend(
  node: NodeView,
  [q, k, v]: readonly [Flow, Flow, Flow],
  heads: number,
  keyHeads: number,
): readonly Value[] | undefined {
  const factor = factorOf(node.inputs.slice(9, 15));
  const params = { heads, keyHeads, scale: 0 };
  const sizes = attentionSizes(params, [q.dims, k.dims, v.dims]);
  if (factor === undefined || factor <= 0 || isIssue(sizes) || sizes.keyHeads !== sizes.heads)
    return undefined;
  const own = q.dims.length === 2 && heads === 1 ? [] : [sizes.heads];
  const scores = [...sizes.stack, ...own, sizes.queries, sizes.keys];
  const [axis = -1] = node.list('axis') ?? [];
  if (axis !== -1 && axis !== scores.length - 1) return undefined;
  const masks = masksOf(node, scores);
  if (!masks) return undefined;
  return [node.one('attention', [q, k, v, ...masks], { ...params, scale: scaleOf(factor, sizes.features) })];
}

function threeFlows(node: NodeView): readonly [Flow, Flow, Flow] | undefined {
  const [q, k, v] = node.inputs;
  const flow = q?.kind === 'flow' && k?.kind === 'flow' && v?.kind === 'flow';
  return flow && ![q, k, v].some(({ integer }) => integer) ? [q, k, v] : undefined;
}

/** Keys come turned: by a transposition, which is left out, or by what else made them so. */
export const attentionOfStacks: TranslateJoining = (node) => {
  const flows = threeFlows(node);
  if (!flows) return undefined;
  const [q, k, v] = flows;
  const { length } = k.dims;
  if (length < 2 || q.dims.length !== length || v.dims.length !== length) return undefined;
  const given = node.list('perm') ?? [];
  const perm = given.length > 0 ? given : k.dims.map((_, axis) => axis);
  if (perm.length !== length) return undefined;
  const turned = perm.with(length - 1, perm[length - 2]!).with(length - 2, perm[length - 1]!);
  const straight = turned.every((axis, i) => axis === i);
  const dims = turned.map((axis) => k.dims[axis]!);
  const [keys, asked] = [dims.slice(0, -2).join(), q.dims.slice(0, -2).join()];
  if (keys !== asked || v.dims.slice(0, -2).join() !== asked || dims.at(-1) !== q.dims.at(-1))
    return undefined;
  if (v.dims.at(-2) !== dims.at(-2)) return undefined;
  const key = straight ? k : node.one('transpose', [k], { perm: turned }, {}, `${node.name}.keys`);
  return attend(node, [q, key, v], 1, 0);
};

/** Heads are cut out of the features, and joined again. */
export const attentionOfHeads: TranslateJoining = (node) => {
  const flows = threeFlows(node);
  if (!flows || flows.some(({ dims }) => dims.length !== 3)) return undefined;
  const cuts = flows.map(({ dims }, i) => {
    const shape = node.inputs[15 + i];
    const cut =
      shape?.kind === 'constant' && shape.values && reshapedDims(dims, Array.from(shape.values), false);
    return cut && cut.length === 4 && cut[0] === dims[0] && cut[1] === dims[1] ? cut[2]! : undefined;
  });
  const [heads] = cuts;
  if (heads === undefined || heads < 2 || cuts.some((each) => each !== heads)) return undefined;
  const joined = node.inputs[18];
  const [q, , v] = flows;
  const before = [q.dims[0]!, q.dims[1]!, heads, v.dims[2]! / heads];
  const back =
    joined?.kind === 'constant' && joined.values && reshapedDims(before, Array.from(joined.values), false);
  const wanted = [q.dims[0]!, q.dims[1]!, v.dims[2]!].join();
  return back && back.join() === wanted ? attend(node, flows, heads, 0) : undefined;
};

/** Attention of operator set 23, and of com.microsoft, which means another one by the same name. */
export function attention(node: NodeView): readonly Value[] {
  return node.node.domain === 'com.microsoft' ? projectedAttention(node) : standardAttention(node);
}

function standardAttention(node: NodeView): readonly Value[] {
  // The type that softmax is worked out in: single precision or better.
  node.passOver('softmax_precision', 'q_num_heads', 'kv_num_heads');
  const given = node.flow(0);
  const joined = given.dims.length === 3;
  const cutHeads = joined ? node.int('q_num_heads', 1) : 1;
  const cutKeyHeads = joined ? node.int('kv_num_heads', cutHeads) : 1;
  const past = node.given(4) && node.given(5);
  const scored = node.isRead(3);
  // Keys that are handed on or joined to others, and scores, have heads as an axis of their own.
  const opened = joined && (past || scored || node.isRead(1) || node.isRead(2));
  const named = (name: string) => `${node.name}.${name}`;
  const apart = (flow: Flow, heads: number, name: string) =>
    opened ? headsApart(node, flow, heads, name) : flow;
  const q = apart(given, cutHeads, 'queries');
  const [heads, keyHeads] = opened ? [1, 1] : [cutHeads, cutKeyHeads];
  const after = (i: 1 | 2, at: 4 | 5, name: string) => {
    const own = apart(node.flow(i), cutKeyHeads, `new_${name}`);
    return past ? node.one('concat', [node.flow(at), own], { axis: 2 }, {}, named(name)) : own;
  };
  const [k, v] = [after(1, 4, 'keys'), after(2, 5, 'values')];
  const [queries, keys] = [q.dims.at(-2)!, k.dims.at(-2)!];
  const before = past ? node.dims(4)[2]! : 0;
  const causal = node.int('is_causal', 0) === 1;
  const masks = node.given(3) ? [wholeMask(node, addedMask(node, 3), keys)] : [];
  const window = [node.int('left_window_size', -1), node.int('right_window_size', -1)] as const;
  const isWindow = window.some((side) => side >= 0);
  const counted = node.given(6) ? node.flow(6) : undefined;
  // Queries are the last of the keys that count, and have their places from there.
  const byCount = counted !== undefined && (causal || isWindow) && !past;
  const late = causal && before > 0;
  const plain = causal && !late && !byCount;
  const reach = late || (causal && byCount) ? ([window[0], 0] as const) : window;
  if (counted) masks.push(...hiddenFrom(node, counted, queries, keys, byCount ? reach : [-1, -1]));
  if (late || (isWindow && !byCount)) masks.push(hiddenOutside(node, queries, keys, before, reach));
  const params = {
    ...headsOf(heads, keyHeads),
    scale: givenScale(node, q.dims.at(-1)! / heads),
    causal: plain,
    softcap: node.float('softcap', 0),
  };
  const mode = node.int('qk_matmul_output_mode', 0);
  if (scored) {
    if (plain) masks.push(hiddenOutside(node, queries, keys, 0, [-1, 0]));
    const parts = inParts(node, [q, k, v], masks, params, mode);
    return [opened ? headsTogether(node, parts.y) : parts.y, k, v, parts.scores];
  }
  const y = node.one('attention', [q, k, v, ...masks], params, {}, opened ? named('heads') : node.name);
  return [opened ? headsTogether(node, y) : y, k, v];
}

/** [N, L, h·d] as [N, h, L, d]. */
function headsApart(node: NodeView, flow: Flow, heads: number, name: string): Flow {
  const [batch, tokens, features] = flow.dims as readonly [number, number, number];
  const cut = reshape(node, flow, [batch, tokens, heads, features / heads], `${name}_cut`);
  return node.one('transpose', [cut], { perm: [0, 2, 1, 3] }, {}, `${node.name}.${name}`);
}

function headsTogether(node: NodeView, flow: Flow): Flow {
  const [batch, heads, tokens, features] = flow.dims as readonly [number, number, number, number];
  const turned = node.one('transpose', [flow], { perm: [0, 2, 1, 3] }, {}, `${node.name}.tokens`);
  return reshape(node, turned, [batch, tokens, heads * features]);
}

/** What attention computes, one step after the other, where its scores are asked for: as they are, capped, masked or shared out. */
function inParts(
  node: NodeView,
  [q, k, v]: readonly [Flow, Flow, Flow],
  masks: readonly Flow[],
  { scale, softcap }: { readonly scale: number; readonly softcap: number },
  mode: number,
): { readonly y: Flow; readonly scores: Flow } {
  const named = (name: string) => `${node.name}.${name}`;
  const [heads, keyHeads] = [q.dims[1]!, k.dims[1]!];
  const indices = Array.from({ length: heads }, (_, head) => Math.floor((head * keyHeads) / heads));
  const each = (flow: Flow, name: string) =>
    heads === keyHeads
      ? flow
      : node.one('gather', [flow], { axis: 1, indices, dropAxis: false }, {}, named(name));
  const turned = node.one('transpose', [each(k, 'each_key')], { perm: [0, 1, 3, 2] }, {}, named('turned'));
  const products = node.one('matmul', [q, turned], {}, {}, named('products'));
  const factor = scalar(node, scale === 0 ? 1 / Math.sqrt(q.dims.at(-1)!) : scale, 'factor');
  const raw = node.one('multiply', [products, factor], {}, {}, named('scores'));
  let capped = raw;
  if (softcap > 0) {
    const cap = scalar(node, softcap, 'cap');
    const small = node.one('divide', [raw, cap], {}, {}, named('small'));
    capped = node.one(
      'multiply',
      [node.one('tanh', [small], {}, {}, named('bent')), cap],
      {},
      {},
      named('capped'),
    );
  }
  const masked = masks.length === 0 ? capped : node.one('add', [capped, ...masks], {}, {}, named('masked'));
  const shares = node.one('softmax', [masked], { axis: masked.dims.length - 1 }, {}, named('shares'));
  const weights = masks.length === 0 ? shares : seenOnly(node, masked, shares);
  const y = node.one('matmul', [weights, each(v, 'each_value')], {}, {}, named('heads'));
  const outputs = [raw, capped, masked, weights];
  if (!outputs[mode]) refuse(node, `its scores are of form ${mode}`);
  return { y, scores: outputs[mode]! };
}

/** A query that sees no key takes nothing from any. */
function seenOnly(node: NodeView, masked: Flow, shares: Flow): Flow {
  const named = (name: string) => `${node.name}.${name}`;
  const most = node.one(
    'reduceMax',
    [masked],
    { axes: [masked.dims.length - 1], keepDims: true },
    {},
    named('most'),
  );
  const hidden = node.build.flow(node, known([-Infinity], [1], false), named('nothing'));
  const blind = node.one('equal', [most, hidden], {}, {}, named('blind'));
  return node.one('select', [blind, scalar(node, 0, 'none'), shares], {}, {}, named('seen'));
}

/** A mask that ends before the last key hides those behind its end. */
function wholeMask(node: NodeView, mask: Flow, keys: number): Flow {
  const missing = keys - (mask.dims.at(-1) ?? keys);
  if (missing <= 0 || mask.dims.at(-1) === 1) return mask;
  const dims = mask.dims.with(-1, missing);
  const rest = node.build.flow(node, filled(-Infinity, dims, false), `${node.name}.behind`);
  return node.one('concat', [mask, rest], { axis: dims.length - 1 }, {}, `${node.name}.whole_mask`);
}

/**
 * What hides keys that do not count, of which each sample has a number of its own, and those further from a query than
 * a window reaches, where queries are the last that count; −1 is no bound.
 */
function hiddenFrom(
  node: NodeView,
  counted: Flow,
  queries: number,
  keys: number,
  [left, right]: readonly [number, number],
): readonly Flow[] {
  const named = (name: string) => `${node.name}.${name}`;
  const counts = reshape(node, counted, [counted.dims[0]!, 1, 1, 1], 'counts');
  const table = (rows: number, name: string, ahead: (fromLast: number) => number) => {
    const values = Float32Array.from(
      { length: rows * keys },
      (_, at) => (at % keys) + ahead(queries - Math.floor(at / keys)),
    );
    return node.build.flow(node, known(values, [1, 1, rows, keys], false), named(name));
  };
  const hiddenUnless = (seen: Flow, name: string) => {
    const hidden = node.build.flow(node, known([-Infinity], [1], false), named(`hidden_${name}`));
    const nothing = scalar(node, 0, `seen_${name}`);
    return node.one('select', [seen, nothing, hidden], {}, {}, named(`${name}_mask`));
  };
  const needed =
    right < 0
      ? table(1, 'needed', () => 1)
      : table(queries, 'needed', (fromLast) => Math.max(1, fromLast - right));
  const within = node.one('lessOrEqual', [needed, counts], {}, {}, named('counted'));
  if (left < 0) return [hiddenUnless(within, 'count')];
  const most = table(queries, 'most', (fromLast) => fromLast + left);
  const near = node.one('lessOrEqual', [counts, most], {}, {}, named('near'));
  return [hiddenUnless(within, 'count'), hiddenUnless(near, 'window')];
}

/** One head is not cut out of anything. */
function headsOf(heads: number, keyHeads: number) {
  return { heads, keyHeads: keyHeads === heads ? 0 : keyHeads };
}

function refuse(node: NodeView, what: string): never {
  throw node.refuse(say('attention-unsupported', { what }));
}

function refuseGiven(node: NodeView, inputs: readonly (readonly [number, string])[]): void {
  for (const [i, what] of inputs) if (node.given(i)) refuse(node, `it takes ${what}`);
}

function givenScale(node: NodeView, features: number): number {
  const scale = node.float('scale', 0);
  return scale === 0 ? 0 : scaleOf(scale, features);
}

/** A mask as what is added: where a truth value says no, −∞. */
function addedMask(node: NodeView, i: number): Flow {
  if (!isTruth(node.value(i))) return node.flow(i);
  const named = (name: string) => `${node.name}.${name}`;
  const hidden = node.build.flow(node, known([-Infinity], [1], false), named('hidden'));
  const options = [node.flow(i), scalar(node, 0, 'seen'), hidden];
  return node.one('select', options, {}, {}, named('mask'));
}

/** What hides keys further from a query than a window reaches, where some keys were there before the first query; −1 is no bound. */
function hiddenOutside(
  node: NodeView,
  queries: number,
  keys: number,
  before: number,
  [left, right]: readonly [number, number],
): Flow {
  const values = Float32Array.from({ length: queries * keys }, (_, at) => {
    const ahead = (at % keys) - (Math.floor(at / keys) + before);
    return (left >= 0 && -ahead > left) || (right >= 0 && ahead > right) ? -Infinity : 0;
  });
  return node.build.flow(node, known(values, [queries, keys], false), `${node.name}.causal`);
}

/** com.microsoft's Attention: one layer makes queries, keys and values of the input. */
function projectedAttention(node: NodeView): readonly Value[] {
  refuseGiven(node, [
    [4, 'past keys'],
    [6, 'a length of past keys'],
  ]);
  if (node.int('do_rotary', 0) === 1) refuse(node, 'it turns positions');
  node.passOver('past_present_share_buffer', 'rotary_embedding_dim');
  const x = node.flow(0);
  const heads = node.int('num_heads', 1);
  const matrix = node.constant(1, 'weights');
  const [fanIn, features] = matrix.dims as readonly [number, number];
  const sizes = node.list('qkv_hidden_sizes') ?? Array<number>(3).fill(features / 3);
  const weights = {
    weight: asTurnedWeight(matrix, [fanIn, features]),
    ...(node.given(2) ? { bias: asWeight(node.constant(2, 'bias')) } : {}),
  };
  const named = (name: string) => `${node.name}.${name}`;
  const projected = { features, bias: node.given(2), tokens: true };
  const all = node.one('linear', [x], projected, weights, named('projection'));
  const parts = node.add('split', [all], { axis: 2, parts: 3, sizes }, {}, named('parts'));
  const [q, k, v] = parts as readonly [Flow, Flow, Flow];
  const masks = ofHeads(node, heads, [
    ...maskOfKeys(node, 3, q, k),
    ...(node.given(5) ? [node.flow(5)] : []),
  ]);
  const scale = givenScale(node, sizes[0]! / heads);
  const causal = node.int('unidirectional', 0) === 1;
  return [node.one('attention', [q, k, v, ...masks], { heads, scale, causal })];
}

/**
 * What hides keys from com.microsoft's attentions: a number that is added where one does not count. They say how many
 * count of each sample, and from which on perhaps, or have a 1 for each that does, of each query perhaps.
 */
function maskOfKeys(node: NodeView, at: number, q: Flow, k: Flow): readonly Flow[] {
  const hides = node.float('mask_filter_value', -10_000);
  if (!node.given(at)) return [];
  const { integer, ...told } = node.flow(at);
  const [batch, queries] = q.dims as readonly [number, number];
  const keys = k.dims[1]!;
  const named = (what: string) => `${node.name}.${what}`;
  const shaped = (flow: Flow, dims: Dims, what: string) => reshape(node, flow, dims, what);
  const { dims } = told;
  let seen: Flow;
  if (dims.length === 1 && (dims[0] === batch || dims[0] === 2 * batch)) {
    const steps = Float32Array.from({ length: keys }, (_, i) => i);
    const places = node.build.flow(node, known(steps, [1, 1, 1, keys], false), named('places'));
    const side = (from: number, what: string) => {
      const part = { axes: [0], starts: [from], ends: [from + batch] };
      const own = dims[0] === batch ? told : node.one('slice', [told], part, {}, named(what));
      return shaped(own, [batch, 1, 1, 1], `${what}s`);
    };
    seen = node.one('less', [places, side(0, 'end')], {}, {}, named('before'));
    if (dims[0] !== batch) {
      const after = node.one('greaterOrEqual', [places, side(batch, 'start')], {}, {}, named('after'));
      seen = node.one('and', [seen, after], {}, {}, named('within'));
    }
  } else if (dims.join() === [batch, keys].join() || dims.join() === [batch, queries, keys].join()) {
    const each = shaped(told, [batch, 1, dims.length === 2 ? 1 : queries, keys], 'told');
    seen = node.one('greater', [each, scalar(node, 0, 'nothing')], {}, {}, named('counted'));
  } else refuse(node, `its mask of keys is ${formatDims(dims)}`);
  return [
    node.one('select', [seen, scalar(node, 0, 'seen'), scalar(node, hides, 'hidden')], {}, {}, named('mask')),
  ];
}

/** A single head has no axis of its own here: masks lose theirs. */
function ofHeads(node: NodeView, heads: number, masks: readonly Flow[]): readonly Flow[] {
  if (heads !== 1) return masks;
  return masks.map((mask, i) =>
    mask.dims.length < 4 ? mask : reshape(node, mask, mask.dims.toSpliced(1, 1), `headless${i || ''}`),
  );
}

/** com.microsoft's MultiHeadAttention: queries, keys and values come as they are, with biases perhaps. */
export function multiHeadAttention(node: NodeView): readonly Value[] {
  refuseGiven(node, [
    [6, 'past keys'],
    [7, 'past values'],
  ]);
  if (!node.given(1) || !node.given(2)) refuse(node, 'it takes queries, keys and values in one tensor');
  const heads = node.int('num_heads', 1);
  let from = 0;
  const [q, k, v] = ([0, 1, 2] as const).map((i) => {
    const x = node.flow(i);
    if (x.dims.length !== 3) refuse(node, 'its heads are an axis of their own');
    const features = x.dims[2]!;
    const first = from;
    from += features;
    if (!node.given(3)) return x;
    const bias = part(node.constant(3, 'bias'), first, features);
    const name = `${node.name}.${['q', 'k', 'v'][i]}`;
    return node.one('add', [x, node.build.constant(node, bias, `${name}_bias`, true)], {}, {}, name);
  }) as [Flow, Flow, Flow];
  const masks = ofHeads(node, heads, [
    ...maskOfKeys(node, 4, q, k),
    ...(node.given(5) ? [node.flow(5)] : []),
  ]);
  const scale = givenScale(node, q.dims[2]! / heads);
  const causal = node.int('unidirectional', 0) === 1;
  return [node.one('attention', [q, k, v, ...masks], { heads, scale, causal })];
}

/** Some neighbouring elements of a constant, of which so many were learned. */
function part(constant: Constant, first: number, count: number): Constant {
  const [source] = constant.sources.keys();
  return {
    kind: 'constant',
    dims: [count],
    integer: false,
    values: constant.values && Array.from(constant.values).slice(first, first + count),
    sources: source === undefined ? constant.sources : new Map([[`${source}[${first}]`, count]]),
    load: async () => (await constant.load()).slice(first, first + count),
  };
}
