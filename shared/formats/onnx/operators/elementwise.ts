import { elementCount, sameDims } from '../../../base/dims.ts';
import { messages } from '../../../base/problem.ts';
import { largestFloat } from '../../../layers/clip.ts';
import type { LayerKind } from '../../../layers/index.ts';
import type { ParamValues } from '../../../schema/params.ts';
import type { NodeView, Translate } from '../node-view.ts';
import { asWeight, type Flow, type Value } from '../values.ts';
import { addBias, perChannel, placedDims, scalar } from './dense.ts';

export const say = messages('formats/onnx/operators/elementwise', {
  'shapes-differ': ['its gate is {{gate}}, and what it opens {{linear}}.', 'Export the model again.'],
});

/** Operators of one input and the same layer, with their attributes. */
export function pointwise(kind: LayerKind, params: (node: NodeView) => ParamValues = () => ({})): Translate {
  return (node) => [node.one(kind, [node.flow(0)], params(node))];
}

/** Operators of so many inputs and the same layer; truth values are 0 and 1. */
export function pointwiseOf(
  kind: LayerKind,
  count: number,
  params: (node: NodeView) => ParamValues = () => ({}),
): Translate {
  return (node) => [
    node.one(
      kind,
      Array.from({ length: count }, (_, i) => node.flow(i)),
      params(node),
    ),
  ];
}

/** Operators of two inputs; before operator set 7 the second is stretched only where an attribute says so. */
export function binary(kind: LayerKind): Translate {
  return (node) => {
    if (kind === 'add') {
      const biased = addBias(node, 0) ?? addBias(node, 1);
      if (biased) return [biased];
    }
    if (kind === 'multiply') {
      const gated = silu(node, 0, 1) ?? silu(node, 1, 0);
      if (gated) return [gated];
    }
    const y = node.one(kind, [node.flow(0), placed(node)]);
    // A quotient of whole numbers is whole.
    return [kind === 'divide' && isWhole(node) ? node.one('truncate', [y], {}, {}, `${node.name}.whole`) : y];
  };
}

/** An operator that gives what its first input is of: of whole numbers, the whole part of what it works out. */
export function wholeOfWhole(translate: Translate): Translate {
  return (node) => {
    const given = translate(node);
    const [y] = given;
    if (!node.value(0).integer || y?.kind !== 'flow') return given;
    const whole = node.one('truncate', [y], {}, {}, `${node.name}.whole`);
    return [{ ...whole, integer: 'counts' }];
  };
}

function isWhole(node: NodeView): boolean {
  return node.inputs.every((value) => Boolean(value?.integer));
}

/** x · σ(x) is one layer of ours. The sigmoid stays as it is when something else reads it. */
function silu(node: NodeView, xAt: 0 | 1, gateAt: 0 | 1): Flow | undefined {
  const x = node.value(xAt);
  const gate = node.value(gateAt);
  if (x.kind !== 'flow' || gate.kind !== 'flow' || !node.onlyReader(gateAt)) return undefined;
  if (node.build.producer(gate).kind !== 'sigmoid') return undefined;
  const source = node.build.sourceOf(gate);
  if (source?.node !== x.ref.node || source.port !== x.ref.port) return undefined;
  return node.build.become(gate, 'silu');
}

function placed(node: NodeView): Flow {
  const b = node.value(1);
  const dims = placedDims(node, node.dims(0).length, b);
  if (dims.length === b.dims.length) return node.flow(1);
  return node.one('reshape', [node.flow(1)], { shape: dims }, {}, `${node.name}.b`);
}

/** Sum, Min, Max: any number of inputs. */
export function variadic(kind: 'add' | 'min' | 'max'): Translate {
  return (node) => {
    const flows = node.flows();
    if (flows.length === 1) return [node.value(0)];
    return [node.one(kind, flows)];
  };
}

export function mean(node: NodeView): readonly Value[] {
  const flows = node.flows();
  if (flows.length === 1) return [node.value(0)];
  const sum = node.one('add', flows, {}, {}, `${node.name}.sum`);
  return [node.one('divide', [sum, scalar(node, flows.length, 'count', sum.dims.length === 0)])];
}

export function clip(node: NodeView): readonly Value[] {
  const bound = (name: 'min' | 'max', at: number, fallback: number) => {
    const given =
      node.opset < 11 ? node.float(name, fallback) : node.given(at) ? node.numbers(at, name)[0] : undefined;
    return Math.min(Math.max(given ?? fallback, -largestFloat), largestFloat);
  };
  const params = { min: bound('min', 1, -largestFloat), max: bound('max', 2, largestFloat) };
  return [node.one('clip', [node.flow(0)], params)];
}

/** One slope for all or per channel is a layer of ours; other shapes are taken apart: max(x, 0) − a·max(−x, 0). */
export function prelu(node: NodeView): readonly Value[] {
  const x = node.flow(0);
  const slope = node.value(1);
  if (slope.kind === 'constant') {
    const count = elementCount(slope.dims);
    const all = count === 1 && x.dims[1] !== 1;
    const oldForm = node.opset < 7 && slope.dims.length === 1 && count === x.dims[1];
    if (all || oldForm || perChannel(slope.dims, x.dims)) {
      const params = { perChannel: !all };
      return [node.one('prelu', [x], params, { weight: asWeight(slope, [count]) })];
    }
  }
  const above = node.one('relu', [x], {}, {}, `${node.name}.above`);
  const flipped = node.one('neg', [x], {}, {}, `${node.name}.flipped`);
  const below = node.one('relu', [flipped], {}, {}, `${node.name}.below`);
  const scaled = node.one('multiply', [below, node.flow(1)], {}, {}, `${node.name}.scaled`);
  return [node.one('subtract', [above, scaled])];
}

/** Swish of one tensor times another, which has its shape. */
export function swiGlu(node: NodeView): readonly Value[] {
  const [gate, linear] = [node.flow(0), node.flow(1)];
  if (!sameDims(gate.dims, linear.dims))
    throw node.refuse(say('shapes-differ', { gate: gate.dims.join('×'), linear: linear.dims.join('×') }));
  const opened = swish(node, 1, 'swish').map((value) => node.build.flow(node, value, `${node.name}.gate`));
  return [node.one('multiply', [...opened, linear])];
}

/** x · σ(alpha·x). */
export function swish(node: NodeView, fallback = 1, part?: string): readonly Value[] {
  const wanted = part === undefined ? node.name : `${node.name}.${part}`;
  const alpha = node.float('alpha', fallback);
  const x = node.flow(0);
  if (alpha === 1) return [node.one('silu', [x], {}, {}, wanted)];
  const factor = scalar(node, alpha, 'alpha', x.dims.length === 0);
  const scaled = node.one('multiply', [x, factor], {}, {}, `${node.name}.scaled`);
  const gate = node.one('sigmoid', [scaled], {}, {}, `${node.name}.gate`);
  return [node.one('multiply', [x, gate], {}, {}, wanted)];
}
