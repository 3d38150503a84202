import { messages } from '../../../base/problem.ts';
import { traitsOf } from '../../../layers/index.ts';
import { type IntType, intRanges } from '../../../layers/int-grid.ts';
import type { DesignBuilder, Origin } from '../builder.ts';
import { FLOATS, HALVES, halfName, heldAsFloat, isNarrow, rangeOf, wrapped } from '../held.ts';
import { type ElementType, elementTypeName, elementTypes, isElementType } from '../model.ts';
import type { NodeView } from '../node-view.ts';
import { BOOL, type Constant, type Flow, isTruth, known, type Value } from '../values.ts';
import { scalar } from './dense.ts';

export const say = messages('formats/onnx/operators/cast', {
  'type-unsupported': ['it turns numbers into type {{to}}.', 'Remove what needs it.'],
});

/** ONNX's number of a type. */
const INT64 = 7;

/** Numbers are float32 here: between floating point types a cast keeps the value, to integers it drops what follows the point. */
export function cast(node: NodeView): readonly Value[] {
  return castTo(node, node.int('to', 1));
}

/** To the type of another tensor. */
export function castLike(node: NodeView): readonly Value[] {
  const [x, to] = [node.value(0), typeLike(node)];
  // What is known stays known, though what it is to be like flows.
  return x.kind === 'constant' ? [castConstant(node, x, to)] : castTo(node, to);
}

/** The type that a tensor is to be cast to, as far as it is known. */
export function typeLike(node: NodeView): number {
  const like = node.value(1);
  if (like.kind === 'constant') return like.type ?? (like.integer ? INT64 : FLOATS[0]!);
  return like.wraps ?? (isTruth(like) ? BOOL : like.integer ? INT64 : FLOATS[0]!);
}

/** How numbers are rounded to types of 8 bits, which are refused. */
function passOverSmallFloats(node: NodeView): void {
  node.passOver('saturate', 'round_mode');
}

/** Types that numbers are turned into; those of eight bits and less of floating point are only read. */
const isComputed = (to: number): to is ElementType =>
  isElementType(to) && (FLOATS.includes(to) || !elementTypes[to].float);

function unsupported(node: NodeView, to: number): Error {
  return node.refuse(say('type-unsupported', { to: elementTypeName(to) }));
}

/** Of what is known: rounded to the type, its fraction dropped, or its upper bits lost. */
export function castConstant(node: NodeView, x: Constant, to: number): Constant {
  passOverSmallFloats(node);
  if (!isComputed(to)) throw unsupported(node, to);
  const integer = !FLOATS.includes(to);
  const change = changeTo(x, to);
  if (x.values) {
    const values = change ? Array.from(x.values, change) : x.values;
    return { ...known(values, x.dims, integer, x.sources), type: to };
  }
  if (!change) return { ...x, integer, type: to };
  const { part, ...whole } = x;
  const changed = async () =>
    integer ? Float64Array.from(await x.load(), change) : Float32Array.from(await x.load(), change);
  return { ...whole, integer, type: to, load: changed };
}

/** What becomes of each element; undefined where all stay as they are. */
function changeTo({ type, integer, values }: Constant, to: number): ((value: number) => number) | undefined {
  if (to === BOOL) return (value) => Number(value !== 0);
  if (FLOATS.includes(to)) {
    // Many elements are of single precision when they are wanted.
    const stays = type === to || (values === undefined && !HALVES.includes(to));
    return stays ? undefined : heldAsFloat(to);
  }
  const held = wrapped(to);
  return integer ? held : (value) => held(Math.trunc(value));
}

function castTo(node: NodeView, to: number): readonly Value[] {
  passOverSmallFloats(node);
  if (!isComputed(to)) throw unsupported(node, to);
  const given = node.flow(0);
  // Operators on halves are worked out in single precision, and only what is cast there and back is rounded: as onnxruntime does.
  const x = given.halves === to ? given : inSinglePrecision(node.build, node, given);
  if (FLOATS.includes(to)) {
    const { integer, truth, wraps, ...floats } = x;
    const type = halfName(to);
    return [type === undefined || holds(node, x, type) ? floats : { ...floats, halves: to }];
  }
  if (to === BOOL) return [node.one('truth', [x])];
  const { truth, ...plain } = x;
  const whole = x.integer || traitsOf(node.build.producer(x)).whole === true;
  const y = whole ? plain : node.one('truncate', [x]);
  const [low, high] = rangeOf(to) ?? [-Infinity, Infinity];
  const [least, most] = boundsOf(node, x);
  const { wraps, ...held } = !isNarrow(to) || (least >= low && most <= high) ? y : wrappedTo(node, y, to);
  return [{ ...held, integer: x.integer ?? 'counts', ...(isNarrow(to) && { wraps: to }) }];
}

/** As far as each whole number is one of the type, too. */
const WHOLE_UP_TO = { float16: 2 ** 11, bfloat16: 2 ** 8 };

/** Whether what flows is of a type of two bytes already: rounded to it, or whole and small. */
function holds(node: NodeView, x: Flow, type: keyof typeof WHOLE_UP_TO): boolean {
  const { kind, params } = node.build.producer(x);
  if (kind === 'roundHalf') return params.type === type;
  if (!x.integer && traitsOf(node.build.producer(x)).whole !== true) return false;
  const [least, most] = boundsOf(node, x);
  return -WHOLE_UP_TO[type] <= least && most <= WHOLE_UP_TO[type];
}

/** A flow with the numbers of the type of two bytes that it was cast to, which it had yet to be rounded to. */
export function inSinglePrecision(build: DesignBuilder, origin: Origin, flow: Flow, wanted?: string): Flow {
  const { halves, ...x } = flow;
  const type = halfName(halves);
  return type === undefined ? x : build.once(origin, 'roundHalf', x, { type }, wanted);
}

/** Whole numbers of a type of one or two bytes: they lose their upper bits. */
export function wrappedTo(node: NodeView, x: Flow, to: number): Flow {
  const [low, high] = rangeOf(to)!;
  const named = (part: string) => `${node.name}.${part}`;
  const bare = x.dims.length === 0;
  const range = scalar(node, high - low + 1, 'range', bare);
  const rest = (of: Flow) => node.one('mod', [of, range], { sign: 'divisor' }, {}, named('rest'));
  if (low === 0) return rest(x);
  const half = scalar(node, -low, 'half', bare);
  const moved = node.one('add', [x, half], {}, {}, named('moved'));
  return node.one('subtract', [rest(moved), half], {}, {}, named('back'));
}

/** As far back as what bounds a value is looked for. */
const LOOKS_BACK = 4;

/** Layers that give elements of their first input and no others, or their whole parts. */
const keepsBounds: ReadonlySet<string> = new Set([
  ...['truncate', 'floor', 'ceil', 'round', 'channelShuffle', 'depthToSpace', 'expand', 'flatten', 'gather'],
  ...[
    'gatherElements',
    'gatherNd',
    'reshape',
    'reverseSequence',
    'slice',
    'spaceToDepth',
    'split',
    'squeeze',
  ],
  ...['take', 'tile', 'transpose', 'unsqueeze'],
]);

/** Between which whole numbers what flows lies once its fractions are dropped, as far as layers say. */
function boundsOf(node: NodeView, x: Flow): readonly [number, number] {
  if (x.truth) return [0, 1];
  if (x.wraps !== undefined) return rangeOf(x.wraps)!;
  let at: Flow = x;
  for (let step = 0; step < LOOKS_BACK; step++) {
    const { kind, params } = node.build.producer(at);
    const from = node.build.firstInputOf(at);
    switch (kind) {
      case 'clip':
        return [Math.trunc(params.min as number), Math.trunc(params.max as number)];
      case 'quantize':
        return intRanges[params.type as IntType];
      case 'argMax':
      case 'argMin':
        return [0, (from?.dims.at(params.axis as number) ?? Infinity) - 1];
      case 'sigmoid':
      case 'softmax':
      case 'hardSigmoid':
        return [0, 1];
    }
    if (!keepsBounds.has(kind) || !from) break;
    at = from;
  }
  return [-Infinity, Infinity];
}
